/** JSON-RPC over http or ws, with failures sorted into those that the pipeline knows how to survive. */

import { type Client, createClient, http, isHex, webSocket } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { revertReason } from '../chain/revertReason.ts';
import { Retryable, type RetryableCode } from '../errors.ts';

export type Rpc = <T>(method: string, params: readonly unknown[]) => Promise<T>;

const TIMEOUT = 15_000;

/** What providers say when they mean it; the first match counts. */
const MEANINGS: readonly (readonly [RegExp, RetryableCode])[] = [
  [/insufficient funds|doesn't have enough funds|sender doesn.t have/i, 'GAS_ACCOUNT_EMPTY'],
  [/nonce too low|nonce has already been used|expected nonce to be/i, 'NONCE_USED'],
  [/underpriced|fee too low|less than block base fee|max fee per gas less|replacement/i, 'UNDERPRICED'],
  [/revert|invalid opcode|out of gas/i, 'TRANSACTION_REVERTS'],
  [
    /prun(ed|ing)|missing trie node|historical state|history|state .*not available|distance to target block/i,
    'HISTORY_PRUNED',
  ],
  [
    /range|too many (results|blocks|logs)|more than \d+ (results|logs)|response size|limit exceeded|block count/i,
    'RANGE_TOO_LONG',
  ],
];

export function createRpc(url: string): Rpc {
  const transport = url.startsWith('ws') ? webSocket : http;
  const client: Client = createClient({ transport: transport(url, { timeout: TIMEOUT, retryCount: 0 }) });
  const request = client.request as (call: { method: string; params: readonly unknown[] }) => Promise<unknown>;
  return async <T>(method: string, params: readonly unknown[]) => {
    try {
      return (await request({ method, params })) as T;
    } catch (cause) {
      throw sorted(method, cause);
    }
  };
}

/** A wide net for what another provider may word differently; exported for its test. */
export function sorted(method: string, cause: unknown): Retryable {
  const said = sayings(cause);
  if (/already known|known transaction|already imported/i.test(said)) return new AlreadyKnown(method, cause);
  const code = MEANINGS.find(([pattern]) => pattern.test(said))?.[1];
  const fallback = /HTTP request failed|fetch failed|timed? ?out|took too long|socket|ECONN/i.test(said)
    ? 'RPC_UNAVAILABLE'
    : 'RPC_REFUSED';
  return new Retryable(code ?? fallback, `${method}: ${firstLine(said)}`, { cause });
}

/** The provider has this very transaction: for the sender that is success. */
export class AlreadyKnown extends Retryable {
  constructor(method: string, cause: unknown) {
    super('RPC_REFUSED', `${method}: already known`, { cause });
  }
}

/** Most specific first: what the node itself said, then what viem made of it. */
function sayings(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { details, shortMessage, message, cause, data } = error as Record<string, unknown>;
  const inner = cause === undefined ? '' : sayings(cause);
  const own = [details, shortMessage, message].filter((said) => typeof said === 'string');
  const revert = isHex(data) && data.length > 2 ? `reverts with ${revertReason(data)}` : '';
  return [revert, inner, ...own].filter((said) => said !== '').join('\n');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** A block number or count as JSON-RPC wants it. */
export function quantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`;
}
