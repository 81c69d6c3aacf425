/** A payload that replaces another is signed only where at most one of the two can be final: else both may be paid. */

import { Refused, refusalKind, refuse } from '../formats/refusal.ts';
import { kindRow } from './kinds.ts';

type Bytes = Uint8Array;

/**
 * @param first payload of the first of the row of replacements, of the same kind; nobody has decoded it here
 * @param payload one that is decoded already
 * @throws Refused REPLACES_UNSUPPORTED, REPLACES_MALFORMED, REPLACES_NO_CONFLICT
 */
export function requireConflict(kind: number, first: Bytes, payload: Bytes): void {
  const { name, conflicts } = kindRow(kind) ?? refuse('KIND_UNKNOWN', `payload kind ${kind}`);
  const compare = conflicts ?? refuse('REPLACES_UNSUPPORTED', `of ${name} nothing tells whether two conflict`);
  if (!understood(() => compare(first, payload)))
    refuse('REPLACES_NO_CONFLICT', `both this ${name} and the one that it is to replace could be final`);
}

/** What this image does not know of the first, another one may; what breaks a rule of the format was never signed. */
function understood(compare: () => boolean): boolean {
  try {
    return compare();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const code = refusalKind(error.code) === 'final' ? 'REPLACES_MALFORMED' : 'REPLACES_UNSUPPORTED';
    return refuse(code, `what is replaced: ${error.code}: ${error.message}`, { cause: error });
  }
}
