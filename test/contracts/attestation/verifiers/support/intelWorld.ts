/** One platform of a development PKI on a chain, and what its contracts refuse: names and values. */

import type { SnapshotRestorer } from '@nomicfoundation/hardhat-network-helpers/types';
import { expect } from 'chai';
import { hexlify, keccak256 } from 'ethers';
import { refusalOf, setTime } from '../../../../../scripts/evidence/evidenceChain.ts';
import {
  bringAll,
  contractsOf,
  deployIntel,
  type Intel,
  type IntelKind,
  partsOf,
} from '../../../../../scripts/evidence/intelChain.ts';
import { pem, signRaw } from '../../../../../signer/tee/issuers/certificates.ts';
import { type Bytes, text } from '../../../../../signer/tee/issuers/der.ts';
import type { QuoteParts } from '../../../../../signer/tee/issuers/intel/quote.ts';
import { quoteOf as issueQuote } from '../../../../../signer/tee/issuers/intel/quote.ts';
import { freshSerial } from '../../../../evidence/support/certificates.ts';
import * as writer from '../../../../evidence/support/intelWriter.ts';

export const DAY = 86_400;
export const AT = writer.INTEL_AT;
export const [SIGNER_SERIAL, CA_SERIAL, PCK_SERIAL] = [freshSerial(), freshSerial(), freshSerial()];
export const ROOT = writer.INTEL_ROOT;
export const SIGNER = writer.cert('signer', { serial: SIGNER_SERIAL });
export const CA = writer.cert('ca', { serial: CA_SERIAL });
export const PCK = writer.cert('pck', { serial: PCK_SERIAL });
export const CHAIN = pem(PCK, CA, ROOT);
/** In the order in which they are brought. */
export const [ROOT_INDEX, SIGNER_INDEX, CA_INDEX] = [0, 1, 2];

export const FMSPC = `0x${writer.FMSPC}`;
export const keyIdHash = (byte: number) => keccak256(new Uint8Array(20).fill(byte));
export const nothing = `0x${'00'.repeat(32)}`;

export const teeOf = (kind: writer.QuoteKind): IntelKind => (kind === 'sgx3' ? 'sgx' : 'tdx');

/** A chain at `AT`, as `make` left it before each test. */
function world(make: (policy: object) => Promise<Intel>, policy: object): () => Intel {
  let made: Intel;
  let snapshot: SnapshotRestorer;
  before(async () => {
    made = await make(policy);
    snapshot = await made.helpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());
  return () => made;
}

/** Four contracts, with the root's list and the TCB signer. */
export function bareIntel(policy: object = {}): () => Intel {
  return world(async () => {
    const it = await deployIntel(ROOT, AT, 'osaka', policy);
    await (await it.certificates.bringCrl(ROOT_INDEX, writer.rootCrl())).wait();
    await (await it.certificates.bringSigner(SIGNER)).wait();
    await setTime(it, AT);
    return it;
  }, policy);
}

/** The same with a platform, and with collateral for TDX and SGX. */
export function broughtIntel(policy: object = {}): () => Intel {
  return world(async () => {
    const it = await deployIntel(ROOT, AT, 'osaka', policy);
    for (const kind of ['tdx', 'sgx'] as const) {
      const issuerChain = pem(SIGNER, ROOT);
      await bringAll(it, text(CHAIN), partsOf(writer.collateral(kind, { issuerChain })));
    }
    await setTime(it, AT);
    return it;
  }, policy);
}

/** A quote of the platform that `broughtIntel` knows. */
export function quoteOf(kind: writer.QuoteKind, change: Partial<QuoteParts> = {}): Bytes {
  return issueQuote({ ...writer.quoteParts[kind](), chain: CHAIN, ...change });
}

type Value = string | number | bigint | boolean | Bytes;
export type Refusal = readonly [name: string, ...values: Value[]];

/** Refused under this name, with these values and no others. */
export async function expectRefusal(it: Intel, call: () => Promise<unknown>, ...expected: Refusal): Promise<void> {
  expect(await saidOf(it, call)).to.deep.equal(expected.map(normal));
}

/** The name of the contracts' error with its values; `accepted`: none. */
export async function saidOf(it: Intel, call: () => Promise<unknown>): Promise<unknown[]> {
  try {
    await call();
    return ['accepted'];
  } catch (problem) {
    const refused = refusalOf(problem, contractsOf(it));
    if (refused === null) throw problem;
    return [refused.name, ...refused.args.map(normal)];
  }
}

function normal(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexlify(value);
  return typeof value === 'number' ? BigInt(value) : value;
}

/** Brings a text signed by the TCB signer, or another pair; shown and not sent. */
export function showTcbInfo(it: Intel, info: object | string, signer = writer.INTEL_PAIRS.signer) {
  const [bytes, signature] = signedText(info, signer);
  return it.tcb.connect(it.anyone).bringTcbInfo.staticCall(bytes, signature, SIGNER_INDEX);
}

export function showQeIdentity(it: Intel, identity: object | string, signer = writer.INTEL_PAIRS.signer) {
  const [bytes, signature] = signedText(identity, signer);
  return it.tcb.connect(it.anyone).bringQeIdentity.staticCall(bytes, signature, SIGNER_INDEX);
}

export async function bringTcbInfo(it: Intel, info: object): Promise<void> {
  const [bytes, signature] = signedText(info, writer.INTEL_PAIRS.signer);
  await (await it.tcb.connect(it.anyone).bringTcbInfo(bytes, signature, SIGNER_INDEX)).wait();
}

export async function bringQeIdentity(it: Intel, identity: object): Promise<void> {
  const [bytes, signature] = signedText(identity, writer.INTEL_PAIRS.signer);
  await (await it.tcb.connect(it.anyone).bringQeIdentity(bytes, signature, SIGNER_INDEX)).wait();
}

export function signedText(content: object | string, signer: Parameters<typeof signRaw>[1]): [Bytes, Bytes] {
  const bytes = text(typeof content === 'string' ? content : JSON.stringify(content));
  return [bytes, signRaw(bytes, signer)];
}
