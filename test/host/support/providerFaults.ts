/** What providers get wrong, as data: each row is one kind that somebody has met, and what a host must make of it. */

import type { RetryableCode } from '../../../signer/host/errors.ts';
import type { Chain } from '../../../signer/host/ports/chain.ts';

type Struck = {
  readonly name: string;
  readonly methods: readonly string[];
  /** A question of the chain port that meets it. */
  readonly question: keyof Chain;
  /** What a host with no other provider comes to; null where it cannot notice by this answer alone. */
  readonly code: RetryableCode | null;
};
/** Answers in time, and wrongly. */
export type AnswerFault = Struck & { readonly answer: (honest: unknown, params: readonly unknown[]) => unknown };
/** Answers with an error of JSON-RPC. */
export type SayingFault = Struck & { readonly says: { readonly code: number; readonly message: string } };
/** Does not speak JSON-RPC as it should; a number is an HTTP status. */
export type WireFault = Struck & {
  readonly wire:
    | number
    | 'html'
    | 'wrong-id'
    | 'batch'
    | 'neither'
    | 'empty'
    | 'huge'
    | 'deep'
    | 'many'
    | 'silent'
    | 'cut'
    | 'bytes'
    | 'twice';
  readonly over: 'http' | 'ws' | 'both';
};
export type ProviderFault = AnswerFault | SayingFault | WireFault;

const METHODS = {
  chainId: ['eth_chainId'],
  genesis: ['eth_getBlockByNumber'],
  finalized: ['eth_getBlockByNumber'],
  blockAt: ['eth_getBlockByNumber'],
  header: ['eth_getBlockByHash'],
  events: ['eth_getLogs'],
  nodes: ['eth_getProof'],
  counts: ['eth_call'],
  requestState: ['eth_call'],
  nonce: ['eth_getTransactionCount'],
  balance: ['eth_getBalance'],
  fees: ['eth_maxPriorityFeePerGas'],
  estimateGas: ['eth_estimateGas'],
  send: ['eth_sendRawTransaction'],
  receipt: ['eth_getTransactionReceipt'],
} as const satisfies Partial<Record<keyof Chain, readonly string[]>>;
export type Question = keyof typeof METHODS;

type Fields = Readonly<Record<string, unknown>>;
const answers = (
  question: Question,
  what: string,
  answer: AnswerFault['answer'],
  code: AnswerFault['code'] = 'RPC_NONSENSE',
): AnswerFault => ({ name: `${question}: ${what}`, question, methods: METHODS[question], code, answer });
const says = (question: Question, message: string, code: RetryableCode | null, number = -32_000): SayingFault => ({
  ...{ name: `${question}: "${message}"`, question, methods: METHODS[question], code },
  says: { code: number, message },
});
const wire = (what: WireFault['wire'], over: WireFault['over'], code: RetryableCode | null): WireFault => ({
  ...{ name: `wire: ${what} over ${over}`, question: 'events', methods: METHODS.events, code, wire: what, over },
});

const but = (change: Fields) => (honest: unknown) => ({ ...(honest as Fields), ...change });
const eachLog = (change: Fields) => (honest: unknown) => (honest as Fields[]).map((log) => ({ ...log, ...change }));
const firstSlot = (change: Fields) => (honest: unknown) => {
  const { storageProof, ...rest } = honest as Fields & { storageProof: Fields[] };
  return { ...rest, storageProof: storageProof.map((entry, at) => (at === 0 ? { ...entry, ...change } : entry)) };
};
const nothing = () => null;
const QUESTIONS = Object.keys(METHODS) as Question[];
/** Of these, null has a meaning. */
const MAY_BE_NULL: ReadonlySet<Question> = new Set(['blockAt', 'receipt']);
const NULL_BLOCK: ReadonlySet<Question> = new Set(['genesis', 'finalized', 'header']);
const H = (byte: string) => `0x${byte.repeat(32)}`;

export const PROVIDER_FAULTS: readonly ProviderFault[] = [
  ...QUESTIONS.filter((question) => !MAY_BE_NULL.has(question)).map((question) =>
    answers(question, 'null', nothing, NULL_BLOCK.has(question) ? 'RPC_REFUSED' : 'RPC_NONSENSE'),
  ),
  ...QUESTIONS.flatMap((question) => [
    answers(question, 'true', () => true),
    answers(question, 'a number instead of hex', () => 7),
    answers(question, 'a text that is no hex', () => 'latest'),
    ...(question === 'receipt' ? [] : [answers(question, 'an empty object', () => ({}))]),
    answers(question, 'a list of null', () => [null]),
  ]),

  answers('finalized', 'a pending block', but({ number: null, hash: null })),
  answers('finalized', 'a number beyond 2^53', but({ number: '0x20000000000001' })),
  answers('finalized', 'a hash of 31 bytes', but({ hash: `0x${'ab'.repeat(31)}` })),
  answers('finalized', 'a time that is none', but({ timestamp: '0x' })),
  answers('blockAt', 'another block', but({ number: '0x63' })),
  answers('finalized', 'a stale head', but({ number: '0x1' }), null),
  answers('header', 'a field changed', but({ gasUsed: '0x5209' }), 'HEADER_MISMATCH'),
  answers('header', 'a field missing', but({ stateRoot: null }), 'HEADER_MISMATCH'),
  answers('header', 'a field of odd length', but({ extraData: '0xabc' }), 'HEADER_MISMATCH'),

  answers('events', 'a log without a block', eachLog({ blockNumber: null, blockHash: null, logIndex: null })),
  answers('events', 'topics null', eachLog({ topics: null })),
  answers('events', 'five topics', eachLog({ topics: Array(5).fill(H('11')) })),
  answers('events', 'a topic too short', eachLog({ topics: ['0x11'] })),
  answers('events', 'data of odd length', eachLog({ data: '0x123' })),
  answers('events', 'logs of a contract that nobody asked for', eachLog({ address: `0x${'99'.repeat(20)}` })),
  answers('events', 'logs of blocks that nobody asked for', eachLog({ blockNumber: '0x3e8' })),
  answers('events', 'removed is a text', eachLog({ removed: 'false' })),
  answers('events', 'an object', () => ({ logs: [] })),
  answers('events', 'leaves out a log', (honest) => (honest as unknown[]).slice(1), null),
  answers('events', 'leaves out all logs', () => [], null),
  answers(
    'events',
    'invents an event',
    (honest) => {
      const [first, ...rest] = honest as (Fields & { topics: string[] })[];
      return [{ ...first, topics: [first?.topics[0], H('77'), H('11')] }, ...rest];
    },
    null,
  ),
  answers('events', 'says everything twice', (honest) => [...(honest as unknown[]), ...(honest as unknown[])], null),

  answers('nodes', 'no nodes of the account', but({ accountProof: [] }), 'PROOF_INCOMPLETE'),
  answers('nodes', 'no storage proofs', but({ storageProof: [] }), 'PROOF_INCOMPLETE'),
  answers('nodes', 'storage proofs null', but({ storageProof: null })),
  answers('nodes', 'another slot', firstSlot({ key: '0x99' }), 'PROOF_INCOMPLETE'),
  answers('nodes', 'a node of 4 KiB', firstSlot({ proof: [`0x${'00'.repeat(4_096)}`] })),
  answers('nodes', 'a path of a thousand nodes', firstSlot({ proof: Array(1_000).fill('0x01') })),
  answers('nodes', 'a short key for the same slot', firstSlot({ key: '0x1' }), null),

  answers('receipt', 'pending, with nulls', but({ blockNumber: null, status: null }), null),
  answers('receipt', 'pending, with a status', but({ blockNumber: null }), null),
  answers('receipt', 'no status', but({ status: undefined })),
  answers('receipt', 'status 2', but({ status: '0x2' })),
  answers('receipt', 'of another transaction', but({ transactionHash: H('99') })),
  answers('send', 'another transaction', () => H('99')),
  answers('counts', 'no code', () => '0x'),
  answers('counts', 'half a word', () => `0x${'00'.repeat(16)}`),
  answers('balance', 'more than a word', () => `0x1${'00'.repeat(32)}`),

  says('events', 'rate limit exceeded', 'RPC_BUSY', -32_005),
  says('events', 'limit exceeded', 'RPC_BUSY', -32_005),
  says('events', 'Your app has exceeded its compute units per second capacity', 'RPC_BUSY', 429),
  says('events', 'query returned more than 10000 results', 'RANGE_TOO_LONG', -32_005),
  says('events', 'eth_getLogs is limited to a 10,000 range', 'RANGE_TOO_LONG'),
  says('events', 'history has been pruned', 'HISTORY_PRUNED'),
  says('events', 'execution reverted', 'RPC_REFUSED'),
  says('blockAt', 'rate limit exceeded', 'RPC_BUSY', -32_005),
  says('blockAt', 'block range is too large', 'RPC_REFUSED'),
  says('finalized', 'invalid argument 0: hex string without 0x prefix', 'RPC_REFUSED', -32_602),
  says('finalized', 'Unknown block', 'RPC_REFUSED', -39_001),
  says('nodes', 'the method eth_getProof does not exist/is not available', 'RPC_REFUSED', -32_601),
  says('nodes', 'distance to target block exceeds maximum proof window', 'HISTORY_PRUNED'),
  says('nodes', 'nonce too low', 'RPC_REFUSED'),
  says('estimateGas', 'execution reverted', 'TRANSACTION_REVERTS', 3),
  says('send', 'AlreadyKnown, Transaction was already added', null, -32_010),
  says('send', 'OldNonce, Current nonce: 5, nonce of rejected tx: 4.', 'NONCE_USED', -32_010),
  says('send', 'replacement transaction underpriced', 'UNDERPRICED'),
  says('fees', 'Method not found', null, -32_601),

  wire(429, 'http', 'RPC_BUSY'),
  wire(502, 'http', 'RPC_UNAVAILABLE'),
  wire(503, 'http', 'RPC_UNAVAILABLE'),
  wire(401, 'http', 'RPC_REFUSED'),
  wire(302, 'http', 'RPC_REFUSED'),
  wire('cut', 'both', 'RPC_UNAVAILABLE'),
  wire('html', 'both', 'RPC_NONSENSE'),
  wire('empty', 'both', 'RPC_NONSENSE'),
  wire('batch', 'both', 'RPC_NONSENSE'),
  wire('neither', 'both', 'RPC_NONSENSE'),
  wire('wrong-id', 'both', 'RPC_NONSENSE'),
  wire('huge', 'both', 'RPC_NONSENSE'),
  wire('deep', 'both', 'RPC_NONSENSE'),
  wire('many', 'both', 'RPC_NONSENSE'),
  wire('bytes', 'ws', 'RPC_NONSENSE'),
  wire('silent', 'both', 'RPC_UNAVAILABLE'),
];
