import { deepEqual, equal } from 'node:assert/strict';
import { toJson } from '../../scripts/local/beacon/toJson.ts';
import { executionPayloadHeader } from '../../signer/finality/containers.ts';
import { Rejected } from '../../signer/finality/rejection.ts';
import { decode } from '../../signer/finality/ssz/decode.ts';
import { encode } from '../../signer/finality/ssz/encode.ts';
import { fromJson } from '../../signer/finality/ssz/fromJson.ts';
import { byteList, bytesOf, container, root, type Schema, uint64, vector } from '../../signer/finality/ssz/schema.ts';
import { execution } from './support/scenes.ts';

/** Two fields of variable size, which no container here has: offsets have to be right for any. */
const pair = container({ number: uint64, first: byteList(4), second: byteList(4) });
const value = { number: 7n, first: Uint8Array.of(1, 2), second: Uint8Array.of(3, 4, 5) };
const bytes = encode(pair, value);

/** Code, field, and what was expected and found. */
function refusal(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const { field, expected, found } = error.disagreement;
    return [error.code, field, expected, found];
  }
  return [];
}

const decoding = (schema: Schema, input: Uint8Array) => refusal(() => decode(schema, input, 'it'));
const reading = (schema: Schema, json: unknown) => refusal(() => fromJson(schema, json, 'it'));

describe('SSZ', () => {
  it('has number, offsets, then what they point at', () => {
    deepEqual([...bytes], [7, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 18, 0, 0, 0, 1, 2, 3, 4, 5]);
    deepEqual(decode(pair, bytes, 'it'), value);
  });

  it('has its first offset at the end of the fixed part', () => {
    for (const offset of [0, 15, 17, 21, 255])
      deepEqual(decoding(pair, bytes.with(8, offset)), ['SSZ_OFFSET', 'it.first', '16', `${offset}`]);
  });

  it('has no offset before the one before, nor beyond the end', () => {
    for (const offset of [0, 15, 22, 255])
      deepEqual(decoding(pair, bytes.with(12, offset)).slice(0, 2), ['SSZ_OFFSET', 'it.first'], `${offset}`);
    deepEqual(decoding(pair, bytes.with(15, 128)).slice(0, 2), ['SSZ_OFFSET', 'it.first']);
  });

  it('has no list beyond its limit', () => {
    deepEqual(decoding(pair, Uint8Array.of(...bytes, 6, 7)), ['SSZ_SIZE', 'it.second', 'at most 4 bytes', '5']);
    deepEqual(decoding(pair, bytes.with(12, 21)), ['SSZ_SIZE', 'it.first', 'at most 4 bytes', '5']);
  });

  it('has a fixed part, whole', () => {
    for (const length of [0, 8, 15])
      deepEqual(decoding(pair, bytes.slice(0, length)), ['SSZ_SIZE', 'it', 'at least 16 bytes', `${length}`]);
  });

  it('has fields of fixed size in that size', () => {
    deepEqual(decoding(uint64, new Uint8Array(7)), ['SSZ_SIZE', 'it', '8 bytes', '7']);
    deepEqual(decoding(vector(root, 2), new Uint8Array(96)), ['SSZ_SIZE', 'it', '64 bytes', '96']);
    deepEqual(decoding(container({ a: root }), new Uint8Array(33)), ['SSZ_SIZE', 'it', '32 bytes', '33']);
  });

  it('has an empty list', () => {
    const empty = { ...value, first: new Uint8Array(), second: new Uint8Array() };
    deepEqual(decode(pair, encode(pair, empty), 'it'), empty);
  });
});

describe("the Beacon API's JSON", () => {
  it('has bytes of the right number, in pairs of digits behind 0x', () => {
    equal(reading(bytesOf(2), '0x12aB').length, 0);
    for (const [wrong, found] of [
      ['0x', '0'],
      ['0x12', '1'],
    ])
      deepEqual(reading(bytesOf(2), wrong), ['JSON_MALFORMED', 'it', '2 bytes', found]);
    deepEqual(reading(bytesOf(2), '0x123456'), ['JSON_MALFORMED', 'it', 'at most 2 bytes', '3']);
    for (const wrong of ['12ab', '0X12ab', '0x12a', '0x12ag', ' 0x12ab', '0x12ab\n', ''])
      deepEqual(reading(bytesOf(2), wrong), ['JSON_MALFORMED', 'it', 'a hex string', JSON.stringify(wrong)]);
  });

  it('has lists up to their limit', () => {
    equal(reading(byteList(2), '0x').length, 0);
    equal(reading(byteList(2), '0x1234').length, 0);
    deepEqual(reading(byteList(2), '0x123456'), ['JSON_MALFORMED', 'it', 'at most 2 bytes', '3']);
  });

  it('has vectors of their length, named to the item', () => {
    const schema = vector(bytesOf(1), 2);
    equal(reading(schema, ['0x01', '0x02']).length, 0);
    deepEqual(reading(schema, ['0x01']), ['JSON_MALFORMED', 'it', 'an array of 2', 'an array of 1']);
    deepEqual(reading(schema, { 0: '0x01', 1: '0x02', length: 2 }), [
      'JSON_MALFORMED',
      'it',
      'an array of 2',
      'object',
    ]);
    deepEqual(reading(schema, ['0x01', '0x0203']), ['JSON_MALFORMED', 'it[1]', 'at most 1 bytes', '2']);
  });

  it('has what else a node adds passed over', () => {
    const schema = executionPayloadHeader.deneb;
    const json = { ...(toJson(schema, execution('a block')) as object), requests_root: '0x00' };
    deepEqual(fromJson(schema, json, 'it'), execution('a block'));
  });
});
