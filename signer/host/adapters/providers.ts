/** Several providers as one chain: the preferred one is asked first, the others when it fails; one that is further ahead is preferred. */

import type { Hex } from '../../formats/hex.ts';
import { describe, Fatal, isRetryable, Retryable } from '../errors.ts';
import type { BlockRef, Chain, LocatedEvent, Witness } from '../ports/chain.ts';
import { type Home, isElsewhere, Provider, type ProviderPorts, type Source } from './provider.ts';

/** Looks at the preferred one's head for each look at those of the others. */
const LOOK_AROUND = 20;
/** Blocks: a provider that gives less at once is not heard beside the others. */
const MODEST = 100;
/** More than a few signatures take. */
const MUCH_GAS = 1_000_000n;

/** `sources` in the order of the configuration, at least one. */
export function createProviders(sources: readonly Source[], home: Home, ports: ProviderPorts): Chain {
  const providers = new Providers(sources, home, ports);
  const ask = <T>(question: (chain: Chain) => Promise<T>) => providers.ask(question);
  return {
    finalized: () => providers.finalized(),
    onBlock: (grown) => providers.onBlock(grown),
    chainId: () => ask((chain) => chain.chainId()),
    genesis: () => ask((chain) => chain.genesis()),
    blockAt: (number) => providers.blockAt(number),
    blocksAt: (number) => providers.blocksAt(number),
    blockOf: (hash) => providers.blockOf(hash),
    header: (hash) => ask((chain) => chain.header(hash)),
    events: (from, to) => ask((chain) => chain.events(from, to)),
    eventsOfAll: (from, to) => providers.eventsOfAll(from, to),
    counts: (block) => ask((chain) => chain.counts(block)),
    nodes: (address, slots, block) => ask((chain) => chain.nodes(address, slots, block)),
    ceremony: (keyId) => ask((chain) => chain.ceremony(keyId)),
    enclave: (id) => ask((chain) => chain.enclave(id)),
    enclaveOf: (operator) => ask((chain) => chain.enclaveOf(operator)),
    requestState: (id) => ask((chain) => chain.requestState(id)),
    isClaimed: (keyId, requester, path) => ask((chain) => chain.isClaimed(keyId, requester, path)),
    verifierOf: (tee) => ask((chain) => chain.verifierOf(tee)),
    call: (to, data) => ask((chain) => chain.call(to, data)),
    nonce: (account) => ask((chain) => chain.nonce(account)),
    balance: (account) => ask((chain) => chain.balance(account)),
    fees: () => ask((chain) => chain.fees()),
    estimateGas: (from, to, data) => providers.leastGas((chain) => chain.estimateGas(from, to, data)),
    succeeds: (from, to, data, gas) => ask((chain) => chain.succeeds(from, to, data, gas)),
    send: (raw) => providers.tellAll((chain) => chain.send(raw)),
    receipt: (hash) => ask((chain) => chain.receipt(hash)),
  };
}

type Head = { readonly provider: Provider; readonly block: BlockRef };

class Providers {
  readonly #ports: ProviderPorts;
  /** Preferred first. */
  #order: readonly Provider[];
  #looks = 0;
  #isLookingAround = false;

  constructor(sources: readonly Source[], home: Home, ports: ProviderPorts) {
    this.#ports = ports;
    this.#order = sources.map((source) => new Provider(source, home, ports));
  }

  async ask<T>(question: (chain: Chain) => Promise<T>): Promise<T> {
    return (await this.#firstThat((provider) => provider.ask(question))).answer;
  }

  async blockAt(number: number): Promise<BlockRef | null> {
    return (await this.#firstThat((provider) => provider.blockAt(number))).answer;
  }

  /** Null where none of those that answer has it: one alone may only lag. */
  async blockOf(hash: Hex): Promise<BlockRef | null> {
    try {
      return (await this.#firstThat((provider) => provider.ask((chain) => required(chain, hash)))).answer;
    } catch (error) {
      if (isRetryable(error, 'HISTORY_PRUNED')) return null;
      throw error;
    }
  }

  /** One answer of each that has one, preferred first. */
  async blocksAt(number: number): Promise<readonly Witness[]> {
    const outcomes = await this.#outcomes((chain) => chain.blockAt(number));
    return outcomes.flatMap(({ rpc, ...outcome }) => ('answer' in outcome ? [{ rpc, block: outcome.answer }] : []));
  }

  /** Who gives a modest range is waited for: the others' range becomes as short. */
  async eventsOfAll(from: number, to: BlockRef): Promise<readonly (readonly LocatedEvent[] | null)[]> {
    const outcomes = await this.#outcomes((chain) => chain.eventsOfAll(from, to));
    const isLong = to.number - from + 1 > MODEST;
    for (const outcome of outcomes)
      if (isLong && 'failure' in outcome && outcome.failure.code === 'RANGE_TOO_LONG') throw outcome.failure;
    return outcomes.flatMap((outcome) => ('answer' in outcome ? outcome.answer : [null]));
  }

  /** Too much counts against what a day may cost; too little costs itself. What is much, all are asked for. */
  async leastGas(question: (chain: Chain) => Promise<bigint>): Promise<bigint> {
    const gas = await this.ask(question);
    if (gas <= MUCH_GAS) return gas;
    const others = await this.#outcomes(question);
    return others.reduce((least, o) => ('answer' in o && o.answer < least ? o.answer : least), gas);
  }

  /** Of each, preferred first; at least one is an answer. */
  async #outcomes<T>(question: (chain: Chain) => Promise<T>): Promise<readonly ({ rpc: string } & Outcome<T>)[]> {
    const outcomes = await Promise.all(
      this.#order.map(async (provider) => ({ rpc: provider.name, ...(await outcomeOf(provider.ask(question))) })),
    );
    if (outcomes.some((outcome) => 'answer' in outcome)) return outcomes;
    throw allFailed(outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : [])));
  }

  /** Done as soon as one has done it: whoever is told may keep it to himself, or refuse for no reason. The preferred one's failure otherwise. */
  async tellAll(question: (chain: Chain) => Promise<void>): Promise<void> {
    const telling = this.#order.map((provider) => provider.ask(question));
    try {
      await Promise.any(telling);
    } catch {
      const outcomes = await Promise.all(telling.map(outcomeOf));
      const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
      throw failures.find((failure) => !isElsewhere(failure)) ?? allFailed(failures);
    }
  }

  /** The others' heads are looked at beside it, so that a slow one among them makes nobody wait. */
  async finalized(): Promise<BlockRef> {
    const { provider, answer: block } = await this.#firstThat((one) => one.finalized());
    if (provider !== this.#order[0]) this.#prefer({ provider, block });
    if (this.#looks % LOOK_AROUND === 0) void this.#lookAround({ provider, block });
    this.#looks += 1;
    return block;
  }

  onBlock(grown: () => void): () => void {
    const ends = this.#order.map((provider) =>
      provider.chain.onBlock(() => {
        if (!provider.isAside) grown();
      }),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  async #firstThat<T>(ask: (provider: Provider) => Promise<T>) {
    const failures: Retryable[] = [];
    const tiredLast = [...this.#order].sort((a, b) => Number(a.isTired) - Number(b.isTired));
    for (const provider of tiredLast) {
      try {
        return { provider, answer: await ask(provider) };
      } catch (error) {
        if (!isElsewhere(error)) throw error;
        failures.push(error);
      }
    }
    throw allFailed(failures);
  }

  /** Fails only with what is a bug. */
  async #lookAround(best: Head): Promise<void> {
    const others = this.#order.filter((provider) => provider !== best.provider && !provider.isTired);
    if (this.#isLookingAround || others.length === 0) return;
    this.#isLookingAround = true;
    const heads = await Promise.all(others.map(headOf));
    this.#isLookingAround = false;
    const ahead = heads.filter((head) => head !== null && head.block.number > best.block.number) as Head[];
    const [furthest] = ahead.sort((a, b) => b.block.number - a.block.number);
    if (furthest !== undefined && this.#order[0] === best.provider) this.#prefer(furthest);
  }

  #prefer({ provider, block }: Head): void {
    this.#ports.log('warn', 'prefers another RPC', { rpc: provider.name, block: block.number });
    this.#order = [provider, ...this.#order.filter((other) => other !== provider)];
  }
}

async function required(chain: Chain, hash: Hex): Promise<BlockRef> {
  const block = await chain.blockOf(hash);
  if (block === null) throw new Retryable('HISTORY_PRUNED', `block ${hash} is unknown`);
  return block;
}

type Outcome<T> = { readonly answer: T } | { readonly failure: Retryable };

async function outcomeOf<T>(asked: Promise<T>): Promise<Outcome<T>> {
  try {
    return { answer: await asked };
  } catch (failure) {
    if (!isRetryable(failure)) throw failure;
    return { failure };
  }
}

async function headOf(provider: Provider): Promise<Head | null> {
  const outcome = await outcomeOf(provider.finalized());
  return 'answer' in outcome ? { provider, block: outcome.answer } : null;
}

/** What one of another chain says decides nothing, unless there are no others. History is gone only where all say so. */
function allFailed(failures: readonly Retryable[]): Error {
  const [first] = failures;
  const right = failures.filter(({ code }) => code !== 'RPC_OTHER_CHAIN');
  if (right.length === 0) {
    const detail = `every RPC is of another chain: ${failures.map(describe).join(' | ')}`;
    return new Fatal('WRONG_CHAIN', detail, 'Put an RPC of the home chain into chain.rpc.', { cause: first });
  }
  if (failures.length === 1 && first !== undefined) return first;
  const code = right.find(({ code }) => code !== 'HISTORY_PRUNED')?.code ?? 'HISTORY_PRUNED';
  return new Retryable(code, `every RPC failed: ${failures.map(describe).join(' | ')}`, { cause: first });
}
