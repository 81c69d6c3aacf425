/** The execution header whose hash is final -> number, time, state root. */

import type { Finalised } from '../../finality/finalised.ts';
import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { decodeHeader, type Header } from '../../proof/header.ts';
import { broken } from '../broken.ts';
import type { Bundle } from '../bundle.ts';

/** @throws Broken HEADER_OTHER, Refused */
export function requireHeader({ blockHash }: Finalised, bundle: Pick<Bundle, 'header'>): Header {
  const header = decodeHeader(bundle.header);
  if (!isEqual(header.hash, blockHash))
    broken('HEADER_OTHER', `hashes to ${toHex(header.hash)}, final is ${toHex(blockHash)}`);
  return header;
}
