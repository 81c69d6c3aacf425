/** Streams that are meant to tire the reader of frames. */

import { expect } from 'chai';
import { type Frame, FrameReader, frameOf } from '../../signer/enclave/frames.ts';
import { serve } from '../../signer/enclave/serve.ts';

function framesOf(chunks: Iterable<Uint8Array>): Frame[] {
  const reader = new FrameReader();
  return [...chunks].flatMap((chunk) => [...reader.read(chunk)]);
}

const NOBODY = { hear: () => undefined, hangUp: () => undefined };

/** How many replies an enclave makes for a host that sends these frames and reads nothing. */
async function unread(frames: number, frame: Uint8Array): Promise<number> {
  let replies = 0;
  const reply = (): Promise<never> => {
    replies += 1;
    return new Promise(() => undefined);
  };
  const enclave = { handle: reply, handleJson: reply, refuse: reply };
  const ended = Promise.withResolvers<void>();
  async function* input() {
    try {
      for (let sent = 0; sent < frames; sent += 1000)
        yield new Uint8Array(1000 * frame.length).map((_, at) => frame[at % frame.length]!);
    } finally {
      ended.resolve();
    }
  }
  void serve({ input: input(), write: () => Promise.resolve(), enclave, tee: NOBODY });
  await ended.promise;
  return replies;
}

describe('a host that sends and does not read', () => {
  it('is heard only so long, however short its frames are', async () => {
    for (const frame of [frameOf(new Uint8Array()), frameOf(Uint8Array.of(0)), frameOf(Uint8Array.of(9))])
      expect(await unread(200_000, frame)).to.be.lessThan(140_000);
  });
});

describe('a stream of frames', () => {
  it('may come in any number of pieces: more than a call has room for arguments', () => {
    const stream = frameOf(new Uint8Array(300_000).fill(7));
    const [frame, ...others] = framesOf(Array.from(stream, (byte) => Uint8Array.of(byte)));
    expect(others).to.deep.equal([]);
    expect(frame).to.deep.equal(stream.subarray(4));
  });

  it('is read in time that grows with its length, however many frames are in a piece', () => {
    const empty = frameOf(new Uint8Array());
    const stream = new Uint8Array(empty.length * 262_144);
    expect(framesOf([stream])).to.have.length(262_144);
  });
});
