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
/** Nor a question that nobody had an answer to. */
const REST = 10_000;
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

/** Answered or not: nobody asks a second time meanwhile. */
type Asked = { until: number; readonly answer: Promise<unknown> };

/**
 * @param addresses in the order in which they are asked, at least one
 * @param patience milliseconds for which whoever asks is kept waiting; the answer is there for whoever asks again
 */
export function createPcs(addresses: readonly string[], clock: Clock, patience = Number.POSITIVE_INFINITY): Pcs {
  const sources = addresses.map((address) => ({ name: hostOf(address), endpoint: endpointOf(address) }));
  const asked = new Map<string, Asked>();
  const ask = <T>(question: Question, read: (answer: Answer) => T): Promise<T> => {
    const known = asked.get(question.path);
    if (known !== undefined && clock.now() < known.until)
      return impatient(known.answer as Promise<T>, question, clock, patience);
    const answer = firstOf(sources, question, read, clock);
    const now: Asked = { until: Number.POSITIVE_INFINITY, answer };
    asked.set(question.path, now);
    const restFor = (milliseconds: number) => () => {
      now.until = clock.now() + milliseconds;
    };
    answer.then(restFor(FRESH), restFor(REST));
    return impatient(answer, question, clock, patience);
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

type Source = { readonly name: string; readonly endpoint: Endpoint };

async function firstOf<T>(
  sources: readonly Source[],
  question: Question,
  read: (answer: Answer) => T,
  clock: Clock,
): Promise<T> {
  const failures: string[] = [];
  for (const { name, endpoint } of sources)
    try {
      return read(await fetched(endpoint, question, clock));
    } catch (cause) {
      if (!(cause instanceof Unusable)) throw cause;
      failures.push(`${name}: ${describe(cause)}`);
    }
  throw new Retryable('COLLATERAL_UNAVAILABLE', `${question.path}: ${failures.join(' | ')}`);
}

async function impatient<T>(work: Promise<T>, { path }: Question, clock: Clock, patience: number): Promise<T> {
  if (!Number.isFinite(patience)) return work;
  const late = () => new Retryable('COLLATERAL_UNAVAILABLE', `${path}: asked for, and not there yet`);
  let cancel = () => {};
  const waited = new Promise<never>((_, fail) => {
    cancel = clock.after(patience, () => fail(late()));
  });
  return Promise.race([work, waited]).finally(() => cancel());
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
