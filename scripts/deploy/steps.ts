/** The transactions of a deployment, each sent once: every step looks at its journal and at the chain before it sends. */

import {
  type BaseContract,
  type ContractRunner,
  getCreateAddress,
  type Provider,
  type Signer,
  type TransactionRequest,
  type TransactionResponse,
} from 'ethers';
import type { Name } from './builds.ts';
import { isCreated } from './creation.ts';
import type { Journal, Step } from './journal.ts';

/** A typechain factory: `args` are the constructor's. */
type Factory<Args extends unknown[], T extends BaseContract> = {
  new (signer: Signer): { getDeployTransaction(...args: Args): Promise<TransactionRequest> };
  connect(address: string, runner: ContractRunner): T;
};
type At = { readonly nonce: number };
type Send = (at: At) => Promise<TransactionResponse>;
type IsDone = (step: Step) => Promise<boolean>;
/** What another run asks the chain about a step whose nonce is used. */
type Check = { readonly sent: IsDone; readonly mined: IsDone };

/** What happens to a step, for whoever watches. */
export type Happening =
  | { readonly is: 'sending' | 'done before'; readonly step: string }
  | { readonly is: 'mined'; readonly step: string; readonly gasUsed: bigint; readonly created: string | null };
export type Watch = (happening: Happening) => void;

export class PendingTransaction extends Error {
  constructor(step: string, nonce: number) {
    super(
      `${step}: a transaction with nonce ${nonce} is not mined yet: wait, or replace it at a higher fee; then run again`,
    );
  }
}

export class Steps {
  readonly #deployer: Signer;
  readonly #provider: Provider;
  readonly #journal: Journal;
  readonly #watch: Watch;
  /** Nonces below are used, whatever a node that lags behind says. */
  #free = 0;

  constructor(deployer: Signer, journal: Journal, watch: Watch = () => {}) {
    if (deployer.provider === null) throw new Error('the deployer needs a provider');
    this.#deployer = deployer;
    this.#provider = deployer.provider;
    this.#journal = journal;
    this.#watch = watch;
  }

  /** A creation whose answer gets lost keeps its nonce, and so its address. */
  async create<Args extends unknown[], T extends BaseContract>(
    name: Name,
    factory: Factory<Args, T>,
    ...args: Args
  ): Promise<T> {
    const from = await this.#deployer.getAddress();
    const creation = await new factory(this.#deployer).getDeployTransaction(...args);
    const data = String(creation.data);
    const stands: IsDone = ({ nonce, block }) => isCreated(this.#provider, name, { from, nonce, data }, block);
    const send: Send = (at) => this.#deployer.sendTransaction({ ...creation, ...at });
    // a reorg may have undone it, and the nonce gone to something else
    const nonce = await this.#once(name, send, { sent: stands, mined: stands });
    return factory.connect(getCreateAddress({ from, nonce }), this.#deployer);
  }

  /** `isDone` tells from the chain whether anything is left to do. What was mined may have been undone since by whoever may. */
  async call(name: string, send: Send, isDone: () => Promise<boolean>): Promise<void> {
    await this.#once(name, send, { sent: isDone, mined: async () => true });
  }

  async #once(name: string, send: Send, check: Check): Promise<number> {
    const former = this.#journal.step(name);
    if (former !== undefined && (await this.#stands(name, former, check))) {
      this.#watch({ is: 'done before', step: name });
      return former.nonce;
    }

    const nonce = await this.#nonceFor(name, former);
    const block = former?.nonce === nonce ? former.block : await this.#provider.getBlockNumber();
    await this.#journal.note(name, { nonce, mined: false, block });
    this.#watch({ is: 'sending', step: name });
    const receipt = await (await send({ nonce })).wait();
    this.#free = nonce + 1;
    await this.#journal.note(name, {
      ...{ nonce, mined: true, block },
      ...(receipt && { transaction: receipt.hash }),
    });
    if (receipt !== null)
      this.#watch({ is: 'mined', step: name, gasUsed: receipt.gasUsed, created: receipt.contractAddress });
    return nonce;
  }

  async #stands(name: string, step: Step, check: Check): Promise<boolean> {
    if ((await this.#count('latest')) <= step.nonce) return false;
    if (step.mined) return check.mined(step);
    if (!(await check.sent(step))) return false;
    await this.#journal.note(name, { ...step, mined: true });
    return true;
  }

  /** The former nonce while it is free. It is not if the transaction failed, or if the deployer sent something else. */
  async #nonceFor(name: string, former: Step | undefined): Promise<number> {
    const [mined, sent] = [await this.#count('latest'), await this.#count('pending')];
    if (former === undefined || former.nonce < mined) return Math.max(sent, this.#free);
    if (former.nonce < sent) throw new PendingTransaction(name, former.nonce);
    return former.nonce;
  }

  async #count(tag: 'latest' | 'pending'): Promise<number> {
    return this.#provider.getTransactionCount(await this.#deployer.getAddress(), tag);
  }
}
