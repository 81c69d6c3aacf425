/** The chain port over one JSON-RPC provider. */

import type { AccountProof } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { decodeLog, type RawLog } from '../chain/decodeLog.ts';
import type { Deployment } from '../chain/deployment.ts';
import { type BlockFields, encodeHeader } from '../chain/header.ts';
import { isRetryable, Retryable } from '../errors.ts';
import type { BlockRef, Chain, LocatedEvent } from '../ports/chain.ts';
import { AlreadyKnown, quantity, type Rpc } from './rpc.ts';
import { createViews } from './rpcViews.ts';

type JsonBlock = BlockFields & {
  readonly hash: Hex;
  readonly number: Hex;
  readonly parentHash: Hex;
  readonly timestamp: Hex;
};
type JsonLog = RawLog & {
  readonly blockNumber: Hex;
  readonly blockHash: Hex;
  readonly logIndex: Hex;
  readonly removed?: boolean;
};
type JsonProof = {
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly { readonly key: Hex; readonly proof: readonly Hex[] }[];
};
type JsonReceipt = { readonly status: Hex; readonly blockNumber: Hex };

export function createRpcChain(rpc: Rpc, deployment: Deployment): Chain {
  const block = (tag: string) => rpc<JsonBlock | null>('eth_getBlockByNumber', [tag, false]);
  return {
    ...createViews(rpc, deployment),
    chainId: async () => Number(await rpc<Hex>('eth_chainId', [])),
    finalized: async () => blockRef(required(await block('finalized'), 'no block is final yet')),
    blockAt: async (number) => {
      const found = await block(quantity(number));
      return found === null ? null : blockRef(found);
    },
    header: async (hash) => {
      const found = await rpc<JsonBlock | null>('eth_getBlockByHash', [hash, false]);
      return encodeHeader(required(found, `block ${hash} is unknown`), hash);
    },
    events: (from, to) => readEvents(rpc, deployment, from, to),
    proof: async (address, slots, at) => {
      const proof = await rpc<JsonProof>('eth_getProof', [address, slots, quantity(at.number)]);
      return accountProof(address, slots, proof);
    },
    nonce: async (account) => Number(await rpc<Hex>('eth_getTransactionCount', [account, 'latest'])),
    balance: async (account) => BigInt(await rpc<Hex>('eth_getBalance', [account, 'latest'])),
    fees: async () => {
      const [latest, tip] = await Promise.all([block('latest'), tipOf(rpc)]);
      const baseFee = required(latest, 'no latest block').baseFeePerGas;
      return { baseFee: BigInt(typeof baseFee === 'string' ? baseFee : 0), tip };
    },
    estimateGas: async (from, to, data) => BigInt(await rpc<Hex>('eth_estimateGas', [{ from, to, data }])),
    send: (raw) => send(rpc, raw),
    receipt: async (hash) => {
      const found = await rpc<JsonReceipt | null>('eth_getTransactionReceipt', [hash]);
      return found === null ? null : { success: BigInt(found.status) === 1n, block: Number(found.blockNumber) };
    },
  };
}

/** What most nodes accept, for those that have no opinion. */
const USUAL_TIP = 1_000_000_000n;

async function tipOf(rpc: Rpc): Promise<bigint> {
  try {
    return BigInt(await rpc<Hex>('eth_maxPriorityFeePerGas', []));
  } catch (error) {
    if (!isRetryable(error, 'RPC_REFUSED')) throw error;
    return USUAL_TIP;
  }
}

function blockRef({ number, hash, parentHash, timestamp }: JsonBlock): BlockRef {
  return { number: Number(number), hash, parentHash, timestamp: Number(timestamp) };
}

async function readEvents(
  rpc: Rpc,
  deployment: Deployment,
  from: number,
  to: number,
): Promise<readonly LocatedEvent[]> {
  const { measurementRegistry, enclaveRegistry, keyRegistry, derivedKeys, signingRequests, lateSignatures } =
    deployment;
  const needed = [measurementRegistry, enclaveRegistry, keyRegistry, derivedKeys, signingRequests];
  const address = lateSignatures === null ? needed : [...needed, lateSignatures];
  const filter = { address, fromBlock: quantity(from), toBlock: quantity(to) };
  const logs = await rpc<readonly JsonLog[]>('eth_getLogs', [filter]);
  const events = logs.flatMap((log) => {
    const data = log.removed === true ? null : decodeLog(deployment, log);
    const { blockNumber, blockHash, logIndex } = log;
    return data === null ? [] : [{ block: Number(blockNumber), blockHash, index: Number(logIndex), data }];
  });
  return events.sort((a, b) => a.block - b.block || a.index - b.index);
}

/** In the order of `slots`, whatever order or spelling the provider uses for the keys. */
function accountProof(address: Hex, slots: readonly Hex[], { accountProof, storageProof }: JsonProof): AccountProof {
  const found = new Map(storageProof.map(({ key, proof }) => [BigInt(key), proof]));
  const proven = slots.map((slot) => ({
    slot,
    proof: required(found.get(BigInt(slot)), `no proof of slot ${slot}`, 'PROOF_INCOMPLETE'),
  }));
  return { address, proof: accountProof, slots: proven };
}

async function send(rpc: Rpc, raw: Hex): Promise<void> {
  try {
    await rpc('eth_sendRawTransaction', [raw]);
  } catch (error) {
    if (!(error instanceof AlreadyKnown)) throw error;
  }
}

function required<T>(
  value: T | null | undefined,
  problem: string,
  code: 'RPC_REFUSED' | 'PROOF_INCOMPLETE' = 'RPC_REFUSED',
): T {
  if (value === null || value === undefined) throw new Retryable(code, problem);
  return value;
}
