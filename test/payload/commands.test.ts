/** `quorate payload bitcoin` and `quorate finalise`, from what wallets write to what a network takes. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schnorr } from '@noble/curves/secp256k1.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import { Transaction } from 'bitcoinjs-lib';
import { expect } from 'chai';
import { isSpendValid } from '../../scripts/local/bitcoin.ts';
import { unsignedInputs } from '../../signer/cli/finalise/check.ts';
import { finalise } from '../../signer/cli/finalise/finalise.ts';
import { payloadBitcoin } from '../../signer/cli/payload/bitcoin.ts';
import { MOST_FILE_BYTES, psbtBytes } from '../../signer/cli/payload/psbtFile.ts';
import { Fatal } from '../../signer/host/errors.ts';
import { feeOf } from '../../signer/payload/bitcoin/bitcoinWords.ts';
import { paymentOf } from '../../signer/payload/bitcoin/payment.ts';
import { facts } from '../enclave/path/support/facts.ts';
import { defaultSpend, psbtOf, requestFor, taprootKeys, txid } from './support/spends.ts';

const MAIN = join(import.meta.dirname, '../../signer/cli/main.ts');
const all = facts();
const keys = taprootKeys(all);
const secret = hexToBytes(keys.secret.toString(16).padStart(64, '0'));

/** A spend of 60,000 and 50,000 satoshi, one input of each hash type. */
function spend(...sighashes: readonly number[]) {
  const made = defaultSpend(all);
  sighashes.forEach((sighash, at) => {
    made.inputs[at]!.sighash = sighash;
  });
  return psbtOf(all, made);
}

describe('quorate payload bitcoin', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-payload-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const file = (content: string | Uint8Array) => {
    const path = join(folder, 'wallet.psbt');
    writeFileSync(path, content);
    return path;
  };
  const run = (content: string | Uint8Array, more: object = {}) =>
    payloadBitcoin.run({ network: 'mainnet', ...more, file: file(content) });
  const failure = (content: string | Uint8Array, more: object = {}) =>
    run(content, more).then(
      () => expect.fail('it was taken'),
      (error: unknown) => error as Fatal,
    );

  it('takes bytes, base64, hex and what Bitcoin Core answers, and says the same of all', async () => {
    const { psbt } = spend();
    const base64 = Buffer.from(psbt).toString('base64');
    const expected = await run(psbt);
    const lines = base64.match(/.{1,76}/g)!.join('\r\n');
    const hex = bytesToHex(psbt);
    for (const form of [
      base64,
      `${lines}\n`,
      hex,
      `0x${hex}\n`,
      hex.toUpperCase(),
      JSON.stringify({ psbt: base64, fee: 0.1 }),
    ])
      expect(await run(form), form.slice(0, 20)).to.deep.equal(expected);
  });

  it('yields what an enclave signs: payload, digests and effects of the request', async () => {
    const { psbt, digests } = spend();
    const shown = (await run(psbt)) as { json: Record<string, unknown> };
    const { json } = shown;
    const { request } = requestFor(paymentOf(psbt).payload, digests, facts());
    const hex = (bytes: Uint8Array) => `0x${bytesToHex(bytes)}`;
    expect(json).to.include({ kind: 1, payload: hex(request.payload) });
    expect(json.digests).to.deep.equal(digests.map(hex));
    expect(json.effects).to.deep.equal(
      request.effects.map(({ kind, asset, recipient, amount, detail }) => ({
        ...{ kind, asset: hex(asset), recipient: hex(recipient), amount: `${amount}`, detail: hex(detail) },
      })),
    );
    expect(json.txid).to.equal(btc.Transaction.fromPSBT(psbt).id);
  });

  it('writes addresses of the network that is named, and refuses another address than is spent from', async () => {
    const { psbt } = spend();
    for (const [network, start] of Object.entries({
      mainnet: 'bc1p',
      testnet: 'tb1p',
      signet: 'tb1p',
      regtest: 'bcrt1p',
    })) {
      const { json } = (await run(psbt, { network })) as { json: { own: { address: string } } };
      expect(json.own.address.startsWith(start), network).to.equal(true);
      for (const address of [json.own.address, json.own.address.toUpperCase()]) await run(psbt, { network, address });
    }
    expect((await failure(psbt, { network: 'main' })).advice).to.include('mainnet, testnet, signet, regtest');
    expect((await failure(psbt, { address: 'bc1pother' })).message).to.include('not from bc1pother');
  });

  it('says of bad input what is wrong and what to do, in a line each', async () => {
    const { psbt } = spend();
    const signed = btc.Transaction.fromPSBT(psbt);
    signed.updateInput(0, { tapKeySig: new Uint8Array(64) });
    for (const [content, problem] of [
      ['', 'nothing in it'],
      ['what?', 'neither bytes with its magic, nor base64, nor hex'],
      ['{"psbt":', 'neither a PSBT nor JSON'],
      ['{"hex":"00"}', 'without a member `psbt`'],
      [bytesToHex(signed.unsignedTx), 'a raw transaction?'],
      [psbt.slice(0, -1), 'PSBT_MALFORMED'],
      [signed.toPSBT(0), 'INPUT_ALREADY_SIGNED'],
    ] as const) {
      const { message, advice } = await failure(content);
      expect(message).to.include(problem);
      expect(message.split('\n').concat(advice.split('\n')), problem).to.have.lengthOf(2);
      expect(advice).to.have.length.above(20);
    }
    expect(() => psbtBytes(new TextEncoder().encode('cHNidP8='))).to.not.throw();
    const nowhere = payloadBitcoin.run({ network: 'mainnet', file: join(folder, 'none') });
    expect(await nowhere.catch((error) => error)).to.be.instanceOf(Fatal);
  });

  it('reads no file without end', async () => {
    const endless = await payloadBitcoin.run({ network: 'mainnet', file: '/dev/zero' }).catch((error) => error);
    expect(endless.message).to.include(`longer than ${MOST_FILE_BYTES} bytes`);
  });

  it('reads the standard input, as a command, and says what is wrong with it', () => {
    const { psbt } = spend();
    const said = (input: Uint8Array | string, ...words: string[]) =>
      spawnSync(process.execPath, [MAIN, 'payload', 'bitcoin', '-', ...words], { input, encoding: 'utf8' });
    expect(JSON.parse(said(psbt, '--json').stdout)).to.have.property('kind', 1);
    const { status, stderr, stdout } = said('nothing like it!');
    expect({ status, stdout }).to.deep.equal({ status: 64, stdout: '' });
    expect(stderr).to.match(/^quorate: it is no PSBT[^\n]*\nExport[^\n]*\n$/);
  });

  describe('and quorate finalise', () => {
    const signaturesOf = (digests: readonly Uint8Array[]) => digests.map((digest) => schnorr.sign(digest, secret));
    const final = (content: Uint8Array, signatures: string) => finalise.run({ file: file(content), signatures });
    const finalFailure = (content: Uint8Array, signatures: string) =>
      final(content, signatures).then(
        () => expect.fail('it was taken'),
        (error: unknown) => error as Fatal,
      );
    const prevouts = [60_000n, 50_000n].map((amount, at) => ({
      ...{ txid: bytesToHex(txid(at + 1)), index: at, amount, script: Uint8Array.of(0x51, 0x20, ...keys.output) },
    }));

    for (const [name, sighashes, lengths] of [
      ['DEFAULT', [0, 0], [64, 64]],
      ['ALL', [1, 1], [65, 65]],
      ['both', [0, 1], [64, 65]],
    ] as const)
      it(`makes what a network takes, signed ${name}`, async () => {
        const { psbt, digests } = spend(...sighashes);
        const signatures = signaturesOf(digests).map(bytesToHex);
        const shown = (await final(psbt, signatures.map((one) => `0x${one}`).join(','))) as {
          text: string;
          json: object;
        };
        const raw = hexToBytes(shown.text);
        expect(isSpendValid(raw, prevouts)).to.equal(true);
        const read = Transaction.fromBuffer(raw);
        expect(read.ins.map(({ witness }) => witness[0]!.length)).to.deep.equal(lengths);
        expect(shown.json).to.include({ transaction: shown.text, txid: read.getId() });
        expect(feeOf(paymentOf(psbt)).virtualSize).to.equal(read.virtualSize());
        expect(btc.Transaction.fromRaw(raw, { allowUnknownOutputs: true }).id).to.equal(read.getId());
      });

    it('shows nothing that does not hold', async () => {
      const { psbt, digests } = spend(0, 1);
      const signatures = signaturesOf(digests).map(bytesToHex);
      const wrong: [string, string][] = [
        [signatures.toReversed().join(), 'the signature of input 0 does not hold'],
        [[signatures[0], signatures[0]].join(), 'the signature of input 1 does not hold'],
        [signatures[0]!, '1 signatures for 2 inputs'],
        [[...signatures, signatures[0]].join(), '3 signatures for 2 inputs'],
        ['', '0 signatures for 2 inputs'],
        [`${signatures[0]},${signatures[1]}01`, 'signature 1 is not 64 bytes in hex'],
      ];
      for (const [given, problem] of wrong) expect((await finalFailure(psbt, given)).message).to.equal(problem);
      const other = spend(0, 0);
      expect((await finalFailure(other.psbt, signatures.join())).message).to.include('input 1 does not hold');
    });

    it('judges by the witness alone: 65 bytes for DEFAULT, 64 for ALL, another type or a second element are none', () => {
      const { psbt, digests } = spend(0, 1);
      const [first, second] = signaturesOf(digests);
      const verdict = (...witnesses: Uint8Array[][]) => {
        const transaction = Transaction.fromBuffer(btc.Transaction.fromPSBT(psbt).unsignedTx as Buffer);
        for (const [at, witness] of witnesses.entries()) transaction.setWitness(at, witness);
        return unsignedInputs(transaction.toBuffer(), prevouts);
      };
      const typed = (signature: Uint8Array, type: number) => Uint8Array.of(...signature, type);
      expect(verdict([first!], [typed(second!, 1)])).to.deep.equal([]);
      expect(verdict([first!], [second!])).to.deep.equal([1]);
      expect(verdict([typed(first!, 0)], [typed(second!, 1)])).to.deep.equal([0]);
      expect(verdict([typed(first!, 1)], [typed(second!, 0x81)])).to.deep.equal([0, 1]);
      expect(verdict([first!, first!], [typed(second!, 1)])).to.deep.equal([0]);
    });
  });
});
