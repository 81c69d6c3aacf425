/** The chain port over one JSON-RPC provider. */

import { keccak256 } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import type { Located } from '../chain/deployment.ts';
import { encodeHeader } from '../chain/header.ts';
import { requireInside } from '../chain/range.ts';
import { addressesOf, decodeLog } from '../chain/view/logs.ts';
import { isRetryable, Retryable } from '../errors.ts';
import type { BlockRef, Chain, LocatedEvent } from '../ports/chain.ts';
import * as answers from './answers.ts';
import { AlreadyKnown } from './failures.ts';
import { quantity, type Rpc } from './rpc.ts';
import { createViews } from './rpcViews.ts';

/** `onBlock` where the provider tells of new blocks. */
export function createRpcChain(rpc: Rpc, deployment: Located, onBlock: Chain['onBlock'] = never): Chain {
  const ask = async <T>(decode: (answer: unknown) => T, method: string, ...params: readonly unknown[]) =>
    decoded(method, decode, await rpc(method, params));
  const block = (tag: string) => ask(answers.block, 'eth_getBlockByNumber', tag, false);
  const numbered = async (number: number) => expectNumber(await block(quantity(number)), number);
  const blockAt = async (number: number) => {
    const found = await numbered(number);
    return found && blockRef(found);
  };
  const hashed = new HashedBlocks((hash) => ask(answers.block, 'eth_getBlockByHash', hash, false));
  return {
    ...createViews(rpc, deployment),
    onBlock,
    chainId: () => ask(answers.count, 'eth_chainId'),
    genesis: async () => required(await numbered(0), 'the genesis block is unknown').hash,
    finalized: async () => {
      const found = required(await block('finalized'), 'no block is final yet');
      hashed.offer(found); // it is the next checkpoint, and its header what enclaves are shown
      return blockRef(found);
    },
    blockAt,
    blocksAt: async (number) => [{ rpc: 'the RPC', block: await blockAt(number) }],
    blockOf: async (hash) => (await hashed.find(hash))?.ref ?? null,
    header: async (hash) => required(await hashed.find(hash), `block ${hash} is unknown`).header,
    events: (from, to) => readEvents(rpc, deployment, from, to),
    eventsOfAll: async (from, to) => {
      const events = await readEvents(rpc, deployment, from, to.number);
      const has = required(await blockAt(to.number), `no block ${to.number}`);
      if (has.hash !== to.hash) throw new Retryable('CHAIN_MOVED', `block ${to.number} is ${has.hash}, not ${to.hash}`);
      requireInside(events, from, to);
      return [events];
    },
    nodes: async (address, slots, at) =>
      nodesOf(slots, await ask(answers.proof, 'eth_getProof', address, slots, quantity(at.number))),
    nonce: (account) => ask(answers.count, 'eth_getTransactionCount', account, 'latest'),
    balance: (account) => ask(answers.quantity, 'eth_getBalance', account, 'latest'),
    fees: async () => {
      const [latest, tip] = await Promise.all([block('latest'), tipOf(rpc)]);
      return { baseFee: required(latest, 'no latest block').baseFeePerGas, tip };
    },
    estimateGas: (from, to, data) => ask(answers.quantity, 'eth_estimateGas', { from, to, data }),
    succeeds: (from, to, data, gas) => succeeds(rpc, { from, to, data, gas: quantity(gas) }),
    send: (raw) => send(rpc, raw),
    receipt: (hash) => ask((answer) => answers.receipt(answer, hash), 'eth_getTransactionReceipt', hash),
  };
}

type Hashed = { readonly ref: BlockRef; readonly header: Hex };

/** Blocks that are asked for as a checkpoint, then for their header. */
const REMEMBERED = 4;

/** What hashes to its name is the same for ever. What failed, or is not there yet, is asked for again. */
class HashedBlocks {
  readonly #ask: (hash: Hex) => Promise<answers.Block | null>;
  readonly #known = new Map<Hex, Hashed>();

  constructor(ask: (hash: Hex) => Promise<answers.Block | null>) {
    this.#ask = ask;
  }

  async find(hash: Hex): Promise<Hashed | null> {
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    const found = await this.#ask(hash);
    return found && this.#keep(hash, hashedBlock(found, hash));
  }

  /** A block that was asked for by another name. One that does not hash to its own is not kept: who wants it hears why. */
  offer(found: answers.Block): void {
    if (this.#known.has(found.hash)) return;
    try {
      this.#keep(found.hash, hashedBlock(found, found.hash));
    } catch (cause) {
      if (!isRetryable(cause)) throw cause;
    }
  }

  #keep(hash: Hex, block: Hashed): Hashed {
    this.#known.set(hash, block);
    const [oldest] = this.#known.keys();
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return block;
  }
}

/** @throws Retryable HEADER_MISMATCH */
function hashedBlock(found: answers.Block, hash: Hex): Hashed {
  return { header: encodeHeader(found.fields, hash), ref: { ...blockRef(found), hash } };
}

/** Polled instead. */
function never(): () => void {
  return () => {};
}

/** Whatever is wrong with an answer, the method that it came from belongs to the reason. */
export function decoded<T>(method: string, decode: (answer: unknown) => T, answer: unknown): T {
  try {
    return decode(answer);
  } catch (cause) {
    if (!isRetryable(cause, 'RPC_NONSENSE')) throw cause;
    throw new Retryable('RPC_NONSENSE', `${method}: ${cause.message}`, { cause });
  }
}

/** What most nodes accept, for those that have no opinion. */
const USUAL_TIP = 1_000_000_000n;

async function tipOf(rpc: Rpc): Promise<bigint> {
  try {
    return decoded('eth_maxPriorityFeePerGas', answers.quantity, await rpc('eth_maxPriorityFeePerGas', []));
  } catch (error) {
    if (!isRetryable(error, 'RPC_REFUSED')) throw error;
    return USUAL_TIP;
  }
}

function blockRef({ number, hash, parentHash, timestamp }: answers.Block): BlockRef {
  return { number, hash, parentHash, timestamp };
}

function expectNumber(block: answers.Block | null, number: number): answers.Block | null {
  if (block === null || block.number === number) return block;
  throw new Retryable('RPC_NONSENSE', `block ${number} was asked for, block ${block.number} came`);
}

async function readEvents(rpc: Rpc, deployment: Located, from: number, to: number): Promise<readonly LocatedEvent[]> {
  const address = addressesOf(deployment);
  const filter = { address, fromBlock: quantity(from), toBlock: quantity(to) };
  const answer = await rpc('eth_getLogs', [filter]);
  const found = decoded('eth_getLogs', (logs) => answers.logs(logs, { from, to, of: address }), answer);
  const events = found.flatMap(({ isRemoved, block, blockHash, index, ...log }) => {
    const data = isRemoved ? null : decodeLog(deployment, log);
    return data === null ? [] : [{ block, blockHash, index, data }];
  });
  return events.sort((a, b) => a.block - b.block || a.index - b.index);
}

/** Of the slots that were asked for, whatever else came, and however the provider spells them. */
function nodesOf(asked: readonly Hex[], { account, slots }: answers.Proof): readonly Hex[] {
  if (account.length === 0) throw new Retryable('PROOF_INCOMPLETE', 'a proof without a node of the account');
  const paths = asked.map((slot) => {
    const path = slots.get(BigInt(slot));
    if (path === undefined) throw new Retryable('PROOF_INCOMPLETE', `no proof of slot ${slot}`);
    return path;
  });
  return [...new Set([...account, ...paths.flat()])];
}

async function succeeds(rpc: Rpc, call: Readonly<Record<string, string>>): Promise<boolean> {
  try {
    await rpc('eth_call', [call, 'latest']);
    return true;
  } catch (error) {
    if (!isRetryable(error, 'TRANSACTION_REVERTS')) throw error;
    return false;
  }
}

/** A provider that takes it for another transaction has not understood it. */
async function send(rpc: Rpc, raw: Hex): Promise<void> {
  try {
    const hash = decoded('eth_sendRawTransaction', answers.hash, await rpc('eth_sendRawTransaction', [raw]));
    if (hash !== keccak256(raw))
      throw new Retryable('RPC_NONSENSE', `eth_sendRawTransaction: another transaction was sent: ${hash}`);
  } catch (error) {
    if (!(error instanceof AlreadyKnown)) throw error;
  }
}

function required<T>(value: T | null, problem: string): T {
  if (value === null) throw new Retryable('RPC_REFUSED', problem);
  return value;
}
