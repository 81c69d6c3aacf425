/** Requests of a proposal that no log has told this host of: their leader shows them, and their ids say whether they are the right ones. */

import type { Request } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { requestId } from '../../formats/wirePreimages.ts';
import type { Deployment } from '../chain/deployment.ts';
import type { Mail } from '../mail/mail.ts';
import type { Clock } from '../ports/clock.ts';

type Where = Pick<Deployment, 'chainId' | 'signingRequests'>;
type Question = { readonly wanted: Set<Hex>; readonly found: Map<Hex, Request>; readonly finish: () => void };

/** A leader has one question at a time here: what it leads next replaces it. */
export class Unseen {
  readonly #clock: Clock;
  readonly #mail: Pick<Mail, 'send'>;
  readonly #where: Where;
  readonly #questions = new Map<Hex, Question>();

  constructor(clock: Clock, mail: Pick<Mail, 'send'>, where: Where) {
    this.#clock = clock;
    this.#mail = mail;
    this.#where = where;
  }

  /** Resolves with what the leader has shown, when that is all, or when the time is over. */
  ask(leader: Hex, ids: readonly Hex[], patience: number): Promise<ReadonlyMap<Hex, Request>> {
    const found = new Map<Hex, Request>();
    if (ids.length === 0) return Promise.resolve(found);
    this.#questions.get(leader)?.finish();
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#questions.delete(leader);
        resolve(found);
      };
      const cancel = this.#clock.after(patience, finish);
      this.#questions.set(leader, { wanted: new Set(ids), found, finish });
      this.#mail.send(leader, { type: 'ask', requests: ids });
    });
  }

  /** Hashed before anything else is made of it; what nobody asked for is dropped. */
  given(from: Hex, request: Request): void {
    const question = this.#questions.get(from);
    if (question === undefined) return;
    const id = requestId(this.#where.chainId, this.#where.signingRequests, request);
    if (!question.wanted.delete(id)) return;
    question.found.set(id, request);
    if (question.wanted.size === 0) question.finish();
  }
}
