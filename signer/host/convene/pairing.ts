/**
 * Which other members this enclave has OT set up with, and the sessions that set it up: in the background, as soon as two enclaves are members of
 * one committee whose key signs with it, and anew after a failed check, so that no request waits for it.
 */

import type { Event, SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { KeyRecord } from '../chain/view/keys.ts';
import { committeeOf } from '../chain/view/ledger.ts';
import type { View } from '../chain/view/view.ts';
import { describe, isRetryable } from '../errors.ts';
import { identified } from '../life/identified.ts';
import type { Life, Self } from '../life/life.ts';
import type { Log } from '../log.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message } from '../mail/messages.ts';
import { provePair } from '../path/provePair.ts';
import type { RelayRounds } from '../path/relayRounds.ts';
import type { BlockRef } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Peers } from '../ports/peers.ts';
import type { Times } from '../settings.ts';
import type { Spawn } from '../work.ts';
import { backOff } from './durations.ts';
import { needsPairs } from './pairs.ts';
import type { Parts } from './parts.ts';
import type { Sessions } from './sessions.ts';

type PairingPorts = { readonly clock: Clock; readonly log: Log; readonly peers: Pick<Peers, 'isConnected'> };
type Proposal = Extract<Message, { readonly type: 'pair' }>;
/** One other member: the life that OT is set up with, and when to try again. */
type Peer = {
  paired: Hex | null;
  /** what runs with it, and since when: what it leads may come beside what this host leads in vain */
  readonly runs: Set<Begun>;
  /** Runs in close succession, and when the last one ended. What came of them is all the same: set-ups that succeed keep an enclave busy as well. */
  lately: number;
  endedAt: number;
  notBefore: number;
  since: number | null;
};
type Begun = { readonly at: number; readonly isLed: boolean };

/** Set-ups that this host leads at once: what others lead takes none of these places. */
const AT_ONCE = 4;
/** Times that a leader waits for answers: a set-up is two messages each way. */
const PATIENCE = 2;
const FIRST_PAUSE = 250;
const MOST_PAUSE = 30_000;
/** So long after a run the next one is as the first. */
const QUIET = 600_000;
/** Without news, the enclave is asked so often: a set-up is used up one day. */
const ASK_EVERY = 60_000;

export class Pairing {
  readonly #ports: PairingPorts;
  readonly #view: View;
  readonly #life: Life;
  readonly #mail: Pick<Mail, 'send'>;
  readonly #sessions: Sessions;
  readonly #parts: Pick<Parts, 'giveUp'>;
  readonly #relay: Pick<RelayRounds, 'begin'>;
  readonly #spawn: Spawn;
  readonly #times: Pick<Times, 'invite'>;
  readonly #peers = new Map<Hex, Peer>();
  /** The last of each member that could not be followed at once. */
  readonly #proposals = new Map<Hex, { readonly proposal: Proposal; readonly until: number }>();
  #run = 0;
  #askedAt = 0;
  #isStopping = false;

  constructor(
    ports: PairingPorts,
    view: View,
    life: Life,
    mail: Pick<Mail, 'send'>,
    sessions: Sessions,
    parts: Pick<Parts, 'giveUp'>,
    relay: Pick<RelayRounds, 'begin'>,
    spawn: Spawn,
    times: Pick<Times, 'invite'>,
  ) {
    this.#ports = ports;
    this.#view = view;
    this.#life = life;
    this.#mail = mail;
    this.#sessions = sessions;
    this.#parts = parts;
    this.#relay = relay;
    this.#spawn = spawn;
    this.#times = times;
  }

  /** Sets up what is missing, a few at once. Of two members the one with the lower id begins; the other waits, and then begins itself. */
  work(): void {
    const { self, isServing } = this.#life;
    if (self === null || !isServing || this.#isStopping) return;
    this.#answerAll();
    const wanted = this.#wanted(self);
    if (wanted.size > 0 && this.#now() - this.#askedAt >= ASK_EVERY) this.doubt();
    for (const [member, key] of this.#inTurn(wanted)) {
      const led = [...this.#peers.values()].filter(({ runs }) => [...runs].some(({ isLed }) => isLed));
      if (led.length >= AT_ONCE) return;
      if (this.#isDue(self, member)) this.#begin(self, key, member);
    }
  }

  /** Those with whom there were the fewest runs lately go first: what never ends well cannot keep the others waiting. */
  #inTurn(wanted: ReadonlyMap<Hex, KeyRecord>): readonly (readonly [Hex, KeyRecord])[] {
    return [...wanted].toSorted(([a], [b]) => this.#peer(a).lately - this.#peer(b).lately);
  }

  /** Whether a session of this key may have this member: keys of other schemes take anybody. */
  isReady(key: Pick<KeyRecord, 'scheme'>, member: Hex): boolean {
    return !needsPairs(key) || this.#isPaired(member);
  }

  /** A member proposes a set-up: this enclave takes part as soon as it can, while the proposal is fresh. */
  asked(from: Hex, proposal: Proposal): void {
    this.#proposals.set(from, { proposal, until: this.#now() + this.#times.invite });
    this.#answer(from, proposal);
  }

  #answerAll(): void {
    for (const [from, { proposal, until }] of this.#proposals) {
      if (until < this.#now()) this.#proposals.delete(from);
      else this.#answer(from, proposal);
    }
  }

  #answer(from: Hex, proposal: Proposal): void {
    const { self, isServing } = this.#life;
    const key = this.#view.ledger.keys.get(proposal.key);
    const isOurs = key !== undefined && needsPairs(key) && self !== null && key.members.includes(self.id);
    if (!isOurs || !key.members.includes(from) || !isServing || this.#isStopping) return;
    const peer = this.#peer(from);
    const isInVain = [...peer.runs].every(({ at }) => this.#now() - at >= this.#times.invite);
    if (peer.runs.size > 1 || !isInVain || this.#now() < peer.notBefore) return;
    this.#proposals.delete(from);
    this.#spawn(
      'pair',
      this.#running(peer, from, false, () => this.#join(self, key, from, proposal)),
    );
  }

  paired({ session, member, nonce }: Extract<Event, { readonly event: 'paired' }>): void {
    const peer = this.#peer(member);
    Object.assign(peer, { paired: nonce, since: null });
    this.#sessions.signed(session, member);
  }

  /** Some set-up may be gone: the enclave says which it has. */
  doubt(): void {
    this.#askedAt = this.#now();
    this.#spawn('pairs', this.#ask());
  }

  /** The enclave is another one from now on. */
  clear(): void {
    this.#peers.clear();
    this.#proposals.clear();
  }

  /** No set-up begins any more. */
  stop(): void {
    this.#isStopping = true;
  }

  async #ask(): Promise<void> {
    const { pairs } = identified(await this.#life.ask('status', {}));
    const nonces = new Map(pairs.map(({ member, nonce }) => [member, nonce]));
    for (const [member, peer] of this.#peers) peer.paired = nonces.get(member) ?? null;
  }

  /** Other members, each with a key in whose committee both are. */
  #wanted({ id, status }: Self): ReadonlyMap<Hex, KeyRecord> {
    const wanted = new Map<Hex, KeyRecord>();
    for (const key of this.#view.ledger.keys.values()) {
      if (!needsPairs(key) || !status.schemes.includes(key.scheme) || !key.members.includes(id)) continue;
      for (const member of key.members) if (member !== id) wanted.set(member, key);
    }
    return wanted;
  }

  #isDue(self: Self, member: Hex): boolean {
    const peer = this.#peer(member);
    if (this.#isPaired(member) || peer.runs.size > 0 || !this.#ports.peers.isConnected(member)) {
      peer.since = null;
      return false;
    }
    const now = this.#now();
    peer.since ??= now;
    const patience = self.id < member ? 0 : this.#times.invite;
    return now >= Math.max(peer.notBefore, peer.since + patience);
  }

  #isPaired(member: Hex): boolean {
    const nonce = this.#peers.get(member)?.paired ?? null;
    return nonce !== null && nonce === this.#view.ledger.enclaves.get(member)?.boot?.nonce;
  }

  #begin(self: Self, key: KeyRecord, member: Hex): void {
    const block = this.#blockFor(self, key, member);
    if (block === null) return;
    const peer = this.#peer(member);
    this.#run += 1;
    const run = this.#run;
    this.#spawn(
      'pair',
      this.#running(peer, member, true, () => this.#lead(self, key, member, block, run)),
    );
  }

  /** The checkpoint, once the key's committee and both boot records are in it: they are in the session's id. */
  #blockFor(self: Self, key: KeyRecord, member: Hex): BlockRef | null {
    const { enclaves } = this.#view.ledger;
    const recorded = [self.id, member].map((id) => enclaves.get(id)?.boot?.recordedIn ?? Number.POSITIVE_INFINITY);
    const block = this.#view.checkpoint();
    const isShown = block !== null && block.number >= Math.max(this.#life.earliest, key.changedIn, ...recorded);
    return isShown ? block : null;
  }

  async #running(peer: Peer, member: Hex, isLed: boolean, work: () => Promise<void>): Promise<void> {
    const run = { at: this.#now(), isLed };
    peer.runs.add(run);
    try {
      await work();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      this.#ports.log('warn', 'no OT was set up', { member, reason: describe(error) });
    } finally {
      peer.runs.delete(run);
      peer.lately = this.#now() - peer.endedAt < QUIET ? peer.lately + 1 : 1;
      peer.endedAt = this.#now();
      peer.notBefore = this.#now() + backOff(peer.lately, FIRST_PAUSE, MOST_PAUSE);
    }
    this.work();
  }

  async #lead(self: Self, key: KeyRecord, member: Hex, block: BlockRef, run: number): Promise<void> {
    const { number, hash } = block;
    const proposal = { type: 'pair', key: key.id, block: { number, hash }, proof: this.#life.proof, run } as const;
    await this.#take(self, key, member, { leader: self.id, run }, block, () => this.#mail.send(member, proposal));
  }

  async #join(self: Self, key: KeyRecord, leader: Hex, { block: shown, proof, run }: Proposal): Promise<void> {
    if (proof !== null) await this.#life.believe(proof);
    const block = await this.#view.final(shown, this.#times.invite);
    if (block !== null) await this.#take(self, key, leader, { leader, run }, block, () => undefined);
  }

  async #take(
    self: Self,
    key: KeyRecord,
    member: Hex,
    by: Pick<SigningSet, 'leader' | 'run'>,
    block: BlockRef,
    begun: () => void,
  ): Promise<void> {
    const { ledger } = this.#view;
    const committee = committeeOf(ledger, key);
    if (committee === null) return;
    const parties = [self.id, member].map((id) => key.members.indexOf(id) + 1).sort((a, b) => a - b);
    await provePair(this.#life, ledger, key.id, [self.id, member], block);
    const shown = { committee, set: { parties, ...by }, block: block.hash };
    const { session } = await this.#life.ask('setUpPair', shown);
    const ended = this.#sessions.open(session, { kind: 'ot-setup', key: key.id, set: null, wanted: [member] });
    begun();
    this.#relay.begin(session);
    const cancel = this.#ports.clock.after(PATIENCE * this.#times.invite, () => this.#parts.giveUp(session));
    const { outcome } = await ended.finally(cancel);
    this.#ports.log(outcome.result === 'done' ? 'info' : 'warn', 'an OT set-up ended', {
      member,
      outcome: outcome.result,
    });
  }

  #peer(member: Hex): Peer {
    const known = this.#peers.get(member);
    if (known !== undefined) return known;
    const peer: Peer = { paired: null, runs: new Set(), lately: 0, endedAt: 0, notBefore: 0, since: null };
    this.#peers.set(member, peer);
    return peer;
  }

  #now(): number {
    return this.#ports.clock.now();
  }
}
