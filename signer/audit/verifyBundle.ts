/**
 * An auditor's whole check of one fulfilled request, from a trusted block root to the signatures, link by link. Without network, clock or
 * chance: what it says depends on the file and on what the auditor brings (`Trust`), and on nothing else.
 */

import { toHex } from '../formats/hex.ts';
import { payloadKind } from '../formats/kinds.ts';
import { requireEffects } from '../payload/requireEffects.ts';
import type { Bundle } from './bundle.ts';
import { decodeBundle, openBundle } from './decodeBundle.ts';
import { type Finding, Findings, Stopped } from './findings.ts';
import { requireAuthorisation } from './links/requireAuthorisation.ts';
import { requireCheckpoint } from './links/requireCheckpoint.ts';
import { requireCommittee } from './links/requireCommittee.ts';
import { type Configured, requireConfiguration } from './links/requireConfiguration.ts';
import { requireContracts } from './links/requireContracts.ts';
import { requireFinality } from './links/requireFinality.ts';
import { requireHeader } from './links/requireHeader.ts';
import { type ProvenKey, requireKey } from './links/requireKey.ts';
import { requireMeasurements } from './links/requireMeasurements.ts';
import { requirePayload } from './links/requirePayload.ts';
import { requirePeriods } from './links/requirePeriods.ts';
import { requireRegistrations } from './links/requireRegistrations.ts';
import { type ProvenRequest, requireRequest } from './links/requireRequest.ts';
import { requireSignatures } from './links/requireSignatures.ts';
import { notProven } from './notProven.ts';
import { AuditedState, measuredState } from './state.ts';
import type { Trust } from './trust.ts';

export type Audit = {
  /** Every link holds. */
  readonly ok: boolean;
  readonly links: readonly Finding[];
  /** What an auditor has to know or believe all the same, in words. */
  readonly notProven: readonly string[];
  /** What was asked and signed; null unless every link holds. */
  readonly bundle: Bundle | null;
};

/** Null for a file that is no bundle of this format. */
export function verifyBundle(text: string, trust: Trust): Audit | null {
  const fields = openBundle(text);
  if (fields === null) return null;
  const findings = new Findings();
  try {
    const bundle = audited(findings, fields, trust);
    return { ok: true, links: findings.all(), ...bundle };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return { ok: false, links: findings.all(), notProven: [], bundle: null };
  }
}

function audited(
  findings: Findings,
  fields: Readonly<Record<string, unknown>>,
  trust: Trust,
): Pick<Audit, 'bundle' | 'notProven'> {
  const bundle = findings.check(
    'bundle',
    () => decodeBundle(fields),
    ({ nodes, periods }) => `${nodes.length} nodes, ${periods.length} updates of periods, no field too many`,
  );
  const configured = configurationOf(findings, bundle, trust);
  const state = blockOf(findings, bundle, configured, trust);
  const { request, key } = facts(findings, bundle, configured, state);
  const authorisation = requireAuthorisation(findings, state, configured.configuration, trust, request, bundle);
  signed(findings, bundle, key);
  findings.check(
    'nothing-else',
    () => state.requireAllReached(),
    () => 'every node was needed',
  );
  return { bundle, notProven: notProven(trust, configured, authorisation, bundle) };
}

function configurationOf(findings: Findings, bundle: Bundle, trust: Trust): Configured {
  return findings.check(
    'configuration',
    () => requireConfiguration(bundle, trust),
    ({ configuration: { hash, chainId } }) => {
      const record = trust.deployment === null ? '' : ', its contracts as recorded';
      return `${toHex(hash)}: chain ${chainId}${trust.configuration === null ? '' : ', as expected'}${record}`;
    },
  );
}

/** The block under which all else is proven. */
function blockOf(
  findings: Findings,
  bundle: Bundle,
  { finality, configuration }: Configured,
  trust: Trust,
): AuditedState {
  const trusted = findings.check(
    'checkpoint',
    () => requireCheckpoint(finality, bundle, trust),
    ({ finalised }) => `block ${toHex(trust.checkpoint)}, slot ${finalised.beacon.slot}, and its sync committee`,
  );
  const crossed = findings.check(
    'periods',
    () => requirePeriods(finality, trusted, bundle),
    () => `${bundle.periods.length} crossed`,
  );
  const final = findings.check(
    'finality',
    () => requireFinality(finality, crossed, bundle),
    ({ slot, blockHash }) => `slot ${slot} is final, with block ${toHex(blockHash)}`,
  );
  const header = findings.check(
    'header',
    () => requireHeader(final, bundle),
    ({ number, timestamp }) => `block ${number} of ${time(timestamp)}`,
  );
  return findings.check(
    'contracts',
    () => {
      const state = new AuditedState(header, bundle.nodes);
      requireContracts(state, configuration);
      return state;
    },
    () => 'four accounts, each with the code that is measured',
  );
}

type Facts = { readonly request: ProvenRequest; readonly key: ProvenKey };

/** What the measured contracts say. */
function facts(findings: Findings, bundle: Bundle, configured: Configured, state: AuditedState): Facts {
  const { configuration } = configured;
  const measured = measuredState(state, configuration);
  const request = findings.check(
    'request',
    () => requireRequest(measured, configuration, bundle),
    ({ readyAt, isVoted }) =>
      `${toHex(bundle.id)} is FULFILLED; READY ${time(readyAt)}, ${isVoted ? 'asked by a vote for' : 'asked by'} ${toHex(bundle.request.requester)}`,
  );
  const key = findings.check(
    'key',
    () => requireKey(measured, bundle),
    ({ schemeName, publicKey, epoch, threshold, size }) =>
      `${toHex(bundle.request.keyId)}: ${schemeName}, root ${toHex(publicKey.x)}, ${threshold} of ${size} in epoch ${epoch}`,
  );
  members(findings, bundle, configured, measured, key);
  return { request, key };
}

function members(
  findings: Findings,
  bundle: Bundle,
  configured: Configured,
  measured: ReturnType<typeof measuredState>,
  key: ProvenKey,
): void {
  const committee = findings.check(
    'committee',
    () => requireCommittee(configured.configuration, key, bundle),
    (found) => `${found.length} members: ${found.map(({ id }) => toHex(id).slice(0, 12)).join(', ')}`,
  );
  const enclaves = findings.check(
    'registrations',
    () => requireRegistrations(measured, committee),
    (found) => `operators ${found.map(({ operator }) => toHex(operator)).join(', ')}`,
  );
  findings.check(
    'measurements',
    () => requireMeasurements(measured, configured, enclaves, bundle),
    (found) => found.map(({ id, image, status }) => `${toHex(id)} (image ${toHex(image)}), ${status}`).join('; '),
  );
}

/** What was signed, and that it is. */
function signed(findings: Findings, bundle: Bundle, key: ProvenKey): void {
  const { request } = bundle;
  const decoded = findings.check(
    'payload',
    () => requirePayload(key, bundle),
    ({ messages }) =>
      `${payloadKind(request.kind)} of ${request.payload.length} bytes, ${messages.length} digests as declared`,
  );
  findings.check(
    'effects',
    () => requireEffects(request.effects, decoded.effects),
    () => `${decoded.effects.length}, all as declared`,
  );
  findings.check(
    'signatures',
    () => requireSignatures(key.schemeName, decoded, bundle),
    () => `${bundle.signatures.length} hold under the derived key ${toHex(decoded.verifyingKey)}`,
  );
}

/** Seconds beyond what a calendar has stay seconds. */
function time(seconds: number): string {
  return seconds < 8.64e12 ? new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z') : `second ${seconds}`;
}
