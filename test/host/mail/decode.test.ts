import { expect } from 'chai';
import fc from 'fast-check';
import { decodeFrame, Malformed } from '../../../signer/host/mail/decode.ts';
import type { Letter, Message } from '../../../signer/host/mail/messages.ts';
import { word } from '../support/fakeChain.ts';

const letter = (message: unknown) => ({ from: word(1), to: word(2), life: `0x${'00'.repeat(16)}`, number: 1, message });
const asked = {
  ...{ keyId: word(4), requester: `0x${'ee'.repeat(20)}`, counter: '1', path: word(0), kind: 1, payload: '0x70736274' },
  ...{ digests: [word(5)], deadline: 9, consumer: `0x${'00'.repeat(20)}`, callbackGas: 0, replaces: word(0) },
  effects: [{ kind: 1, asset: word(6), recipient: '0x0014', amount: '100', detail: word(0) }],
};
const propose = {
  ...{ type: 'propose', kind: 'signing', key: word(4), block: { number: 5, hash: word(6) }, proof: '0x03' },
  ...{ set: { parties: [1, 2], leader: word(1), run: 1 }, requests: [word(7)] },
};
const refusal = { request: word(7), kind: 'passing', code: 'KEY_PAUSED' };
const MESSAGES: Record<Message['type'], object> = {
  invite: { type: 'invite', kind: 'signing', key: word(4), run: 1, count: 3, slot: 9 },
  accept: { type: 'accept', key: word(4), run: 1, proof: '0x0302', busy: 2 },
  propose,
  decline: { type: 'decline', key: word(4), run: 1, code: 'BLOCK_NOT_FINAL', proof: null, refused: [refusal] },
  ended: { type: 'ended', key: word(4), run: 1, signed: [word(7)] },
  ask: { type: 'ask', requests: [word(7)] },
  give: { type: 'give', request: asked },
  pair: { type: 'pair', key: word(4), block: { number: 5, hash: word(6) }, proof: '0x03', run: 1 },
  envelope: { type: 'envelope', envelope: '0x00' },
};
const decode = (message: unknown) => (decodeFrame(JSON.stringify(letter(message))) as Letter).message;

describe('frames between hosts', () => {
  for (const [type, message] of Object.entries(MESSAGES)) {
    it(`decode ${type} to exactly what was sent`, () => {
      expect(decode(message)).to.deep.equal(message);
    });

    it(`refuse ${type} with a field too many, too few, or of another kind`, () => {
      expect(() => decode({ ...message, more: 1 })).to.throw(Malformed);
      for (const name of Object.keys(message)) {
        const { [name]: _, ...less } = message as Record<string, unknown>;
        expect(() => decode(less), name).to.throw(Malformed);
        expect(() => decode({ ...message, [name]: { odd: true } }), name).to.throw(Malformed);
      }
    });
  }

  for (const name of Object.keys(asked))
    it(`refuse a request without ${name}, or with something else in its place`, () => {
      const { [name]: _, ...less } = asked as Record<string, unknown>;
      expect(() => decode({ ...MESSAGES.give, request: less })).to.throw(Malformed);
      expect(() => decode({ ...MESSAGES.give, request: { ...asked, [name]: [{}] } })).to.throw(Malformed);
    });

  const refused: [string, object][] = [
    ['an unknown type', { type: 'order' }],
    ['an unknown kind of task', { ...MESSAGES.invite, kind: 'resharing' }],
    ['upper-case hex', { ...MESSAGES.envelope, envelope: '0xAB' }],
    ['half a byte', { ...MESSAGES.envelope, envelope: '0xabc' }],
    ['an envelope over 256 KiB', { ...MESSAGES.envelope, envelope: `0x${'00'.repeat(256 * 1024 + 1)}` }],
    ['a negative run', { ...MESSAGES.invite, run: -1 }],
    ['a run beyond 2^53', { ...MESSAGES.invite, run: 2 ** 53 }],
    ['a proof that is none', { ...MESSAGES.accept, proof: 5 }],
    ['a proof over 4 KiB', { ...MESSAGES.accept, proof: `0x${'00'.repeat(4_097)}` }],
    ['65 parties', { ...propose, set: { ...propose.set, parties: Array(65).fill(1) } }],
    ['33 requests', { ...propose, requests: Array(33).fill(word(7)) }],
    ['33 requests of a question', { ...MESSAGES.ask, requests: Array(33).fill(word(7)) }],
    ['33 refused requests', { ...MESSAGES.decline, refused: Array(33).fill(refusal) }],
    ['a code that is a text', { ...MESSAGES.decline, code: 'Because I say so' }],
    ['a code of 41 letters', { ...MESSAGES.decline, code: 'A'.repeat(41) }],
    ['an unknown kind of refusal', { ...MESSAGES.decline, refused: [{ ...refusal, kind: 'maybe' }] }],
    ['a refusal with a field too many', { ...MESSAGES.decline, refused: [{ ...refusal, more: 1 }] }],
    ['a payload over 32 KiB', { ...MESSAGES.give, request: { ...asked, payload: `0x${'00'.repeat(32 * 1024 + 1)}` } }],
    ['65 digests', { ...MESSAGES.give, request: { ...asked, digests: Array(65).fill(word(5)) } }],
    ['65 effects', { ...MESSAGES.give, request: { ...asked, effects: Array(65).fill(asked.effects[0]) } }],
    ['a counter with a leading zero', { ...MESSAGES.give, request: { ...asked, counter: '01' } }],
    ['a counter of 65 bits', { ...MESSAGES.give, request: { ...asked, counter: String(2n ** 64n) } }],
    ['a payload kind of 9 bits', { ...MESSAGES.give, request: { ...asked, kind: 256 } }],
    [
      'a recipient over 10,000 bytes',
      {
        ...MESSAGES.give,
        request: { ...asked, effects: [{ ...asked.effects[0], recipient: `0x${'00'.repeat(10_001)}` }] },
      },
    ],
    ['a request with a field too many', { ...MESSAGES.give, request: { ...asked, more: 1 } }],
    ['a type that every object has', { ...MESSAGES.ask, type: 'constructor' }],
  ];
  for (const [what, message] of refused)
    it(`refuse ${what}`, () => {
      expect(() => decode(message)).to.throw(Malformed);
    });

  const bombs: [string, string][] = [
    ['lists in lists', '['.repeat(2_000_000) + ']'.repeat(2_000_000)],
    ['objects in objects', `${'{"a":'.repeat(600_000)}1${'}'.repeat(600_000)}`],
    ['lists beside lists', `[${'[],'.repeat(1_000_000)}1]`],
    ['parts of a field that nobody asked for', `{"message":[${'{},'.repeat(1_000_000)}1]}`],
  ];
  for (const [what, text] of bombs)
    it(`are not parsed when they are ${what}`, () => {
      expect(() => decodeFrame(text)).to.throw(Malformed, 'more than 256 lists and objects');
    });

  it('may have as many effects as a request has', () => {
    const request = { ...asked, effects: Array(64).fill(asked.effects[0]) };
    expect(decode({ ...MESSAGES.give, request })).to.deep.equal({ type: 'give', request });
  });

  it('never fail in any other way', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((message) => JSON.stringify(letter(message))),
        ),
        (text) => {
          try {
            decodeFrame(text);
          } catch (error) {
            expect(error).to.be.instanceOf(Malformed);
          }
        },
      ),
    );
  });
});
