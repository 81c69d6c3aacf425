/**
 * `quorate verify evidence FILE`: checks attestation evidence offline, under the vendors' own roots. FILE is a Nitro document, a TDX or SGX quote, or an
 * SEV-SNP report, or the folder of one; what a quote or report needs besides lies beside it: `collateral-*.json`, `vek.der`.
 */

import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OnChain } from '../../../scripts/evidence/onChain.ts';
import { toHex0x } from '../../evidence/formats/bytes.ts';
import { decodeCollateral, MOST_COLLATERAL_BYTES } from '../../evidence/intel/collateral.ts';
import { kindOf } from '../../evidence/kindOf.ts';
import { type EvidenceRefusal, isRefusal, refusable } from '../../evidence/refusal.ts';
import { VENDOR_ROOTS } from '../../evidence/roots.ts';
import { verifyWithNode } from '../../evidence/signatures/node.ts';
import { DEFAULT_POLICY, type EvidenceKind, type VerifiedEvidence } from '../../evidence/verified.ts';
import { type Evidence, verifyEvidence as verify } from '../../evidence/verifyEvidence.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import { Fatal } from '../../host/errors.ts';
import { type Command, type Options, option, type Shown, table } from '../command.ts';
import { asNamed } from '../namedFile.ts';

export const verifyEvidence: Command = {
  summary: 'check attestation evidence offline, from quote, document or report to the vendor',
  file: { name: 'FILE', means: 'quote.bin, doc.cbor or report.bin, or the folder of one' },
  options: [
    { name: 'at', means: 'the time that counts, such as 2026-01-03T20:41:07Z', fallback: 'now' },
    { name: 'collateral', means: 'what Intel publishes, instead of the newest collateral-*.json beside FILE' },
    {
      name: 'on-chain',
      means: "ask the contracts too, under the vendors' roots, on a chain of this process at that time",
      isSwitch: true,
    },
  ],
  run: async (options) => {
    const at = timeOf(option(options, 'at'));
    const evidence = readEvidence(fileOf(options), options, at);
    return show(evidence, at, options['on-chain'] === true);
  },
};

async function show(evidence: Evidence, at: number, isAsked: boolean): Promise<Shown> {
  const outcome = verify(evidence, {
    roots: VENDOR_ROOTS,
    policy: DEFAULT_POLICY,
    at,
    verifySignature: verifyWithNode,
  });
  const kind = kindOf(evidence.bytes);
  const here = isRefusal(outcome) ? refused(outcome, kind) : accepted(outcome);
  const json = isAsked && kind !== null ? await withChain(here, kind, evidence, at) : here;
  const shown = { json, text: textOf(json), ok: json.accepted };
  return kind === null ? { ...shown, exitCode: 2 } : shown;
}

type Report = Readonly<Record<string, unknown>> & { readonly accepted: boolean };

/** The contracts are compiled and loaded only for whoever asks. Where the two answers differ, neither counts. */
async function withChain(here: Report, kind: EvidenceKind, evidence: Evidence, at: number): Promise<Report> {
  const { buildVerifiers } = await import('../../../scripts/evidence/build.ts');
  await buildVerifiers();
  const { verifyOnChain } = await import('../../../scripts/evidence/onChain.ts');
  const onChain = await verifyOnChain(kind, evidence, at);
  const report = { ...here, gas: onChain.gas, onChain };
  if (onChain.reason === 'NO_CONTRACT' || agrees(here, onChain)) return report;
  const detail = `here: ${here.reason ?? 'accepted'}, on chain: ${onChain.reason ?? 'accepted'}: please report it (SECURITY.md)`;
  return { ...report, accepted: false, reason: 'ANSWERS_DIFFER', detail };
}

/** An enclave chooses 32 bytes; a quote has room for 64. */
function agrees(here: Report, onChain: OnChain): boolean {
  if (here.accepted !== onChain.accepted) return false;
  const isSame = (name: 'measurement' | 'platformId' | 'reportData') =>
    onChain[name] !== null && String(here[name]).startsWith(onChain[name]);
  return !here.accepted || (isSame('measurement') && isSame('platformId') && isSame('reportData'));
}

const NOTHING = {
  ...{ accepted: false, reason: null, kind: null, measurement: null, fields: null, reportData: null, platformId: null },
  ...{ notBefore: null, validUntil: null, tcbStatus: null, advisories: [], evaluationNumber: null },
  ...{ gas: null, onChain: null },
};

function accepted(verified: VerifiedEvidence): Report {
  return { accepted: true, reason: null, ...said(verified) };
}

/** What holds is shown even where only the policy says no. */
function refused(
  { code, detail, values, subject }: EvidenceRefusal<VerifiedEvidence>,
  kind: EvidenceKind | null,
): Report {
  const rest = subject === null ? { kind } : said(subject);
  return { ...NOTHING, accepted: false, reason: code, detail, values, ...rest };
}

function said(verified: VerifiedEvidence) {
  const { kind, fields, measurement, reportData, platformId, notBefore, validUntil } = verified;
  const { tcbStatus, advisories, evaluationNumber } = verified;
  return {
    ...{
      kind,
      measurement: toHex0x(measurement),
      fields,
      reportData: toHex0x(reportData),
      platformId: toHex0x(platformId),
    },
    ...{ notBefore: iso(notBefore), validUntil: iso(validUntil), tcbStatus, advisories, evaluationNumber },
    ...{ gas: null, onChain: null },
  };
}

function textOf({ accepted: isAccepted, reason, detail, values, fields, onChain, ...rest }: Report): string {
  const verdict = isAccepted ? 'accepted' : `REFUSED  ${reason}: ${detail}`;
  const rows = [...entries(rest), ...entries(values), ...entries(fields)].map(([name, value]) => [
    `  ${name}`,
    String(value),
  ]);
  return [verdict, ...(rows.length === 0 ? [] : [table(rows)]), ...chainWords(onChain as OnChain | null)].join('\n');
}

function chainWords(onChain: OnChain | null): readonly string[] {
  if (onChain === null) return [];
  return [`on chain: ${onChain.accepted ? `accepted, for ${onChain.gas} gas` : `REFUSED  ${onChain.reason}`}`];
}

function entries(value: unknown): [string, unknown][] {
  return Object.entries(value ?? {}).filter(([, one]) => one !== null && !(Array.isArray(one) && one.length === 0));
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** Seconds since 1970. */
function timeOf(text: string): number {
  const milliseconds = text === 'now' ? systemClock.now() : Date.parse(text);
  if (Number.isNaN(milliseconds))
    throw new Fatal('CONFIG_INVALID', `--at ${text} is no time`, 'Write it as 2026-01-03T20:41:07Z.');
  return Math.floor(milliseconds / 1000);
}

const ADVICE = 'Name a quote, a document, a report, or its folder.';
const NAMES = ['doc.cbor', 'quote.bin', 'report.bin'];

function fileOf({ file: path }: Options): string {
  if (typeof path !== 'string') throw new Fatal('CONFIG_INVALID', 'FILE is missing', ADVICE);
  if (!asNamed(path, ADVICE, () => statSync(path)).isDirectory()) return path;
  const found = NAMES.map((name) => join(path, name)).find(existsSync);
  if (found !== undefined) return found;
  throw new Fatal('CONFIG_INVALID', `there is no ${NAMES.join(', no ')} in ${path}`, ADVICE);
}

function readEvidence(file: string, options: Options, at: number): Evidence {
  const evidence: Evidence = { bytes: read(file) };
  const folder = dirname(file);
  switch (kindOf(evidence.bytes)) {
    case 'tdx':
    case 'sgx': {
      const named = options.collateral;
      const collateral = typeof named === 'string' ? read(named) : newestCollateral(folder, at);
      return collateral === null ? evidence : { ...evidence, collateral };
    }
    case 'snp': {
      const vek = join(folder, 'vek.der');
      return existsSync(vek) ? { ...evidence, vek: read(vek) } : evidence;
    }
    case 'nitro':
    case null:
      return evidence;
  }
}

/** What a verifier had at that time: the newest that had been issued; if none had been, the oldest. */
function newestCollateral(folder: string, at: number): Uint8Array | null {
  const names = readdirSync(folder).filter((name) => /^collateral.*\.json$/.test(name));
  const dated = names.map((name) => read(join(folder, name))).map((bytes) => ({ bytes, issued: issueDate(bytes) }));
  const sorted = dated.sort((a, b) => a.issued - b.issued);
  return (sorted.findLast(({ issued }) => issued <= at) ?? sorted[0])?.bytes ?? null;
}

/** What cannot be read comes last in time, and is refused with its reason if nothing else is there. */
function issueDate(bytes: Uint8Array): number {
  const collateral = refusable(() => decodeCollateral(bytes));
  return isRefusal(collateral) ? Number.POSITIVE_INFINITY : collateral.tcbInfo.content.issueDate;
}

/** No more than one byte over the largest cap, so that a vast file is refused as too large and never read whole. */
function read(file: string): Uint8Array {
  return asNamed(file, 'Name another file, or make this one readable.', () => {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = new Uint8Array(Math.min(fstatSync(descriptor).size, MOST_COLLATERAL_BYTES + 1));
      return bytes.subarray(0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  });
}
