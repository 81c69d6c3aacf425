/**
 * Whether somebody else lives with this enclave's identity: a boot record that no life of this data directory has made is that of a copy of
 * it, or this directory is an old one. Enclaves are safe from both (the chain has one record, and only its life acts); a person has to know.
 */

import type { Hex } from '../../formats/hex.ts';
import type { EnclaveRecord } from '../chain/view/enclaves.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

type Boot = EnclaveRecord['boot'];
type OtherPorts = { readonly clock: Clock; readonly store: Pick<Store, 'fact' | 'setFact'>; readonly log: Log };

/** The fact of the store that names them. */
export const LIVES = 'lives';
/** Nonces of lives that are remembered: of a directory that is older than these, nothing can be told. */
const REMEMBERED = 64;
/** Milliseconds: two that run at once would take each other's place for ever, at the price of a record each time. */
const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 900_000;
/** How long it is said after the last time, at least. */
const SAID_FOR = 600_000;

export const OLD =
  'the chain has a life of this enclave that never began in this data directory: it is an old copy, or a copy of it runs elsewhere. Never run two; this one signs nothing before its own boot record is final';
/** What the log says of it. */
export const DISPLACED = 'another life has taken the place of this one';
const COPY =
  'another process lives with the identity of this enclave: a copy of its data directory runs elsewhere, and takes its place. Stop one of them';

/** Nonces, as the fact has them. */
export function livesOf(fact: string): ReadonlySet<string> {
  return new Set(fact.split(' ').filter((name) => name !== ''));
}

export class OtherLives {
  readonly #ports: OtherPorts;
  readonly #nonce: Hex;
  /** Nonces of all lives that began here and are remembered; null in a directory from before they were. */
  readonly #known: ReadonlySet<string> | null;
  /** Highest counter of this life's own records that was seen; one is recorded above it only by whoever lives now. */
  #own: bigint | null = null;
  /** Counter of the last record that was taken for another's. */
  #foreign = 0n;
  #isOld = false;
  #displaced = { times: 0, at: Number.NEGATIVE_INFINITY };

  /** @param nonce of the life that begins */
  constructor(ports: OtherPorts, nonce: Hex) {
    const before = ports.store.fact(LIVES);
    const known = before === null ? [] : [...livesOf(before)];
    ports.store.setFact(LIVES, [...known, nonce].slice(-REMEMBERED).join(' '));
    this.#ports = ports;
    this.#nonce = nonce;
    this.#known = before === null ? null : new Set(known);
  }

  /** The newest record that is final. */
  see(boot: Boot): void {
    if (boot === null) return;
    const { counter, nonce } = boot;
    const isOwn = nonce === this.#nonce;
    if (isOwn) this.#own = this.#own !== null && this.#own > counter ? this.#own : counter;
    else if (this.#own !== null && counter > this.#own && counter > this.#foreign) this.#displace(counter);
    this.#judgeAge(isOwn, nonce);
    if (this.#silence >= Math.max(SAID_FOR, 2 * this.#wait)) this.#displaced.times = 0;
  }

  /** Whether it is too early to take the place back that another life has taken. */
  get mustWait(): boolean {
    return this.#silence < this.#wait;
  }

  /** What to say about it, for people; null where there is nothing. */
  get words(): string | null {
    if (this.#displaced.times > 0) return COPY;
    return this.#isOld ? OLD : null;
  }

  /** Its own record follows within a finality, and ends the problem that `/readyz` shows: the log keeps it. */
  #judgeAge(isOwn: boolean, nonce: Hex): void {
    const wasOld = this.#isOld;
    this.#isOld = !isOwn && this.#own === null && this.#known !== null && !this.#known.has(nonce);
    if (this.#isOld && !wasOld) this.#ports.log('error', OLD);
  }

  #displace(counter: bigint): void {
    this.#foreign = counter;
    const { clock, log } = this.#ports;
    this.#displaced = { times: this.#displaced.times + 1, at: clock.now() };
    log('error', DISPLACED, { times: this.#displaced.times });
  }

  /** Since it was last displaced. */
  get #silence(): number {
    return this.#ports.clock.now() - this.#displaced.at;
  }

  /** None the first time: an earlier life's record that a reorg brings back is no copy. */
  get #wait(): number {
    const { times } = this.#displaced;
    return times < 2 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (times - 2));
  }
}
