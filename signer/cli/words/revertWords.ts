/** Why a call would revert, in the words of the contracts that votes meet. */

import { decodeErrorResult, isHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { errorWords } from '../../host/chain/errorWords.ts';
import { describe, isRetryable } from '../../host/errors.ts';
import { VOTE_ERRORS_ABI } from '../chain/abi.ts';

/** Null when it failed for another reason than a revert. */
export function revertWords(error: unknown): string | null {
  if (!isRetryable(error, 'TRANSACTION_REVERTS')) return null;
  const data = revertDataOf(error);
  return data === null ? describe(error) : wordsOf(data);
}

/** What a call reverted with, in the words of the contracts. */
export function wordsOf(data: Hex): string {
  if (data === '0x') return 'without a word';
  try {
    const error = decodeErrorResult({ abi: VOTE_ERRORS_ABI, data });
    if (error.errorName !== 'SigningRequestsGuardRefused') return errorWords(error);
    const [, guard, reason] = error.args;
    return `${error.errorName}: guard ${guard} says no, ${wordsOf(reason)}`;
  } catch {
    return `an error that no contract of the deployment has: ${data.slice(0, 10)}`;
  }
}

/** Providers put it into `data` of their error, some a level deeper. */
export function revertDataOf(error: unknown, depth = 0): Hex | null {
  if (typeof error === 'string') return isHex(error) && error.length >= 10 ? error : null;
  if (typeof error !== 'object' || error === null || depth > 6) return null;
  const { data, cause } = error as { readonly data?: unknown; readonly cause?: unknown };
  return revertDataOf(data, depth + 1) ?? revertDataOf(cause, depth + 1);
}
