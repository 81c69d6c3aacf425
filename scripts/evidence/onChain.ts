/**
 * What a chain would say to evidence: the verifiers under the vendors' own roots, on a chain of this process whose clock is set, everything that
 * they need brought to it, and the call itself. A root is taken from what is shown: contracts take none but the pinned ones off a local chain.
 */

import { decodePem } from '../../signer/evidence/formats/pem.ts';
import { decodeEnvelope } from '../../signer/evidence/nitro/document.ts';
import { nitroEvidence } from '../../signer/evidence/nitro/onChain.ts';
import { EvidenceRefused } from '../../signer/evidence/refusal.ts';
import type { EvidenceKind } from '../../signer/evidence/verified.ts';
import type { Evidence } from '../../signer/evidence/verifyEvidence.ts';
import { codeOf, refusalOf, setTime } from './evidenceChain.ts';
import * as intelChain from './intelChain.ts';
import * as nitroChain from './nitroChain.ts';

export type OnChain = {
  readonly accepted: boolean;
  /** A contract's error, spelt as off chain. */
  readonly reason: string | null;
  readonly measurement: string | null;
  readonly reportData: string | null;
  readonly platformId: string | null;
  /** Execution gas of the verification, its contracts cold. */
  readonly gas: number | null;
};

/** Any chain that is not local: there a development root is refused. */
const PUBLIC = 1;
/** Their errors are all that an answer may be, those of constructors too, before there is a contract. */
const CONTRACTS = [...intelChain.INTERFACES, ...nitroChain.INTERFACES];
const NOTHING = { measurement: null, reportData: null, platformId: null, gas: null };

/** @param at Unix seconds, the time of the chain */
export async function verifyOnChain(kind: EvidenceKind, evidence: Evidence, at: number): Promise<OnChain> {
  if (kind === 'snp') return { accepted: false, reason: 'NO_CONTRACT', ...NOTHING };
  try {
    return kind === 'nitro' ? await nitro(evidence.bytes, at) : await intel(kind, evidence, at);
  } catch (cause) {
    // what hosts bring is read from the evidence by the readers of off chain: where they refuse it, nobody pays for a transaction
    if (cause instanceof EvidenceRefused) return { accepted: false, reason: cause.code, ...NOTHING };
    throw cause;
  }
}

async function intel(kind: 'tdx' | 'sgx', { bytes, collateral }: Evidence, at: number): Promise<OnChain> {
  const chain = intelChain.chainOf(kind, bytes);
  const root = decodePem(new TextDecoder().decode(chain), 'the chain').at(-1) ?? new Uint8Array();
  return refusable(async () => {
    const it = await intelChain.deployIntel(root, at, 'osaka', {}, PUBLIC);
    if (collateral !== undefined) await intelChain.bringAll(it, chain, intelChain.partsOf(collateral));
    await setTime(it, at);
    const said = await it[kind].verify(bytes);
    return {
      said,
      call: it[kind].interface.encodeFunctionData('verify', [bytes]),
      verifier: it[kind],
      meter: it.meter,
    };
  });
}

async function nitro(document: Uint8Array, at: number): Promise<OnChain> {
  const [root = new Uint8Array()] = decodeEnvelope(document).document.cabundle;
  const evidence = nitroEvidence(document);
  return refusable(async () => {
    const it = await nitroChain.deployNitro(root, at, PUBLIC);
    await nitroChain.bringAll(it, document);
    await setTime(it, at);
    // a registration wants 32 bytes of user data; other documents are as genuine
    const { userData: reportData, measurement, platformId } = await it.verifier.claimsOf(evidence);
    const call = it.verifier.interface.encodeFunctionData('claimsOf', [evidence]);
    return { said: { reportData, measurement, platformId }, call, verifier: it.verifier, meter: it.meter };
  });
}

type Verified = {
  readonly said: { readonly measurement: string; readonly reportData: string; readonly platformId: string };
  readonly verifier: intelChain.Intel['tdx'] | nitroChain.Nitro['verifier'];
  readonly call: string;
  readonly meter: intelChain.Intel['meter'];
};

async function refusable(verify: () => Promise<Verified>): Promise<OnChain> {
  try {
    const { said, verifier, call, meter } = await verify();
    const { measurement, reportData, platformId } = said;
    const gas = Number(await meter.measureCold.staticCall(verifier, call));
    return { accepted: true, reason: null, measurement, reportData, platformId, gas };
  } catch (problem) {
    const refused = refusalOf(problem, CONTRACTS);
    if (refused === null) throw problem;
    return { accepted: false, reason: codeOf(refused.name), ...NOTHING };
  }
}
