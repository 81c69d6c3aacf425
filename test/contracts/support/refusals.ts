/** What members sign where they will not sign (docs/formats.md). */

import { encodeBytes32String } from 'ethers';
import type { World } from './chain.ts';
import type { Enclave } from './enclaves.ts';
import type { Request } from './requests.ts';

const REFUSAL = {
  Refusal: [
    { name: 'request', type: 'bytes32' },
    { name: 'member', type: 'bytes32' },
    { name: 'code', type: 'bytes32' },
  ],
};

export const CODE = encodeBytes32String('EFFECTS_DIFFER');

export async function signRefusal({ ethers, refusals }: World, member: Enclave, request: string, code = CODE) {
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: 'Quorate Refusals', version: '1', chainId, verifyingContract: await refusals.getAddress() };
  return member.identity.signTypedData(domain, REFUSAL, { request, member: member.id, code });
}

export async function refuse(world: World, member: Enclave, request: Request, code = CODE) {
  const signature = await signRefusal(world, member, request.id, code);
  const { refusals, signingRequests, anyone } = world;
  return refusals.connect(anyone).refuse(signingRequests, request.header, member.id, code, signature);
}
