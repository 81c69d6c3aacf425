/** The enclave without its process: calls in, answers and events out, strictly one call at a time. */

import { toHex } from '../formats/hex.ts';
import { Refused, refuse } from '../formats/refusal.ts';
import type { Answer, CallName, Event, Result } from './api.ts';
import { boot, bootParams } from './calls/boot.ts';
import { decodeCall } from './calls/calls.ts';
import { status } from './calls/status.ts';
import { Counters } from './counters.ts';
import { type CallFrame, decodeCallFrame } from './decode/callFrame.ts';
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
      return { id, ok: await answerCall(frame) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      counters.add(error.code);
      return { id, refusal: { code: error.code, detail: error.message } };
    }
  }

  async function answerCall(frame: CallFrame): Promise<Result<CallName>> {
    if (!life && frame.call === 'boot') {
      const params = bootParams(frame.params, frame.call);
      life = await boot({ ports, counters, emit: (event) => events.push(event) }, params);
      return status(life);
    }
    const act = decodeCall(frame);
    return act(life ?? refuse('NOT_BOOTED', 'the first call of a life is boot'));
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

function sealChanges({ kept, sealing, finality, ports }: Life): Event | undefined {
  const generation = kept.nextGeneration();
  if (generation === undefined) return undefined;
  const header = { generation, identity: kept.state.identity.address };
  const state = encodeState(kept.state, finality);
  return { event: 'seal', generation, sealed: toHex(sealState(sealing, header, state, ports.rng)) };
}
