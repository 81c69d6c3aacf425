/** Who signs with whom, and when: sessions that this host leads or takes part in, and ceremonies. Their only owner. */

import type { Event } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Deployment } from '../chain/deployment.ts';
import type { View } from '../chain/view/view.ts';
import type { Life } from '../life/life.ts';
import type { Log } from '../log.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message } from '../mail/messages.ts';
import type { Metrics } from '../metrics.ts';
import { type RelayRounds, relayRounds } from '../path/relayRounds.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import type { Peers } from '../ports/peers.ts';
import type { Poster } from '../posting/poster.ts';
import type { Problems } from '../problems.ts';
import type { Settings } from '../settings.ts';
import type { Spawn } from '../work.ts';
import { Ceremonies } from './ceremonies.ts';
import { convene } from './convene.ts';
import { Grants } from './grants.ts';
import { Invitations } from './invitations.ts';
import { Joining } from './join.ts';
import { Judging } from './judging.ts';
import { Lanes } from './lanes.ts';
import { Leading } from './lead.ts';
import { Pairing } from './pairing.ts';
import { Parts } from './parts.ts';
import { Sessions } from './sessions.ts';
import { Unseen } from './unseen.ts';

export type Heard = Extract<
  Event,
  { readonly event: 'envelope' | 'signature' | 'activation' | 'confirmation' | 'paired' | 'fault' | 'refusal' }
>;
export type Convener = {
  /** Leads, answers and starts whatever is due now; returns at once. */
  convene(): void;
  /** What another host says. */
  hear(from: Hex, message: Message): void;
  /** What the enclave says of its sessions. */
  heard(event: Heard): void;
  /** The leader of a session, also for a while after its end; null in key generation. */
  leaderOf(session: Hex): Hex | null;
  /** The enclave is gone, and every session with it. */
  lost(): void;
  /** Begins nothing more, waits until what is under way has ended or `until` (clock time), then gives the rest up. */
  stop(until: number): Promise<void>;
};

export type ConvenerPorts = {
  readonly clock: Clock;
  readonly peers: Pick<Peers, 'isConnected'>;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Faults after which a set-up is not used any more (docs/ecdsa.md). */
const ENDS_PAIRS: readonly string[] = [
  ...['ot-check-failed', 'multiplication-check-failed', 'inputs-differ'],
  ...['setup-differs', 'setup-wiped'],
];

/** While it stops, what is still under way is looked for so often, in milliseconds. */
const STOP_LOOK = 100;

export function createConvener(
  ports: ConvenerPorts,
  view: View,
  life: Life,
  mail: Pick<Mail, 'send'>,
  poster: Pick<Poster, 'isPursued'>,
  problems: Problems,
  spawn: Spawn,
  deployment: Pick<Deployment, 'chainId' | 'signingRequests'>,
  settings: Pick<Settings, 'times' | 'concurrency'>,
): Convener {
  const { clock, log, metrics } = ports;
  const { times } = settings;
  const sessions = new Sessions(metrics, clock);
  const isOpen = (session: Hex) => sessions.find(session) !== null;
  const relay = relayRounds(ports, life, mail, spawn, isOpen, times.letter);
  const parts = new Parts(clock, view, life, sessions, relay, spawn);
  const leading = new Leading(clock, view, life, mail, new Invitations(clock, mail), parts);
  const pairing = new Pairing(ports, view, life, mail, sessions, parts, relay, spawn, times);
  const lanes = new Lanes(ports, view, life, poster, problems, spawn, settings, sessions, leading, pairing);
  const grants = new Grants({ clock, metrics }, view, life, mail, sessions);
  const unseen = new Unseen(clock, mail, deployment);
  const joining = new Joining(log, view, life, mail, grants, parts, unseen, lanes, pairing);
  const judging = new Judging(view, life, parts, spawn);
  const ceremonies = new Ceremonies(ports, view, life, sessions, parts, relay, spawn, times.poll);
  return new Convening({
    clock,
    log,
    spawn,
    times,
    life,
    relay,
    sessions,
    parts,
    leading,
    lanes,
    grants,
    unseen,
    joining,
    judging,
    ceremonies,
    pairing,
  });
}

type Owners = {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawn;
  readonly times: Settings['times'];
  readonly life: Pick<Life, 'refresh'>;
  readonly relay: RelayRounds;
  readonly sessions: Sessions;
  readonly parts: Parts;
  readonly leading: Leading;
  readonly lanes: Lanes;
  readonly grants: Grants;
  readonly unseen: Unseen;
  readonly joining: Joining;
  readonly judging: Judging;
  readonly ceremonies: Ceremonies;
  readonly pairing: Pairing;
};

class Convening implements Convener {
  readonly #own: Owners;
  #isStopping = false;

  constructor(own: Owners) {
    this.#own = own;
  }

  convene(): void {
    if (!this.#isStopping) convene(this.#own, this.#own.times);
  }

  hear(from: Hex, message: Message): void {
    const { grants, leading, lanes, parts, joining, unseen, pairing, relay, spawn, times } = this.#own;
    switch (message.type) {
      case 'invite':
        grants.asked(from, message, times.invite);
        if (!this.#isStopping) spawn('answer', this.#answer());
        return;
      case 'accept': {
        const { key, run, proof, busy } = message;
        leading.accepted(key, run, { member: from, proof, busy });
        return;
      }
      case 'propose': {
        if (this.#isStopping) return;
        const patience = { toStart: times.invite, toEnd: lanes.patience(message.key) };
        spawn('join', joining.join(from, message, patience));
        return;
      }
      case 'decline':
        leading.declined(from, message);
        return;
      case 'ended':
        if (message.signed.length > 0) lanes.claimed(from, message.key, message.signed);
        else parts.giveUpOf(message.key, from, message.run);
        return;
      case 'ask':
        leading.asked(from, message.requests);
        return;
      case 'give':
        unseen.given(from, message.request);
        return;
      case 'pair':
        pairing.asked(from, message);
        return;
      case 'envelope':
        relay.receive(from, message.envelope);
        return;
    }
  }

  /** With the newest that can be known here: an old view is worth less than a late answer, and both more than none. */
  async #answer(): Promise<void> {
    const { life, grants, times } = this.#own;
    await life.refresh(times.invite / 4);
    if (!this.#isStopping) grants.answer(times.invite + times.session);
  }

  heard(event: Heard): void {
    const { relay, sessions, lanes, pairing } = this.#own;
    switch (event.event) {
      case 'envelope':
        relay.send(event);
        return;
      case 'confirmation':
        sessions.signed(event.session, event.keyId);
        return;
      case 'activation':
        lanes.signed(event.keyId);
        sessions.signed(event.session, event.keyId);
        return;
      case 'signature':
        lanes.signed(event.requestId);
        sessions.signed(event.session, event.requestId);
        return;
      case 'paired':
        pairing.paired(event);
        return;
      case 'refusal':
        lanes.refused([{ request: event.requestId, kind: event.kind, code: event.code }]);
        return;
      case 'fault':
        this.#failed(event);
        return;
    }
  }

  #failed({ session, code, culprits, silent, disputes, detail }: Extract<Event, { readonly event: 'fault' }>): void {
    const { log, sessions, pairing } = this.#own;
    log('warn', 'a session failed', { session, code, culprits, silent, detail });
    const disputed = disputes.map(({ about, reporter }) => [about, reporter] as const);
    if (ENDS_PAIRS.includes(code)) pairing.doubt();
    sessions.end(session, { result: 'fault', code, blamed: culprits.length > 0 ? culprits : silent, disputed });
  }

  leaderOf(session: Hex): Hex | null {
    return this.#own.sessions.leaderOf(session);
  }

  lost(): void {
    const { sessions, grants, ceremonies, judging, pairing } = this.#own;
    pairing.clear();
    ceremonies.clear();
    judging.clear();
    grants.clear();
    sessions.endAll({ result: 'enclave-down' });
  }

  async stop(until: number): Promise<void> {
    const { clock, sessions, parts, lanes, pairing } = this.#own;
    this.#isStopping = true;
    lanes.stop();
    pairing.stop();
    parts.close();
    while (sessions.live().some(({ set }) => set !== null) && clock.now() < until)
      await sleep(clock, Math.min(STOP_LOOK, until - clock.now()));
    for (const { session } of sessions.live()) parts.giveUp(session);
  }
}
