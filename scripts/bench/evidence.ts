/** One verification of evidence of each kind, from bytes to verdict: with node:crypto, and with signatures in plain JavaScript. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRefusal } from '../../signer/evidence/refusal.ts';
import { VENDOR_ROOTS } from '../../signer/evidence/roots.ts';
import { verifyWithNoble } from '../../signer/evidence/signatures/noble.ts';
import { verifyWithNode } from '../../signer/evidence/signatures/node.ts';
import { DEFAULT_POLICY, type EvidenceKind, type Verifier } from '../../signer/evidence/verified.ts';
import { type Evidence, verifyEvidence } from '../../signer/evidence/verifyEvidence.ts';
import { intelEvidence, intelVerifier } from '../../test/evidence/support/intelWriter.ts';
import { nitroDocument, nitroVerifier } from '../../test/evidence/support/nitroWriter.ts';
import { snpEvidence, snpVerifier } from '../../test/evidence/support/snpWriter.ts';
import { median, rounded, timed } from './stopwatch.ts';

export interface EvidenceRow {
  readonly op: 'evidence';
  readonly kind: EvidenceKind;
  /** Of a vendor, or of the tests' development PKI: where `../shared/evidence` is absent, and of AMD, of which there is no good report. */
  readonly from: 'vendor' | 'development';
  /** Signatures by OpenSSL. */
  readonly ms: number;
  /** Signatures by @noble/curves. */
  readonly plain_ms: number;
  readonly bytes: number;
  readonly runs: number;
}

type Case = Pick<EvidenceRow, 'kind' | 'from'> & { readonly evidence: Evidence; readonly verifier: Verifier };

const SHARED = join(import.meta.dirname, '../../../shared/evidence');
const WARM_UP = 20;

export function measureEvidence(runs: number): EvidenceRow[] {
  return cases().map(({ kind, from, evidence, verifier }) => {
    const time = (verifySignature: Verifier['verifySignature'], count: number) =>
      medianOf(evidence, { ...verifier, verifySignature }, count);
    const bytes = [evidence.bytes, evidence.collateral, evidence.vek].reduce(
      (sum, part) => sum + (part?.length ?? 0),
      0,
    );
    return {
      op: 'evidence',
      kind,
      from,
      ms: time(verifyWithNode, 10 * runs),
      plain_ms: time(verifyWithNoble, runs),
      bytes,
      runs,
    };
  });
}

function medianOf(evidence: Evidence, verifier: Verifier, runs: number): number {
  for (let run = 0; run < WARM_UP; run++) requireAccepted(evidence, verifier);
  return rounded(median(Array.from({ length: runs }, () => timed(() => requireAccepted(evidence, verifier)).ms)));
}

/** A refusal may come early: it would measure nothing. */
function requireAccepted(evidence: Evidence, verifier: Verifier): void {
  const outcome = verifyEvidence(evidence, verifier);
  if (isRefusal(outcome)) throw new Error(`the evidence of a benchmark is refused: ${outcome.code} ${outcome.detail}`);
}

function cases(): readonly Case[] {
  const snp: Case = { kind: 'snp', from: 'development', evidence: snpEvidence(), verifier: snpVerifier() };
  return existsSync(SHARED) ? [...genuine(), snp] : [...made(), snp];
}

function genuine(): readonly Case[] {
  const read = (file: string) => new Uint8Array(readFileSync(join(SHARED, file)));
  const quote = (folder: string, date: string) => ({
    bytes: read(`${folder}/quote.bin`),
    collateral: read(`${folder}/collateral-${date}.json`),
  });
  const at = (time: string): Verifier => ({
    roots: VENDOR_ROOTS,
    policy: DEFAULT_POLICY,
    at: Date.parse(time) / 1000,
    verifySignature: verifyWithNode,
  });
  const hardened = {
    ...DEFAULT_POLICY,
    statuses: [{ status: 'SWHardeningNeeded', advisories: ['INTEL-SA-00615'] }],
  } as const;
  return [
    {
      kind: 'nitro',
      from: 'vendor',
      evidence: { bytes: read('nitro/2026-01-03-prod-9e038c2d/doc.cbor') },
      verifier: at('2026-01-03T20:41:07Z'),
    },
    {
      kind: 'tdx',
      from: 'vendor',
      evidence: quote('tdx/tdx-v4-b0c06f000000-709a3cc2', '2025-09-29'),
      verifier: at('2025-09-29T19:26:58Z'),
    },
    {
      ...{ kind: 'sgx', from: 'vendor', evidence: quote('sgx/sgx-v3-00606a000000-268c0681', '2025-08-15') },
      verifier: { ...at('2025-08-15T06:41:26Z'), policy: hardened },
    },
  ];
}

function made(): readonly Case[] {
  return [
    { kind: 'nitro', from: 'development', evidence: { bytes: nitroDocument() }, verifier: nitroVerifier() },
    { kind: 'tdx', from: 'development', evidence: intelEvidence('tdx4'), verifier: intelVerifier() },
    { kind: 'sgx', from: 'development', evidence: intelEvidence('sgx3'), verifier: intelVerifier() },
  ];
}
