/** Signs, writes down and sends: new transactions, the same ones again, and others in their place. */

import { size } from 'viem';
import { describe, isRetryable, type Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Chain } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sent } from '../ports/store.ts';
import type { Wallet } from '../ports/wallet.ts';
import { declaredGas, gasLimit, greatest, type Price } from './fees.ts';
import type { Call } from './goals/rule.ts';
import { goalId } from './goals/rules.ts';
import type { Lane } from './lane.ts';
import type { Load } from './load.ts';

/** `refused`: this transaction is not one that the provider takes · `empty`: the account cannot pay · `later`: nothing is known */
export type Delivery = 'taken' | 'refused' | 'empty' | 'underpriced' | 'later';

type Content = Pick<Sent, 'goals' | 'to' | 'data'>;

export type Send = {
  /** @throws Retryable TRANSACTION_REVERTS among others */
  gasFor(lane: Lane, load: Load): Promise<bigint>;
  /** Under the next nonce. */
  first(lane: Lane, load: Load, gas: bigint, price: Price): Promise<Delivery>;
  /** Nothing, so that those behind this nonce are mined. */
  fill(lane: Lane, nonce: number, price: Price): Promise<Delivery>;
  /** The same, for more. */
  raised(lane: Lane, sent: Sent, price: Price): Promise<Delivery>;
  /** Something else under the same nonce; nothing but the nonce's use when `load` is null. */
  instead(lane: Lane, sent: Sent, load: Load | null, gas: bigint, price: Price): Promise<Delivery>;
  /** As it is. */
  again(lane: Lane, sent: Sent): Promise<Delivery>;
};

/** Of a transfer of nothing to oneself. */
export const EMPTY_GAS = 21_000n;

type Ports = {
  readonly chain: Pick<Chain, 'estimateGas' | 'succeeds' | 'send'>;
  readonly wallet: Wallet;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};

export function createSend({ chain, wallet, clock, log, metrics }: Ports): Send {
  const signed = async (account: Sent['account'], nonce: number, call: Call, gas: bigint, price: Price) => {
    const { to, data } = call;
    const { raw, hash } = await wallet.signTransaction(account, { to, data, value: 0n, gas, nonce, ...price });
    return { raw, hash, gas: gas.toString(), ...written(price) };
  };
  const estimate = async ({ account }: Lane, { to, data }: Call, declared: bigint): Promise<bigint> => {
    try {
      return gasLimit(await chain.estimateGas(account, to, data));
    } catch (error) {
      if (!isOutOfGas(error) || !(await chain.succeeds(account, to, data, declared))) throw error;
      return declared;
    }
  };
  const deliver = async (lane: Lane, sent: Sent): Promise<Delivery> => {
    const delivery = await delivered(chain.send(sent.raw), (error) =>
      log('warn', 'a transaction was not taken', {
        ...{ goals: sent.goals.map(goalId), nonce: sent.nonce, code: error.code, reason: describe(error) },
      }),
    );
    lane.taken(sent, delivery === 'taken');
    return delivery;
  };
  const begin = async (lane: Lane, nonce: number, content: Content, gas: bigint, price: Price): Promise<Delivery> => {
    const { hash, ...transaction } = await signed(lane.account, nonce, content, gas, price);
    const sent: Sent = {
      ...{ account: lane.account, nonce, state: 'sent', ...content, ...transaction },
      ...{ hashes: [hash], former: [], sentAt: clock.now(), minedAt: null },
    };
    lane.put(sent);
    log('info', 'sends a transaction', { goals: content.goals.map(goalId), hash, nonce });
    const delivery = await deliver(lane, sent);
    if (delivery === 'empty' || delivery === 'refused') lane.unsend(sent);
    return delivery;
  };
  return {
    gasFor: async (lane, { call, gas, behind }) => {
      const declared = gas === 0n ? 0n : declaredGas(size(call.data), gas);
      if (behind !== null && lane.isAheadWith(behind)) return declared;
      return greatest(await estimate(lane, call, declared), declared);
    },
    first: (lane, { goals, call }, gas, price) => begin(lane, lane.next, { goals, ...call }, gas, price),
    fill: (lane, nonce, price) => begin(lane, nonce, empty(lane), EMPTY_GAS, price),
    raised: async (lane, sent, price) => {
      const { hash, ...transaction } = await signed(lane.account, sent.nonce, sent, BigInt(sent.gas), price);
      const known = { ...sent, hashes: [...new Set([...sent.hashes, hash])], sentAt: clock.now() };
      lane.put(known);
      metrics.add('quorate_fee_bumps_total');
      log('info', 'raises the fee of a transaction', { goals: sent.goals.map(goalId), hash, nonce: sent.nonce });
      const delivery = await deliver(lane, { ...known, ...transaction });
      // what was not taken is not what the next raise starts from
      if (delivery === 'taken') lane.put({ ...known, ...transaction });
      else await deliver(lane, known);
      return delivery;
    },
    instead: async (lane, sent, load, gas, price) => {
      const content: Content = load === null ? empty(sent) : { goals: load.goals, ...load.call };
      const { hash, ...transaction } = await signed(lane.account, sent.nonce, content, gas, price);
      const former = [...sent.former, ...sent.hashes];
      const other: Sent = { ...sent, ...content, ...transaction, hashes: [hash], former, sentAt: clock.now() };
      lane.put(other);
      log('info', 'sends another transaction instead', { goals: content.goals.map(goalId), hash, nonce: sent.nonce });
      const delivery = await deliver(lane, other);
      if (delivery === 'taken' || delivery === 'later') return delivery;
      const kept = { ...sent, former: [...sent.former, hash], sentAt: clock.now() };
      lane.put(kept);
      await deliver(lane, kept);
      return delivery;
    },
    again: deliver,
  };
}

function empty({ account }: Pick<Sent, 'account'>): Content {
  return { goals: [], to: account, data: '0x' };
}

function written({ maxFeePerGas, maxPriorityFeePerGas }: Price) {
  return { maxFeePerGas: maxFeePerGas.toString(), maxPriorityFeePerGas: maxPriorityFeePerGas.toString() };
}

async function delivered(sending: Promise<void>, tell: (error: Retryable) => void): Promise<Delivery> {
  try {
    await sending;
    return 'taken';
  } catch (error) {
    if (!isRetryable(error)) throw error;
    tell(error);
    return meaningOf(error);
  }
}

function meaningOf({ code }: Retryable): Delivery {
  if (code === 'GAS_ACCOUNT_EMPTY') return 'empty';
  if (code === 'UNDERPRICED') return 'underpriced';
  if (code === 'RPC_REFUSED') return 'refused';
  // a node that mines at once says so of a transaction that it has mined
  return code === 'TRANSACTION_REVERTS' ? 'taken' : 'later';
}

/** A consumer may use up all that it was given, and be done with; some nodes find no estimate where any call within runs out of gas. */
function isOutOfGas(error: unknown): boolean {
  return isRetryable(error, 'TRANSACTION_REVERTS') && /out of gas/i.test(describe(error));
}
