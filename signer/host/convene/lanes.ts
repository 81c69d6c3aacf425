/** Which tasks this host leads, and when: by rank, with patience, without those that failed before. */

import type { Hex } from '../../formats/hex.ts';
import { pausedUntil, serves } from '../chain/ledger.ts';
import { type Context, type Self, timeNow } from '../context.ts';
import { describe, isRetryable } from '../errors.ts';
import type { Dispute } from './disputes.ts';
import { type Led, lead } from './lead.ts';
import { leaderOrder } from './order.ts';
import { attemptLimit, openTasks, partyOf, type Task } from './task.ts';

type Errand = {
  running: boolean;
  /** attempts in this series */
  attempts: number;
  failed: Set<Hex>;
  /** grows while the task is open: liars collect disputes, honest members have none with each other */
  disputes: readonly Dispute[];
  /** leaders whose session ended without a result: they do not keep this host from leading any more */
  readonly inVain: Set<Hex>;
  /** clock time before which no attempt starts */
  notBefore: number;
};
export type Errands = Map<Hex, Errand>;

/** Starts an attempt for every task whose turn it is, fairly over keys. */
export function startErrands(context: Context): void {
  const { self, errands } = context;
  if (self === null || !context.isServing || context.isStopping) return;
  const tasks = openTasks(context.ledger).filter((task) => partyOf(task, self.id) > 0 && isWanted(context, task));
  forgetOthers(errands, tasks);
  for (const task of inTurns(tasks)) {
    const errand = errandOf(context, task, self);
    const running = [...errands.values()].filter((one) => one.running).length;
    if (running < context.settings.concurrency && isDue(context, task, errand)) {
      errand.running = true;
      context.spawn('lead', attempt(context, self, task, errand));
    }
  }
}

/** Not while a result waits to be posted, nor when enclaves would refuse: in a pause, or with too little time left. */
function isWanted(context: Context, task: Task): boolean {
  const { store, settings, ledger, head } = context;
  const posting = store.posting(
    task.kind === 'signing' ? `fulfil:${task.subject}` : `activate:${task.key.id}:${task.key.attempt}`,
  );
  if (posting !== null && posting.state !== 'given-up') return false;
  if (task.kind !== 'signing') return true;
  // enclaves compare with the finalised block that they are shown
  if (pausedUntil(ledger, task.key.id) > (head?.timestamp ?? 0)) return false;
  const margin = Math.max(settings.times.marginSeconds, ledger.network.margin);
  return task.request.deadline - timeNow(context) >= margin;
}

/** One of each key after the other, so that a busy key does not starve the rest. */
function inTurns(tasks: readonly Task[]): Task[] {
  const byKey = Map.groupBy(tasks, ({ key }) => key.id);
  const queues = [...byKey.values()];
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, at) => queues.flatMap((queue) => queue[at] ?? [])).flat();
}

function errandOf(context: Context, task: Task, self: Self): Errand {
  const { clock, errands, settings } = context;
  const known = errands.get(task.subject);
  if (known !== undefined) return known;
  const notBefore = clock.now() + turnOf(context, task, self) * settings.times.attempt;
  const errand = {
    running: false,
    attempts: 0,
    failed: new Set<Hex>(),
    disputes: [],
    inVain: new Set<Hex>(),
    notBefore,
  };
  errands.set(task.subject, errand);
  return errand;
}

/** How many go first. Nobody waits for a leader that cannot be reached; if only this host cannot reach it, two lead at once. */
function turnOf({ peers }: Context, { subject, committee }: Task, self: Self): number {
  const order = leaderOrder(
    subject,
    committee.members.map(({ id }) => id),
  );
  return order.slice(0, order.indexOf(self.id)).filter((id) => peers.isConnected(id)).length;
}

function isDue({ book, clock }: Context, task: Task, errand: Errand): boolean {
  if (errand.running || clock.now() < errand.notBefore) return false;
  const isWaitedFor = (leader: Hex | null) => leader === null || !errand.inVain.has(leader);
  return !book.live().some(({ subject, leader }) => subject === task.subject && isWaitedFor(leader)); // somebody leads already
}

async function attempt(context: Context, self: Self, task: Task, errand: Errand): Promise<void> {
  const { store, log, clock, ledger, head } = context;
  const run = 1 + Math.max(0, ...store.attempts(task.subject).map((one) => one.run));
  const record = { subject: task.subject, run, startedAt: clock.now() };
  store.putAttempt({ ...record, parties: [], outcome: 'started' });
  const others = task.committee.members.map(({ id }) => id).filter((id) => id !== self.id);
  const candidates = others.filter((id) => !errand.failed.has(id) && serves(ledger, id, head?.timestamp ?? 0));
  const led = await outcomeOf(context, lead(context, self, task, run, candidates, errand.disputes));
  store.putAttempt({ ...record, parties: led.parties, outcome: led.outcome });
  log(led.outcome === 'done' ? 'info' : 'warn', 'led an attempt', {
    subject: task.subject,
    run,
    outcome: led.outcome,
    failed: led.failed,
  });
  settle(context, task, errand, led);
}

/** A retryable failure is an attempt that failed through nobody's fault. */
async function outcomeOf({ log }: Context, attempt: Promise<Led>): Promise<Led> {
  try {
    return await attempt;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    log('warn', 'an attempt failed', { code: error.code, reason: describe(error) });
    return { outcome: error.code === 'ENCLAVE_DOWN' ? 'enclave-down' : 'fault', parties: [], failed: [], disputed: [] };
  }
}

/** Leaves out who failed, as long as t members remain; after n - t + 1 attempts the others get their turn. */
function settle({ clock, settings, wake }: Context, task: Task, errand: Errand, led: Led): void {
  const { times } = settings;
  errand.running = false;
  errand.attempts += 1;
  for (const id of led.failed) errand.failed.add(id);
  // All answered, and yet too few without disputes: more lie than may, or honest members are away.
  const isStuck = led.outcome === 'too-few' && led.failed.length === 0;
  errand.disputes = isStuck ? [] : [...errand.disputes, ...led.disputed];
  const { members, threshold } = task.committee;
  if (members.length - errand.failed.size < threshold) errand.failed.clear();
  const isOver = errand.attempts % attemptLimit(task) === 0;
  errand.notBefore = clock.now() + (isOver ? members.length * times.attempt : 0);
  if (!isOver) wake();
}

function forgetOthers(errands: Errands, tasks: readonly Task[]): void {
  const wanted = new Set(tasks.map(({ subject }) => subject));
  for (const [subject, errand] of errands) if (!errand.running && !wanted.has(subject)) errands.delete(subject);
}
