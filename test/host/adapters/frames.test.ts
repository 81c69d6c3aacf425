import { expect } from 'chai';
import fc from 'fast-check';
import { createFrameReader, encodeFrame, MAX_FRAME } from '../../../signer/host/adapters/frames.ts';

describe('frames', () => {
  it('are read however the stream was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ text: fc.string() })), fc.array(fc.nat(40)), (messages, cuts) => {
        const stream = Buffer.concat(messages.map(encodeFrame));
        const read = createFrameReader();
        const found: unknown[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          found.push(...read(stream.subarray(at, at + cut)));
          at += cut;
        }
        expect(found).to.deep.equal(messages);
      }),
    );
  });

  it('say how long they are, in big-endian, with the channel first', () => {
    expect(encodeFrame({ a: 1 }).toString('hex')).to.equal(`00000008${'00'}${Buffer.from('{"a":1}').toString('hex')}`);
  });

  it('are refused by their length before their body is there', () => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(MAX_FRAME + 1);
    expect(() => createFrameReader()(head)).to.throw('at most');
    expect(() => encodeFrame({ text: 'x'.repeat(MAX_FRAME) })).to.throw('at most');
  });

  it('are refused on another channel', () => {
    const frame = encodeFrame({});
    frame[4] = 1;
    expect(() => createFrameReader()(frame)).to.throw('channel 1');
  });
});
