/** The payload, decoded by the enclave's own decoder to its last byte -> digests and effects, and the key that signs. */

import type { DecodedPayload } from '../../payload/decodedPayload.ts';
import { decodePayload } from '../../payload/decodePayload.ts';
import { requireDigests } from '../../payload/requireDigests.ts';
import type { Bundle } from '../bundle.ts';
import type { ProvenKey } from './requireKey.ts';

/** @throws Refused what the decoder refuses, DIGEST_COUNT, DIGEST_MISMATCH */
export function requirePayload(
  { schemeName, publicKey, birth }: ProvenKey,
  { request }: Pick<Bundle, 'request'>,
): DecodedPayload {
  const decoded = decodePayload(schemeName, request.kind, { request, publicKey, birth });
  requireDigests(request.digests, decoded.messages);
  return decoded;
}
