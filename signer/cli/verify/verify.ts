/**
 * `quorate verify`: checks a report of signatures. Offline: each request's id is that of all that the report says of it, its digests and effects are
 * the payload's own, each signature holds under the verifying key, and that derives from the root key for this requester and path. With an RPC and
 * the record of the deployment all of it is compared with the chain: a report alone can be made up around a key of one's own.
 */

import { readFileSync } from 'node:fs';
import { fromHex, type Hex, type Wire } from '../../formats/hex.ts';
import { PAYLOAD_KINDS } from '../../formats/kinds.ts';
import type { RefusalKind } from '../../formats/refusal.ts';
import type { Request as Asked } from '../../formats/request.ts';
import { SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { birthDomain, requestId as idOfRequest } from '../../formats/wirePreimages.ts';
import { describe, Fatal } from '../../host/errors.ts';
import { parseJson } from '../../host/plainJson.ts';
import { printable } from '../../host/printable.ts';
import { wrongChainId } from '../chain/deploymentRecord.ts';
import { SOURCE } from '../chain/source.ts';
import { type Command, type Options, option, table } from '../command.ts';
import { compare, understand } from '../payload/judgePayload.ts';
import { compareReport } from './compareReport.ts';
import type { Finding, Report, ReportedKey, ReportedRequest } from './report.ts';
import { holdsUnder, type RootKey, verifyingKeyOf } from './signatureChain.ts';

const FULFILLED = 'FULFILLED';
const OFFLINE =
  'Offline: it agrees with itself. That a DAO asked for it, only the chain can say, where it still is: add --rpc URL --deployment FILE.';
const DIFFERS = 'Offline: it does not agree with itself.';
/** > unsigned: nobody signed it, by its state; so there is nothing to hold against a key */
const UNSIGNED = 'unsigned: it ended without a signature, as its state says, and none is there.';
const STATES: readonly string[] = ['QUEUED', 'READY', FULFILLED, 'REFUSED', 'EXPIRED', 'CANCELLED'];
const LOOKED_AT = ['chainId', 'contracts', 'keys', 'requests'];

export const verify: Command = {
  summary: 'check a report of signatures, from signature to root key; with --rpc and --deployment, against the chain',
  options: [
    { name: 'report', means: 'the file, such as out/demo.json', fallback: 'out/demo.json' },
    ...SOURCE.filter(({ name }) => name !== 'config'),
  ],
  run: async (options) => {
    const report = readReport(option(options, 'report'));
    const offline = verifyReport(report);
    const isOnline = isToBeCompared(options);
    const { general, findings } = isOnline
      ? await compareReport(options, report, offline)
      : { general: [], findings: offline };
    const rows = findings.map((finding) => [
      verdictOf(finding),
      finding.requestId,
      [...finding.problems, ...finding.unproven].join('; '),
    ]);
    const isFine = general.length === 0 && findings.some(({ isSigned }) => isSigned) && findings.every(({ ok }) => ok);
    const lines = [
      findings.length === 0 ? 'the report has no requests' : table(rows),
      ...general.map((problem) => `WRONG  ${problem}`),
      ...(findings.some(({ ok, isSigned }) => ok && !isSigned) ? [UNSIGNED] : []),
      ...(isOnline ? ['Compared with the chain.'] : offlineLines(report, findings)),
    ];
    return { json: isOnline ? { general, findings } : findings, text: lines.join('\n'), ok: isFine };
  },
};

/** Only of what was looked at something is said. */
function offlineLines(report: Report, findings: readonly Finding[]): readonly string[] {
  const others = Object.keys(report).filter((name) => !LOOKED_AT.includes(name));
  const left =
    others.length === 0 ? [] : [`Not looked at: ${others.map(printable).join(', ')}; only the chain knows them.`];
  if (findings.length === 0) return left;
  return [findings.every(({ ok }) => ok) ? OFFLINE : DIFFERS, ...left];
}

/** Both or neither; `compareReport` says which is missing. */
function isToBeCompared({ rpc, deployment }: Options): boolean {
  return [rpc, deployment, process.env.QUORATE_RPC, process.env.QUORATE_DEPLOYMENT].some((one) => one !== undefined);
}

function verdictOf({ ok, isSigned, unproven }: Finding): string {
  if (!ok) return 'WRONG';
  if (unproven.length > 0) return 'partly';
  return isSigned ? 'ok' : 'unsigned';
}

export function verifyReport(report: Report): readonly Finding[] {
  return report.requests.map((request, at) => {
    const finding = verifyRequest(report, request);
    const isRepeated = report.requests.findIndex(({ requestId }) => requestId === request.requestId) !== at;
    const state = request.state ?? FULFILLED;
    const problems = [
      ...finding.problems,
      ...(isRepeated ? ['the report has this request twice'] : []),
      ...(STATES.includes(state) ? [] : [`${printable(String(state))} is no state of a request`]),
    ];
    return { ...finding, problems, ok: problems.length === 0 };
  });
}

function verifyRequest(report: Report, request: ReportedRequest): Finding {
  const { requestId, digests, signatures, publicKey, scheme, state = FULFILLED } = request;
  const isSigned = state === FULFILLED || signatures.length > 0;
  const { problems, unproven } = recomputed(report, request, isSigned);
  if (publicKey.toLowerCase() !== expectedKey(report, request))
    problems.push('the verifying key does not derive from the root key');
  if (isSigned && (digests.length === 0 || digests.length !== signatures.length))
    problems.push(`${signatures.length} signatures for ${digests.length} digests`);
  if (isSigned)
    digests.forEach((digest, at) => {
      if (!holdsUnder(scheme, signatures[at], digest, publicKey)) problems.push(`signature ${at} does not hold`);
    });
  return { requestId, ok: problems.length === 0, isSigned, problems, unproven };
}

/** The id, and what the payload says by the enclave's decoder. */
function recomputed(report: Report, request: ReportedRequest, isSigned: boolean) {
  const problems: string[] = [];
  const asked = askedOf(request);
  const contract = contractOf(report, 'signingRequests');
  if (asked === null || contract === null)
    return {
      problems,
      unproven: ['the report does not say all that the id commits to, so neither id nor payload is computed again'],
    };
  if (idOrNull(report.chainId, contract, asked) !== request.requestId)
    problems.push('the id is not that of what the report says was asked');
  const said = payloadProblem(report, request, asked);
  if (isSigned && said?.kind === 'final') problems.push(`it was signed, and ${said.words}`);
  return { problems, unproven: isSigned && said?.kind === 'unsupported' ? [`payload: ${said.words}`] : [] };
}

function askedOf({
  keyId,
  requester,
  path,
  payloadKind,
  payload,
  digests,
  asked,
}: ReportedRequest): Wire<Asked> | null {
  const kind = Object.hasOwn(PAYLOAD_KINDS, payloadKind)
    ? PAYLOAD_KINDS[payloadKind as keyof typeof PAYLOAD_KINDS].number
    : null;
  if (asked === undefined || payload === undefined || kind === null) return null;
  const { counter, effects, deadline, consumer, callbackGas, replaces } = asked;
  return {
    ...{ keyId, requester, counter, path, kind, payload, digests, effects },
    ...{ deadline, consumer, callbackGas, replaces },
  };
}

/** Null for what has no id: bytes of another form. */
function idOrNull(chainId: number, contract: Hex, asked: Wire<Asked>): Hex | null {
  try {
    return idOfRequest(chainId, contract, asked);
  } catch {
    return null;
  }
}

type PayloadProblem = { readonly words: string; readonly kind: RefusalKind };

/** Null where enclaves of this release sign it. */
function payloadProblem(report: Report, { keyId, scheme }: ReportedRequest, asked: Wire<Asked>): PayloadProblem | null {
  const [key, registry] = [report.keys.find((one) => one.keyId === keyId), contractOf(report, 'keyRegistry')];
  const number = (SCHEME_NUMBERS as Readonly<Record<string, number>>)[scheme];
  if (key === undefined || registry === null || number === undefined)
    return { words: 'its key is not in the report', kind: 'final' };
  try {
    const { prefix, x } = rootOf(key);
    const birth = birthDomain(report.chainId, registry, keyId, { prefix, x });
    const { requester, path, kind, payload } = asked;
    const judged = understand(
      { scheme: number, publicKeyPrefix: prefix, publicKeyX: x, birth },
      { requester: fromHex(requester), path: fromHex(path), kind, payload: fromHex(payload) },
    );
    if ('finding' in judged) return { words: judged.finding.words, kind: judged.kind };
    const effects = asked.effects.map(({ asset, recipient, detail, amount, ...rest }) => ({
      ...{ ...rest, asset: fromHex(asset), recipient: fromHex(recipient), detail: fromHex(detail) },
      amount: BigInt(amount),
    }));
    const found = compare(judged.decoded, { digests: asked.digests.map(fromHex), effects });
    return found.is === 'problem' ? { words: found.words, kind: 'final' } : null;
  } catch (cause) {
    return { words: `its payload is not readable: ${describe(cause)}`, kind: 'final' };
  }
}

function rootOf({ prefix, publicKey }: ReportedKey): RootKey {
  return { prefix, x: `0x${publicKey.slice(-64)}` };
}

function contractOf({ contracts }: Report, name: string): Hex | null {
  const capital = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  return contracts[name] ?? contracts[capital] ?? null;
}

function expectedKey(report: Report, { keyId, scheme, requester, path, payloadKind }: ReportedRequest): Hex | null {
  const key = report.keys.find((one) => one.keyId === keyId);
  const keyRegistry = contractOf(report, 'keyRegistry');
  if (key === undefined || keyRegistry === null) return null;
  if (scheme === 'ed25519') return key.publicKey;
  const use = { scheme, requester, path, payloadKind };
  try {
    return verifyingKeyOf({ chainId: report.chainId, keyRegistry, keyId }, rootOf(key), use);
  } catch {
    return null; // an address or a key that is none
  }
}

const MOST_BYTES = 64_000_000;
const ADVICE = 'Name a report with --report; the demo writes out/demo.json.';

function readReport(file: string): Report {
  let report: Partial<Report> | null;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MOST_BYTES) throw new Error('it is too long');
    report = parseJson(text) as Partial<Report> | null;
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', `cannot read ${file}: ${describe(cause)}`, ADVICE, { cause });
  }
  const problem = formProblem(report);
  if (problem !== null) throw new Fatal('CONFIG_INVALID', `${file} is no report: ${problem}`, ADVICE);
  return report as Report;
}

const HEX_FIELDS = ['requestId', 'keyId', 'requester', 'path', 'publicKey'] as const;

function formProblem(report: Partial<Report> | null): string | null {
  if (typeof report !== 'object' || report === null) return 'it is no object';
  if (!Number.isSafeInteger(report.chainId)) return wrongChainId(report.chainId, 'a whole number');
  if (typeof report.contracts !== 'object' || report.contracts === null) return 'it has no contracts';
  if (!isListOf(report.keys, isKey)) return 'its keys are no list of keys';
  return isListOf(report.requests, isRequest) ? null : 'its requests are no list of requests';
}

function isListOf(value: unknown, is: (one: Readonly<Record<string, unknown>>) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && is(one));
}

function isKey({ keyId, publicKey, prefix }: Readonly<Record<string, unknown>>): boolean {
  return isHex(keyId) && isHex(publicKey) && typeof prefix === 'number';
}

function isRequest(one: Readonly<Record<string, unknown>>): boolean {
  const lists = [one.digests, one.signatures].every((list) => Array.isArray(list) && list.every(isHex));
  return (
    lists &&
    HEX_FIELDS.every((field) => isHex(one[field])) &&
    [one.scheme, one.payloadKind].every((word) => typeof word === 'string')
  );
}

function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(value);
}
