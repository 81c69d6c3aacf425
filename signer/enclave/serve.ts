/** The enclave as a stream of frames: everything that comes in is answered in order; a stream that ends ends the enclave. */

import { Refused } from '../formats/refusal.ts';
import type { Enclave, Reply } from './enclave.ts';
import { encodeFrame, type Frame, FrameReader, HOST_CHANNEL, TEE_CHANNEL } from './frames.ts';
import type { TeeChannel } from './tee/channel.ts';

export type Serving = {
  readonly input: AsyncIterable<Uint8Array>;
  /** Resolves when there is room for more. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly enclave: Enclave;
  readonly tee: Pick<TeeChannel, 'hear' | 'hangUp'>;
};

/** Frames that wait for their turn; a host that sends more without reading answers is refused them. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** What a frame costs however short it is, refused or not. */
const FRAME_COST = 1024;

/**
 * Resolves when the input has ended and everything is answered, or after a frame too large: what follows that one cannot be told
 * apart from its body. It hears nothing more, too, of a host that goes on where only refusals fit. Rejects for a bug.
 */
export async function serve({ input, write, enclave, tee }: Serving): Promise<void> {
  const bug = Promise.withResolvers<never>();
  let written: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  function answer(reply: Promise<Reply>, frameBytes: number): void {
    const bytes = frameBytes + FRAME_COST;
    waiting += bytes;
    written = Promise.all([reply, written]).then(async ([{ answer, events }]) => {
      waiting -= bytes;
      for (const message of [answer, ...events]) await write(encodeFrame(HOST_CHANNEL, message));
    });
    written.catch(bug.reject);
  }

  function hear(frame: Frame): void {
    const [channel] = frame;
    if (channel === TEE_CHANNEL) tee.hear(frame);
    else if (waiting > 2 * MAX_WAITING_BYTES) throw new Refused('FRAME_QUEUE_FULL', `${waiting} bytes wait, unread`);
    else if (channel !== HOST_CHANNEL) refuse(new Refused('FRAME_MALFORMED', `channel ${channel ?? 'missing'}`));
    else if (waiting > MAX_WAITING_BYTES) refuse(new Refused('FRAME_QUEUE_FULL', `${waiting} bytes are waiting`));
    else answer(enclave.handleJson(frame.subarray(1)), frame.length);
  }

  function refuse(refused: Refused): void {
    answer(enclave.refuse(refused), 0);
  }

  async function hearAll(): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const chunk of input) for (const frame of reader.read(chunk)) hear(frame);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refuse(error);
    }
    tee.hangUp();
    await written;
  }

  await Promise.race([hearAll(), bug.promise]);
}
