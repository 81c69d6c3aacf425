/**
 * A proposal's calls as `execute` would make them: in order, by the timelock, each after what those before it did. One `eth_call` runs a
 * program at the timelock's own address (state override), so nothing is sent and every contract sees the real caller.
 */

import { concatHex, type Hex, hexToBigInt, keccak256, numberToHex, size, slice, stringToHex } from 'viem';
import * as answers from '../../host/adapters/answers.ts';
import { isRetryable } from '../../host/errors.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import { revertDataOf } from '../words/revertWords.ts';

export type Rehearsed = { readonly target: Hex; readonly data: Hex; readonly value?: bigint };
export type Rehearsal =
  | { readonly outcome: 'passes'; readonly gas: bigint }
  /** `at` counts from 0; `data` is what that call reverted with */
  | { readonly outcome: 'reverts'; readonly at: number; readonly data: Hex }
  /** out of gas as a whole, or a provider that does not replace code for one call */
  | { readonly outcome: 'unknown' };

/** > the maximum gas limit that can be used by a transaction to 16,777,216 (EIP-7825) */
export const MOST_GAS = 16_777_216n;

const DONE = keccak256(stringToHex('quorate rehearsal'));

export async function rehearse({ rpc, record }: Pick<Source, 'rpc' | 'record'>, calls: readonly Rehearsed[]) {
  const timelock = addressOf(record, 'timelock');
  const call = { to: timelock, data: '0x', gas: numberToHex(MOST_GAS) };
  try {
    const override = { [timelock]: { code: programOf(calls) } };
    return concluded(answers.data(await rpc('eth_call', [call, 'latest', override]), 'what a rehearsal returns'));
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return failed(revertDataOf(error), calls.length);
  }
}

/** A provider that knows no overrides calls the timelock itself, which returns nothing. */
function concluded(data: Hex): Rehearsal {
  if (size(data) !== 64 || slice(data, 0, 32) !== DONE) return { outcome: 'unknown' };
  return { outcome: 'passes', gas: hexToBigInt(slice(data, 32)) };
}

function failed(data: Hex | null, count: number): Rehearsal {
  if (data === null || size(data) < 32) return { outcome: 'unknown' };
  const at = hexToBigInt(slice(data, 0, 32));
  if (at >= BigInt(count)) return { outcome: 'unknown' };
  return { outcome: 'reverts', at: Number(at), data: size(data) === 32 ? '0x' : slice(data, 32) };
}

const CALL_LENGTH = 106;
const HEAD_LENGTH = 1;

/** Straight-line: copy one call's data to memory, call, go on or revert with (number of the call, what it reverted with); data last. */
export function programOf(calls: readonly Rehearsed[]): Hex {
  let offset = HEAD_LENGTH + calls.length * CALL_LENGTH + size(END);
  const steps = calls.map((call, at) => {
    const step = stepOf(call, at, offset);
    offset += size(call.data);
    return step;
  });
  return concatHex(['0x5a', ...steps, END, ...calls.map(({ data }) => data)]);
}

function stepOf({ target, data, value = 0n }: Rehearsed, at: number, offset: number): Hex {
  const length = numberToHex(size(data), { size: 4 });
  const next = numberToHex(HEAD_LENGTH + (at + 1) * CALL_LENGTH - 1, { size: 4 });
  return concatHex([
    ...(['0x63', length, '0x63', numberToHex(offset, { size: 4 }), '0x6000', '0x39'] as const), // CODECOPY to 0
    ...(['0x60006000', '0x63', length, '0x6000', '0x7f', numberToHex(value, { size: 32 })] as const),
    ...(['0x73', target, '0x5a', '0xf1', '0x63', next, '0x57'] as const), // GAS CALL, JUMPI over the revert
    ...(['0x61', numberToHex(at, { size: 2 }), '0x6000', '0x52'] as const), // MSTORE the number of the call
    ...(['0x3d60006020', '0x3e', '0x3d602001', '0x6000', '0xfd'] as const), // RETURNDATACOPY behind it, REVERT
    '0x5b',
  ]);
}

/** Returns (DONE, gas since the first byte). */
const END = concatHex(['0x5a9003', '0x602052', '0x7f', DONE, '0x600052', '0x60406000f3']);
