import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { bytesToHex, hexToBytes, keccak256, numberToHex, stringToHex } from 'viem';
import { buildSpend, taprootScript } from '../../../scripts/local/bitcoin.ts';
import type { Report } from '../../../signer/cli/verify/report.ts';
import { verify, verifyReport } from '../../../signer/cli/verify/verify.ts';
import { birthDomain, derivationTweak, requestId } from '../../../signer/formats/wirePreimages.ts';
import { derivedPoints } from '../../../signer/host/chain/derivedPoints.ts';
import { Fatal } from '../../../signer/host/errors.ts';
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

const unproven = ['the report does not say all that the id commits to, so neither id nor payload is computed again'];

describe('quorate verify', () => {
  it('follows a signature to the root key', () => {
    const expected = { requestId: word(9), ok: true, isSigned: true, problems: [], unproven };
    expect(verifyReport(reportOf({}))).to.deep.equal([expected]);
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
      unproven,
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

describe('quorate verify, of a report that says all', () => {
  const contracts = { keyRegistry: place.keyRegistry, signingRequests: `0x${'55'.repeat(20)}` } as const;
  const points = derivedPoints(key, birth, requester, word(0));
  const spend = buildSpend(
    { txid: 'ab'.repeat(32), index: 1, amount: 50_000n, script: taprootScript(hexToBytes(points.outputX)) },
    hexToBytes(points.derivedX),
    taprootScript(hexToBytes(points.derivedX)),
    700n,
  );
  const nothing = word(0);
  const asset = keccak256(stringToHex('bip122:000000000019d6689c085ae165831e93/slip44:0'));
  const effects = [
    { kind: 1, asset, recipient: bytesToHex(spend.recipientScript), amount: spend.amount.toString(), detail: nothing },
    { kind: 2, asset, recipient: '0x', amount: spend.fee.toString(), detail: nothing },
  ] as const;
  const asked = {
    counter: '1',
    effects,
    deadline: 1_900_000_000,
    consumer: requester,
    callbackGas: 9,
    replaces: nothing,
  };
  const content = { keyId: word(1), requester, path: nothing, digests: [bytesToHex(spend.digests[0]!)] } as const;
  const payload = bytesToHex(spend.psbt);
  const id = requestId(place.chainId, contracts.signingRequests, { ...content, ...asked, kind: 1, payload });
  const even = BigInt(points.derivedY) % 2n === 0n ? derived : secp256k1.Point.Fn.ORDER - derived;
  const tweak = BigInt(bytesToHex(schnorr.utils.taggedHash('TapTweak', hexToBytes(points.derivedX))));
  const secretOfOutput = numberToHex((even + tweak) % secp256k1.Point.Fn.ORDER, { size: 32 });
  const whole: Report = {
    ...{ chainId: place.chainId, contracts, keys: [{ keyId: word(1), publicKey: key.x, prefix: key.prefix }] },
    requests: [
      {
        ...{ ...content, requestId: id, scheme: 'bip340', payloadKind: 'bitcoin-psbt', payload, asked },
        ...{ publicKey: points.outputX, state: 'FULFILLED' },
        signatures: [bytesToHex(schnorr.sign(spend.digests[0]!, hexToBytes(secretOfOutput)))],
      },
    ],
  };
  const [only] = whole.requests as [Report['requests'][number]];

  it('computes id, digests, effects and keys again', () => {
    expect(verifyReport(whole)).to.deep.equal([
      { requestId: id, ok: true, isSigned: true, problems: [], unproven: [] },
    ]);
  });

  const OTHER_ID = 'the id is not that of what the report says was asked';
  const effect = (change: object) => ({ asked: { ...asked, effects: [{ ...effects[0], ...change }, effects[1]] } });
  const lies: [string, Partial<typeof only>, RegExp][] = [
    ['another id', { requestId: `0x${'ab'.repeat(32)}` }, new RegExp(OTHER_ID)],
    ['another payload', { payload: '0xdeadbeef' }, /it was signed, and every enclave refuses it/],
    ['an amount that the payload does not pay', effect({ amount: '1' }), /EFFECT_MISMATCH/],
    ['a recipient who gets nothing', effect({ recipient: '0x51' }), /EFFECT_MISMATCH/],
    ['another counter', { asked: { ...asked, counter: '2' } }, new RegExp(OTHER_ID)],
    ['another deadline', { asked: { ...asked, deadline: 1 } }, new RegExp(OTHER_ID)],
    ['another consumer', { asked: { ...asked, consumer: `0x${'66'.repeat(20)}` } }, new RegExp(OTHER_ID)],
    ['another kind', { payloadKind: 'eip191' }, new RegExp(OTHER_ID)],
  ];
  for (const [what, change, problem] of lies)
    it(`finds ${what}`, () => {
      const [finding] = verifyReport({ ...whole, requests: [{ ...only, ...change }] });
      expect(finding?.ok).to.equal(false);
      expect(finding?.problems.join('; ')).to.match(problem);
    });

  it('finds another SigningRequests, another KeyRegistry and another chain', () => {
    const changes: Partial<Report>[] = [
      { contracts: { ...contracts, signingRequests: place.keyRegistry } },
      { contracts: { ...contracts, keyRegistry: contracts.signingRequests } },
      { chainId: 1 },
    ];
    for (const change of changes) expect(verifyReport({ ...whole, ...change })[0]?.ok).to.equal(false);
  });

  it('says in one line that a file is no report', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quorate-report-'));
    const file = join(folder, 'report.json');
    for (const text of ['{}', 'null', '[]', '{"chainId":1,"contracts":{},"keys":[],"requests":[{}]}', 'x']) {
      writeFileSync(file, text);
      const error = await verify.run({ report: file }).catch((thrown: unknown) => thrown);
      expect(error, text).to.be.instanceOf(Fatal);
      expect((error as Fatal).message).to.match(/^(.* is no report: .*|cannot read .*)$/);
    }
    rmSync(folder, { recursive: true });
  });
});

describe('what quorate verify ends with', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-verify-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const said = async (report: object) => {
    const file = join(folder, 'report.json');
    writeFileSync(file, JSON.stringify(report));
    return (await verify.run({ report: file }))!;
  };
  const good = reportOf({});

  it('says that a report agrees with itself only where nothing of it is wrong', async () => {
    expect((await said(good)).text).to.include('Offline: it agrees with itself.');
    const twice = await said({ ...good, requests: [...good.requests, ...good.requests] });
    expect(twice.ok).to.equal(false);
    expect(twice.text).to.include('the report has this request twice').and.include('it does not agree with itself');
    expect((await said({ ...good, requests: [] })).text).to.not.include('agree');
  });

  it('takes no state that a request cannot have, and says what it has not looked at', async () => {
    const odd = await said({ ...good, requests: [{ ...request, state: 'x' }] });
    expect(odd.text).to.include('x is no state of a request');
    expect(odd.ok).to.equal(false);
    const more = await said({ ...good, signers: [], checkpoint: '0x12' });
    expect(more.text).to.include('Not looked at: ').and.include('signers').and.include('checkpoint');
  });
});
