/** P2WPKH spends with the whole previous transaction of every input, written byte by byte. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { RawPsbt } from './rawPsbt.ts';
import { bytes, compact, outputBytes, rawPsbt, uintLE } from './rawPsbt.ts';
import { RECIPIENT } from './spends.ts';

type Bytes = Uint8Array;

export const AMOUNTS = [60_000n, 50_000n] as const;

export const idOf = (raw: Bytes): Bytes => sha256(sha256(raw));

/** A transaction that pays `amount` to `script` at its output `index`. */
export function previous(amount: bigint, index: number, seed: number, script: Bytes): Bytes {
  const input = bytes(new Uint8Array(32).fill(seed), uintLE(0, 4), 0, uintLE(0xffffffff, 4));
  const outputs = Array.from({ length: index + 1 }, (_, at) => (at === index ? amount : 7n));
  const outs = outputs.flatMap((each) => [...outputBytes({ amount: each, script })]);
  return bytes(uintLE(2, 4), compact(1), input, compact(outputs.length), outs, uintLE(0, 4));
}

/** Two inputs of 60,000 and 50,000 that pay to `own`; 100,000 to `RECIPIENT`, 9,000 back. */
export function provenSpend(own: Bytes): RawPsbt {
  const psbt = rawPsbt(own, RECIPIENT);
  AMOUNTS.forEach((amount, at) => {
    const transaction = previous(amount, at, 3 + at, own);
    psbt.transaction.inputs[at]!.outpoint = bytes(idOf(transaction), uintLE(at, 4));
    psbt.inputs[at]!.unshift({ key: bytes(0x00), value: transaction });
  });
  return psbt;
}
