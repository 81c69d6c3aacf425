/** When a transaction can be mined, and whether another may take its place, in words (BIP-68, BIP-113, BIP-125). */

import { LEAST_TIME } from './lockTime.ts';
import type { Said } from './said.ts';
import { warning, word } from './said.ts';
import type { Transaction } from './transaction.ts';

type Bytes = Uint8Array;

const FINAL = 0xffffffff;
/** > Explicit signaling: at least one of its inputs has an nSequence number less than (0xffffffff - 1). */
const LEAST_NOT_REPLACEABLE = 0xfffffffe;
/** Block 840,000 of the main network, and what lies between two: enough to tell this year from the next century. */
const KNOWN = { height: 840_000, time: 1_713_571_767, each: 600 };
/** Blocks have come faster than that: a wallet that locks to the present height is not ahead of its time. */
const SLACK = 60 * 86_400;

/** Seconds since 1970; only on the main network are heights known well enough to tell their time. */
export type Present = { readonly now: number; readonly isMain: boolean };

export function timing(transaction: Transaction, present: Present): readonly Said[] {
  const sequences = transaction.inputs.map(({ sequence }) => uint(sequence));
  return [replaceability(sequences), ...absolute(transaction, sequences, present), ...relative(transaction, sequences)];
}

function replaceability(sequences: readonly number[]): Said {
  return sequences.some((sequence) => sequence < LEAST_NOT_REPLACEABLE)
    ? word('replaceable (BIP-125): its fee can be raised by another request')
    : warning('not marked as replaceable (BIP-125): if its fee is too low it may be stuck');
}

function absolute({ lockTime }: Transaction, sequences: readonly number[], present: Present): readonly Said[] {
  const value = uint(lockTime);
  if (value === 0) return [word('no lock time')];
  const until = value < LEAST_TIME ? `block ${value}` : date(value);
  if (sequences.every((sequence) => sequence === FINAL)) {
    return [warning(`a lock time of ${until} that has no effect: every input is final`)];
  }
  const text = `locked: cannot be mined before ${until}`;
  return [value < LEAST_TIME ? byHeight(text, value, present) : said(text, value > present.now)];
}

function byHeight(text: string, height: number, { now, isMain }: Present): Said {
  if (!isMain) return word(text);
  const time = KNOWN.time + (height - KNOWN.height) * KNOWN.each;
  return said(`${text}, about ${date(time).slice(0, 7)}`, time > now + SLACK);
}

function said(text: string, isWarning: boolean): Said {
  return { text, isWarning };
}

/** > If bit (1 << 31) is set, no consensus meaning; bit (1 << 22): units of 512 seconds, else blocks; 16 bits of value. */
function relative({ version }: Transaction, sequences: readonly number[]): readonly Said[] {
  if (uint(version) < 2) return [];
  return sequences.flatMap((sequence, at) => {
    const value = sequence % 0x10000;
    if (sequence >= 0x80000000 || value === 0) return [];
    const isTime = Math.floor(sequence / 0x400000) % 2 === 1;
    const wait = isTime ? `${value * 512} seconds` : `${value} blocks`;
    return [warning(`input ${at} is locked for ${wait} after the output that it spends`)];
  });
}

function uint(bytes: Bytes): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function date(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
