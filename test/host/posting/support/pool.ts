/**
 * Gas accounts, a mempool and what the contracts would do, as far as postings go. Transactions are kept in order and without gaps;
 * one that replaces another has to pay a tenth more; what is mined can be taken back.
 */

import { decodeFunctionData, type Hex, hexToString, keccak256, stringToHex } from 'viem';
import { DERIVED_KEYS_ABI, SIGNING_REQUESTS_ABI } from '../../../../signer/host/chain/abi.ts';
import { Retryable, type RetryableCode } from '../../../../signer/host/errors.ts';
import type { Fees, Receipt, Transaction } from '../../../../signer/host/ports/chain.ts';
import type { Wallet } from '../../../../signer/host/ports/wallet.ts';
import type { PosterPorts } from '../../../../signer/host/posting/createPoster.ts';
import { word } from '../../support/fakeChain.ts';

export type Pending = Transaction & { readonly from: Hex; readonly hash: Hex };
type Said = { readonly functionName: string; readonly requests: readonly Hex[] };
type Call =
  | 'nonce'
  | 'balance'
  | 'fees'
  | 'estimateGas'
  | 'send'
  | 'receipt'
  | 'requestState'
  | 'enclave'
  | 'isClaimed';

const ABI = [...SIGNING_REQUESTS_ABI, ...DERIVED_KEYS_ABI] as const;
export const READY = 2;
export const FULFILLED = 3;
export const EXPIRED = 5;

export class Pool {
  block = 10;
  fees: Fees = { baseFee: 100n, tip: 10n };
  readonly balances = new Map<Hex, bigint>();
  readonly counts = new Map<Hex, number>();
  readonly receipts = new Map<Hex, Receipt>();
  /** In the order in which they were taken. */
  readonly taken: Pending[] = [];
  readonly calls = new Map<Call, number>();
  readonly states = new Map<Hex, number>();
  readonly enclave = { status: 1, epoch: 1, validUntil: 0, bootCounter: 0n, bootNonce: '0x00' as Hex };
  isClaimed = true;
  /** Of a single request; in a call for many it is left as it was. */
  readonly impossible = new Set<Hex>();
  /** Of whole calls. */
  reverts: (said: Said) => boolean = () => false;
  gas = 100_000n;
  /** As Hardhat's node where a consumer uses up what it was given. */
  isInestimable = false;
  readonly #pending = new Map<string, Pending>();
  readonly #mined: Pending[] = [];
  /** What each transaction has changed, and what was there before. */
  readonly #changed = new Map<Hex, readonly (readonly [id: Hex, before: number])[]>();
  readonly #failures = new Map<Call, RetryableCode[]>();

  fails(call: Call, ...codes: RetryableCode[]): void {
    this.#failures.set(call, codes);
  }

  get pending(): Pending[] {
    return [...this.#pending.values()].sort((a, b) => a.nonce - b.nonce);
  }

  /** Another process signs with the same key. */
  foreign(from: Hex, nonce: number): void {
    this.#pending.set(`${from} ${nonce}`, { ...EMPTY, from, nonce, hash: keccak256(stringToHex(`foreign ${nonce}`)) });
  }

  drop(nonce: number): void {
    for (const [name, one] of this.#pending) if (one.nonce === nonce) this.#pending.delete(name);
  }

  /** A block with all that pays the base fee. */
  mine(): void {
    this.block += 1;
    for (;;) {
      const next = this.pending.find(
        (one) => one.nonce === this.#count(one.from) && one.maxFeePerGas >= this.fees.baseFee,
      );
      if (next === undefined) return;
      this.#pending.delete(`${next.from} ${next.nonce}`);
      this.counts.set(next.from, next.nonce + 1);
      this.receipts.set(next.hash, { success: this.#run(next), block: this.block });
      this.#mined.push(next);
    }
  }

  get mined(): readonly Pending[] {
    return this.#mined;
  }

  /** What was mined last is taken back, and forgotten. */
  takeBack(): Pending {
    const last = this.#mined.pop();
    if (last === undefined) throw new Error('nothing is mined');
    this.receipts.delete(last.hash);
    this.counts.set(last.from, last.nonce);
    for (const [id, before] of this.#changed.get(last.hash) ?? []) this.states.set(id, before);
    return last;
  }

  said({ data }: Pick<Transaction, 'data'>): Said {
    if (data === '0x') return { functionName: 'nothing', requests: [] };
    const { functionName, args } = decodeFunctionData({ abi: ABI, data });
    const list = Array.isArray(args[0]) ? args[0] : [args[0]];
    const headers = list.map((entry) => (entry as { header?: object }).header ?? entry) as { counter?: bigint }[];
    return { functionName, requests: headers.flatMap(({ counter }) => (counter ? [word(Number(counter))] : [])) };
  }

  readonly chain: PosterPorts['chain'] = {
    nonce: async (account) => this.#say('nonce', () => this.#count(account)),
    balance: async (account) => this.#say('balance', () => this.#balance(account)),
    fees: async () => this.#say('fees', () => this.fees),
    succeeds: async (_from, to, data, gas) => gas >= this.gas && this.#possible(this.said({ data }), to),
    estimateGas: async (_from, to, data) =>
      this.#say('estimateGas', () => {
        if (this.isInestimable) throw new Retryable('TRANSACTION_REVERTS', 'an internal call runs out of gas');
        if (!this.#possible(this.said({ data }), to)) throw new Retryable('TRANSACTION_REVERTS', 'reverts');
        return this.gas;
      }),
    send: async (raw) => this.#say('send', () => this.#take(raw)),
    receipt: async (of) => this.#say('receipt', () => this.receipts.get(of) ?? null),
    requestState: async (id) => this.#say('requestState', () => this.states.get(id) ?? READY),
    enclave: async () => this.#say('enclave', () => this.enclave),
    isClaimed: async () => this.#say('isClaimed', () => this.isClaimed),
    call: async () => word(0),
    ceremony: async () => ({ status: 1, attempt: 1, deadline: 0 }),
  };

  #say<T>(call: Call, answer: () => T): T {
    this.calls.set(call, (this.calls.get(call) ?? 0) + 1);
    const failure = this.#failures.get(call)?.shift();
    if (failure !== undefined) throw new Retryable(failure, `${call} says ${failure}`);
    return answer();
  }

  #take(raw: Hex): void {
    const one = parse(raw);
    const name = `${one.from} ${one.nonce}`;
    const known = this.#pending.get(name);
    if (known?.hash === one.hash || this.receipts.has(one.hash)) return;
    if (one.nonce < this.#count(one.from)) throw new Retryable('NONCE_USED', 'nonce too low');
    if (known !== undefined && !replaces(one, known)) throw new Retryable('UNDERPRICED', 'replacement underpriced');
    const inLine = this.pending.filter(({ from }) => from === one.from).length;
    if (known === undefined && one.nonce > this.#count(one.from) + inLine)
      throw new Retryable('NONCE_USED', 'a gap before this nonce');
    if (this.#balance(one.from) < one.gas * one.maxFeePerGas)
      throw new Retryable('GAS_ACCOUNT_EMPTY', 'insufficient funds');
    this.#pending.set(name, one);
    this.taken.push(one);
  }

  #possible(said: Said, _to: Hex): boolean {
    const isSingle = said.requests.length === 1 && !said.functionName.endsWith('Many');
    return !this.reverts(said) && !(isSingle && said.requests.some((id) => this.impossible.has(id)));
  }

  #run(one: Pending): boolean {
    const said = this.said(one);
    if (!this.#possible(said, one.to)) return false;
    const done = said.functionName.startsWith('fulfil') ? FULFILLED : READY;
    const possible = said.requests.filter((id) => !this.impossible.has(id) && this.states.get(id) !== done);
    this.#changed.set(
      one.hash,
      possible.map((id) => [id, this.states.get(id) ?? READY] as const),
    );
    for (const id of possible) this.states.set(id, done);
    return true;
  }

  #count(account: Hex): number {
    return this.counts.get(account) ?? 0;
  }

  #balance(account: Hex): bigint {
    return this.balances.get(account) ?? 10n ** 18n;
  }
}

const EMPTY = {
  to: '0x',
  data: '0x',
  value: 0n,
  gas: 21_000n,
  maxFeePerGas: 10_000n,
  maxPriorityFeePerGas: 10n,
} as const;

function replaces(one: Transaction, known: Transaction): boolean {
  const isMore = (fee: 'maxFeePerGas' | 'maxPriorityFeePerGas') => one[fee] * 10n >= known[fee] * 11n;
  return isMore('maxFeePerGas') && isMore('maxPriorityFeePerGas');
}

const NUMBERS = ['value', 'gas', 'maxFeePerGas', 'maxPriorityFeePerGas'] as const;

function parse(raw: Hex): Pending {
  const fields = JSON.parse(hexToString(raw)) as Record<string, never>;
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, BigInt(fields[name] ?? 0)]));
  return { ...fields, ...numbers, hash: keccak256(raw) } as unknown as Pending;
}

/** Signs nothing: the pool takes the transaction's fields for it. */
export function poolWallet(gasAccounts: readonly Hex[]): Wallet {
  return {
    ...{ operator: gasAccounts[0] ?? '0x', gasAccounts, signPresentation: async () => '0x51' },
    signTransaction: async (from, transaction) => {
      const text = JSON.stringify({ from, ...transaction }, (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      const raw = stringToHex(text);
      return { raw, hash: keccak256(raw) };
    },
  };
}
