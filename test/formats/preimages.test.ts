/** Every preimage of docs/formats.md against ethers' ABI coder, written here a second time from the page. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { AbiCoder, concat, keccak256, toUtf8Bytes } from 'ethers';
import { activationMessage } from '../../signer/formats/activation.ts';
import { measurement, reportData } from '../../signer/formats/attestation.ts';
import { committeeHash } from '../../signer/formats/committee.ts';
import { birthDomain, derivationTweak, enclaveId, keyId } from '../../signer/formats/ids.ts';
import { effectHash, intentHash, requestId } from '../../signer/formats/intent.ts';
import { bootsHash, messageHash, ONLY_RUN, sessionId, setHash, signingSubject } from '../../signer/formats/session.ts';
import { address, word } from '../enclave/path/support/facts.ts';

type Value = string | number | bigint | Uint8Array;

const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`;
const tag = (string: string): string => keccak256(toUtf8Bytes(string));
const shown = (value: Value): string | number | bigint => (value instanceof Uint8Array ? hex(value) : value);

function encoded(types: string, ...values: Value[]): string {
  return AbiCoder.defaultAbiCoder().encode(types.split(' '), values.map(shown));
}

function keccak(types: string, ...values: Value[]): string {
  return keccak256(encoded(types, ...values));
}

function list(...words: (Uint8Array | string)[]): string {
  return keccak256(concat(words));
}

const CHAIN = 11155111n;
const [A, B, C] = [address(0xaa), address(0xbb), address(0xcc)] as const;
const [P, Q, R, S] = [word(0x01), word(0x02), word(0x03), word(0xf4)] as const;
const nonce = (seed: number) => new Uint8Array(16).fill(seed);

describe('preimages', () => {
  it('enclave id', () => {
    const expected = keccak('bytes32 uint256 address address address', tag('quorate/enclave/1'), CHAIN, A, B, C);
    expect(hex(enclaveId(CHAIN, A, B, C))).to.equal(expected);
  });

  it('report data', () => {
    const types = 'bytes32 uint256 address address address uint32 bytes32';
    const expected = keccak(types, tag('quorate/report-data/1'), CHAIN, A, B, C, 7, P);
    const subject = { chainId: CHAIN, enclaveRegistry: A, operator: B, identity: C, epoch: 7, challenge: P };
    expect(hex(reportData(subject))).to.equal(expected);
  });

  it('measurement', () => {
    const expected = keccak('bytes32 bytes32 bytes32 bytes32', tag('quorate/measurement/1'), P, Q, R);
    expect(hex(measurement(P, Q, R))).to.equal(expected);
  });

  it('measurement of hardware that holds the configuration too', () => {
    const expected = keccak('bytes32 bytes32 bytes32', tag('quorate/measurement/1'), P, Q);
    expect(hex(measurement(P, Q, new Uint8Array(32)))).to.equal(expected);
  });

  it('key id', () => {
    expect(hex(keyId(CHAIN, A, 3n))).to.equal(
      keccak('bytes32 uint256 address uint256', tag('quorate/key/1'), CHAIN, A, 3n),
    );
  });

  it('committee', () => {
    const types = 'bytes32 bytes32 uint32 uint32 uint16 bytes32';
    const expected = keccak(types, tag('quorate/committee/1'), P, 4, 5, 2, list(Q, R, S));
    const members = [Q, R, S].map((id) => ({ id }));
    expect(hex(committeeHash({ keyId: P, epoch: 4, attempt: 5, threshold: 2, members }))).to.equal(expected);
  });

  it('birth domain and tweak', () => {
    const types = 'bytes32 uint256 address bytes32 uint8 bytes32';
    const birth = keccak(types, tag('quorate/birth-domain/1'), CHAIN, A, P, 3, Q);
    expect(hex(birthDomain(CHAIN, A, P, { prefix: 3, x: Q }))).to.equal(birth);
    const tweak = keccak('bytes32 bytes32 address bytes32', tag('quorate/derivation-tweak/1'), R, B, S);
    expect(hex(derivationTweak(R, B, S))).to.equal(tweak);
  });

  it('effect, intent and request id', () => {
    const effect = (kind: number, recipient: string) =>
      keccak(
        'bytes32 uint8 bytes32 bytes32 uint256 bytes32',
        tag('quorate/effect/1'),
        kind,
        P,
        keccak256(recipient),
        9n,
        Q,
      );
    const first = { kind: 1, asset: P, recipient: Uint8Array.of(0xab), amount: 9n, detail: Q };
    const second = { ...first, kind: 2, recipient: new Uint8Array() };
    expect(hex(effectHash(first))).to.equal(effect(1, '0xab'));

    const expected = keccak(
      'bytes32 bytes32 bytes32 uint8 bytes32 bytes32 bytes32 uint48 address uint32 bytes32',
      tag('quorate/intent/1'),
      P,
      Q,
      1,
      keccak256('0x0102'),
      list(keccak256(R), keccak256('0x05')),
      list(effect(1, '0xab'), effect(2, '0x')),
      1_900_000_000,
      C,
      250_000,
      S,
    );
    const intent = {
      keyId: P,
      path: Q,
      kind: 1,
      payload: Uint8Array.of(1, 2),
      digests: [R, Uint8Array.of(5)],
      effects: [first, second],
      deadline: 1_900_000_000,
      consumer: C,
      callbackGas: 250_000,
      replaces: S,
    };
    expect(hex(intentHash(intent))).to.equal(expected);
    const id = keccak(
      'bytes32 uint256 address address uint64 bytes32',
      tag('quorate/request/1'),
      CHAIN,
      A,
      B,
      8n,
      expected,
    );
    expect(hex(requestId(CHAIN, A, { requester: B, counter: 8n }, intentHash(intent)))).to.equal(id);
  });

  it('activation message', () => {
    const types = 'bytes32 uint256 address bytes32 uint32 uint32 bytes32 uint8 bytes32 bytes32';
    const expected = keccak(types, tag('quorate/activation/1'), CHAIN, A, P, 1, 2, Q, 2, R, S);
    const publicKey = { prefix: 2, x: R };
    const activation = { keyId: P, epoch: 1, attempt: 2, committee: Q, publicKey, commitments: S };
    expect(hex(activationMessage(CHAIN, A, activation))).to.equal(expected);
  });

  it('set, boots, session id', () => {
    const members = [
      { id: P, nonce: nonce(0x61), encryptionKey: Q },
      { id: R, nonce: nonce(0x62), encryptionKey: S },
    ];
    const set = list(P, R);
    const boots = keccak('bytes32 bytes16 bytes32 bytes32 bytes16 bytes32', P, nonce(0x61), Q, R, nonce(0x62), S);
    expect(hex(setHash(members))).to.equal(set);
    expect(hex(bootsHash(members))).to.equal(boots);

    const types = 'bytes32 uint8 bytes32 uint32 uint32 bytes32 bytes32 bytes32 bytes32 bytes32 uint256';
    const expected = (kind: number, block: Uint8Array, leader: Uint8Array, run: number) =>
      keccak(types, tag('quorate/session/1'), kind, P, 1, 2, Q, set, boots, block, leader, run);
    const common = { keyId: P, epoch: 1, attempt: 2, subject: Q, members };
    const generation = sessionId({ ...common, kind: 'key-generation', run: ONLY_RUN });
    expect(hex(generation)).to.equal(expected(1, word(0), word(0), 0));
    const run = { pinnedBlock: S, leader: R, number: 5 };
    expect(hex(sessionId({ ...common, kind: 'activation', run }))).to.equal(expected(2, S, R, 5));
    expect(hex(sessionId({ ...common, kind: 'signing', run }))).to.equal(expected(3, S, R, 5));
  });

  it('what a signing session is about: its requests, in order', () => {
    expect(hex(signingSubject([P]))).to.equal(list(P));
    expect(hex(signingSubject([P, Q, R]))).to.equal(list(P, Q, R));
    expect(hex(signingSubject([Q, P, R]))).not.to.equal(list(P, Q, R));
    expect(hex(signingSubject([P]))).not.to.equal(hex(P));
  });

  it('message', () => {
    const types = 'bytes32 bytes32 uint16 uint16 uint16 bytes32';
    const expected = keccak(types, tag('quorate/message/1'), P, 2, 1, 0, keccak256('0xfe'));
    const message = { session: P, roundIndex: 2, from: 1, to: 0, payload: Uint8Array.of(0xfe) };
    expect(hex(messageHash(message))).to.equal(expected);
  });
});
