/** Between host and enclave: channel 0 passes untouched both ways, channel 1 is answered here and nowhere else. */
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { encodeFrame, type Frame, FrameReader, frameOf, TEE_CHANNEL } from '../enclave/frames.ts';
import { parseJson } from '../enclave/json.ts';
import type { Tee } from '../enclave/tee/tee.ts';
import { Refused } from '../formats/refusal.ts';
import { answerQuestion } from './answerQuestion.ts';

/** A length that no frame may have: the enclave refuses it in its turn, and ends. */
const TOO_LARGE = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
/** A frame without a channel: the enclave refuses and counts it in its turn. */
const NO_CHANNEL = frameOf(new Uint8Array());

/** Resolves when the host has nothing more to say. */
export async function relayToEnclave(host: Readable, enclave: Writable): Promise<void> {
  const reader = new FrameReader();
  try {
    for await (const chunk of host) {
      for (const frame of reader.read(chunk)) await write(enclave, isForTee(frame) ? NO_CHANNEL : frameOf(frame));
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await write(enclave, TOO_LARGE);
  }
}

/** Resolves when the enclave has nothing more to say. What a TEE thinks about keeps nobody else waiting. */
export async function relayToHost(
  enclave: { readonly from: Readable; readonly to: Writable },
  host: Writable,
  tee: Tee,
): Promise<void> {
  const broken = Promise.withResolvers<never>();
  const answer = async (frame: Frame) =>
    write(enclave.to, encodeFrame(TEE_CHANNEL, await answerQuestion(tee, parseJson(frame.subarray(1)))));
  const relay = async () => {
    const reader = new FrameReader();
    for await (const chunk of enclave.from) {
      for (const frame of reader.read(chunk)) {
        if (isForTee(frame)) answer(frame).catch(broken.reject);
        else await write(host, frameOf(frame));
      }
    }
  };
  await Promise.race([relay(), broken.promise]);
}

function isForTee(frame: Frame): boolean {
  return frame[0] === TEE_CHANNEL;
}

async function write(stream: Writable, bytes: Uint8Array): Promise<void> {
  if (stream.writable && !stream.write(bytes)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
}
