/**
 * A Nitro enclave's security module (aws-nitro-enclaves-nsm-api): a request and a response in CBOR, through an ioctl of `/dev/nsm`. Plain Node makes
 * no ioctl, so a helper program does (deploy/nitro/nsm-helper.c): request on stdin, response on stdout, and nothing decided in it.
 *
 * The module gives no key that outlives an enclave: see ephemeral.ts.
 */

import { type Cbor, decodeCbor } from '../../evidence/formats/cbor.ts';
import { MOST_DOCUMENT_BYTES } from '../../evidence/nitro/document.ts';
import { isRefusal, refusable } from '../../evidence/refusal.ts';
import { byteString, map, NULL, textString } from '../issuers/nitro/cbor.ts';
import { ephemeralKey } from './ephemeral.ts';
import { type Source, SourceFailed } from './source.ts';

type Bytes = Uint8Array;
/** One exchange with the module. @throws SourceFailed */
export type NsmRequest = (request: Bytes) => Promise<Bytes>;

/** > NSM_REQUEST_MAX_SIZE 0x1000, NSM_RESPONSE_MAX_SIZE 0x3000 */
export const MOST_NSM_REQUEST = 0x1000;
export const MOST_NSM_RESPONSE = 0x3000;

export function nsmSource(request: NsmRequest): Source {
  return {
    kind: 'nitro',
    evidence: async (reportData) => documentIn(await request(attestationRequest(reportData))),
    sealingKey: ephemeralKey(),
  };
}

/** {"Attestation": {"user_data": …, "nonce": null, "public_key": null}} */
export function attestationRequest(userData: Bytes): Bytes {
  const fields = map([
    [textString('user_data'), byteString(userData)],
    [textString('nonce'), NULL],
    [textString('public_key'), NULL],
  ]);
  return map([[textString('Attestation'), fields]]);
}

/** {"Attestation": {"document": …}}, or {"Error": "…"} */
function documentIn(response: Bytes): Bytes {
  if (response.length > MOST_NSM_RESPONSE) throw malformed(`${response.length} bytes`);
  const decoded = refusable(() => decodeCbor(response));
  if (isRefusal(decoded)) throw malformed(decoded.code);
  const [name, content] = only(decoded);
  if (name === 'Error') throw new SourceFailed('SOURCE_REFUSED', `the module says ${wordOf(content)}`);
  if (name !== 'Attestation') throw malformed(`it answers ${name.slice(0, 40)}`);
  const [field, document] = only(content);
  if (field !== 'document' || document.kind !== 'bytes') throw malformed('there is no document in it');
  if (document.value.length > MOST_DOCUMENT_BYTES) throw malformed(`a document of ${document.value.length} bytes`);
  return document.value;
}

function only(item: Cbor): readonly [name: string, content: Cbor] {
  const [entry, ...more] = item.kind === 'map' ? item.entries : [];
  if (entry === undefined || more.length > 0 || entry[0].kind !== 'text') throw malformed('it is no map of one name');
  return [entry[0].value, entry[1]];
}

function wordOf(item: Cbor): string {
  return item.kind === 'text' ? item.value.slice(0, 80) : 'no word';
}

function malformed(detail: string): SourceFailed {
  return new SourceFailed('SOURCE_MALFORMED', `the response of the security module: ${detail}`);
}
