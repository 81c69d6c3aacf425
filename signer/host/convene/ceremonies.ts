/** Key generation: every member starts by itself, because the session follows from the chain alone. */

import type { Committee } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { KeyRecord } from '../chain/view/keys.ts';
import { committeeOf } from '../chain/view/ledger.ts';
import type { View } from '../chain/view/view.ts';
import { describe, isRetryable } from '../errors.ts';
import type { Life } from '../life/life.ts';
import type { Log } from '../log.ts';
import { proveCeremony } from '../path/proveCeremony.ts';
import type { RelayRounds } from '../path/relayRounds.ts';
import type { Clock } from '../ports/clock.ts';
import type { Peers } from '../ports/peers.ts';
import type { Spawn } from '../work.ts';
import type { Parts } from './parts.ts';
import type { Sessions } from './sessions.ts';

/** An attempt that this life of the enclave has started or is starting: its session, and when to try again. */
type Ceremony = { readonly attempt: number; session: Hex | null; isRunning: boolean; notBefore: number };
type CeremonyPorts = { readonly clock: Clock; readonly log: Log; readonly peers: Pick<Peers, 'isConnected'> };

export class Ceremonies {
  readonly #ports: CeremonyPorts;
  readonly #view: View;
  readonly #life: Life;
  readonly #sessions: Sessions;
  readonly #parts: Pick<Parts, 'giveUp'>;
  readonly #relay: Pick<RelayRounds, 'begin'>;
  readonly #spawn: Spawn;
  readonly #pause: number;
  readonly #byKey = new Map<Hex, Ceremony>();

  /** `pause`: milliseconds until what could not begin is tried again */
  constructor(
    ports: CeremonyPorts,
    view: View,
    life: Life,
    sessions: Sessions,
    parts: Pick<Parts, 'giveUp'>,
    relay: Pick<RelayRounds, 'begin'>,
    spawn: Spawn,
    pause: number,
  ) {
    this.#ports = ports;
    this.#view = view;
    this.#life = life;
    this.#sessions = sessions;
    this.#parts = parts;
    this.#relay = relay;
    this.#spawn = spawn;
    this.#pause = pause;
  }

  /** Starts what is open and names this enclave; ends what the chain has moved on from. */
  work(): void {
    for (const key of this.#view.ledger.keys.values()) {
      this.#endOlder(key);
      const committee = this.#startable(key);
      if (committee === null) continue;
      const ceremony = this.#ceremonyOf(key);
      if (ceremony.isRunning || ceremony.session !== null || this.#ports.clock.now() < ceremony.notBefore) continue;
      ceremony.isRunning = true;
      this.#spawn('ceremony', this.#start(key, committee, ceremony));
    }
  }

  /** The enclave is another one from now on. */
  clear(): void {
    this.#byKey.clear();
  }

  /**
   * Null unless this enclave is to take part, and every member is there, its boot record known: all n are needed, and a run that begins
   * without one of them costs the attempt (docs/decisions/0005).
   */
  #startable(key: KeyRecord): Committee | null {
    const { self, isServing } = this.#life;
    const { ledger, head } = this.#view;
    if (self === null || !isServing || key.state !== 'generating' || !self.status.schemes.includes(key.scheme))
      return null;
    if (!key.members.includes(self.id) || key.confirmedBy.includes(self.id)) return null;
    if ((head?.timestamp ?? 0) >= key.deadline) return null;
    if (key.members.some((id) => ledger.enclaves.get(id)?.boot == null)) return null;
    if (key.members.some((id) => id !== self.id && !this.#ports.peers.isConnected(id))) return null;
    return committeeOf(ledger, key);
  }

  #ceremonyOf({ id, attempt }: KeyRecord): Ceremony {
    const known = this.#byKey.get(id);
    if (known?.attempt === attempt) return known;
    const ceremony = { attempt, session: null, isRunning: false, notBefore: 0 };
    this.#byKey.set(id, ceremony);
    return ceremony;
  }

  async #start(key: KeyRecord, committee: Committee, ceremony: Ceremony): Promise<void> {
    const { log, clock } = this.#ports;
    const named = { key: key.id, attempt: key.attempt };
    try {
      const session = await this.#begin(key, committee);
      if (session === null) return;
      ceremony.session = session;
      log('info', 'key generation began', { ...named, session });
      const ended = this.#sessions.open(session, { kind: 'key-generation', key: key.id, set: null, wanted: [key.id] });
      this.#relay.begin(session);
      const { outcome } = await ended;
      log(outcome.result === 'done' ? 'info' : 'warn', 'key generation ended', { ...named, outcome: outcome.result });
    } catch (error) {
      if (!isRetryable(error)) throw error;
      log('warn', 'key generation did not begin', { ...named, reason: describe(error) });
      ceremony.notBefore = clock.now() + this.#pause;
    } finally {
      ceremony.isRunning = false;
    }
  }

  /**
   * At the checkpoint, and not before the block that opened the attempt, nor those of the members' boot records: they are in the session's
   * id, and whoever begins under an older one waits for a session that never is. Null until it has come so far.
   */
  async #begin(key: KeyRecord, committee: Committee): Promise<Hex | null> {
    const { enclaves } = this.#view.ledger;
    const recorded = key.members.map((id) => enclaves.get(id)?.boot?.recordedIn ?? 0);
    const block = this.#view.checkpoint();
    if (block === null || block.number < Math.max(this.#life.earliest, key.changedIn, ...recorded)) return null;
    await proveCeremony(this.#life, this.#view.ledger, committee, block);
    const { session } = await this.#life.ask('generateKey', { committee, block: block.hash });
    return session;
  }

  #endOlder(key: KeyRecord): void {
    const ceremony = this.#byKey.get(key.id);
    if (ceremony?.session == null || this.#sessions.find(ceremony.session) === null) return;
    if (key.attempt > ceremony.attempt || (this.#view.head?.timestamp ?? 0) >= key.deadline)
      this.#parts.giveUp(ceremony.session);
  }
}
