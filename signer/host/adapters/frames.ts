/** Length-framed JSON on a byte stream: 4-byte big-endian length, channel byte, JSON object (docs/formats.md, "Frames"). */

/** Largest frame body in bytes. */
export const MAX_FRAME = 4 * 1024 * 1024;
const HOST_CHANNEL = 0;
const LENGTH_BYTES = 4;

export class FrameTooLarge extends Error {}

/** @throws FrameTooLarge */
export function encodeFrame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  if (body.length + 1 > MAX_FRAME) throw new FrameTooLarge(`a frame of ${body.length + 1} bytes, at most ${MAX_FRAME}`);
  const head = Buffer.alloc(LENGTH_BYTES + 1);
  head.writeUInt32BE(body.length + 1);
  head.writeUInt8(HOST_CHANNEL, LENGTH_BYTES);
  return Buffer.concat([head, body]);
}

/** Returns a function that takes chunks of a stream and returns the messages that they complete. */
export function createFrameReader(): (chunk: Buffer) => unknown[] {
  let chunks: Buffer[] = [];
  let length = 0;
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    const messages: unknown[] = [];
    for (;;) {
      const wanted = wantedBytes(chunks, length);
      if (wanted === null || length < wanted) return messages;
      const all = Buffer.concat(chunks);
      messages.push(decodeBody(all.subarray(LENGTH_BYTES, wanted)));
      chunks = [all.subarray(wanted)];
      length -= wanted;
    }
  };
}

/** Bytes of the first frame with its length, or null while that is not known. */
function wantedBytes(chunks: Buffer[], length: number): number | null {
  if (length < LENGTH_BYTES) return null;
  const [first] = chunks;
  const head = first !== undefined && first.length >= LENGTH_BYTES ? first : Buffer.concat(chunks);
  const body = head.readUInt32BE();
  if (body > MAX_FRAME) throw new Error(`a frame of ${body} bytes, at most ${MAX_FRAME}`);
  return LENGTH_BYTES + body;
}

function decodeBody(body: Buffer): unknown {
  if (body[0] !== HOST_CHANNEL) throw new Error(`a frame on channel ${body[0] ?? 'none'}`);
  return JSON.parse(body.toString('utf8', 1));
}
