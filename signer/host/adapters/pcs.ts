/** Version 4 of the API of Intel's Provisioning Certification Service, as Intel and caches of it (PCCS) serve it: several addresses, the first that answers. */

import { fromHex } from '../../evidence/formats/bytes.ts';
import { decodePem } from '../../evidence/formats/pem.ts';
import { decodeQeIdentity } from '../../evidence/intel/qeIdentity.ts';
import { decodeSigned, MOST_TEXT_BYTES, type SignedText } from '../../evidence/intel/signedText.ts';
import { decodeTcbInfo } from '../../evidence/intel/tcbInfo.ts';
import { isRefusal, refusable, refuse } from '../../evidence/refusal.ts';
import { decodeCertificate } from '../../evidence/x509/certificate.ts';
import { decodeRevocationList, MOST_CRL_BYTES } from '../../evidence/x509/revocationList.ts';
import { INTEL_PCS } from '../config.ts';
import { describe, Retryable } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Pcs, PublishedList } from '../ports/pcs.ts';
import { hostOf } from '../redact.ts';
import { addressOf } from './beaconHttp.ts';
import { NoAnswer } from './failures.ts';
import { bytesOf, type Endpoint, endpointOf, reach, TooLong, within } from './http.ts';

/** Intel serves its root's list elsewhere, at the distribution point that its certificates name; caches serve it beside the rest. */
const ROOT_LIST_OF_INTEL = 'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der';

/** Milliseconds after which an answer is given up. */
const TIMEOUT = 15_000;
/** Milliseconds for which an answer is not asked for again. */
const FRESH = 60_000;
/** Revocation lists also come in hexadecimal digits. */
const MOST_LIST_TEXT = 2 * MOST_CRL_BYTES + 2;
const MOST_FRAME_BYTES = 256;

/** `issuers` is PEM, as it came. */
type Answer = { readonly body: Uint8Array; readonly issuers: string | null };
type Question = {
  readonly path: string;
  readonly most: number;
  /** Header with the certificates of whoever has signed. */
  readonly issuers: string | null;
};

/** @param addresses in the order in which they are asked, at least one */
export function createPcs(addresses: readonly string[], clock: Clock): Pcs {
  const sources = addresses.map((address) => ({ name: hostOf(address), endpoint: endpointOf(address) }));
  const known = new Map<string, { readonly until: number; readonly answer: unknown }>();
  const ask = async <T>(question: Question, read: (answer: Answer) => T): Promise<T> => {
    const fresh = known.get(question.path);
    if (fresh !== undefined && clock.now() < fresh.until) return fresh.answer as T;
    const failures: string[] = [];
    for (const { name, endpoint } of sources)
      try {
        const answer = read(await fetched(endpoint, question, clock));
        known.set(question.path, { until: clock.now() + FRESH, answer });
        return answer;
      } catch (cause) {
        if (!(cause instanceof Unusable)) throw cause;
        failures.push(`${name}: ${describe(cause)}`);
      }
    throw new Retryable('COLLATERAL_UNAVAILABLE', `${question.path}: ${failures.join(' | ')}`);
  };
  return {
    revocationList: (of) => ask({ path: LISTS[of], most: MOST_LIST_TEXT, issuers: null }, listIn),
    tcbInfo: (tee, fmspc, update) =>
      ask(
        textAt(`/${tee}/certification/v4/tcb?fmspc=${fmspc.toUpperCase()}&update=${update}`, 'TCB-Info-Issuer-Chain'),
        (answer) => textIn(answer, 'tcbInfo', decodeTcbInfo),
      ),
    qeIdentity: (tee, update) =>
      ask(
        textAt(`/${tee}/certification/v4/qe/identity?update=${update}`, 'SGX-Enclave-Identity-Issuer-Chain'),
        (answer) => textIn(answer, 'enclaveIdentity', decodeQeIdentity),
      ),
  };
}

const LISTS = {
  root: '/sgx/certification/v4/rootcacrl',
  platform: '/sgx/certification/v4/pckcrl?ca=platform&encoding=der',
  processor: '/sgx/certification/v4/pckcrl?ca=processor&encoding=der',
} as const;

function textAt(path: string, issuers: string): Question {
  return { path, most: MOST_TEXT_BYTES + MOST_FRAME_BYTES, issuers };
}

/** One source has no answer that can be read: another may have one. */
class Unusable extends Error {
  override readonly name = 'Unusable';
}

async function fetched(endpoint: Endpoint, { path, most, issuers }: Question, clock: Clock): Promise<Answer> {
  try {
    return await within(clock, TIMEOUT, async (signal) => {
      const response = await reach(locate(endpoint, path), { headers: endpoint.headers, signal });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new Unusable(`HTTP status ${response.status}`);
      }
      const header = issuers === null ? null : response.headers.get(issuers);
      return { body: new Uint8Array(await bytesOf(response, most)), issuers: header };
    });
  } catch (cause) {
    if (cause instanceof TooLong || cause instanceof NoAnswer) throw new Unusable(cause.message, { cause });
    throw cause;
  }
}

function locate(endpoint: Endpoint, path: string): URL {
  const isIntels = endpoint.address.origin === INTEL_PCS && path === LISTS.root;
  return isIntels ? new URL(ROOT_LIST_OF_INTEL) : addressOf(endpoint, path);
}

/** > PCCS: hexadecimal digits; Intel: DER */
function listIn({ body }: Answer): PublishedList {
  const text = Buffer.from(body).toString('latin1').trim();
  const encoded = (/^[0-9a-fA-F]+$/.test(text) ? fromHex(text.toLowerCase()) : null) ?? body;
  return readable(() => ({ ...decodeRevocationList(encoded, 'the revocation list'), encoded }));
}

/** > {"tcbInfo":…,"signature":"…"}: the signature is over the very bytes of the first value */
function textIn<T>({ body, issuers }: Answer, field: string, decode: (text: Uint8Array) => T): SignedText<T> {
  const text = Buffer.from(body).toString('utf8').trim();
  const [head, tail] = [`{"${field}":`, /,"signature":"([0-9a-fA-F]{128})"\}$/.exec(text)];
  if (!text.startsWith(head) || tail === null) throw new Unusable(`no ${field} with its signature`);
  const signature = fromHex((tail[1] ?? '').toLowerCase()) ?? new Uint8Array();
  const signed = text.slice(head.length, tail.index);
  return readable(() => {
    const chain = decodePem(pemOf(issuers), 'the issuer chain').map((one) => decodeCertificate(one, 'an issuer'));
    if (chain.length !== 2) refuse('CHAIN_LENGTH', `${chain.length} issuers`, { found: chain.length, wanted: 2 });
    return decodeSigned(signed, signature, chain, decode);
  });
}

/** > URL-encoded issuer certificate chain in PEM */
function pemOf(header: string | null): string {
  try {
    return decodeURIComponent(header ?? '');
  } catch {
    throw new Unusable('the issuer chain is not URL-encoded');
  }
}

function readable<T>(read: () => T): T {
  const found = refusable(read);
  if (isRefusal(found)) throw new Unusable(`${found.code}: ${found.detail}`);
  return found;
}
