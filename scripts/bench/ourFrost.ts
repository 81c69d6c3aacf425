/** Our key generation and signing, all parties in one thread. */
import { randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { type Committee, committeeOf } from '../../signer/protocol/committee.ts';
import { frostSign } from '../../signer/protocol/frost/frostSign.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import type { KeyShare } from '../../signer/protocol/keygen/keyShare.ts';
import { type Run, runInStep } from './inStep.ts';

export function ourKeygen(suite: Ciphersuite, t: number, n: number): Run<KeyShare> {
  return runInStep(committees(n, t), (committee) => keygen(committee, suite, randomBytes));
}

/** From the first commitment to a signature that every one of t signers has verified. */
export function ourSign(
  suite: Ciphersuite,
  shares: readonly KeyShare[],
  t: number,
  message: Uint8Array,
): Run<Uint8Array[]> {
  const request = { orders: [{ message, tweaks: [] }] };
  return runInStep(committees(t, t), (committee) =>
    frostSign(committee, suite, shareOf(shares, committee), request, randomBytes),
  );
}

function committees(n: number, t: number): Committee[] {
  const ids = Array.from({ length: n }, (_, k) => k + 1);
  const context = randomBytes(32);
  return ids.map((id) => committeeOf(id, ids, t, context));
}

function shareOf(shares: readonly KeyShare[], { self }: Committee): KeyShare {
  const share = shares[self - 1];
  if (!share) throw new RangeError(`no share of party ${self}`);
  return share;
}
