/** Requests as a DAO's contract or executor makes them. */

import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { encodeBytes32String, hexlify, id, keccak256, toUtf8Bytes, ZeroAddress, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import type { World } from './chain.ts';
import type { Enclave } from './enclaves.ts';
import { KIND } from './keys.ts';
import { type Header, header, type Place, requestId } from './preimages.ts';

export const STATE = {
  none: 0n,
  queued: 1n,
  ready: 2n,
  fulfilled: 3n,
  refused: 4n,
  expired: 5n,
  cancelled: 6n,
} as const;
export const EFFECT = { transfer: 1, fee: 2, call: 3, approval: 4 } as const;

export type Request = { readonly id: string; readonly header: Header; readonly intent: IntentStruct };

export async function requestsPlace({ ethers, signingRequests }: World): Promise<Place> {
  const { chainId } = await ethers.provider.getNetwork();
  return { chainId, contract: await signingRequests.getAddress() };
}

export async function intentOf(world: World, keyId: string, change: Partial<IntentStruct> = {}): Promise<IntentStruct> {
  return {
    keyId,
    path: ZeroHash,
    kind: KIND.psbt,
    payload: hexlify(toUtf8Bytes('psbt'.padEnd(250, '.'))),
    digests: [id('input 0')],
    effects: [
      { kind: EFFECT.transfer, asset: id('bip122:000/slip44:0'), recipient: '0x0014', amount: 1000n, detail: ZeroHash },
      { kind: EFFECT.fee, asset: id('bip122:000/slip44:0'), recipient: '0x', amount: 10n, detail: ZeroHash },
    ],
    deadline: (await world.helpers.time.latest()) + 3600,
    consumer: ZeroAddress,
    callbackGas: 0,
    replaces: ZeroHash,
    ...change,
  };
}

/** Asks, and says what the id must be by docs/formats.md. */
export async function request(world: World, requester: HardhatEthersSigner, intent: IntentStruct): Promise<Request> {
  await world.signingRequests.connect(requester).request(intent);
  return lastRequest(world, requester.address, intent);
}

/** What was asked for last, by whomever, for `requester`. */
export async function lastRequest(world: World, requester: string, intent: IntentStruct): Promise<Request> {
  const counter = await world.signingRequests.requestCount();
  const its = header(intent, requester, counter);
  return { id: requestId(await requestsPlace(world), its), header: its, intent };
}

/** READY at once where the row has no delay, else once it has passed. */
export async function readyRequest(world: World, requester: HardhatEthersSigner, intent: IntentStruct) {
  const made = await request(world, requester, intent);
  await makeReady(world, made);
  return made;
}

export async function makeReady(world: World, { id, header }: Request): Promise<void> {
  const { state, readyAt } = await world.signingRequests.wordOf(id);
  if (state !== STATE.queued) return;
  const now = await world.helpers.time.latest();
  if (readyAt > now) await world.helpers.time.increaseTo(readyAt);
  await world.signingRequests.connect(world.anyone).markReady(header);
}

/** A contract, as it would call others. */
export async function actAs({ helpers, ethers }: World, address: string): Promise<HardhatEthersSigner> {
  await helpers.impersonateAccount(address);
  await helpers.setBalance(address, 10n ** 20n);
  return ethers.getSigner(address);
}

/** By vote, unless it is listed: the module with the code that is there; in effect once this returns. */
export async function listModule(world: World, module: string): Promise<void> {
  const { signingRequests, requestLens, ethers, helpers, dao } = world;
  if ((await requestLens.listingOf(module)).effectiveAt === 0n)
    await signingRequests.connect(dao).listModule(module, keccak256(await ethers.provider.getCode(module)));
  await helpers.time.increase(await signingRequests.trustDelay());
}

const REFUSAL = {
  Refusal: [
    { name: 'request', type: 'bytes32' },
    { name: 'member', type: 'bytes32' },
    { name: 'kind', type: 'uint8' },
    { name: 'code', type: 'bytes32' },
  ],
};

export const CODE = encodeBytes32String('EFFECT_MISMATCH');
/** Numbers of `RefusalKind`. */
export const REFUSAL_KIND = { none: 0n, final: 1n, unsupported: 2n } as const;

export type Said = { readonly kind: bigint; readonly code: string };
const FINAL: Said = { kind: REFUSAL_KIND.final, code: CODE };

/** `contract` is the one that the request is of: whose domain it is. */
export async function signRefusal(
  world: World,
  member: Enclave,
  request: string,
  said = FINAL,
  contract: { getAddress(): Promise<string> } = world.signingRequests,
): Promise<string> {
  const { chainId } = await world.ethers.provider.getNetwork();
  const domain = { name: 'Quorate Refusals', version: '1', chainId, verifyingContract: await contract.getAddress() };
  return member.identity.signTypedData(domain, REFUSAL, { request, member: member.id, ...said });
}

export async function refuse(world: World, member: Enclave, { id, header }: Request, said = FINAL) {
  const signature = await signRefusal(world, member, id, said);
  const { refusals, anyone, signingRequests } = world;
  return refusals.connect(anyone).refuse(signingRequests, header, member.id, said.kind, said.code, signature);
}
