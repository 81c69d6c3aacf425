/**
 * The TEE at the other end of channel 1: one question, one answer, by number.
 *
 * question {id, ask: "configuration" | "sealingKey"} or {id, ask: "evidence", reportData}; answer {id, ok: …} with the fields below, or
 * {id, unavailable: why} where the machine has none to give at the moment.
 */

import { toHex } from '../../formats/hex.ts';
import { Refused } from '../../formats/refusal.ts';
import { anything, type Decoder, hexOf, hexUpTo, integerOf, object, textUpTo } from '../decode/decoder.ts';
import { encodeFrame, type Frame, TEE_CHANNEL } from '../frames.ts';
import { parseJson } from '../json.ts';
import type { Tee } from './tee.ts';

export type Question =
  | { readonly ask: 'configuration' }
  | { readonly ask: 'evidence'; readonly reportData: string }
  | { readonly ask: 'sealingKey' };

const MAX_BYTES = 64 * 1024;
const MAX_REASON_BYTES = 512;
const decodeOk = object({ id: integerOf(53), ok: anything });
const decodeUnavailable = object({ id: integerOf(53), unavailable: textUpTo(MAX_REASON_BYTES) });
const decodeConfiguration = object({ tee: hexOf(32), configuration: hexUpTo(MAX_BYTES) });
const decodeEvidence = object({ evidence: hexUpTo(MAX_BYTES) });
const decodeSealingKey = object({ key: hexOf(32) });

export type TeeChannel = {
  readonly tee: Tee;
  /** Takes one frame of channel 1. @throws for whatever is no answer to an open question: the TEE is part of this machine */
  hear(frame: Frame): void;
  /** Nothing can be heard any more: questions, open and new, are refused. */
  hangUp(): void;
};

type Waiting = { readonly resolve: (ok: unknown) => void; readonly reject: (error: Refused) => void };

export function openTeeChannel(write: (bytes: Uint8Array) => void): TeeChannel {
  const open = new Map<number, Waiting>();
  let ended = false;
  let next = 1;

  async function ask<T>(question: Question, decode: Decoder<T>): Promise<T> {
    if (ended) throw hungUp();
    const id = next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    open.set(id, { resolve, reject });
    write(encodeFrame(TEE_CHANNEL, { id, ...question }));
    const ok = await promise;
    return sane(() => decode(ok, question.ask));
  }

  return {
    tee: {
      configuration: () => ask({ ask: 'configuration' }, decodeConfiguration),
      evidence: async (reportData) =>
        (await ask({ ask: 'evidence', reportData: toHex(reportData) }, decodeEvidence)).evidence,
      sealingKey: async () => (await ask({ ask: 'sealingKey' }, decodeSealingKey)).key,
    },
    hear(frame) {
      const answer = sane(() => decodeAnswer(parseJson(frame.subarray(1))));
      const waiting = open.get(answer.id);
      if (waiting === undefined) throw new Error('the TEE answered what nobody asked');
      open.delete(answer.id);
      if ('ok' in answer) waiting.resolve(answer.ok);
      else waiting.reject(new Refused('TEE_UNAVAILABLE', answer.unavailable));
    },
    hangUp() {
      ended = true;
      for (const { reject } of open.values()) reject(hungUp());
      open.clear();
    },
  };
}

function decodeAnswer(value: unknown) {
  const isUnavailable = typeof value === 'object' && value !== null && 'unavailable' in value;
  return isUnavailable ? decodeUnavailable(value, 'answer') : decodeOk(value, 'answer');
}

/** A TEE that talks nonsense is no liar to refuse but a broken machine. */
function sane<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error('the TEE talks nonsense', { cause });
  }
}

function hungUp(): Refused {
  return new Refused('STREAM_ENDED', 'the input ended before the TEE answered');
}
