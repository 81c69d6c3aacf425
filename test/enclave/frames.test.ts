import { expect } from 'chai';
import fc from 'fast-check';
import { encodeFrame, FrameReader, frameOf, MAX_FRAME_BYTES } from '../../signer/enclave/frames.ts';
import { parseJson } from '../../signer/enclave/json.ts';
import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from '../../signer/enclave/jsonShape.ts';
import { Refused } from '../../signer/formats/refusal.ts';

const bodies = [Uint8Array.of(0, 1, 2), new Uint8Array(), new Uint8Array(300).fill(9)];
const stream = Buffer.concat(bodies.map(frameOf));

function readAll(chunks: readonly Uint8Array[]): Uint8Array[] {
  const reader = new FrameReader();
  return chunks.flatMap((chunk) => [...reader.read(chunk)]);
}

describe('frames', () => {
  it('come out the same wherever the stream is cut', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(readAll([stream.subarray(0, at), stream.subarray(at)]), `cut at ${at}`).to.deep.equal(bodies);
    }
    expect(readAll([...stream].map((byte) => Uint8Array.of(byte)))).to.deep.equal(bodies);
    expect(readAll([stream])).to.deep.equal(bodies);
  });

  it('come out the same for any bodies in any chunks (property)', () => {
    const chunked = fc.record({
      bodies: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
      sizes: fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1 }),
    });
    fc.assert(
      fc.property(chunked, ({ bodies, sizes }) => {
        const bytes = Buffer.concat(bodies.map(frameOf));
        const chunks: Uint8Array[] = [];
        for (let at = 0, k = 0; at < bytes.length; at += sizes[k++ % sizes.length]!) {
          chunks.push(bytes.subarray(at, at + sizes[k % sizes.length]!));
        }
        expect(readAll(chunks)).to.deep.equal(bodies);
      }),
    );
  });

  it('are refused by their length alone, before any of the body is there', () => {
    const reader = new FrameReader();
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, MAX_FRAME_BYTES + 1);
    expect(() => [...reader.read(length)]).to.throw(
      Refused,
      `${MAX_FRAME_BYTES + 1} bytes, at most ${MAX_FRAME_BYTES}`,
    );
  });

  it('before one that is too large still come out', () => {
    const reader = new FrameReader();
    const heard: Uint8Array[] = [];
    const read = () => {
      for (const frame of reader.read(Buffer.concat([stream, new Uint8Array(4).fill(255)]))) heard.push(frame);
    };
    expect(read).to.throw(Refused);
    expect(heard).to.deep.equal(bodies);
  });

  it('of the largest size pass, and nothing larger is written', () => {
    expect(readAll([frameOf(new Uint8Array(MAX_FRAME_BYTES))])[0]).to.have.length(MAX_FRAME_BYTES);
    expect(() => frameOf(new Uint8Array(MAX_FRAME_BYTES + 1))).to.throw(RangeError);
  });

  it('carry a channel and JSON', () => {
    expect(Buffer.from(encodeFrame(1, { id: 1 })).toString('latin1')).to.equal('\0\0\0\x09\x01{"id":1}');
  });
});

describe('JSON of a frame', () => {
  const parse = (text: string) => parseJson(new TextEncoder().encode(text));

  it('is read when it is spelled as JSON.stringify spells it', () => {
    const value = { id: 1, call: 'deliver', params: { envelope: '0x00', list: [null, true, 'ü'] } };
    expect(parse(JSON.stringify(value))).to.deep.equal(value);
  });

  for (const [what, text] of Object.entries({
    'a repeated field': '{"id":1,"id":1}',
    'a repeated field of another spelling': '{"id":1,"\\u0069d":2}',
    blanks: '{"id": 1}',
    'another spelling of a number': '{"id":1.0}',
    'an exponent': '{"id":1e0}',
    'a negative zero': '{"id":-0}',
    'a number that does not fit': '{"id":9007199254740993}',
    'an escape that needs none': '{"id":"\\u0061"}',
    'a byte order mark': '\ufeff{"id":1}',
    'bytes left over': '{"id":1}{}',
    'nothing at all': '',
  })) {
    it(`is refused with ${what}`, () => {
      expect(() => parse(text))
        .to.throw(Refused)
        .with.property('code', 'FRAME_MALFORMED');
    });
  }

  it('is read up to its depth, and refused beyond before anything is built', () => {
    const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const objects = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
    for (const nested of [lists, objects]) {
      expect(JSON.stringify(parse(nested(MAX_JSON_DEPTH)))).to.equal(nested(MAX_JSON_DEPTH));
      for (const depth of [MAX_JSON_DEPTH + 1, 1_000, 100_000])
        expect(() => parse(nested(depth))).to.throw(Refused, 'sane depth');
    }
  });

  it('is read up to its number of values, and refused beyond', () => {
    const list = (length: number, item: string) => `[${Array(length).fill(item).join()}]`;
    for (const item of ['0', '""', '[]', '{}']) {
      const most = item.startsWith('[') || item.startsWith('{') ? MAX_JSON_VALUES / 2 - 1 : MAX_JSON_VALUES - 1;
      expect(parse(list(most, item))).to.have.length(most);
      expect(() => parse(list(most + 2, item))).to.throw(Refused, 'sane size');
    }
  });

  it('counts nothing that stands inside a text', () => {
    const text = `${'[{,'.repeat(100_000)}"\\"${'\\'.repeat(7)}[`;
    expect(parse(JSON.stringify({ [text]: text }))).to.deep.equal({ [text]: text });
  });

  it('of the largest frame builds nothing, however it is nested [HP-12]', () => {
    const texts = ['[', '[],', '{"":', '"",', '0,', '"\\', '[['].map((part) =>
      new TextEncoder().encode(part.repeat(MAX_FRAME_BYTES / part.length)),
    );
    const before = process.memoryUsage().heapUsed;
    for (const bytes of texts) expect(() => parseJson(bytes)).to.throw(Refused);
    expect(process.memoryUsage().heapUsed - before).to.be.lessThan(64 * 1024 * 1024);
  });

  it('is refused with half a character, and read with a whole one [HP-12]', () => {
    for (const half of ['\ud800', '\udfff', 'a\udc00b', '\ud800\ud800'])
      for (const value of [half, { [half]: 1 }, [half]])
        expect(() => parse(JSON.stringify(value))).to.throw(Refused, 'half a character');
    for (const whole of ['\u{1f511}', '\\ud800', '\ufffd', '\ud7ff\ue000'])
      expect(parse(JSON.stringify([whole]))).to.deep.equal([whole]);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22))).to.throw(Refused, 'not UTF-8');
  });
});
