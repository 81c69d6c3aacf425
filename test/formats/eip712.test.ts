/** What identities sign, against ethers' typed data encoder, with the types read from docs/formats.md. */

import { readFileSync } from 'node:fs';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { encodeBytes32String, TypedDataEncoder } from 'ethers';
import {
  bootDigest,
  codeWord,
  confirmationDigest,
  refusalDigest,
  registrationDigest,
} from '../../signer/formats/eip712.ts';
import { address, word } from '../enclave/path/support/facts.ts';

const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');
const CHAIN = 31337n;
const CONTRACT = address(0xee);
const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`;

function fieldsOf(name: string): { type: string; name: string }[] {
  const fields = new RegExp(`^${name}\\((.*)\\)$`, 'm').exec(page)?.[1] ?? '';
  return fields.split(',').map((field) => {
    const [type = '', name = ''] = field.split(' ');
    return { type, name };
  });
}

function expected(contract: string, name: string, message: Record<string, unknown>): string {
  const domain = { name: contract, version: '1', chainId: CHAIN, verifyingContract: hex(CONTRACT) };
  return TypedDataEncoder.hash(domain, { [name]: fieldsOf(name) }, message);
}

describe('EIP-712 digests', () => {
  it('Registration', () => {
    const registration = {
      operator: address(1),
      identity: address(2),
      region: word(3),
      tlsKey: word(4),
      endpoint: 'wss://signer.example:8443/ü',
      epoch: 5,
      challengeBlock: 21_000_000,
      challenge: word(6),
      tee: word(7),
    };
    const shown = { ...registration, operator: hex(address(1)), identity: hex(address(2)) };
    expect(hex(registrationDigest(CHAIN, CONTRACT, registration))).to.equal(
      expected('Quorate EnclaveRegistry', 'Registration', shown),
    );
  });

  it('Boot', () => {
    const boot = { enclave: word(1), nonce: new Uint8Array(16).fill(2), encryptionKey: word(3), counter: 2n ** 63n };
    expect(hex(bootDigest(CHAIN, CONTRACT, boot))).to.equal(expected('Quorate EnclaveRegistry', 'Boot', boot));
  });

  it('Confirmation', () => {
    const publicKey = { prefix: 3, x: word(4) };
    const common = {
      keyId: word(1),
      epoch: 2,
      attempt: 3,
      committee: word(5),
      transcript: word(6),
      commitments: word(7),
    };
    const shown = { ...common, publicKeyPrefix: 3, publicKeyX: word(4) };
    expect(hex(confirmationDigest(CHAIN, CONTRACT, { ...common, publicKey }))).to.equal(
      expected('Quorate KeyRegistry', 'Confirmation', shown),
    );
  });

  it('Refusal', () => {
    const [request, member, code] = [word(1), word(2), 'DIGEST_MISMATCH'] as const;
    for (const [kind, number] of [['final', 1] as const, ['unsupported', 2] as const]) {
      const shown = { request, member, kind: number, code: encodeBytes32String(code) };
      expect(hex(refusalDigest(CHAIN, CONTRACT, { request, member, kind, code }))).to.equal(
        expected('Quorate Refusals', 'Refusal', shown),
      );
    }
    expect(hex(codeWord(code))).to.equal(encodeBytes32String(code));
  });
});
