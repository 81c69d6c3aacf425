import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { bytesToHex, hexToBytes, numberToHex } from 'viem';
import { type Report, verifyReport } from '../../../signer/cli/verify.ts';
import { birthDomain, derivationTweak } from '../../../signer/formats/wirePreimages.ts';
import { derivedPoints } from '../../../signer/host/chain/derivedPoints.ts';
import { hash, word } from '../support/fakeChain.ts';

const place = { chainId: 31_337, keyRegistry: `0x${'22'.repeat(20)}` } as const;
const requester = `0x${'33'.repeat(20)}` as const;
const digest = hash('digest');

/** One secret in the committee's place. */
const secret = 12_345n;
const root = secp256k1.Point.BASE.multiply(secret).toBytes(true);
const key = { prefix: root[0]!, x: bytesToHex(root.slice(1)) };
const birth = birthDomain(place.chainId, place.keyRegistry, word(1), key);
const derived = (secret + BigInt(derivationTweak(birth, requester, word(0)))) % secp256k1.Point.Fn.ORDER;
const signature = bytesToHex(schnorr.sign(hexToBytes(digest), hexToBytes(numberToHex(derived, { size: 32 }))));

const request: Report['requests'][number] = {
  ...{ requestId: word(9), keyId: word(1), scheme: 'bip340', requester, path: word(0), payloadKind: 'raw-digest' },
  publicKey: derivedPoints(key, birth, requester, word(0)).derivedX,
  ...{ digests: [digest], signatures: [signature] },
};
const reportOf = (change: Partial<typeof request>): Report => ({
  ...{ chainId: place.chainId, contracts: { keyRegistry: place.keyRegistry } },
  keys: [{ keyId: word(1), publicKey: key.x, prefix: key.prefix }],
  requests: [{ ...request, ...change }],
});

describe('quorate verify', () => {
  it('follows a signature to the root key', () => {
    expect(verifyReport(reportOf({}))).to.deep.equal([{ requestId: word(9), ok: true, isSigned: true, problems: [] }]);
  });

  it('follows an ECDSA signature, too', () => {
    const scalar = hexToBytes(numberToHex(derived, { size: 32 }));
    const ecdsa = secp256k1.sign(hexToBytes(digest), scalar, { prehash: false });
    const publicKey = bytesToHex(secp256k1.getPublicKey(scalar));
    const change = { scheme: 'ecdsa-secp256k1', publicKey, signatures: [`${bytesToHex(ecdsa)}1b`] as const };
    expect(verifyReport(reportOf(change))).to.deep.include({
      requestId: word(9),
      ok: true,
      isSigned: true,
      problems: [],
    });
  });

  it('follows an Ed25519 signature to the root key, from which nothing derives', () => {
    const seed = new Uint8Array(32).fill(7);
    const publicKey = bytesToHex(ed25519.getPublicKey(seed));
    const signatures = [bytesToHex(ed25519.sign(hexToBytes('0x6d7367'), seed))];
    const report = reportOf({ scheme: 'ed25519', publicKey, digests: ['0x6d7367'], signatures });
    expect(verifyReport({ ...report, keys: [{ keyId: word(1), publicKey, prefix: 0 }] })[0]?.ok).to.equal(true);
  });

  it('does not take an unknown scheme for a good one', () => {
    expect(verifyReport(reportOf({ scheme: 'none' }))[0]?.ok).to.equal(false);
  });

  it('takes what was refused for what it is: unsigned, and no signature may be there', () => {
    const refused = { ...request, state: 'REFUSED' };
    const report = reportOf({});
    const [none] = verifyReport({ ...report, requests: [{ ...refused, signatures: [] }] });
    expect(none).to.deep.include({ ok: true, isSigned: false });
    const [forged] = verifyReport({ ...report, requests: [{ ...refused, signatures: [hash('none')] }] });
    expect(forged).to.deep.include({ ok: false, isSigned: true });
  });

  const lies: [string, Partial<typeof request>, string][] = [
    ['another digest', { digests: [hash('other')] }, 'signature 0 does not hold'],
    ['a signature too few', { signatures: [] }, '0 signatures for 1 digests'],
    ['another requester', { requester: `0x${'44'.repeat(20)}` }, 'the verifying key does not derive from the root key'],
    ['another path', { path: word(7) }, 'the verifying key does not derive from the root key'],
    ['a key of its own', { publicKey: key.x }, 'the verifying key does not derive from the root key'],
    ['an unknown key', { keyId: word(2) }, 'the verifying key does not derive from the root key'],
  ];
  for (const [what, change, problem] of lies)
    it(`finds ${what}`, () => {
      const [finding] = verifyReport(reportOf(change));
      expect(finding?.ok).to.equal(false);
      expect(finding?.problems).to.include(problem);
    });
});
