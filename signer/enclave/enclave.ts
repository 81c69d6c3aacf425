/** The enclave without its process: calls in, answers and events out, strictly one call at a time. */

import { toHex } from '../formats/hex.ts';
import { Refused, refuse } from '../formats/refusal.ts';
import { wipe } from '../protocol/secret.ts';
import type { Answer, CallName, Event, Result } from './api.ts';
import { boot, bootAgain, bootParams } from './calls/boot.ts';
import { bootstrap, bootstrapParams } from './calls/bootstrap.ts';
import { decodeCall } from './calls/calls.ts';
import { finalityOf, status, unrootedStatus } from './calls/status.ts';
import { Counters } from './counters.ts';
import { type CallFrame, decodeCallFrame } from './decode/callFrame.ts';
import { parseJson } from './json.ts';
import type { Ports } from './ports.ts';
import type { Rooted, Unrooted } from './process.ts';
import { sealState } from './sealing/seal.ts';
import { encodeState } from './sealing/state.ts';

/** The answer comes first; a `seal` event, if there is one, is the first of the events. */
export type Reply = { readonly answer: Answer; readonly events: readonly Event[] };

export type Enclave = {
  /** One call as api.ts declares it; whatever else it is, the reply is a refusal. Rejects only for a bug, and then for ever. */
  handle(call: unknown): Promise<Reply>;
  /** The same for the JSON inside a frame. */
  handleJson(json: Uint8Array): Promise<Reply>;
  /** A reply to something that is no call at all. */
  refuse(refused: Refused): Promise<Reply>;
};

/** Answers that belong to no call: what came had no readable id. Hosts number their calls from 1. */
const NO_CALL = 0;

export function createEnclave(ports: Ports): Enclave {
  const counters = new Counters();
  let booted: Unrooted | Rooted | undefined;
  let events: Event[] = [];
  let last: Promise<unknown> = Promise.resolve();

  /** Calls wait for each other. After a bug nothing is answered any more: the state may be half changed. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = last.then(act);
    last = turn;
    last.catch(() => undefined); // whoever called hears of it through `turn`
    return turn;
  }

  async function reply(read: () => unknown): Promise<Reply> {
    events = [];
    const answer = await answerTo(read);
    const sealed = booted?.stage === 'rooted' ? sealChanges(booted) : undefined;
    return { answer, events: sealed ? [sealed, ...events] : events };
  }

  async function answerTo(read: () => unknown): Promise<Answer> {
    let id = NO_CALL;
    try {
      const frame = decodeCallFrame(read());
      id = frame.id;
      return { id, ok: await answerCall(frame) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      counters.add(error.code);
      return { id, refusal: { code: error.code, detail: error.message } };
    }
  }

  async function answerCall(frame: CallFrame): Promise<Result<CallName>> {
    const act = decodeCall(frame);
    if (booted === undefined) return answerFirst(frame);
    return booted.stage === 'unrooted' ? answerUnrooted(booted, frame) : act(booted);
  }

  async function answerFirst({ call, params }: CallFrame): Promise<Result<'boot'>> {
    if (call !== 'boot') return refuse('NOT_BOOTED', 'the first call of a life is boot');
    booted = await boot({ ports, counters, emit: (event) => events.push(event) }, bootParams(params, call));
    return booted.stage === 'rooted' ? status(booted) : unrootedStatus(booted);
  }

  async function answerUnrooted(unrooted: Unrooted, { call, params }: CallFrame): Promise<Result<CallName>> {
    if (call === 'boot') return bootAgain();
    if (call === 'status') return unrootedStatus(unrooted);
    if (call !== 'bootstrap')
      return refuse('CHECKPOINT_ABSENT', 'no root was named yet, and there is no identity before');
    const life = await bootstrap(unrooted, bootstrapParams(params, call));
    booted = life;
    return finalityOf(life.finality, life.kept.state.finality);
  }

  return {
    handle: (call) => inTurn(() => reply(() => call)),
    handleJson: (json) => inTurn(() => reply(() => parseJson(json))),
    refuse: (refused) =>
      inTurn(() =>
        reply(() => {
          throw refused;
        }),
      ),
  };
}

function sealChanges({ kept, sealing, finality, random }: Rooted): Event | undefined {
  const generation = kept.nextGeneration();
  if (generation === undefined) return undefined;
  const header = { generation, identity: kept.state.identity.address };
  const state = encodeState(kept.state, finality);
  const sealed = sealState(sealing, header, state, random.of('seal', generation, state));
  wipe(state);
  return { event: 'seal', generation, sealed: toHex(sealed) };
}
