/** Frames between host, TEE and enclave: a length, a channel and one JSON object (docs/formats.md, "Frames"). */
import { concatBytes } from '@noble/hashes/utils.js';
import { Refused } from '../formats/refusal.ts';

export const MAX_FRAME_BYTES = 4 * 1024 * 1024;
export const HOST_CHANNEL = 0;
export const TEE_CHANNEL = 1;

/** Channel byte and JSON; empty when somebody sent a frame without even a channel. */
export type Frame = Uint8Array;

const LENGTH_BYTES = 4;

/** Cuts a stream into frames, however it was chunked. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /**
   * Yields every frame that `chunk` completes.
   * @throws Refused FRAME_TOO_LARGE before a byte of the body is kept; the stream cannot be resynchronised after that.
   */
  *read(chunk: Uint8Array): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (
      let body = this.#bodyLength();
      body !== undefined && this.#length >= LENGTH_BYTES + body;
      body = this.#bodyLength()
    ) {
      yield this.#take(LENGTH_BYTES + body).subarray(LENGTH_BYTES);
    }
  }

  #bodyLength(): number | undefined {
    if (this.#length < LENGTH_BYTES) return undefined;
    const head = this.#joined(LENGTH_BYTES);
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (length > MAX_FRAME_BYTES) throw new Refused('FRAME_TOO_LARGE', `${length} bytes, at most ${MAX_FRAME_BYTES}`);
    return length;
  }

  /** The first chunk, grown to `length` bytes where it is shorter; only whole frames are ever joined twice. */
  #joined(length: number): Uint8Array {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= length) return first;
    const all = new Uint8Array(this.#length);
    let end = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, end);
      end += chunk.length;
    }
    this.#chunks = [all];
    return all;
  }

  #take(length: number): Uint8Array {
    const all = this.#joined(length);
    this.#chunks[0] = all.subarray(length);
    this.#length -= length;
    return all.slice(0, length);
  }
}

export function encodeFrame(channel: number, message: object): Uint8Array {
  return frameOf(concatBytes(Uint8Array.of(channel), new TextEncoder().encode(JSON.stringify(message))));
}

/** Puts the length in front of a body that already starts with its channel. */
export function frameOf(body: Frame): Uint8Array {
  if (body.length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${body.length} bytes`);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, body.length);
  return concatBytes(length, body);
}
