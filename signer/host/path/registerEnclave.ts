/** Evidence and signatures onto the chain: this operator runs this enclave, which has seen the chain up to this block. */

import { encodeFunctionData } from 'viem';
import { ENCLAVE_REGISTRY_ABI } from '../chain/abi.ts';
import type { Life, Self } from '../life/life.ts';
import type { BlockRef } from '../ports/chain.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { Poster } from '../posting/poster.ts';
import type { Settings } from '../settings.ts';

/** `epoch` is 1 for the first registration, one more for each later one. */
export async function registerEnclave(
  wallet: Wallet,
  life: Pick<Life, 'ask' | 'prove'>,
  poster: Pick<Poster, 'want'>,
  { region, tlsKey, endpoint }: Pick<Settings, 'region' | 'tlsKey' | 'endpoint'>,
  { self, epoch, block }: { readonly self: Self; readonly epoch: number; readonly block: BlockRef },
): Promise<void> {
  const { operator } = wallet;
  await life.prove(block, []);
  const attested = await life.ask('attest', { operator, region, tlsKey, endpoint, epoch, block: block.hash });
  const { challenge, challengeBlock, tee, evidence, identitySignature } = attested;
  const { identity } = self.status;
  const registration = { operator, identity, region, tlsKey, endpoint, epoch, challengeBlock, challenge, tee };
  const operatorSignature = await wallet.signRegistration(registration);
  const data = encodeFunctionData({
    abi: ENCLAVE_REGISTRY_ABI,
    functionName: 'register',
    args: [{ ...registration, challengeBlock: BigInt(challengeBlock) }, evidence, identitySignature, operatorSignature],
  });
  poster.want({ kind: 'register', enclave: self.id, epoch, data }, 0);
}
