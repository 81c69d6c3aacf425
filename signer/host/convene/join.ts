/** Taking part in a session that a leader proposes: this host checks the block, its enclave checks everything. */

import { MAX_SESSION_REQUESTS, type SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { View } from '../chain/view/view.ts';
import { describe, isRetryable, type Retryable } from '../errors.ts';
import { EnclaveRefused, type Life } from '../life/life.ts';
import type { Log } from '../log.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message, RefusedHere } from '../mail/messages.ts';
import type { Grants } from './grants.ts';
import type { Pairing } from './pairing.ts';
import type { Asked, Parts } from './parts.ts';
import { verdictOn } from './proofs.ts';
import type { Ended } from './sessions.ts';
import { partyOf, type Task, taskOf } from './task.ts';
import type { Unseen } from './unseen.ts';

export type Propose = Extract<Message, { readonly type: 'propose' }>;
/** In milliseconds: for a block to become final here or a request to be shown, and for the session. */
type Patience = { readonly toStart: number; readonly toEnd: number };
/** What is remembered of how sessions went. */
export type Memory = {
  learn(task: Task, set: SigningSet, requests: readonly Hex[], ended: Ended): void;
  /** This enclave's own no. */
  refused(refused: readonly RefusedHere[]): void;
  /** Those that this enclave will not sign, as it is. */
  refusedHere(key: Hex, requests: readonly Hex[]): readonly RefusedHere[];
};

/** Why no part is taken, and what the enclave has refused. */
type Declined = { readonly code: string; readonly refused?: readonly RefusedHere[]; readonly isLie?: true };

export class Joining {
  readonly #log: Log;
  readonly #view: View;
  readonly #life: Life;
  readonly #mail: Pick<Mail, 'send'>;
  readonly #grants: Grants;
  readonly #parts: Parts;
  readonly #unseen: Unseen;
  readonly #memory: Memory;
  readonly #pairing: Pick<Pairing, 'doubt'>;

  constructor(
    log: Log,
    view: View,
    life: Life,
    mail: Pick<Mail, 'send'>,
    grants: Grants,
    parts: Parts,
    unseen: Unseen,
    memory: Memory,
    pairing: Pick<Pairing, 'doubt'>,
  ) {
    this.#log = log;
    this.#view = view;
    this.#life = life;
    this.#mail = mail;
    this.#grants = grants;
    this.#parts = parts;
    this.#unseen = unseen;
    this.#memory = memory;
    this.#pairing = pairing;
  }

  /** A proposal is followed only after this host has accepted the invitation, once, at a block of its own chain that is proven to be final. */
  async join(from: Hex, proposal: Propose, patience: Patience): Promise<void> {
    const { key, set, requests } = proposal;
    const task = taskOf(this.#view.ledger, key);
    if (task === null || set.leader !== from || !this.#isSet(task, set) || !areRequests(task, proposal))
      return this.#log('warn', 'refused a proposal', { from, key });
    const grant = this.#grants.take(key, from, set.run);
    if (grant === null) return this.#decline(from, proposal, { code: 'NOT_INVITED' });
    const started = await this.#start(from, task, proposal, patience);
    if ('code' in started) {
      if (started.isLie) this.#grants.lied(key, from);
      else this.#grants.used(key, from, false);
      return this.#decline(from, proposal, started);
    }
    const ended = await started.ended;
    this.#grants.used(key, from, ended.outcome.result === 'done');
    this.#memory.learn(task, set, requests, ended);
    this.#log('info', 'took part', { key, leader: from, run: set.run, outcome: ended.outcome.result });
  }

  async #start(
    from: Hex,
    task: Task,
    proposal: Propose,
    { toStart, toEnd }: Patience,
  ): Promise<Declined | { readonly ended: Promise<Ended> }> {
    const refused = this.#memory.refusedHere(task.key.id, proposal.requests);
    if (refused.length > 0) return { code: 'REFUSED', refused };
    try {
      if (proposal.proof !== null) await this.#life.believe(proposal.proof);
      const block = await this.#view.final(proposal.block, toStart);
      if (block === null) return { code: 'NOT_FINAL' };
      const { found, missing } = await this.#requestsOf(from, proposal, toStart);
      if (missing.length > 0) return { code: 'REQUEST_UNKNOWN', refused: missing };
      const taken = await this.#parts.take({ task, set: proposal.set, block, requests: found }, toEnd);
      if (taken.refused === undefined) return { ended: taken.ended };
      this.#memory.refused(taken.refused);
      return { code: 'REFUSED', refused: taken.refused };
    } catch (error) {
      if (!isRetryable(error)) throw error;
      this.#log('warn', 'took no part', { key: task.key.id, leader: from, reason: describe(error) });
      const code = codeOf(error);
      if (code === 'OT_SETUP_MISSING') this.#pairing.doubt();
      return { code, ...(verdictOn(error) === 'lie' && { isLie: true }) };
    }
  }

  /** What has ended is not signed; what no log has told of is asked for. */
  async #requestsOf(
    leader: Hex,
    { requests }: Propose,
    patience: number,
  ): Promise<{ readonly found: readonly Asked[]; readonly missing: readonly RefusedHere[] }> {
    const known = new Map(requests.map((id) => [id, this.#view.ledger.requests.get(id)]));
    const unseen = requests.filter((id) => known.get(id) === undefined);
    const shown = await this.#unseen.ask(leader, unseen, patience);
    const asked = requests.map((id) => ({ id, request: known.get(id)?.request ?? shown.get(id) }));
    const missing = asked.filter(({ request }) => request === undefined);
    return {
      found: asked.flatMap(({ id, request }) => (request === undefined ? [] : [{ id, request }])),
      missing: missing.map(({ id }) => ({ request: id, kind: 'passing', code: 'REQUEST_UNKNOWN' })),
    };
  }

  #decline(to: Hex, { key, set }: Propose, { code, refused = [] }: Declined): void {
    this.#log('info', 'declined a session', { key, leader: to, run: set.run, code });
    this.#mail.send(to, { type: 'decline', key, run: set.run, code, proof: this.#life.proof, refused });
  }

  #isSet(task: Task, { parties }: SigningSet): boolean {
    const { self } = this.#life;
    const { members, threshold } = task.committee;
    const inOrder = parties.every((party, at) => party > (parties[at - 1] ?? 0) && party <= members.length);
    return inOrder && parties.length === threshold && self !== null && parties.includes(partyOf(task, self.id));
  }
}

function areRequests(task: Task, { kind, requests }: Propose): boolean {
  if (kind !== task.kind) return false;
  if (kind === 'activation') return requests.length === 0;
  return requests.length > 0 && requests.length <= MAX_SESSION_REQUESTS && new Set(requests).size === requests.length;
}

/** The enclave's own code where it said no. */
export function codeOf(error: Retryable): string {
  return error instanceof EnclaveRefused ? error.refusal.code : error.code;
}
