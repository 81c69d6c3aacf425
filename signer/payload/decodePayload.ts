/** A payload of any kind, decoded to its last byte for a key of any scheme; what this image does not know is refused by name. */

import { isSignedBy } from '../formats/kinds.ts';
import { refuse } from '../formats/refusal.ts';
import type { Scheme } from '../formats/schemes.ts';
import type { AskedOfKey, DecodedPayload } from './decodedPayload.ts';
import type { KindRow } from './kinds.ts';
import { kindRow } from './kinds.ts';

/** @throws Refused KIND_UNKNOWN, KIND_NOT_SIGNED, KIND_NOT_SUPPORTED, PAYLOAD_TOO_LARGE, and what the kind's decoder refuses */
export function decodePayload(scheme: Scheme, kind: number, asked: AskedOfKey): DecodedPayload {
  const row = kindRow(kind) ?? refuse('KIND_UNKNOWN', `payload kind ${kind}`);
  const decode = row.decode[scheme] ?? refuseKind(row, scheme);
  requireFits(row, asked.request.payload);
  return decode(asked);
}

function requireFits({ name, maxBytes }: KindRow, { length }: Uint8Array): void {
  if (length > maxBytes) refuse('PAYLOAD_TOO_LARGE', `${name} of ${length} bytes, at most ${maxBytes}`);
}

/** What a scheme never signs is another thing than what this image does not sign yet. */
function refuseKind({ name }: KindRow, scheme: Scheme): never {
  if (!isSignedBy(name, scheme)) refuse('KIND_NOT_SIGNED', `${name} is no kind that a ${scheme} key signs`);
  return refuse('KIND_NOT_SUPPORTED', `${name} with a ${scheme} key is not decoded yet`);
}
