/** The development TEE's own words: a statement that its root key signs (docs/formats.md, "Preimages"). */

import { type KeyObject, sign } from 'node:crypto';
import { DEVELOPMENT_STATEMENT_TAG } from '../../formats/tags.ts';
import { abiEncode, uintWord } from '../../formats/words.ts';

type Bytes = Uint8Array;
export type Said = { readonly image: Bytes; readonly configuration: Bytes };

/** @param at seconds since 1970 */
export function issueStatement(
  rootKey: KeyObject,
  { image, configuration }: Said,
  platformId: Bytes,
  reportData: Bytes,
  at: number,
): Bytes {
  const words = [image, configuration, reportData, platformId, uintWord(at)];
  const statement = abiEncode(DEVELOPMENT_STATEMENT_TAG, ...words);
  const signature = sign('sha256', statement, { key: rootKey, dsaEncoding: 'ieee-p1363' });
  return new Uint8Array([...abiEncode(...words), ...signature]);
}
