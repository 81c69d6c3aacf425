/** Keeps the enclave alive, registered, and its latest life on chain; serving begins when the chain has all of it, finally. */

import type { CallName, Params, Result } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Slot } from '../../proof/slots.ts';
import type { Deployment } from '../chain/deployment.ts';
import type { EnclaveRecord } from '../chain/view/enclaves.ts';
import type { View } from '../chain/view/view.ts';
import { describe, isRetryable, Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { registerEnclave } from '../path/registerEnclave.ts';
import type { Beacon } from '../ports/beacon.ts';
import type { BlockRef, Chain } from '../ports/chain.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import type { Enclave } from '../ports/enclave.ts';
import type { Pcs } from '../ports/pcs.ts';
import type { Store } from '../ports/store.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { Poster } from '../posting/poster.ts';
import type { Problems } from '../problems.ts';
import type { Settings } from '../settings.ts';
import { awaitsFinality } from './awaits.ts';
import { Beats } from './beats.ts';
import { findChild } from './findChild.ts';
import { Following } from './following.ts';
import { identified } from './identified.ts';
import { isRefused } from './lies.ts';
import { EnclaveRefused, type Life, type LifeHandlers, type Self } from './life.ts';
import { nameRoot } from './nameRoot.ts';
import { OtherLives } from './otherLives.ts';
import { Promotion } from './promotion.ts';
import { backOff, type Restarts } from './restarts.ts';
import { ShownBlocks } from './shownBlocks.ts';
import { selfOf, startEnclave } from './startEnclave.ts';
import { VotedForks } from './votedForks.ts';

export type LifePorts = {
  readonly clock: Clock;
  readonly chain: Chain;
  readonly beacon: Beacon;
  readonly pcs: Pcs;
  readonly store: Store;
  readonly enclave: Enclave;
  readonly wallet: Wallet;
  readonly log: Log;
  readonly metrics: Metrics;
};

export function createLife(
  ports: LifePorts,
  view: View,
  poster: Poster,
  problems: Problems,
  deployment: Deployment,
  settings: Settings,
): Life {
  return new EnclaveLife(ports, view, poster, problems, deployment, settings);
}

/** Part of an attestation's lifetime that is left when the next one is due, whatever `renewSeconds` says. */
const LAST_PART = 1 / 3;
const FROZEN =
  'the enclave has seen two blocks made final where there can be one, and signs nothing any more: find out which chain is the true one, then start with an empty data directory and replaceIdentity';
/** > HISTORY_SERVE_WINDOW (EIP-2935), whose hashes the registry compares with. */
const REMEMBERED = 8191;
const FORGOTTEN =
  'the registry remembers no block as old as the checkpoint of this enclave: start with an empty data directory and a recent chain.checkpoint';
const UNROOTED =
  'the enclave draws its identity for the checkpoint in chain.checkpoint, which no beacon node has shown it yet';
const NOBODY: LifeHandlers = { began: () => {}, event: () => {}, ended: () => {} };

/** One life of an identity, and all that a host has for it alone. */
type Living = {
  readonly self: Self;
  readonly blocks: ShownBlocks;
  readonly following: Following;
  readonly forks: VotedForks;
  readonly beats: Beats;
  readonly others: OtherLives;
};

class EnclaveLife implements Life {
  readonly #ports: LifePorts;
  readonly #view: View;
  readonly #poster: Poster;
  readonly #problems: Problems;
  readonly #deployment: Deployment;
  readonly #settings: Settings;
  readonly #promotion: Promotion;
  readonly #restarts: Restarts = { failures: 0, notBefore: 0 };
  #handlers = NOBODY;
  /** `unrooted`: its process has booted, and has no identity yet. */
  #enclave: 'down' | 'unrooted' | Living = 'down';
  #naming: Promise<void> | null = null;
  #isFrozen = false;
  #isServing = false;
  #isStopping = false;

  constructor(
    ports: LifePorts,
    view: View,
    poster: Poster,
    problems: Problems,
    deployment: Deployment,
    settings: Settings,
  ) {
    this.#ports = ports;
    this.#view = view;
    this.#poster = poster;
    this.#problems = problems;
    this.#deployment = deployment;
    this.#promotion = new Promotion(ports, poster, deployment.measurementRegistry);
    this.#settings = settings;
  }

  get self(): Self | null {
    return this.#living?.self ?? null;
  }

  get isServing(): boolean {
    return this.#isServing && this.#living !== null;
  }

  get earliest(): number {
    const { self } = this;
    const boot = self && this.#view.ledger.enclaves.get(self.id)?.boot;
    return boot?.nonce === self?.status.nonce ? (boot?.recordedIn ?? 0) : 0;
  }

  get isAwaiting(): boolean {
    const living = this.#living;
    if (living === null || this.#isFrozen) return false;
    const { self, forks, beats } = living;
    return forks.isAwaited || awaitsFinality(this.#view, self.id) || beats.isAwaited();
  }

  get slot(): number {
    return this.#living?.following.finality.slot ?? 0;
  }

  get proof(): Hex | null {
    return this.#living?.following.proof ?? null;
  }

  async follow(): Promise<void> {
    const { forks, following } = this.#required();
    this.#ports.beacon.know(forks.formats.forks);
    await following.follow();
  }

  refresh(patience: number): Promise<void> {
    return this.#bringOn(patience, () => this.follow());
  }

  async believe(update: Hex): Promise<void> {
    await this.#required().following.believe(update);
  }

  get #living(): Living | null {
    return typeof this.#enclave === 'string' ? null : this.#enclave;
  }

  #required(): Living {
    if (typeof this.#enclave !== 'string') return this.#enclave;
    throw new Retryable('ENCLAVE_DOWN', `the enclave is ${this.#enclave}`);
  }

  listen(handlers: LifeHandlers): void {
    this.#handlers = handlers;
  }

  async tend(): Promise<void> {
    const living = await this.#live();
    if (living === null || this.#isStopping) return;
    const { self, others, beats } = living;
    const before = this.#condition(living);
    if (before.lacks !== null || !before.isProven) await this.refresh(this.#settings.times.poll);
    if (living !== this.#living) return;
    const { known, isRegistered, isRecorded, isProven, isRevoked, isBootDue, lacks } = this.#condition(living);
    this.#isServing = isRegistered && isRecorded && isProven && !isRevoked && !this.#isFrozen;
    if (this.#isServing) this.#restarts.failures = 0;
    others.see(known?.boot ?? null);
    this.#explain(others, isRegistered, isRecorded && isProven, isRevoked);
    if (lacks !== 'registration') this.#problems.clear('collateral');
    if (this.#isServing && known !== undefined) await this.#promotion.tend(known);
    if (this.#isFrozen) return;
    const isHeldUp = lacks === 'registration' && !(await this.#register(self, known));
    const goesOn = isHeldUp && isRegistered && isBootDue; // with the attestation that still holds
    if ((lacks === 'boot record' || goesOn) && !others.mustWait) await beats.record();
  }

  /** What the chain says of this life, and what it should say next. */
  #condition({ self, beats }: Living) {
    const known = this.#view.ledger.enclaves.get(self.id);
    const isRegistered = known !== undefined && known.validUntil > this.#view.timeNow();
    const isRecorded = known?.boot?.nonce === self.status.nonce;
    const isRevoked = known !== undefined && this.#view.ledger.revoked.has(known.measurement);
    const isProven = (this.#view.checkpoint()?.number ?? -1) >= this.earliest;
    const isBootDue = !isRecorded || beats.isDue();
    return { known, isRegistered, isRecorded, isRevoked, isProven, isBootDue, lacks: this.#lacks(known, isBootDue) };
  }

  #lacks(known: EnclaveRecord | undefined, isBootDue: boolean): 'registration' | 'boot record' | null {
    if (known === undefined || this.#isStale(known)) return 'registration';
    return isBootDue ? 'boot record' : null;
  }

  /** For so many milliseconds at most; what goes on after them is found by the next step. */
  async #bringOn(patience: number, work: () => Promise<void>): Promise<void> {
    const halt = new AbortController();
    await Promise.race([this.#said(work), sleep(this.#ports.clock, patience, halt.signal)]);
    halt.abort();
  }

  /** What goes wrong is said; the next step tries again. */
  async #said(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#problems.clear('finality');
    } catch (error) {
      if (!isRetryable(error)) throw error;
      this.#problems.set('finality', `no newer checkpoint: ${describe(error)}`);
    }
  }

  async ask<N extends CallName>(name: N, params: Params<N>): Promise<Result<N>> {
    const { enclave, metrics } = this.#ports;
    const { ok, refusal } = await enclave.call(name, params);
    if (name === 'sign') this.#living?.beats.asked((params as Params<'sign'>).requests.length, refusal?.code);
    if (refusal === undefined) return ok as Result<N>;
    metrics.add('quorate_refusals_total', { call: name, code: refusal.code });
    if (refusal.code === 'UPDATE_CONFLICT' || refusal.code === 'ENCLAVE_FROZEN') this.#freeze(refusal.detail);
    throw new EnclaveRefused(name, refusal);
  }

  async prove(block: BlockRef, slots: readonly Slot[]): Promise<void> {
    await this.#required().blocks.prove(block, slots);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#ports.enclave.stop();
  }

  /** One step towards a life. Null while there is none: it does not start, or has no identity yet. */
  async #live(): Promise<Living | null> {
    if (this.#enclave === 'down') await this.#start();
    if (this.#enclave === 'unrooted') await this.#bringOn(this.#settings.times.poll, () => this.#named());
    return this.#living;
  }

  /** Where it does not start the next try comes later each time. */
  async #start(): Promise<void> {
    const { clock, enclave, log, metrics } = this.#ports;
    if (this.#isStopping || clock.now() < this.#restarts.notBefore) return;
    this.#problems.set('enclave', 'the enclave process is starting');
    try {
      await enclave.start({
        event: (event) => this.#handlers.event(event),
        exited: (reason) => this.#lost(reason),
      });
      const self = await startEnclave(this.#ports, this.#deployment, this.#settings);
      if (self === null) this.#wait();
      else this.#begin(self);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      await enclave.stop();
      metrics.add('quorate_enclave_restarts_total');
      this.#problems.set('enclave', `the enclave does not start: ${describe(error)}`);
      backOff(this.#restarts, clock.now());
      log('error', 'the enclave does not start', { reason: describe(error) });
    }
  }

  #wait(): void {
    this.#enclave = 'unrooted';
    this.#problems.set('enclave', UNROOTED);
  }

  /** Who asks meanwhile gets what is under way. */
  #named(): Promise<void> {
    this.#naming ??= this.#name().finally(() => {
      this.#naming = null;
    });
    return this.#naming;
  }

  /** The identity is there with its root: from then on it is as after a restart, also where an earlier step has named it and came no further. */
  async #name(): Promise<void> {
    const { wallet } = this.#ports;
    try {
      await nameRoot(this.#ports, (name, params) => this.ask(name, params), this.#settings.checkpoint);
    } catch (error) {
      if (!isRefused(error, 'CHECKPOINT_KEPT')) throw error;
    }
    const status = identified(await this.ask('status', {}));
    if (this.#enclave === 'unrooted') this.#begin(selfOf(wallet, this.#deployment, status));
  }

  #begin(self: Self): void {
    const { identity, generation, isFrozen } = self.status;
    this.#enclave = this.#livingOf(self);
    this.#view.unpin();
    this.#isFrozen = isFrozen;
    this.#ports.log('info', 'the enclave is up', { enclave: self.id, identity, generation });
    this.#handlers.began(self);
  }

  #livingOf(self: Self): Living {
    const { nonce, finality } = self.status;
    const others = new OtherLives(this.#ports, nonce);
    const forks = this.#watchForks();
    const ask = <N extends CallName>(name: N, params: Params<N>): Promise<Result<N>> =>
      name === 'follow'
        ? forks.follow(following.finality, (params as Params<'follow'>).update, () => this.ask(name, params))
        : this.ask(name, params);
    const following = new Following(this.#ports, this.#view, forks.formats, ask, finality);
    const blocks = new ShownBlocks(this.#ports.chain, this.#deployment, (proof) => this.ask('prove', proof));
    const beats = new Beats(this.#ports, this.#view, this, this.#poster, self);
    return { self, blocks, following, forks, beats, others };
  }

  #watchForks(): VotedForks {
    const { log } = this.#ports;
    const prove = (block: BlockRef, slots: readonly Slot[]) => this.prove(block, slots);
    return new VotedForks({ view: this.#view, prove, problems: this.#problems, log }, this.#deployment.finality);
  }

  #lost(reason: string): void {
    const { clock, log, metrics } = this.#ports;
    const { self } = this;
    this.#enclave = 'down';
    this.#isServing = false;
    this.#handlers.ended(self);
    if (this.#isStopping) return;
    backOff(this.#restarts, clock.now());
    metrics.add('quorate_enclave_restarts_total');
    this.#problems.set('enclave', `the enclave process ended: ${reason}`);
    log('error', 'the enclave process ended', { reason });
  }

  #freeze(detail: string): void {
    if (!this.#isFrozen) this.#ports.log('error', 'the enclave is frozen', { detail });
    this.#isFrozen = true;
    this.#isServing = false;
    this.#problems.set('enclave', FROZEN);
  }

  #explain({ words: others }: OtherLives, isRegistered: boolean, isRecorded: boolean, isRevoked: boolean): void {
    const problems = this.#problems;
    problems.clear('enclave');
    problems.clear('other lives');
    if (others !== null) problems.set('other lives', others);
    if (this.#isFrozen) problems.set('enclave', FROZEN);
    else if (isRevoked) problems.set('enclave', 'a vote has revoked the measurement of this enclave: it signs nothing');
    else if (!isRegistered) problems.set('enclave', 'no valid registration of this enclave is final on chain yet');
    else if (!isRecorded) problems.set('enclave', 'the boot record of this life is not proven to be final yet');
  }

  /** The attestation lapses soon, or the registry names another host than this one. */
  #isStale(known: EnclaveRecord): boolean {
    const { endpoint, tlsKey, region, times } = this.#settings;
    if (known.endpoint !== endpoint || known.tlsKey !== tlsKey || known.region !== region) return true;
    const left = known.validUntil - this.#view.timeNow();
    return left < Math.min(times.renewSeconds, this.#lifetimeOf(known, left) * LAST_PART);
  }

  /** Seconds that were left when this attestation was first seen; kept, so that a restart does not take the rest for the whole. */
  #lifetimeOf({ id, epoch }: EnclaveRecord, left: number): number {
    const { store } = this.#ports;
    const name = `lifetime of ${id} ${epoch}`;
    const known = store.fact(name);
    if (known !== null) return Number(known);
    store.setFact(name, String(left));
    return left;
  }

  /** Asking the enclave is worth it only when the answer would be posted. False: what a vendor publishes cannot be had. */
  async #register(self: Self, known: EnclaveRecord | undefined): Promise<boolean> {
    const epoch = (known?.epoch ?? 0) + 1;
    if (this.#poster.isPursued({ kind: 'register', enclave: self.id, epoch, data: '0x' })) return true;
    const block = this.#view.checkpoint();
    if (block === null) return true;
    const child = this.#deployment.finality.parentRoots && epoch === 1 ? await this.#child(self) : null;
    try {
      await registerEnclave(this.#ports, this, this.#poster, this.#settings, { self, epoch, block, child });
    } catch (error) {
      if (!isRetryable(error, 'COLLATERAL_UNAVAILABLE')) throw error;
      this.#problems.set('collateral', `the collateral of this enclave's evidence cannot be had: ${describe(error)}`);
      return false;
    }
    this.#problems.clear('collateral');
    return true;
  }

  /** What shows that this identity verifies from a block of this chain. @throws Retryable */
  async #child({ status }: Self): Promise<Hex> {
    const { number, header } = await findChild(this.#ports.chain, status.trusted);
    const age = (this.#view.head?.number ?? number) - number;
    if (age > REMEMBERED) throw new Retryable('HISTORY_PRUNED', `${FORGOTTEN}: block ${number}, ${age} blocks ago`);
    return header;
  }
}
