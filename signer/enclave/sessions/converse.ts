/** Takes sessions from their first message to their end, with the envelopes that go out on the way. */

import { toHex } from '../../formats/hex.ts';
import { Refused } from '../../formats/refusal.ts';
import { Fault } from '../../protocol/fault.ts';
import type { Conversation, Protocol } from '../../protocol/round.ts';
import { runSession, type Step } from '../path/runSession.ts';
import type { Session } from '../path/stages.ts';
import { decodeEnvelope } from '../peers/envelope.ts';
import { Equivocation, testimonyOf } from '../peers/message.ts';
import { openEnvelope } from '../peers/openEnvelope.ts';
import { sealEnvelopes } from '../peers/sealEnvelopes.ts';
import type { Rooted } from '../process.ts';
import { endWithoutBlame } from './endWithoutBlame.ts';
import type { Active, Finish, Start } from './sessions.ts';

/** @throws Refused SESSION_LIMIT, SESSION_REPEATED: before the protocol has drawn any randomness */
export async function beginSession<T>(
  life: Rooted,
  start: Start,
  { rounds, protocol }: Conversation<T>,
  finish: (result: T) => void,
): Promise<void> {
  const { session } = start;
  const evicted = life.sessions.toEvict();
  life.sessions.claim(start);
  if (evicted) giveUpSession(life, evicted);
  const others = session.members.map(({ party }) => party).filter((party) => party !== session.self);
  const run = runSession(others, { rounds, protocol: finishing(protocol, finish) });
  const active = life.sessions.add(start, run);
  await proceed(life, active, active.course.start());
}

/** @throws Refused for an envelope that is dropped and changes nothing */
export async function hearEnvelope(life: Rooted, bytes: Uint8Array): Promise<void> {
  const envelope = decodeEnvelope(bytes);
  const { route } = envelope;
  const active = life.sessions.find(route.session);
  requireInTime(life, active);
  const message = await openEnvelope(
    envelope,
    active.session,
    life.encryption,
    active.course.maxBytes(route),
    life.ports.identities,
  );
  const step = active.course.hear(route, message);
  // A whole round makes us say something; what adds none, however much of it comes, keeps nothing alive.
  if (step.say.length > 0) life.sessions.touch(active);
  await proceed(life, active, step);
}

/** A host that holds envelopes back would otherwise choose when its enclave signs. @throws Refused SESSION_ENDED */
function requireInTime(life: Rooted, active: Active): void {
  if (!life.sessions.isOver(active)) return;
  giveUpSession(life, active);
  throw new Refused('SESSION_ENDED', 'what was proven when it began is too old');
}

/** Ends a session that the others have not finished; whatever it held is gone. */
export function giveUpSession(life: Rooted, active: Active): void {
  endWithFault(life, active, active.course.giveUp());
}

async function proceed(life: Rooted, active: Active, step: Step<Finish>): Promise<void> {
  const { say, outcome } = step;
  try {
    if (isLeaving(step)) active.requireFresh?.();
    for (const saying of say) {
      const sealed = await sealEnvelopes(active.session, saying, life.kept.state.identity, life.random);
      for (const { to, envelope } of sealed) emitEnvelope(life, active.session, to.id, envelope);
    }
  } catch (error) {
    if (!(error instanceof Fault || error instanceof Refused)) throw error;
    active.course.giveUp();
    if (error instanceof Fault) return endWithFault(life, active, error);
    life.sessions.remove(active);
    return endWithoutBlame(life, active.session, 'overtaken', `${error.code}: ${error.message}`);
  }
  if (outcome === undefined) return;
  if ('fault' in outcome) return endWithFault(life, active, outcome.fault);
  life.sessions.remove(active);
  outcome.result();
}

/** A result leaves too, with nothing said beside it: hosts that keep the last message back choose when it is heard. */
function isLeaving({ say, outcome }: Step<Finish>): boolean {
  return say.length > 0 || (outcome !== undefined && 'result' in outcome);
}

function emitEnvelope(life: Rooted, session: Session, to: Uint8Array, envelope: Uint8Array): void {
  life.emit({ event: 'envelope', session: toHex(session.id), to: toHex(to), envelope: toHex(envelope) });
}

function endWithFault(life: Rooted, active: Active, fault: Fault): void {
  life.sessions.remove(active);
  life.counters.add(`fault ${fault.code}`);
  const { code, silent } = fault;
  const culprits = culpritsOf(fault, active.session);
  const disputes = disputesOf(fault, active.session);
  const detail = detailOf(fault, active.course);
  life.emit({ event: 'fault', session: toHex(active.session.id), code, culprits, silent, disputes, detail });
}

/** We know what we said, and the session's id says what is signed: whoever heard otherwise from us lies, whatever others can tell. */
function culpritsOf({ code, culprits, disputes }: Fault, { self }: Session): readonly number[] {
  if (code === 'setup-differs') return culprits; // either may have wiped its half, and neither lies
  const liars = disputes.filter(({ about }) => about === self).map(({ reporter }) => reporter);
  return [...new Set([...culprits, ...liars])].sort((a, b) => a - b);
}

/** Those between two others; a dispute with ourselves, or of a member with itself, has a culprit. */
function disputesOf({ disputes }: Fault, { self }: Session): Fault['disputes'] {
  return disputes.filter(({ about, reporter }) => about !== self && about !== reporter);
}

/** Shows the signed messages that prove a lie, or that prove one when another member's testimony is held against them. */
function detailOf({ message, disputes, cause }: Fault, course: Active['course']): string {
  const disputed = disputes.map(({ about, reporter }) => `${reporter} heard something else from ${about}`);
  const testimony = [...new Set(disputes.map(({ about }) => about))].map((about) => testimonyOf(course.saidBy(about)));
  const proof = cause instanceof Equivocation ? [cause.message] : [];
  return [message, ...disputed, ...testimony, ...proof].filter((part) => part !== '').join('; ');
}

function* finishing<T>(protocol: Protocol<T>, finish: (result: T) => void): Protocol<Finish> {
  const result = yield* protocol;
  return () => finish(result);
}
