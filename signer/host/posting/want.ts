/** Wanting something on chain: a posting is written down before anything is sent, and only once. */

import type { Context } from '../context.ts';
import type { Goal, Posting } from '../ports/store.ts';

export type Wish = {
  readonly goal: Goal;
  readonly to: Posting['to'];
  readonly data: Posting['data'];
  /** how many others go first */
  readonly rank: number;
};

/** What matters most to others goes first. */
const PRIORITY: Readonly<Record<Goal['kind'], number>> = {
  register: 0,
  'record-boot': 0,
  'claim-key': 1,
  fulfil: 2,
  confirm: 3,
  activate: 4,
  'mark-ready': 5,
  'open-attempt': 6,
  expire: 7,
  'record-late': 8,
};

export function want(
  { store, clock, settings, log, wake }: Pick<Context, 'store' | 'clock' | 'settings' | 'log' | 'wake'>,
  wish: Wish,
): void {
  const id = postingId(wish.goal);
  const known = store.posting(id);
  if (known !== null && (known.state !== 'given-up' || clock.now() < known.notBefore)) return;
  const notBefore = clock.now() + wish.rank * settings.times.post;
  const { goal, to, data } = wish;
  const priority = PRIORITY[goal.kind];
  store.putPosting({
    id,
    goal,
    to,
    data,
    priority,
    notBefore,
    state: 'wanted',
    failures: 0,
    sent: null,
    minedAt: null,
  });
  log('info', 'wants a transaction', { posting: id, rank: wish.rank });
  if (wish.rank === 0) wake();
}

export function postingId(goal: Goal): string {
  switch (goal.kind) {
    case 'register':
      return `register:${goal.enclave}:${goal.epoch}`;
    case 'record-boot':
      return `record-boot:${goal.enclave}:${goal.nonce}`;
    case 'confirm':
      return `confirm:${goal.keyId}:${goal.attempt}:${goal.member}`;
    case 'activate':
      return `activate:${goal.keyId}:${goal.attempt}`;
    case 'open-attempt':
      return `open-attempt:${goal.keyId}:${goal.attempt}`;
    case 'claim-key':
      return `claim-key:${goal.keyId}:${goal.requester}:${goal.path}`;
    case 'mark-ready':
    case 'fulfil':
    case 'record-late':
    case 'expire':
      return `${goal.kind}:${goal.request}`;
  }
}
