/** Execution headers: a real one where it is at hand, and one mutation per field. */

import { existsSync, readFileSync } from 'node:fs';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Hex } from '../../signer/formats/hex.ts';
import { encodeHeader } from '../../signer/host/chain/header.ts';
import { decodeHeader, MAX_HEADER_BYTES } from '../../signer/proof/header.ts';
import { word } from '../enclave/path/support/facts.ts';
import { hashOf, headerFields, rlp } from './support/chain.ts';
import { outcome } from './support/refusals.ts';

const FIXTURE = new URL('../../../shared/consensus/local/anvil.json', import.meta.url);
const CANCUN = new URL('../../../shared/consensus/mainnet-rpc-21925176/header_rlp.hex', import.meta.url);

/** As RPCs have them, in order. */
const NAMES =
  'parentHash sha3Uncles miner stateRoot transactionsRoot receiptsRoot logsBloom difficulty number gasLimit gasUsed timestamp extraData mixHash nonce baseFeePerGas withdrawalsRoot blobGasUsed excessBlobGas parentBeaconBlockRoot requestsHash blockAccessListHash slotNumber'.split(
    ' ',
  );
const shown = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`;

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
      parentBeaconBlockRoot: word(0x14),
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
    expect(`0x${bytesToHex(header.parentBeaconBlockRoot)}`).to.equal(head.parentBeaconBlockRoot);
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

  it('reads one of Amsterdam, which has two fields more, as hosts encode it', () => {
    const bend = (...more: Uint8Array[]) => refusal((fields) => fields.push(...more));
    expect(bend(word(7), Uint8Array.of(1, 2))).to.equal('accepted');
    const bytes = rlp([...headerFields(word(4)), word(7), Uint8Array.of(1, 2)]);
    expect(decodeHeader(bytes)).to.deep.include({ hash: hashOf(bytes), stateRoot: word(4), number: 21_000_000 });
    const named = [...headerFields(word(4)), word(7), Uint8Array.of(1, 2)].map((field, at) => [
      NAMES[at],
      shown(field),
    ]);
    expect(encodeHeader(Object.fromEntries(named), shown(hashOf(bytes)))).to.equal(shown(bytes));
    expect(bend(word(7).slice(1), Uint8Array.of(1))).to.equal('HEADER_MALFORMED');
    expect(bend(word(7), new Uint8Array(9).fill(1))).to.equal('RLP_INTEGER_TOO_LONG');
    expect(bend(word(7), Uint8Array.of(0, 1))).to.equal('RLP_LEADING_ZERO');
    expect(bend(word(7), Uint8Array.of(1), word(1))).to.equal('HEADER_MALFORMED');
  });

  it('refuses one field less or more', () => {
    expect(refusal((fields) => fields.pop())).to.equal('HEADER_MALFORMED');
    expect(refusal((fields) => fields.push(word(1)))).to.equal('HEADER_MALFORMED');
    expect(refusal((fields) => fields.splice(0))).to.equal('HEADER_MALFORMED');
  });

  /** Field -> bytes of an integer, of a string, or of a string at most. */
  const UINTS = { 7: 32, 8: 6, 9: 8, 10: 8, 11: 6, 15: 32, 17: 8, 18: 8 } as const;
  const STRINGS = { 0: 32, 1: 32, 2: 20, 3: 32, 4: 32, 5: 32, 6: 256, 13: 32, 14: 8, 16: 32, 19: 32, 20: 32 } as const;
  const filled = (length: number) => new Uint8Array(length).fill(1);

  for (const [at, length] of Object.entries(UINTS)) {
    it(`takes for field ${at} an integer of at most ${length} bytes`, () => {
      expect(refusal((fields) => (fields[Number(at)] = filled(length)))).to.equal('accepted');
      expect(refusal((fields) => (fields[Number(at)] = filled(length + 1)))).to.equal('RLP_INTEGER_TOO_LONG');
      expect(refusal((fields) => (fields[Number(at)] = Uint8Array.of(0, 1)))).to.equal('RLP_LEADING_ZERO');
      expect(refusal((fields) => (fields[Number(at)] = [filled(1)]))).to.equal('RLP_WRONG_KIND');
    });
  }

  for (const [at, length] of Object.entries(STRINGS)) {
    it(`takes for field ${at} exactly ${length} bytes`, () => {
      expect(refusal((fields) => (fields[Number(at)] = filled(length)))).to.equal('accepted');
      expect(refusal((fields) => (fields[Number(at)] = filled(length + 1)))).to.equal('HEADER_MALFORMED');
      expect(refusal((fields) => (fields[Number(at)] = filled(length - 1)))).to.equal('HEADER_MALFORMED');
      expect(refusal((fields) => (fields[Number(at)] = [filled(length)]))).to.equal('RLP_WRONG_KIND');
    });
  }

  it('takes extra data of at most 32 bytes', () => {
    expect(refusal((fields) => (fields[12] = new Uint8Array()))).to.equal('accepted');
    expect(refusal((fields) => (fields[12] = filled(32)))).to.equal('accepted');
    expect(refusal((fields) => (fields[12] = filled(33)))).to.equal('HEADER_MALFORMED');
    expect(refusal((fields) => (fields[12] = [filled(1)]))).to.equal('RLP_WRONG_KIND');
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
