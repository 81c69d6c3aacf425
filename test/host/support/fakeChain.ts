/** A chain that a test writes by hand: blocks, their events, and what goes wrong. */

import { keccak256, numberToHex, stringToHex } from 'viem';
import type { Hex } from '../../../signer/formats/hex.ts';
import { Retryable } from '../../../signer/host/errors.ts';
import type { BlockRef, Chain, ChainEvent, LocatedEvent, Receipt } from '../../../signer/host/ports/chain.ts';

export type FakeChain = Chain & {
  /** Adds a block with these events. */
  mine(...events: ChainEvent[]): BlockRef;
  /** Takes the last so many blocks away; the ones mined next have other hashes. */
  reorg(blocks: number): void;
  /** Ranges that were asked for. */
  readonly asked: [from: number, to: number][];
  /** Longest range that is answered. */
  maxRange: number;
  /** Drops an event from answers while this returns true. */
  omits: (event: LocatedEvent) => boolean;
  /** What each provider says of a block; one that says the truth, unless a test sets others. */
  providers: readonly ((number: number) => BlockRef | null)[];
  /** What each provider shows of the events of a range; null of one that does not answer. One that says the truth, unless a test sets others. */
  witnesses: readonly ((from: number, to: number) => Promise<readonly LocatedEvent[] | null>)[];
  readonly identity: { chainId: number; genesis: Hex };
  /** Calls by name. */
  readonly calls: Map<string, number>;
  readonly views: {
    requestState: number;
    ceremony: { status: number; attempt: number; deadline: number };
    enclave: Awaited<ReturnType<Chain['enclave']>>;
    claimed: boolean;
    verifier: Hex | null;
    call: (to: Hex, data: Hex) => Hex;
    nonce: number;
    balance: bigint;
  };
  /** What became of transactions. */
  readonly sent: Hex[];
  readonly receipts: Map<Hex, Receipt>;
  /** Thrown by the next calls of that name. */
  readonly failures: Map<keyof Chain, Retryable[]>;
};

export const hash = (text: string): Hex => keccak256(stringToHex(text));

export function fakeChain(): FakeChain {
  const blocks: { ref: BlockRef; events: LocatedEvent[] }[] = [];
  let fork = 0;
  const failures: FakeChain['failures'] = new Map();
  const check = (name: keyof Chain) => {
    chain.calls.set(name, 1 + (chain.calls.get(name) ?? 0));
    const failure = failures.get(name)?.shift();
    if (failure !== undefined) throw failure;
  };
  const mine = (...events: ChainEvent[]) => {
    const number = blocks.length;
    const parentHash = blocks.at(-1)?.ref.hash ?? hash('nothing');
    const ref = { number, hash: hash(`block ${number} of fork ${fork}`), parentHash, timestamp: 1_000 + 12 * number };
    const located = events.map((data, index) => ({ block: number, blockHash: ref.hash, index, data }));
    blocks.push({ ref, events: located });
    return ref;
  };
  mine();
  const chain: FakeChain = {
    mine,
    reorg: (count) => {
      fork += 1;
      blocks.splice(blocks.length - count);
    },
    asked: [],
    maxRange: 1_000_000,
    omits: () => false,
    providers: [(number) => blocks[number]?.ref ?? null],
    witnesses: [(from, to) => chain.events(from, to)],
    identity: { chainId: 31_337, genesis: word(0) },
    calls: new Map(),
    views: {
      requestState: 2,
      ceremony: { status: 1, attempt: 1, deadline: 0 },
      enclave: { status: 1, epoch: 1, validUntil: 0, bootCounter: 0n, bootNonce: '0x00' },
      claimed: false,
      verifier: null,
      call: () => '0x',
      nonce: 0,
      balance: 10n ** 18n,
    },
    sent: [],
    receipts: new Map(),
    failures,
    chainId: async () => chain.identity.chainId,
    genesis: async () => chain.identity.genesis,
    finalized: async () => {
      check('finalized');
      return (blocks.at(-1) as (typeof blocks)[number]).ref;
    },
    blockAt: async (number) => {
      check('blockAt');
      return blocks[number]?.ref ?? null;
    },
    blocksAt: async (number) => chain.providers.map((answer, at) => ({ rpc: `rpc ${at}`, block: answer(number) })),
    blockOf: async (of) => {
      check('blockOf');
      return blocks.find(({ ref }) => ref.hash === of)?.ref ?? null;
    },
    header: async (of) => of,
    events: async (from, to) => {
      check('events');
      chain.asked.push([from, to]);
      if (to - from + 1 > chain.maxRange) throw new Retryable('RANGE_TOO_LONG', `${to - from + 1} blocks`);
      return blocks
        .slice(from, to + 1)
        .flatMap(({ events }) => events)
        .filter((event) => !chain.omits(event));
    },
    eventsOfAll: (from, to) => Promise.all(chain.witnesses.map((shows) => shows(from, to.number))),
    counts: async ({ number }) => {
      check('counts');
      const found = blocks.slice(0, number + 1).flatMap(({ events }) => events.map(({ data }) => data));
      const count = (name: ChainEvent['event']) =>
        new Set(found.flatMap((data) => (data.event === name ? [JSON.stringify(data)] : []))).size;
      return {
        requests: count('SignatureRequested'),
        keys: count('KeyCreated'),
        enclaves: count('EnclaveRegistered'),
      };
    },
    nodes: async () => [],
    onBlock: () => () => {},
    ceremony: async () => chain.views.ceremony,
    enclave: async () => chain.views.enclave,
    enclaveOf: async () => null,
    requestState: async () => chain.views.requestState,
    isClaimed: async () => chain.views.claimed,
    verifierOf: async () => chain.views.verifier,
    call: async (to, data) => chain.views.call(to, data),
    nonce: async () => chain.views.nonce,
    balance: async () => chain.views.balance,
    fees: async () => ({ baseFee: 100n, tip: 10n }),
    estimateGas: async () => {
      check('estimateGas');
      return 100_000n;
    },
    succeeds: async () => false,
    send: async (raw) => {
      check('send');
      chain.sent.push(raw);
    },
    receipt: async (of) => chain.receipts.get(of) ?? null,
  };
  return chain;
}

/** A word that is easy to recognise. */
export const word = (value: number): Hex => numberToHex(value, { size: 32 });
