/** Execution headers: a real one where it is at hand, and one mutation per field. */

import { existsSync, readFileSync } from 'node:fs';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeHeader, MAX_HEADER_BYTES } from '../../../signer/enclave/proof/header.ts';
import { word } from '../path/support/facts.ts';
import { hashOf, headerFields, rlp } from './support/chain.ts';
import { outcome } from './support/refusals.ts';

const FIXTURE = new URL('../../../../shared/consensus/local/anvil.json', import.meta.url);
const CANCUN = new URL('../../../../shared/consensus/mainnet-rpc-21925176/header_rlp.hex', import.meta.url);

type Fields = (Uint8Array | Uint8Array[])[];

function refusal(bend: (fields: Fields) => unknown): string {
  const fields: Fields = headerFields(word(4));
  bend(fields);
  return outcome(() => decodeHeader(rlp(fields)));
}

describe('decodeHeader', () => {
  it('reads number, time, state root and randomness, and hashes exactly these bytes', () => {
    const bytes = rlp(headerFields(word(4)));
    expect(decodeHeader(bytes)).to.deep.equal({
      hash: hashOf(bytes),
      number: 21_000_000,
      timestamp: 1_800_000_000,
      stateRoot: word(4),
      prevRandao: word(0xda),
    });
  });

  it('reads a header of anvil', function () {
    if (!existsSync(FIXTURE)) {
      this.test!.title += ` [skipped: ${FIXTURE.pathname} is absent]`;
      return this.skip();
    }
    const { head, headerRlp } = JSON.parse(readFileSync(FIXTURE, 'utf8'));
    const header = decodeHeader(hexToBytes(headerRlp.slice(2)));
    expect(`0x${bytesToHex(header.hash)}`).to.equal(head.hash);
    expect(`0x${bytesToHex(header.stateRoot)}`).to.equal(head.stateRoot);
    expect(`0x${bytesToHex(header.prevRandao)}`).to.equal(head.mixHash);
    expect([header.number, header.timestamp]).to.deep.equal([Number(head.number), Number(head.timestamp)]);
  });

  it('refuses a header of Cancun, which has a field less', function () {
    if (!existsSync(CANCUN)) {
      this.test!.title += ` [skipped: ${CANCUN.pathname} is absent]`;
      return this.skip();
    }
    const bytes = hexToBytes(readFileSync(CANCUN, 'utf8').trim().slice(2));
    expect(outcome(() => decodeHeader(bytes))).to.equal('HEADER_MALFORMED');
  });

  it('refuses one field less or more', () => {
    expect(refusal((fields) => fields.pop())).to.equal('HEADER_MALFORMED');
    expect(refusal((fields) => fields.push(word(1)))).to.equal('HEADER_MALFORMED');
    expect(refusal((fields) => fields.splice(0))).to.equal('HEADER_MALFORMED');
  });

  const UINTS = [7, 8, 9, 10, 11, 15, 17, 18];
  for (let at = 0; at < 21; at++) {
    it(`refuses field ${at} as a list, or of another size`, () => {
      expect(refusal((fields) => (fields[at] = [word(1)]))).to.equal('RLP_WRONG_KIND');
      const long = new Uint8Array(at === 6 ? 257 : 33).fill(1);
      expect(refusal((fields) => (fields[at] = long))).to.equal(
        UINTS.includes(at) ? 'RLP_INTEGER_TOO_LONG' : 'HEADER_MALFORMED',
      );
      if (UINTS.includes(at)) {
        expect(refusal((fields) => (fields[at] = Uint8Array.of(0, 1)))).to.equal('RLP_LEADING_ZERO');
      } else if (at !== 12) {
        expect(refusal((fields) => (fields[at] = (fields[at] as Uint8Array).slice(1)))).to.equal('HEADER_MALFORMED');
      }
    });
  }

  it('refuses numbers and times beyond six bytes', () => {
    for (const at of [8, 11]) {
      expect(refusal((fields) => (fields[at] = new Uint8Array(7).fill(1)))).to.equal('RLP_INTEGER_TOO_LONG');
    }
  });

  it('refuses a string, bytes left over, and more bytes than any header has', () => {
    const whole = rlp(headerFields(word(4)));
    expect(outcome(() => decodeHeader(Uint8Array.of(0x80)))).to.equal('RLP_WRONG_KIND');
    expect(outcome(() => decodeHeader(Uint8Array.of(...whole, 0)))).to.equal('RLP_TRAILING_BYTES');
    expect(outcome(() => decodeHeader(whole.slice(0, -1)))).to.equal('RLP_TRUNCATED');
    expect(outcome(() => decodeHeader(new Uint8Array(MAX_HEADER_BYTES + 1)))).to.equal('HEADER_MALFORMED');
  });

  it('throws nothing but refusals, whatever byte is changed', () => {
    const whole = rlp(headerFields(word(4)));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bent = Uint8Array.from(whole);
        bent[at]! ^= flip;
        outcome(() => decodeHeader(bent));
      }),
      { numRuns: 1000 },
    );
  });
});
