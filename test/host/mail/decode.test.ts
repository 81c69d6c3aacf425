import { expect } from 'chai';
import fc from 'fast-check';
import { decodeFrame, Malformed } from '../../../signer/host/mail/decode.ts';
import type { Letter, Message } from '../../../signer/host/mail/messages.ts';
import { word } from '../support/fakeChain.ts';

const letter = (message: unknown) => ({ from: word(1), to: word(2), life: `0x${'00'.repeat(16)}`, number: 1, message });
const proof = {
  header: '0xf901',
  accounts: [{ address: `0x${'11'.repeat(20)}`, proof: ['0xf8'], slots: [{ slot: word(3), proof: ['0xf8'] }] }],
};
const propose = {
  ...{ type: 'propose', kind: 'activation', subject: word(4), block: { number: 5, hash: word(6) } },
  ...{ set: { parties: [1, 2], leader: word(1), run: 1 }, proof },
};
const MESSAGES: Record<Message['type'], object> = {
  invite: { type: 'invite', kind: 'signing', subject: word(4), run: 1 },
  accept: { type: 'accept', subject: word(4), run: 1, head: 5 },
  propose,
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

  const refused: [string, object][] = [
    ['an unknown type', { type: 'order' }],
    ['an unknown kind of task', { ...MESSAGES.invite, kind: 'resharing' }],
    ['upper-case hex', { ...MESSAGES.envelope, envelope: '0xAB' }],
    ['half a byte', { ...MESSAGES.envelope, envelope: '0xabc' }],
    ['an envelope over 256 KiB', { ...MESSAGES.envelope, envelope: `0x${'00'.repeat(256 * 1024 + 1)}` }],
    ['a negative run', { ...MESSAGES.invite, run: -1 }],
    ['a run beyond 2^53', { ...MESSAGES.invite, run: 2 ** 53 }],
    ['a fractional head', { ...MESSAGES.accept, head: 1.5 }],
    ['65 parties', { ...propose, set: { ...propose.set, parties: Array(65).fill(1) } }],
    ['a proof of 9 accounts', { ...propose, proof: { ...proof, accounts: Array(9).fill(proof.accounts[0]) } }],
    [
      'a trie node over 4 KiB',
      { ...propose, proof: { ...proof, accounts: [{ ...proof.accounts[0], proof: [`0x${'00'.repeat(4_097)}`] }] } },
    ],
    [
      '65 trie nodes',
      { ...propose, proof: { ...proof, accounts: [{ ...proof.accounts[0], proof: Array(65).fill('0x00') }] } },
    ],
  ];
  for (const [what, message] of refused)
    it(`refuse ${what}`, () => {
      expect(() => decode(message)).to.throw(Malformed);
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
