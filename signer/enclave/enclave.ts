/** The enclave without its process: calls in, answers and events out, strictly one call at a time. */

import { toHex } from '../formats/hex.ts';
import { Refused } from '../formats/refusal.ts';
import type { Answer, CallName, Event, Result } from './api.ts';
import { boot } from './calls/boot.ts';
import { dispatch } from './calls/dispatch.ts';
import { status } from './calls/status.ts';
import { Counters } from './counters.ts';
import { decodeCall, decodeCallFrame, type UnverifiedCall } from './decode/decodeCall.ts';
import { parseJson } from './json.ts';
import type { Life } from './life.ts';
import type { Ports } from './ports.ts';
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
  let life: Life | undefined;
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
    const sealed = life && sealChanges(life);
    return { answer, events: sealed ? [sealed, ...events] : events };
  }

  async function answerTo(read: () => unknown): Promise<Answer> {
    let id = NO_CALL;
    try {
      const frame = decodeCallFrame(read());
      id = frame.id;
      return { id, ok: await answerCall(decodeCall(frame)) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      counters.add(error.code);
      return { id, refusal: { code: error.code, detail: error.message } };
    }
  }

  async function answerCall(call: UnverifiedCall): Promise<Result<CallName>> {
    if (call.call !== 'boot') return dispatch(booted(life), call);
    if (life) throw new Refused('ALREADY_BOOTED', 'a life boots once; start another process');
    life = await boot({ ports, counters, emit: (event) => events.push(event) }, call.params);
    return status(life);
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

function booted(life: Life | undefined): Life {
  if (life === undefined) throw new Refused('NOT_BOOTED', 'the first call of a life is boot');
  return life;
}

function sealChanges({ kept, sealing, ports }: Life): Event | undefined {
  const generation = kept.nextGeneration();
  if (generation === undefined) return undefined;
  const header = { generation, identity: kept.state.identity.address };
  return { event: 'seal', generation, sealed: toHex(sealState(sealing, header, encodeState(kept.state), ports.rng)) };
}
