/** Streams that are meant to tire the reader of frames. */

import { expect } from 'chai';
import { type Frame, FrameReader, frameOf } from '../../signer/enclave/frames.ts';

function framesOf(chunks: Iterable<Uint8Array>): Frame[] {
  const reader = new FrameReader();
  return [...chunks].flatMap((chunk) => [...reader.read(chunk)]);
}

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
