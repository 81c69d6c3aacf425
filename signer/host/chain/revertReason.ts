/** Why a transaction of a host would revert, in words: the errors of the contracts that its postings can meet. */

import { AbiErrorSignatureNotFoundError, decodeErrorResult } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { ERRORS_ABI } from './abi.ts';
import { errorWords } from './errorWords.ts';

/** The error in words; the bare data when it is none of these. */
export function revertReason(data: Hex): string {
  try {
    return errorWords(decodeErrorResult({ abi: ERRORS_ABI, data }));
  } catch (error) {
    if (error instanceof AbiErrorSignatureNotFoundError) return `an unknown error ${data.slice(0, 10)}`;
    return `data that no error of the contracts has: ${data.slice(0, 74)}`;
  }
}
