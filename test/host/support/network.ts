/** What the process tests of the host stand on: a local network, and an account that may ask for signatures without a vote. */

import { getBytes, ZeroHash } from 'ethers';
import { buildSpend, finalise, isSpendValid, type Spend, taprootScript } from '../../../scripts/local/bitcoin.ts';
import { claimDerivedKey, voteForKey } from '../../../scripts/local/key.ts';
import {
  addOperator,
  admit,
  type LocalNetwork,
  promoteMeasurement,
  startNetwork,
} from '../../../scripts/local/network.ts';
import { type Operator, type Running, startOperator, stopOperator } from '../../../scripts/local/operators.ts';
import { intentOf } from '../../../scripts/local/spend.ts';

export type Asked = { readonly id: string; readonly spend: Spend };
export type Network = LocalNetwork & {
  readonly operators: readonly Operator[];
  /** by operator; a test may stop one and start it again */
  readonly hosts: Map<Operator, Running>;
  start(operator: Operator): Running;
  promote(): Promise<void>;
  /** Exit codes of all hosts. */
  end(): Promise<(number | null)[]>;
};

const [READY, FULFILLED, ACTIVE] = [2n, 3n, 2n];

/** Operators have gas, the measurement is approved; nobody runs yet. */
export async function openNetwork(names: readonly string[]): Promise<Network> {
  const local = await startNetwork();
  const hosts = new Map<Operator, Running>();
  const operators: Operator[] = [];
  for (const name of names) operators.push(await addOperator(local, name, name));
  await admit(local, operators, 'of the process tests');
  return {
    ...local,
    operators,
    hosts,
    start: (operator) => {
      const running = startOperator(operator);
      hosts.set(operator, running);
      return running;
    },
    promote: () => promoteMeasurement(local),
    end: async () => {
      const codes = await Promise.all([...hosts.values()].map((host) => stopOperator(host)));
      await local.close();
      return codes;
    },
  };
}

/** A vote makes a 2-of-n BIP-340 key of these operators; resolves when its first attempt is open. */
export async function makeKey({ chain, dao, operators }: Network, attemptWindow?: number): Promise<string> {
  const requesters = [chain.accounts[8]!.address];
  return (await voteForKey(dao, { threshold: 2, operators, requesters, ...(attemptWindow && { attemptWindow }) }))
    .keyId;
}

export function isActive({ dao }: Network, keyId: string): () => Promise<boolean> {
  return async () => (await dao.keyRegistry.key(keyId)).status === ACTIVE;
}

/** `callbackGas`: for the call of the consumer that takes receipts. */
type Asking = { readonly fee?: bigint; readonly replaces?: string; readonly callbackGas?: number };

/** Asks for a spend of a Taproot output of the key; `amount` makes each one another. All spend one output, as replacements do. */
export async function ask(
  { chain, dao }: Network,
  keyId: string,
  amount: bigint,
  { fee = 1_000n, replaces = ZeroHash, ...others }: Asking = {},
): Promise<Asked> {
  const requester = chain.accounts[8]!;
  const key = await claimDerivedKey(dao, keyId, requester.address, ZeroHash);
  const prevout = { txid: 'ab'.repeat(32), index: 0, script: taprootScript(key.outputKey), amount };
  const spend = buildSpend(prevout, key.internalKey, getBytes(`0x0014${'11'.repeat(20)}`), fee);
  const intent = { ...(await intentOf(chain, dao, key, spend)), replaces, ...others };
  const sent = await dao.signingRequests.connect(requester).request(intent);
  const { blockNumber } = (await sent.wait())!;
  const filter = dao.signingRequests.filters.SignatureRequested();
  const [asked] = await dao.signingRequests.queryFilter(filter, blockNumber, blockNumber);
  return { id: asked!.args.id, spend };
}

export function isFulfilled({ dao }: Network, { id }: Asked): () => Promise<boolean> {
  return async () => (await dao.signingRequests.stateOf(id)) === FULFILLED;
}
export function isReady({ dao }: Network, { id }: Asked): () => Promise<boolean> {
  return async () => (await dao.signingRequests.stateOf(id)) === READY;
}

/** By a library that knows nothing of this project. */
export async function isSpendable({ dao }: Network, { id, spend }: Asked): Promise<boolean> {
  const [fulfilled] = await dao.signingRequests.queryFilter(dao.signingRequests.filters.SignatureFulfilled(id));
  return isSpendValid(finalise(spend.psbt, getBytes(fulfilled!.args.signatures[0]!)), spend.prevouts);
}
