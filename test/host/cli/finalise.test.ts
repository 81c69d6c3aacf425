/** `quorate finalise` of EVM and Solana payloads: other libraries build, sign and read the same transactions. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { getBase64Encoder, getSignatureFromTransaction, getTransactionDecoder } from '@solana/kit';
import { expect } from 'chai';
import { encodeBase58, Transaction } from 'ethers';
import type { Options } from '../../../signer/cli/command.ts';
import { finalise } from '../../../signer/cli/finalise/finalise.ts';
import { Fatal } from '../../../signer/host/errors.ts';
import { OTHER, SIGNER, transaction } from '../../payload/support/evmPayloads.ts';
import { compiled, messageBytes } from '../../payload/support/solana.ts';

type Bytes = Uint8Array;
type Said = { readonly transaction: string; readonly txid: string | null; readonly missing?: readonly string[] };

const hex = (bytes: Bytes) => `0x${Buffer.from(bytes).toString('hex')}`;

describe('quorate finalise', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-finalise-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = async (payload: Bytes, options: Options) => {
    const file = join(folder, 'payload');
    writeFileSync(file, payload);
    const shown = (await finalise.run({ file, ...options }))!;
    return { ...(shown.json as Said), ok: shown.ok, text: shown.text };
  };
  const refused = async (work: Promise<unknown>, says: RegExp) => {
    const error = await work.then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).to.be.instanceOf(Fatal);
    expect(error.message).to.match(says);
  };

  describe('of an EVM transaction', () => {
    const kind = 'evm-transaction';
    const address = SIGNER.address;
    const signed = (payload: Bytes) => {
      const { r, s, v } = SIGNER.signingKey.sign(Transaction.from(hex(payload)).unsignedHash);
      return `${r}${s.slice(2)}${v.toString(16)}`;
    };

    for (const type of [0, 1, 2])
      it(`of type ${type} is what ethers makes of it`, async () => {
        const fees = type === 2 ? {} : { gasPrice: 5n, maxFeePerGas: null, maxPriorityFeePerGas: null };
        const payload = transaction({ type, to: OTHER, value: 5n, ...fees });
        const found = await run(payload, { kind, address, signatures: signed(payload) });
        const read = Transaction.from(found.transaction);
        expect(read.from).to.equal(address);
        expect(read.hash).to.equal(found.txid);
        expect(read.unsignedSerialized).to.equal(hex(payload));
        expect(found.text).to.equal(found.transaction);
      });

    it('is refused with a signature of another account, of another payload, or of none', async () => {
      const payload = transaction({ to: OTHER, value: 5n });
      const signature = signed(payload);
      const other = signed(transaction({ to: OTHER, value: 6n }));
      await refused(run(payload, { kind, address: OTHER, signatures: signature }), /the signature is of 0x.*, not of/);
      await refused(run(payload, { kind, address, signatures: other }), /the signature is of 0x.*, not of/);
      await refused(run(payload, { kind, address, signatures: `0x${'00'.repeat(64)}1b` }), /of nobody, not of/);
      await refused(run(payload, { kind, address, signatures: `${signature.slice(0, -2)}00` }), /ends with 0/);
      await refused(run(payload, { kind, address, signatures: `${signature},${signature}` }), /takes one signature/);
      await refused(run(payload, { kind, address, signatures: signature.slice(0, -2) }), /is not 65 bytes/);
      await refused(run(payload, { kind, signatures: signature }), /--address is missing/);
      await refused(run(payload.subarray(1), { kind, address, signatures: signature }), /enclaves refuse it with EVM_/);
    });
  });

  describe('of a Solana message', () => {
    const kind = 'solana-message';
    const [secret, another] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const [dao, alice] = [ed25519.getPublicKey(secret), ed25519.getPublicKey(another)];
    const alone = messageBytes(compiled(dao, new Uint8Array(32).fill(9), []));
    const program = new Uint8Array(32).fill(7);
    const both = messageBytes(
      compiled(alice, new Uint8Array(32).fill(9), [{ program, accounts: [[dao, 's']], data: new Uint8Array() }]),
    );
    const signed = (message: Bytes, by = secret) => hex(ed25519.sign(message, by));
    const decoded = (text: string) => getTransactionDecoder().decode(getBase64Encoder().encode(text));

    it('is the transaction that @solana/kit reads', async () => {
      const found = await run(alone, { kind, signatures: signed(alone) });
      const read = decoded(found.transaction);
      expect(Buffer.from(read.messageBytes)).to.deep.equal(Buffer.from(alone));
      expect(Object.keys(read.signatures)).to.deep.equal([encodeBase58(dao)]);
      expect(getSignatureFromTransaction(read)).to.equal(found.txid);
      expect(found).to.include({ ok: true }).and.to.deep.include({ missing: [] });
    });

    it('says whose signatures are missing, and leaves their places empty', async () => {
      const found = await run(both, { kind, signatures: signed(both) });
      const { signatures } = decoded(found.transaction);
      expect(Object.entries(signatures).map(([key, one]) => [key, one === null])).to.deep.equal([
        [encodeBase58(alice), true],
        [encodeBase58(dao), false],
      ]);
      expect(found).to.include({ ok: false, txid: null });
      expect(found.text).to.include(`signatures are missing of ${encodeBase58(alice)}`);
    });

    it('is refused with a signature of nobody who is to sign it', async () => {
      await refused(run(alone, { kind, signatures: signed(alone, another) }), /none of the message's signers/);
      await refused(run(alone, { kind, signatures: signed(both) }), /none of the message's signers/);
      await refused(run(alone, { kind, signatures: `0x${'00'.repeat(64)}` }), /none of the message's signers/);
    });
  });

  it('makes nothing of a payload that is no transaction', async () => {
    const text = new TextEncoder().encode('a text');
    await refused(run(text, { kind: 'eip191', signatures: `0x${'00'.repeat(65)}` }), /eip191 is no transaction/);
    await refused(run(text, { kind: 'eip191', signatures: '0x12' }), /signature 0 is not 64 or 65 bytes/);
  });
});
