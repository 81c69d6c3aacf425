/** Base OTs as a test may deal them, in the forms that production and reference take. */
import { createHash } from 'node:crypto';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import type { Rng } from '../../../signer/protocol/committee.ts';
import { wordsOfBytes } from '../../../signer/protocol/ecdsa/ot/bitMatrix.ts';
import type { ReceiverSeeds, SenderSeeds } from '../../../signer/protocol/ecdsa/ot/extension.ts';
import { writeWords } from '../../../signer/protocol/math/limbRows.ts';
import { bit, range } from './reference.ts';

export interface Dealt {
  readonly receiver: ReceiverSeeds;
  readonly sender: SenderSeeds;
  /** The same, seed by seed. */
  readonly zeros: readonly Uint8Array[];
  readonly ones: readonly Uint8Array[];
  readonly chosen: readonly Uint8Array[];
  readonly delta: bigint;
}

export function deal(rng: Rng): Dealt {
  const [zeroWords, oneWords] = [0, 1].map(() => wordsOfBytes(rng(128 * 32))) as [Uint32Array, Uint32Array];
  const deltaBytes = rng(16);
  const delta = bytesToNumberLE(deltaBytes);
  const chosenWords = Uint32Array.from({ length: 128 * 8 }, (_, k) => (bit(delta, k >> 3) ? oneWords : zeroWords)[k]!);
  return {
    receiver: { zeros: zeroWords, ones: oneWords },
    sender: { delta: wordsOfBytes(deltaBytes), chosen: chosenWords },
    zeros: seedsOf(zeroWords),
    ones: seedsOf(oneWords),
    chosen: seedsOf(chosenWords),
    delta,
  };
}

/** A source that repeats itself. */
export function seeded(seed: string): (length: number) => Uint8Array {
  let count = 0;
  return (length) => {
    const blocks = range(Math.ceil(length / 64)).map(() => createHash('sha512').update(`${seed} ${count++}`).digest());
    return Uint8Array.from(Buffer.concat(blocks).subarray(0, length));
  };
}

/** Big-endian words, as they are hashed. */
function seedsOf(words: Uint32Array): readonly Uint8Array[] {
  return range(128).map((i) => {
    const bytes = new Uint8Array(32);
    writeWords(words.subarray(8 * i, 8 * i + 8), bytes);
    return bytes;
  });
}
