/** Several providers as one chain: the preferred one is asked first, the others when it fails; the one furthest ahead is preferred. */

import { describe, Fatal, isRetryable, Retryable, type RetryableCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BlockRef, Chain } from '../ports/chain.ts';

/** Failures that another provider may not share. */
const ELSEWHERE: ReadonlySet<RetryableCode> = new Set([
  'RPC_UNAVAILABLE',
  'RPC_REFUSED',
  'HISTORY_PRUNED',
  'HEADER_MISMATCH',
  'PROOF_INCOMPLETE',
]);

/** Looks at the head that a provider is spared after it has failed, so that it does not slow down every one of them. */
const REST = 20;

/** `chains` in the order of the configuration, at least one. */
export function failover(chains: readonly Chain[], log: Log): Chain {
  const providers = new Providers(chains, log);
  const ask = <T>(question: (chain: Chain) => Promise<T>) => providers.ask(question);
  return {
    finalized: () => providers.furthest(),
    chainId: () => providers.chainId(),
    blockAt: (number) => ask((chain) => chain.blockAt(number)),
    header: (hash) => ask((chain) => chain.header(hash)),
    events: (from, to) => ask((chain) => chain.events(from, to)),
    proof: (address, slots, block) => ask((chain) => chain.proof(address, slots, block)),
    ceremony: (keyId) => ask((chain) => chain.ceremony(keyId)),
    enclave: (id) => ask((chain) => chain.enclave(id)),
    enclaveOf: (operator) => ask((chain) => chain.enclaveOf(operator)),
    requestState: (id) => ask((chain) => chain.requestState(id)),
    isClaimed: (keyId, requester, path) => ask((chain) => chain.isClaimed(keyId, requester, path)),
    nonce: (account) => ask((chain) => chain.nonce(account)),
    balance: (account) => ask((chain) => chain.balance(account)),
    fees: () => ask((chain) => chain.fees()),
    estimateGas: (from, to, data) => ask((chain) => chain.estimateGas(from, to, data)),
    send: (raw) => ask((chain) => chain.send(raw)),
    receipt: (hash) => ask((chain) => chain.receipt(hash)),
  };
}

class Providers {
  readonly #log: Log;
  /** Preferred first. */
  #order: readonly Chain[];
  /** Looks at the head that each is still spared. */
  readonly #resting = new Map<Chain, number>();

  constructor(chains: readonly Chain[], log: Log) {
    this.#order = chains;
    this.#log = log;
  }

  async ask<T>(question: (chain: Chain) => Promise<T>): Promise<T> {
    const failures: unknown[] = [];
    for (const chain of this.#order) {
      try {
        return await question(chain);
      } catch (error) {
        if (!isRetryable(error) || !ELSEWHERE.has(error.code)) throw error;
        failures.push(error);
      }
    }
    throw allFailed(failures);
  }

  async furthest(): Promise<BlockRef> {
    const answers = await Promise.allSettled(this.#order.map((chain) => this.#headOf(chain)));
    const heads = answers.flatMap((answer, at) => (answer.status === 'fulfilled' ? [{ at, block: answer.value }] : []));
    const [best] = heads.sort((a, b) => b.block.number - a.block.number || a.at - b.at);
    if (best === undefined) {
      this.#resting.clear();
      throw allFailed(reasons(answers));
    }
    this.#prefer(best.at, best.block);
    return best.block;
  }

  /** One that is of another chain is a mistake in the configuration, even while the others are right. */
  async chainId(): Promise<number> {
    const answers = await Promise.allSettled(this.#order.map((chain) => chain.chainId()));
    const ids = new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
    const [id] = ids;
    if (id === undefined) throw allFailed(reasons(answers));
    if (ids.size === 1) return id;
    const detail = `the RPCs are of different chains: ${[...ids].join(', ')}`;
    throw new Fatal('WRONG_CHAIN', detail, 'Leave only RPCs of the home chain in chain.rpc.');
  }

  async #headOf(chain: Chain): Promise<BlockRef> {
    const rest = this.#resting.get(chain) ?? 0;
    if (rest > 0) {
      this.#resting.set(chain, rest - 1);
      throw new Retryable('RPC_UNAVAILABLE', 'this RPC failed a moment ago');
    }
    try {
      return await chain.finalized();
    } catch (error) {
      if (this.#order.length > 1) this.#resting.set(chain, REST);
      throw error;
    }
  }

  #prefer(at: number, { number }: BlockRef): void {
    if (at === 0) return;
    this.#log('warn', 'prefers another RPC', { block: number });
    this.#order = [...this.#order.slice(at), ...this.#order.slice(0, at)];
  }
}

function reasons(answers: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
}

function allFailed(failures: readonly unknown[]): unknown {
  if (failures.length === 1) return failures[0];
  const detail = failures.map(describe).join(' | ');
  const code = failures.find((failure) => isRetryable(failure)) as Retryable | undefined;
  return new Retryable(code?.code ?? 'RPC_UNAVAILABLE', `every RPC failed: ${detail}`, { cause: failures[0] });
}
