/**
 * The TEE at the other end of channel 1: one question, one answer, by number.
 *
 * question {id, ask: "configuration" | "sealingKey"} or {id, ask: "evidence", reportData}; answer {id, ok: …} with the fields below.
 */
import { hexOf, hexUpTo, integerOf, object } from '../decode/decoder.ts';
import { encodeFrame, type Frame, TEE_CHANNEL } from '../frames.ts';
import { toHex } from '../hex.ts';
import { parseJson } from '../json.ts';
import type { Tee } from './tee.ts';

export type Question =
  | { readonly ask: 'configuration' }
  | { readonly ask: 'evidence'; readonly reportData: string }
  | { readonly ask: 'sealingKey' };

const MAX_BYTES = 64 * 1024;
const decodeAnswer = object({ id: integerOf(53), ok: (value: unknown) => value });
const decodeConfiguration = object({ tee: hexOf(32), configuration: hexUpTo(MAX_BYTES) });
const decodeEvidence = object({ evidence: hexUpTo(MAX_BYTES) });
const decodeSealingKey = object({ key: hexOf(32) });

export type TeeChannel = {
  readonly tee: Tee;
  /** Takes one frame of channel 1. @throws for whatever is no answer to an open question: the TEE is part of this machine */
  hear(frame: Frame): void;
};

export function openTeeChannel(write: (bytes: Uint8Array) => void): TeeChannel {
  const open = new Map<number, (ok: unknown) => void>();
  let next = 1;

  function ask(question: Question): Promise<unknown> {
    const id = next++;
    write(encodeFrame(TEE_CHANNEL, { id, ...question }));
    return new Promise((resolve) => open.set(id, resolve));
  }

  return {
    tee: {
      configuration: async () => decodeConfiguration(await ask({ ask: 'configuration' }), 'configuration'),
      evidence: async (reportData) =>
        decodeEvidence(await ask({ ask: 'evidence', reportData: toHex(reportData) }), 'evidence').evidence,
      sealingKey: async () => decodeSealingKey(await ask({ ask: 'sealingKey' }), 'sealing key').key,
    },
    hear(frame) {
      const { id, ok } = decodeAnswer(parseJson(frame.subarray(1)), 'TEE');
      const resolve = open.get(id);
      if (resolve === undefined) throw new Error('the TEE answered what nobody asked');
      open.delete(id);
      resolve(ok);
    },
  };
}
