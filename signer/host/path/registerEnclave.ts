/**
 * Evidence and signatures onto the chain: this operator runs this enclave, whose view of the chain is that of this block. What the chain needs
 * to verify it comes first; whoever calls again finds it there.
 */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { ENCLAVE_REGISTRY_ABI } from '../chain/abi.ts';
import type { Life, Self } from '../life/life.ts';
import { presentEvidence } from '../life/present/present.ts';
import type { Askable } from '../life/present/presented.ts';
import type { BlockRef } from '../ports/chain.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { Poster } from '../posting/poster.ts';
import type { Settings } from '../settings.ts';

type Registering = {
  readonly self: Self;
  /** 1 for the first registration, one more for each later one */
  readonly epoch: number;
  readonly block: BlockRef;
  /** as `attest` wants it */
  readonly child: Hex | null;
};

export async function registerEnclave(
  { wallet, ...ports }: Askable & { readonly wallet: Wallet },
  life: Pick<Life, 'ask' | 'prove'>,
  poster: Pick<Poster, 'want'>,
  { region, tlsKey, endpoint }: Pick<Settings, 'region' | 'tlsKey' | 'endpoint'>,
  { self, epoch, block, child }: Registering,
): Promise<void> {
  const { operator } = wallet;
  await life.prove(block, []);
  const subject = { operator, region, tlsKey, endpoint, epoch };
  const attested = await life.ask('attest', { ...subject, block: block.hash, child });
  const { challenge, challengeBlock, tee, identitySignature } = attested;
  const { evidence, first } = await presentEvidence(tee, attested.evidence, block.timestamp, ports);
  if (first !== null) return poster.want(first, 0);
  const { identity } = self.status;
  const registration = { ...subject, identity, challengeBlock, challenge, tee };
  const operatorSignature = await wallet.signPresentation(registration, evidence);
  const data = encodeFunctionData({
    abi: ENCLAVE_REGISTRY_ABI,
    functionName: 'register',
    args: [{ ...registration, challengeBlock: BigInt(challengeBlock) }, evidence, identitySignature, operatorSignature],
  });
  poster.want({ kind: 'register', enclave: self.id, epoch, data }, 0);
}
