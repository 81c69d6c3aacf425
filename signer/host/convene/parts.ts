/** This enclave's part of a session: it is shown what it must see, starts, and is given up when it takes too long. */

import type { Params, Request, SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { View } from '../chain/view/view.ts';
import { Retryable } from '../errors.ts';
import type { Life } from '../life/life.ts';
import type { RefusedHere } from '../mail/messages.ts';
import { proveActivation } from '../path/proveActivation.ts';
import { proveRequest } from '../path/proveRequest.ts';
import type { RelayRounds } from '../path/relayRounds.ts';
import type { BlockRef } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Spawn } from '../work.ts';
import type { Ended, Sessions } from './sessions.ts';
import { membersOf, type Task } from './task.ts';

export type Asked = { readonly id: Hex; readonly request: Request };
/** `requests` in the order that the session id commits to; none for an activation. */
export type Part = {
  readonly task: Task;
  readonly set: SigningSet;
  readonly block: BlockRef;
  readonly requests: readonly Asked[];
};
export type Taken =
  | { readonly session: Hex; readonly ended: Promise<Ended>; readonly refused?: never }
  | { readonly session?: never; readonly refused: readonly RefusedHere[] };

type Started = { session: Hex; refused?: never } | { session?: never; refused: readonly RefusedHere[] };

export class Parts {
  readonly #clock: Clock;
  readonly #view: View;
  readonly #life: Life;
  readonly #sessions: Sessions;
  readonly #relay: RelayRounds;
  readonly #spawn: Spawn;
  #isClosed = false;

  constructor(clock: Clock, view: View, life: Life, sessions: Sessions, relay: RelayRounds, spawn: Spawn) {
    this.#clock = clock;
    this.#view = view;
    this.#life = life;
    this.#sessions = sessions;
    this.#relay = relay;
    this.#spawn = spawn;
  }

  /** One session for each key and leader: the last one. @throws Retryable, EnclaveRefused */
  async take(part: Part, patience: number): Promise<Taken> {
    const { task, set, requests } = part;
    if (this.#isClosed) throw new Retryable('ABORTED', 'this host is stopping');
    this.giveUpOf(task.key.id, set.leader);
    const started = await this.#start(part);
    if (started.refused !== undefined) return started;
    const { session } = started;
    const wanted = task.kind === 'signing' ? requests.map(({ id }) => id) : [task.key.id];
    const ended = this.#sessions.open(session, { kind: task.kind, key: task.key.id, set, wanted });
    this.#relay.begin(session);
    const cancel = this.#clock.after(patience, () => this.giveUp(session));
    return { session, ended: ended.finally(cancel) };
  }

  /** This enclave's words about requests that it has not been asked to sign: they come as events. @throws Retryable, EnclaveRefused */
  async judge({ task, set, block, requests }: Part): Promise<void> {
    await proveRequest(this.#life, this.#view.ledger, task.key, requests, block);
    const shown = { committee: task.committee, set, block: block.hash };
    await this.#life.ask('judge', { ...shown, ...this.#asked(requests) });
  }

  /** No session starts any more. */
  close(): void {
    this.#isClosed = true;
  }

  giveUpOf(key: Hex, leader: Hex, run?: number): void {
    for (const { session, key: of, set } of this.#sessions.live()) {
      if (of === key && set?.leader === leader && (run === undefined || set.run === run)) this.giveUp(session);
    }
  }

  giveUp(session: Hex): void {
    this.#spawn('abort', this.#abort(session));
  }

  /** The enclave says who was silent, if it still knows the session. */
  async #abort(session: Hex): Promise<void> {
    try {
      await this.#life.ask('abort', { session });
    } finally {
      if (this.#sessions.find(session) !== null) this.#sessions.end(session, { result: 'aborted' });
    }
  }

  async #start({ task, set, block, requests }: Part): Promise<Started> {
    const { ledger } = this.#view;
    const shared = { committee: task.committee, set, block: block.hash };
    if (task.kind === 'activation') {
      await proveActivation(this.#life, ledger, task.key.id, membersOf(task, set), block);
      return this.#life.ask('activateKey', shared);
    }
    await proveRequest(this.#life, ledger, task.key, requests, block);
    const { session, refused } = await this.#life.ask('sign', { ...shared, ...this.#asked(requests) });
    if (session !== undefined) return { session };
    const named = refused.filter(({ id }) => requests.some((one) => one.id === id));
    if (named.length === 0) throw new Retryable('ENCLAVE_REFUSED', 'sign: requests that nobody asked about');
    return { refused: named.map(({ id, kind, code }) => ({ request: id, kind, code })) };
  }

  /** With what they replace, whatever has become of it. What no log has told of is not shown, and its replacement refused for now. */
  #asked(asked: readonly Asked[]): Pick<Params<'sign'>, 'requests' | 'firsts'> {
    const requests = asked.map(({ request }) => request);
    const replaced = new Set(requests.map(({ replaces }) => replaces));
    const firsts = [...replaced].flatMap((id) => this.#view.asked(id) ?? []);
    return { requests, firsts };
  }
}
