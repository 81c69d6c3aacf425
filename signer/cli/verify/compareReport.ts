/** A report against the chain: every contract, key, enclave and request that it names, field by field. */

import type { Hex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { SIGNING_REQUESTS_ABI } from '../../host/chain/abi.ts';
import { Fatal } from '../../host/errors.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { type History, readHistory } from '../chain/readLedger.ts';
import { deliveredOf } from '../chain/requestSignatures.ts';
import { openSource, reading, type Source } from '../chain/source.ts';
import type { Options } from '../command.ts';
import { type KnownKeys, keysNow } from './recomputeKeys.ts';
import type { Finding, Report, ReportedRequest } from './report.ts';

const STATES = ['NONE', 'QUEUED', 'READY', 'FULFILLED', 'REFUSED', 'EXPIRED', 'CANCELLED'];

/** @throws Fatal where the chain cannot be read, or is not that of the record */
export async function compareReport(options: Options, report: Report, offline: readonly Finding[]) {
  const source = await openSource({ rpc: options.rpc, deployment: options.deployment });
  return reading(async () => {
    const history = await readHistory(source.chain, source.startBlock);
    const keys = await keysNow(source, history);
    const wrongKeys = keyProblems(keys, report);
    requireSomeOfIt(source, history, wrongKeys, report);
    const general = [...contracts(source, report), ...wrongKeys, ...signers(history, report)];
    const findings = await Promise.all(
      offline.map(async (finding, at) =>
        withChain(finding, await requestProblems(source, history, report.requests[at])),
      ),
    );
    return { general, findings };
  });
}

/**
 * Of another deployment, or of a development chain that is gone and whose addresses came again, every line would be wrong and none would say
 * why. @throws Fatal WRONG_DEPLOYMENT
 */
function requireSomeOfIt({ record }: Source, { events }: History, wrongKeys: readonly string[], report: Report): void {
  const asked = new Set(events.flatMap(({ data }) => (data.event === 'SignatureRequested' ? [data.id] : [])));
  const isThere =
    report.requests.some(({ requestId }) => asked.has(requestId)) || wrongKeys.length < report.keys.length;
  const isEmpty = report.requests.length === 0 && report.keys.length === 0;
  if (isThere || isEmpty) return;
  throw new Fatal(
    'WRONG_DEPLOYMENT',
    `the report is of another deployment: chain ${record.chainId} has none of its keys and requests`,
    'Name the RPC and the record of the deployment that it is of; with neither (unset QUORATE_RPC and QUORATE_DEPLOYMENT) it is checked offline.',
  );
}

/** What the chain says too is proven, whatever the report lacks. */
function withChain(finding: Finding, found: readonly string[]): Finding {
  const problems = [...finding.problems, ...found];
  return { ...finding, problems, ok: problems.length === 0, unproven: [] };
}

function contracts({ record }: Source, report: Report): string[] {
  const problems =
    record.chainId === report.chainId
      ? []
      : [`the report is of chain ${report.chainId}, the record of ${record.chainId}`];
  for (const [name, address] of Object.entries(report.contracts)) {
    const recorded = record.contracts[name]?.address;
    if (recorded !== String(address).toLowerCase())
      problems.push(`${name} is at ${recorded ?? 'no address'}, not at ${address}`);
  }
  return problems;
}

function keyProblems(keys: KnownKeys, report: Report): string[] {
  return report.keys.flatMap(({ keyId, prefix, publicKey, scheme }) => {
    const key = keys.get(keyId);
    if (key === undefined) return [`there is no key ${keyId}`];
    const same = key.publicKeyPrefix === prefix && key.publicKeyX === `0x${publicKey.slice(-64)}`.toLowerCase();
    const named_ = scheme === undefined || named(SCHEME_NUMBERS, key.scheme) === scheme;
    return same && named_ ? [] : [`key ${keyId} has another public key or scheme on chain`];
  });
}

function signers({ ledger }: History, { signers: told = [] }: Report): string[] {
  const missing = [...ledger.enclaves.keys()].filter((id) => !told.some((one) => one.id === id));
  const wrong = told.flatMap(({ id, operator, identity, measurement }) => {
    const there = ledger.enclaves.get(id as Hex);
    const same = [
      [operator, there?.operator],
      [identity, there?.identity],
      [measurement, there?.measurement],
    ].every(([a, b]) => a?.toLowerCase() === b?.toLowerCase());
    return there !== undefined && same ? [] : [`enclave ${id} is not on chain as the report says`];
  });
  return [...missing.map((id) => `the report lacks enclave ${id}`), ...wrong];
}

async function requestProblems(source: Source, history: History, told: ReportedRequest | undefined): Promise<string[]> {
  const { events } = history;
  const event = events.find(({ data }) => data.event === 'SignatureRequested' && data.id === told?.requestId)?.data;
  if (told === undefined || event?.event !== 'SignatureRequested') return ['the chain has no such request'];
  const { request } = event;
  const { rpc, record } = source;
  const at = addressOf(record, 'signingRequests');
  const state = await view(rpc, at, SIGNING_REQUESTS_ABI, 'stateOf', [told.requestId], 'finalized');
  const { signatures, transaction } = await deliveredOf(source, history, told.requestId);
  const { counter, effects, deadline, consumer, callbackGas, replaces } = request;
  const kind = payloadKind(request.kind) ?? `unknown (${request.kind})`;
  const pairs: Readonly<Record<string, readonly [unknown, unknown]>> = {
    key: [told.keyId, request.keyId],
    requester: [told.requester, request.requester],
    path: [told.path, request.path],
    kind: [told.payloadKind, kind],
    payload: [told.payload, request.payload],
    digests: [told.digests, request.digests],
    state: [told.state ?? 'FULFILLED', STATES[Number(state)]],
    signatures: [told.signatures, signatures],
    transaction: [told.postedTx ?? null, transaction],
    'what else was asked': [
      ordered(told.asked),
      ordered({ counter, effects, deadline, consumer, callbackGas, replaces }),
    ],
  };
  return Object.entries(pairs).flatMap(([what, [a, b]]) =>
    plain(a) === plain(b) ? [] : [`its ${what} is another on chain`],
  );
}

/** Names in one order, so that two can be compared. */
function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, ordered(one)]),
  );
}

function plain(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').toLowerCase();
}
