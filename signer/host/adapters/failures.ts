/**
 * What a provider means by a failure. Words are free text of a stranger: what they may decide depends on the method that was asked,
 * so that no answer to one question can change the course of another.
 */

import { isHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { revertReason } from '../chain/revertReason.ts';
import { Retryable, type RetryableCode } from '../errors.ts';
import { redact } from '../redact.ts';

/** How a failure came: over the wire without an answer, or as the answer of a node. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The error object of a JSON-RPC answer, as far as it is one. */
export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly code: number | null;
  readonly data: unknown;
  constructor(message: string, code: number | null, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The provider has this very transaction: for the sender that is success. */
export class AlreadyKnown extends Retryable {
  constructor(method: string, cause: unknown) {
    super('RPC_REFUSED', `${method}: already known`, { cause });
  }
}

type Meaning = readonly [pattern: RegExp, code: RetryableCode];

const REVERTS: Meaning = [/revert|invalid opcode|out of gas|gas required exceeds/i, 'TRANSACTION_REVERTS'];
const POOR: Meaning = [
  /insufficient ?funds|enough funds|upfront cost|exceeds (the )?(account )?balance/i,
  'GAS_ACCOUNT_EMPTY',
];
const PRUNED: Meaning = [
  /prun(ed|ing)|missing trie node|histor(y|ical)|archive|state .*not available|state is unavailable|proof window|distance to target block/i,
  'HISTORY_PRUNED',
];
const TOO_LONG: Meaning = [
  /block range|\d,?\d* range|range is|too many (results|blocks|logs)|more than \d+ (results|logs)|max(imum)? results|response (size|too large)|query timeout|execution aborted \(timeout/i,
  'RANGE_TOO_LONG',
];
/** The range is wrong, or not there yet: half of it would be as well. */
const NO_SUCH_RANGE: Meaning = [/beyond|invalid block range|cannot be found/i, 'RPC_REFUSED'];
const NONCE: Meaning = [/nonce too low|old ?nonce|nonce has already been used|expected nonce to be/i, 'NONCE_USED'];
/** Caps that a node puts on what may be sent at all: no other fee helps. */
const CAPPED: Meaning = [/configured cap|higher than max fee/i, 'RPC_REFUSED'];
const CHEAP: Meaning = [
  /underpriced|fee ?too ?low|less than block base fee|max fee per gas less|replacement fee/i,
  'UNDERPRICED',
];

const STATE: readonly Meaning[] = [PRUNED];
/** By method, the first that matches; what is not here means nothing more than that the provider does not answer. */
const MEANINGS: Readonly<Record<string, readonly Meaning[]>> = {
  eth_sendRawTransaction: [CAPPED, POOR, NONCE, CHEAP, REVERTS],
  eth_estimateGas: [POOR, REVERTS, PRUNED],
  eth_call: [POOR, REVERTS, PRUNED],
  eth_getLogs: [NO_SUCH_RANGE, PRUNED, TOO_LONG],
  eth_getProof: STATE,
  eth_getCode: STATE,
  eth_getBalance: STATE,
  eth_getTransactionCount: STATE,
  eth_getBlockByNumber: STATE,
  eth_getBlockByHash: STATE,
};

const KNOWN = /already ?known|known transaction|already imported|already added|tx with same hash/i;

/** Too much was asked in a short time, by anybody. */
const BUSY =
  /rate.?limit|limit(ed)? rate|(?<!gas )limit exceeded|too many requests|request (count|rate)|rate exceeded|over (rate )?limit|compute units|credits|per second|retry in|exhausted|quota/i;
const BUSY_CODES: ReadonlySet<number> = new Set([429, -32005, -32029]);

/** Sorted into what the pipeline knows how to survive. */
export function sorted(method: string, cause: unknown): Retryable {
  const said = sayings(cause);
  if (method === 'eth_sendRawTransaction' && KNOWN.test(said)) return new AlreadyKnown(method, cause);
  const code = meaningOf(method, said) ?? fallback(cause, said);
  return new Retryable(code, `${method}: ${firstLine(redact(said))}`, { cause });
}

function meaningOf(method: string, said: string): RetryableCode | undefined {
  if (!Object.hasOwn(MEANINGS, method)) return undefined;
  return MEANINGS[method]?.find(([pattern]) => pattern.test(said))?.[1];
}

function fallback(cause: unknown, said: string): RetryableCode {
  if (BUSY_CODES.has(codeOf(cause)) || BUSY.test(said)) return 'RPC_BUSY';
  if (cause instanceof NoAnswer || /fetch failed|timed? ?out|took too long|socket|ECONN/i.test(said))
    return 'RPC_UNAVAILABLE';
  return 'RPC_REFUSED';
}

function codeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 0;
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return typeof code === 'number' ? code : codeOf(cause);
}

/** Most specific first: what the node itself said, then what those above made of it. */
function sayings(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 5) return String(error);
  const { details, shortMessage, message, cause, data } = error as Record<string, unknown>;
  const inner = cause === undefined ? '' : sayings(cause, depth + 1);
  const own = [details, shortMessage, message].flatMap((said) =>
    typeof said === 'string' ? [said.slice(0, WORDS)] : [],
  );
  return [revertOf(data), inner, ...own].filter((said) => said !== '').join('\n');
}

/** Nodes put what a call reverted with into `data`, some a level deeper. */
function revertOf(data: unknown): string {
  if (typeof data === 'string') return isRevert(data) ? `reverts with ${revertReason(data)}` : '';
  if (typeof data !== 'object' || data === null) return '';
  const inner = (data as { readonly data?: unknown }).data;
  return typeof inner === 'string' ? revertOf(inner) : '';
}

function isRevert(data: string): data is Hex {
  return data.length > 2 && data.length <= LONGEST_DATA && isHex(data, { strict: true });
}

const WORDS = 2_000;
const LONGEST_DATA = 65_536;
const LONGEST_LINE = 400;

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, LONGEST_LINE);
}
