/** A provider on loopback, over http and websocket: answers like an honest node, but for the faults that a test gives it. */

import { createServer, type ServerResponse } from 'node:http';
import { encodeEventTopics, keccak256, numberToHex, toFunctionSelector, toRlp } from 'viem';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Hex } from '../../../signer/formats/hex.ts';
import { SIGNING_REQUESTS_ABI } from '../../../signer/host/chain/abi.ts';
import type { Deployment } from '../../../signer/host/chain/deployment.ts';
import { BEACON_CONFIG } from './fakeBeacon.ts';
import type { AnswerFault, ProviderFault, SayingFault, WireFault } from './providerFaults.ts';

const word = (value: number): Hex => numberToHex(value, { size: 32 });
const address = (value: number): Hex => numberToHex(value, { size: 20 });

export const HEAD = 100;
export const CHAIN_ID = 31_337;

/** Fields of a header in their order; quantities lose their leading zeros in RLP. */
function fieldsOf(number: number, chain: string): readonly (readonly [name: string, value: Hex])[] {
  const parentHash = number === 0 ? word(0) : blockOf(number - 1, chain).hash;
  return [
    ['parentHash', parentHash],
    ['sha3Uncles', word(0x51)],
    ['miner', address(0x3e)],
    ['stateRoot', word(0x57)],
    ['transactionsRoot', word(0x7a)],
    ['receiptsRoot', word(0x4e)],
    ['logsBloom', numberToHex(0, { size: 256 })],
    ['difficulty', '0x0'],
    ['number', numberToHex(number)],
    ['gasLimit', '0x3938700'],
    ['gasUsed', '0x5208'],
    ['timestamp', numberToHex(1_000 + 12 * number)],
    ['extraData', `0x${Buffer.from(chain).toString('hex')}`],
    ['mixHash', word(0x31)],
    ['nonce', '0x0000000000000000'],
    ['baseFeePerGas', '0x7'],
  ];
}

const QUANTITIES = new Set(['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp', 'baseFeePerGas']);
const blocks = new Map<string, Record<string, Hex> & { readonly hash: Hex }>();

export function blockOf(number: number, chain = 'home'): Record<string, Hex> & { readonly hash: Hex } {
  const known = blocks.get(`${chain} ${number}`);
  if (known !== undefined) return known;
  const fields = fieldsOf(number, chain);
  const spelt = (value: Hex): Hex => (value === '0x0' ? '0x' : value.length % 2 === 0 ? value : `0x0${value.slice(2)}`);
  const header = toRlp(fields.map(([name, value]) => (QUANTITIES.has(name) ? spelt(value) : value)));
  const made = { ...Object.fromEntries(fields), hash: keccak256(header) };
  blocks.set(`${chain} ${number}`, made);
  return made;
}

export const DEPLOYMENT: Deployment = {
  ...{ chainId: CHAIN_ID, genesisHash: blockOf(0).hash, configuration: word(0xcf) },
  ...{ measurementRegistry: address(1), enclaveRegistry: address(2), keyRegistry: address(3) },
  ...{ signingRequests: address(4), derivedKeys: address(5), lateSignatures: address(6) },
  ...{ refusals: address(7), lenses: null, finality: BEACON_CONFIG },
  codeHashes: {
    ...{ measurementRegistry: word(1), enclaveRegistry: word(2) },
    ...{ keyRegistry: word(3), signingRequests: word(4) },
  },
};

/** A request became ready in each tenth block. */
export const EVENTS = HEAD / 10;

export function logOf(number: number, index = 0): object {
  const topics = encodeEventTopics({
    abi: SIGNING_REQUESTS_ABI,
    eventName: 'RequestReady',
    args: { id: word(number), keyId: word(0x11) },
  });
  const { hash, number: blockNumber } = blockOf(number);
  return {
    ...{ address: DEPLOYMENT.signingRequests, topics, data: '0x', blockNumber, blockHash: hash },
    ...{ logIndex: numberToHex(index), removed: false, transactionHash: word(number), transactionIndex: '0x0' },
  };
}

type Params = readonly unknown[];
type Answers = Readonly<Record<string, (params: Params) => unknown>>;

export const RAW = '0x02c0' as const;
const COUNTS = [
  ['requestCount', EVENTS],
  ['keyCount', 3],
  ['enclaveCount', 5],
] as const;

/** What an honest node of this chain answers. */
export function honestAnswers(chain = 'home', chainId = CHAIN_ID, head = HEAD): Answers {
  const numbered = (tag: unknown) => (tag === 'finalized' || tag === 'latest' ? head : Number(tag));
  return {
    eth_chainId: () => numberToHex(chainId),
    eth_getBlockByNumber: ([tag]) => (numbered(tag) > head ? null : blockOf(numbered(tag), chain)),
    eth_getBlockByHash: ([hash]) =>
      Array.from({ length: head + 1 }, (_, number) => blockOf(number, chain)).find((block) => block.hash === hash) ??
      null,
    eth_getLogs: ([filter]) => logsWithin(filter as { fromBlock: Hex; toBlock: Hex }),
    eth_getProof: ([, slots]) => ({
      accountProof: ['0xa1', '0xa2'],
      storageProof: (slots as Hex[]).map((key) => ({ key, value: '0x1', proof: ['0xa1', '0x51'] })),
    }),
    eth_getTransactionCount: () => '0x5',
    eth_getBalance: () => '0xde0b6b3a7640000',
    eth_maxPriorityFeePerGas: () => '0x9',
    eth_estimateGas: () => '0x5208',
    eth_sendRawTransaction: ([raw]) => keccak256(raw as Hex),
    eth_getTransactionReceipt: ([hash]) => ({ transactionHash: hash, blockNumber: '0x7', status: '0x1' }),
    eth_call: ([call]) => word(COUNTS.find(([name]) => isCallOf(name, call))?.[1] ?? 2),
    eth_subscribe: () => '0x5b',
  };
}

function isCallOf(name: string, call: unknown): boolean {
  return (call as { readonly data: Hex }).data === toFunctionSelector(`${name}()`);
}

function logsWithin({ fromBlock, toBlock }: { fromBlock: Hex; toBlock: Hex }): object[] {
  const ready = Array.from({ length: EVENTS }, (_, at) => 10 * (at + 1));
  return ready.filter((number) => number >= Number(fromBlock) && number <= Number(toBlock)).map((at) => logOf(at));
}

export type FakeProvider = {
  /** Address of the http side; the websocket side is at the same port. */
  readonly http: string;
  readonly ws: string;
  /** How often each method was asked. */
  readonly asked: Map<string, number>;
  /** How many websockets have been opened. */
  readonly connections: () => number;
  /** Resolves when something has happened and the condition holds. */
  until(condition: () => boolean): Promise<void>;
  /** What it gets wrong from now on. */
  faults: readonly ProviderFault[];
  answers: Answers;
  /** Headers of the last http request. */
  readonly headers: () => Readonly<Record<string, unknown>>;
  /** Says to those who have subscribed that there is a new block. */
  grow(): void;
  /** Ends every websocket. */
  drop(): void;
  close(): Promise<void>;
};

export async function fakeProvider(...faults: ProviderFault[]): Promise<FakeProvider> {
  const asked = new Map<string, number>();
  const waiting = new Set<() => void>();
  let connections = 0;
  let headers: Readonly<Record<string, unknown>> = {};
  const happened = () => {
    for (const look of waiting) look();
  };
  const hear = (text: string) => {
    const call = JSON.parse(text) as Call;
    asked.set(call.method, (asked.get(call.method) ?? 0) + 1);
    return { call, reply: replyTo(call, provider) };
  };
  const server = createServer(async (request, response) => {
    headers = request.headers;
    let body = '';
    for await (const chunk of request) body += chunk;
    const { call, reply } = hear(body);
    sendHttp(response, call, reply);
    happened();
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    connections += 1;
    socket.on('error', () => {}); // the host hangs up on answers that are too long
    socket.on('message', (data) => {
      const { call, reply } = hear(String(data));
      sendSocket(socket, call, reply);
      happened();
    });
    happened();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const provider: FakeProvider = {
    http: `http://127.0.0.1:${port}`,
    ws: `ws://127.0.0.1:${port}`,
    asked,
    faults,
    answers: honestAnswers(),
    connections: () => connections,
    headers: () => headers,
    until: (condition) =>
      new Promise((resolve) => {
        const look = () => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    grow: () => {
      const params = { subscription: '0x5b', result: blockOf(HEAD) };
      for (const socket of sockets.clients)
        socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }));
    },
    drop: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

type Call = { readonly id: number; readonly method: string; readonly params: Params };
type Reply = { readonly result: unknown } | { readonly error: object } | { readonly wire: WireFault['wire'] };

function replyTo({ method, params }: Call, { faults, answers }: FakeProvider): Reply {
  const result = answers[method]?.(params) ?? null;
  const fault = faults.find(({ methods }) => methods.includes(method));
  if (fault === undefined) return { result };
  if (isAnswer(fault)) return { result: fault.answer(result, params) };
  return isSaying(fault) ? { error: fault.says } : { wire: fault.wire };
}

function isAnswer(fault: ProviderFault): fault is AnswerFault {
  return 'answer' in fault;
}

function isSaying(fault: ProviderFault): fault is SayingFault {
  return 'says' in fault;
}

const BRACKETS = 10 * 1024 * 1024;
const HUGE = 65 * 1024 * 1024;

function textOf({ id, method }: Call, reply: Reply): string {
  const right = (over: object) => JSON.stringify({ jsonrpc: '2.0', id, ...over });
  if (!('wire' in reply)) return right(reply);
  switch (reply.wire) {
    case 'html':
      return '<html><body>down for maintenance</body></html>';
    // These are right but for the one thing: whoever does not look at it takes them.
    case 'wrong-id':
      return JSON.stringify({ jsonrpc: '2.0', id: id + 1_000, result: [] });
    case 'batch':
      return `[${right({ result: [] })}]`;
    case 'neither':
      return right({});
    case 'empty':
      return '';
    case 'twice':
      return right({ result: '0x1' });
    case 'huge':
      return right({ result: [] }) + ' '.repeat(HUGE);
    case 'deep':
      return `{"jsonrpc":"2.0","id":${id},"result":[],"more":${'['.repeat(BRACKETS)}${']'.repeat(BRACKETS)}}`;
    case 'many':
      return `{"jsonrpc":"2.0","id":${id},"result":[],"more":[${'[],'.repeat(BRACKETS)}[]]}`;
    default:
      return right({ error: { code: -32_603, message: `${method} is for the other transport` } });
  }
}

/** Some say with the status alone what is wrong, and answer nevertheless. */
function pageOf(status: number, call: Call): string {
  if (status === 503) return textOf(call, { result: [] });
  if (status === 429) return textOf(call, { error: { code: -32_000, message: 'slow down' } });
  return '<html></html>';
}

function sendHttp(response: ServerResponse, call: Call, reply: Reply): void {
  const json = { 'content-type': 'application/json' };
  if ('wire' in reply) {
    if (reply.wire === 'silent') return;
    if (reply.wire === 'cut') {
      response.writeHead(200, { 'content-length': '1000' }).write('{"jsonrpc"', () => response.destroy());
      return;
    }
    if (typeof reply.wire === 'number')
      return void response
        .writeHead(reply.wire, { 'content-type': 'text/html', location: 'http://127.0.0.1:1/' })
        .end(pageOf(reply.wire, call));
  }
  response.on('error', () => {}); // the host hangs up on answers that are too long
  response.writeHead(200, json).end(textOf(call, reply));
}

function sendSocket(socket: WebSocket, call: Call, reply: Reply): void {
  const wire = 'wire' in reply ? reply.wire : null;
  if (wire === 'silent') return;
  if (wire === 'cut') {
    socket.terminate();
    return;
  }
  socket.send(wire === 'bytes' ? Buffer.from(textOf(call, { result: '0x1' })) : textOf(call, reply));
  if (wire === 'twice') socket.send(textOf(call, reply));
}
