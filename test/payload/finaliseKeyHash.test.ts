/** `quorate finalise` for P2WPKH: @scure/btc-signer builds, signs and finishes the same transaction, bitcoinjs-lib judges it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex, concatBytes, hexToBytes, randomBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import { Transaction as CheckedTransaction, script } from 'bitcoinjs-lib';
import { expect } from 'chai';
import { unsignedInputs } from '../../signer/cli/finalise/check.ts';
import { finalise } from '../../signer/cli/finalise/finalise.ts';
import type { Fatal } from '../../signer/host/errors.ts';
import { segwitSpend } from '../../signer/payload/bitcoin/decideSegwitPsbt.ts';
import { RECIPIENT } from './support/spends.ts';

type Bytes = Uint8Array;

const ORDER = secp256k1.Point.Fn.ORDER;
const AMOUNTS = [60_000n, 50_000n];
const secret = randomBytes(32);
const key = secp256k1.getPublicKey(secret, true);
const own = btc.p2wpkh(key).script;

/** Pays `amount` to the key's hash at its output 1. */
function previous(amount: bigint): Bytes {
  const paying = new btc.Transaction({ version: 2 });
  paying.addInput({ txid: randomBytes(32), index: 0, witnessUtxo: { script: own, amount: 1n } });
  paying.addOutput({ script: RECIPIENT, amount: 5_000n });
  paying.addOutput({ script: own, amount });
  return paying.unsignedTx;
}

function build(version: 0 | 2 = 0): { transaction: btc.Transaction; psbt: Bytes; digests: readonly Bytes[] } {
  const transaction = new btc.Transaction({ version: 2, PSBTVersion: version });
  for (const amount of AMOUNTS) {
    const raw = previous(amount);
    const { id } = btc.Transaction.fromRaw(raw, { allowUnknownInputs: true });
    transaction.addInput({ txid: id, index: 1, nonWitnessUtxo: raw, witnessUtxo: { script: own, amount } });
  }
  transaction.addOutput({ script: RECIPIENT, amount: 100_000n });
  transaction.addOutput({ script: own, amount: 9_000n });
  const psbt = transaction.toPSBT(version);
  return { transaction, psbt, digests: segwitSpend(psbt, own).messages };
}

/** r ‖ s ‖ v, as contracts take it. */
function signed(digest: Bytes, by = secret): Bytes {
  const recovered = secp256k1.sign(digest, by, { prehash: false, format: 'recovered' });
  return concatBytes(recovered.slice(1), Uint8Array.of(27 + recovered[0]!));
}

describe('quorate finalise, of outputs of a public key hash', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-finalise-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = async (psbt: Bytes, signatures: readonly Bytes[]) => {
    const file = join(folder, 'spend.psbt');
    writeFileSync(file, psbt);
    return (await finalise.run({ file, signatures: signatures.map(bytesToHex).join() }))!;
  };
  const failure = (psbt: Bytes, signatures: readonly Bytes[]) =>
    run(psbt, signatures).then(
      () => expect.fail('it was taken'),
      (error: unknown) => (error as Fatal).message,
    );

  for (const version of [0, 2] as const)
    it(`makes the very transaction that another library makes with the same key, from a PSBT of version ${version}`, async () => {
      const { transaction, psbt, digests } = build(version);
      const signatures = digests.map((digest) => signed(digest));
      const { text, json } = await run(psbt, signatures);
      transaction.sign(secret);
      transaction.finalize();
      expect(text).to.equal(bytesToHex(transaction.extract()));
      const read = CheckedTransaction.fromHex(text);
      expect(json).to.deep.equal({
        ...{ transaction: text, txid: read.getId() },
        fee: { amount: '1000', virtualSize: read.virtualSize(), rate: Math.round(1e5 / read.virtualSize()) / 100 },
      });
      for (const { witness } of read.ins) {
        expect(witness).to.have.lengthOf(2);
        expect(script.isCanonicalScriptSignature(witness[0]!)).to.equal(true);
        expect(bytesToHex(witness[1]!)).to.equal(bytesToHex(key));
      }
    });

  it('encodes each pair of numbers as DER wants it, whatever their length', async () => {
    const lengths = new Set<number>();
    for (let k = 0; k < 40; k++) {
      const { psbt, digests } = build();
      const { text } = await run(
        psbt,
        digests.map((digest) => signed(digest)),
      );
      for (const { witness } of CheckedTransaction.fromHex(text).ins) lengths.add(witness[0]!.length);
    }
    expect([...lengths].every((length) => length > 67 && length < 73)).to.equal(true);
    expect(lengths.size).to.be.at.least(2);
  });

  it('shows nothing that does not hold, and names the input', async () => {
    const { psbt, digests } = build();
    const [first, second] = digests.map((digest) => signed(digest)) as [Bytes, Bytes];
    const highS = concatBytes(
      first.slice(0, 32),
      hexToBytes((ORDER - BigInt(`0x${bytesToHex(first.slice(32, 64))}`)).toString(16).padStart(64, '0')),
      Uint8Array.of(55 - first[64]!),
    );
    const ofZero = concatBytes(new Uint8Array(64), Uint8Array.of(27));
    const cases: [string, Bytes[], string][] = [
      ['another order', [second, first], 'the signature of input 0 does not hold'],
      ['one signature twice', [first, first], 'the signature of input 1 does not hold'],
      ['another key', [first, signed(digests[1]!, randomBytes(32))], 'the signature of input 1 does not hold'],
      ['a flipped bit', [first.with(40, first[40]! ^ 1), second], 'the signature of input 0 does not hold'],
      ['the other parity', [first.with(64, 55 - first[64]!), second], 'the signature of input 0 does not hold'],
      ['a parity of 0 or 1', [first.with(64, first[64]! - 27), second], 'the signature of input 0 does not hold'],
      ['a high s, which nodes do not relay', [highS, second], 'the signature of input 0 does not hold'],
      ['zeros', [first, ofZero], 'the signature of input 1 does not hold'],
      ['one too few', [first], '1 signatures for 2 inputs'],
      ['one too many', [first, second, first], '3 signatures for 2 inputs'],
      ['no v', [first.slice(0, 64), second], 'signature 0 is not 65 bytes in hex'],
    ];
    for (const [name, signatures, problem] of cases) expect(await failure(psbt, signatures), name).to.equal(problem);
    const other = build();
    expect(await failure(other.psbt, [first, second]), 'of another transaction').to.include('input 0 does not hold');
  });

  it('takes no payload that enclaves refuse', async () => {
    const { psbt, transaction, digests } = build();
    const signatures = digests.map((digest) => signed(digest));
    const unproven = new btc.Transaction({ version: 2 });
    for (const [at, { txid, index }] of [0, 1].map((each) => [each, transaction.getInput(each)] as const))
      unproven.addInput({ txid: txid!, index: index!, witnessUtxo: { script: own, amount: AMOUNTS[at]! } });
    unproven.addOutput({ script: RECIPIENT, amount: 100_000n });
    expect(await failure(unproven.toPSBT(0), signatures)).to.match(/PSBT_FIELD_MISSING.*previous transaction/);
    expect(await failure(psbt.slice(0, -1), signatures)).to.match(/PSBT_/);
  });

  it('judges by the witness alone', async () => {
    const { psbt, digests } = build();
    const { text } = await run(
      psbt,
      digests.map((digest) => signed(digest)),
    );
    const spent = AMOUNTS.map((amount) => ({ script: own as Bytes, amount }));
    const verdict = (bend: (transaction: CheckedTransaction) => unknown, outputs = spent) => {
      const transaction = CheckedTransaction.fromHex(text);
      bend(transaction);
      return unsignedInputs(transaction.toBuffer(), outputs);
    };
    const [der] = CheckedTransaction.fromHex(text).ins[0]!.witness as [Bytes];
    const typed = (type: number) => der.with(der.length - 1, type);
    expect(verdict(() => undefined)).to.deep.equal([]);
    expect(verdict(() => undefined, [{ script: own, amount: 60_001n }, spent[1]!])).to.deep.equal([0]);
    expect(verdict(() => undefined, [{ script: RECIPIENT, amount: 60_000n }, spent[1]!])).to.deep.equal([0]);
    expect(
      verdict((it) => it.setWitness(0, [der])),
      'no key',
    ).to.deep.equal([0]);
    expect(
      verdict((it) => it.setWitness(0, [der, key, key])),
      'a third element',
    ).to.deep.equal([0]);
    expect(
      verdict((it) => it.setWitness(0, [der.subarray(0, -1), key])),
      'no hash type',
    ).to.deep.equal([0]);
    expect(
      verdict((it) => it.setWitness(0, [typed(0x81), key])),
      'ANYONECANPAY',
    ).to.deep.equal([0]);
    expect(
      verdict((it) => it.setWitness(0, [typed(3), key])),
      'SINGLE',
    ).to.deep.equal([0]);
    const uncompressed = secp256k1.getPublicKey(secret, false);
    expect(
      verdict((it) => it.setWitness(0, [der, uncompressed])),
      'an uncompressed key',
    ).to.deep.equal([0]);
    const another = secp256k1.getPublicKey(randomBytes(32), true);
    expect(
      verdict((it) => it.setWitness(0, [der, another])),
      'another key',
    ).to.deep.equal([0]);
    expect(
      verdict((it) => it.setInputScript(1, Uint8Array.of(0x51))),
      'a script beside it',
    ).to.deep.equal([1]);
    expect(
      verdict((it) => (it.outs[0]!.value = 1n)),
      'another payment',
    ).to.deep.equal([0, 1]);
  });
});
