/** BIP-341: digests against bitcoinjs-lib for any transaction, and against the BIP's own wallet vectors where they are at hand. */

import { existsSync, readFileSync } from 'node:fs';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { Transaction as CheckedTransaction } from 'bitcoinjs-lib';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Psbt, SighashType } from '../../signer/payload/bitcoin/psbt.ts';
import { taprootDigests } from '../../signer/payload/bitcoin/sighash.ts';
import { bytes, transactionBytes, uintLE } from './support/rawPsbt.ts';

const VECTORS = new URL('../../../shared/vectors/bip341/wallet-test-vectors.json', import.meta.url);

const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const output = fc.record({
  amount: fc.bigInt({ min: 0n, max: 2_100_000_000_000_000n }),
  // Over 252 bytes a script's length takes three.
  script: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 250, maxLength: 260 })),
});
const input = fc.record({ outpoint: fixed(36), script: fc.constant(bytes()), sequence: fixed(4) });
const transaction = fc.record({
  version: fc.constant(uintLE(2, 4)),
  inputs: fc.array(input, { minLength: 1, maxLength: 5 }),
  outputs: fc.array(output, { minLength: 1, maxLength: 5 }),
  lockTime: fixed(4),
  trailing: fc.constant(bytes()),
});

const AS_SAID = { isProven: false, isSighashGiven: true, internalKey: null } as const;

describe('taprootDigests', () => {
  it('are those of bitcoinjs-lib', () => {
    const spent = fc.array(output, { minLength: 5, maxLength: 5 });
    const types = fc.array(fc.constantFrom<SighashType>('default', 'all'), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(transaction, spent, types, (raw, spent, types) => {
        const inputs = raw.inputs.map((_, at) => ({ ...AS_SAID, spent: spent[at]!, sighash: types[at]! }));
        const checked = CheckedTransaction.fromBuffer(transactionBytes(raw));
        const scripts = inputs.map((each) => each.spent.script);
        const amounts = inputs.map((each) => each.spent.amount);
        const expected = inputs.map(({ sighash }, at) =>
          checked.hashForWitnessV1(at, scripts, amounts, sighash === 'all' ? 1 : 0),
        );
        expect(taprootDigests({ transaction: raw, inputs }).map(bytesToHex)).to.deep.equal(expected.map(bytesToHex));
      }),
      { numRuns: 200 },
    );
  });

  it('are those of the wallet vectors of BIP-341', function () {
    if (!existsSync(VECTORS)) {
      this.test!.title += ` [skipped: ${VECTORS.pathname} is absent]`;
      this.skip();
    }
    const [spending] = JSON.parse(readFileSync(VECTORS, 'utf8')).keyPathSpending;
    const psbt = vectorPsbt(spending.given);
    const digests = taprootDigests(psbt).map(bytesToHex);
    const checkable = spending.inputSpending.filter(({ given }: VectorInput) => given.hashType < 2);
    expect(checkable).to.have.lengthOf(2);
    for (const { given, intermediary } of checkable as VectorInput[]) {
      const asAll = { ...psbt, inputs: psbt.inputs.map((each) => ({ ...each, sighash: 'all' as const })) };
      const computed = given.hashType === 0 ? digests : taprootDigests(asAll).map(bytesToHex);
      expect(computed[given.txinIndex]).to.equal(intermediary.sigHash);
    }
  });
});

type VectorInput = { given: { txinIndex: number; hashType: number }; intermediary: { sigHash: string } };
type VectorGiven = { rawUnsignedTx: string; utxosSpent: { scriptPubKey: string; amountSats: number }[] };

function vectorPsbt({ rawUnsignedTx, utxosSpent }: VectorGiven): Psbt {
  const raw = CheckedTransaction.fromHex(rawUnsignedTx);
  return {
    transaction: {
      version: uintLE(raw.version, 4),
      inputs: raw.ins.map(({ hash, index, sequence }) => ({
        outpoint: bytes(hash, uintLE(index, 4)),
        sequence: uintLE(sequence, 4),
      })),
      outputs: raw.outs.map(({ value, script }) => ({ amount: BigInt(value), script: Uint8Array.from(script) })),
      lockTime: uintLE(raw.locktime, 4),
    },
    inputs: utxosSpent.map(({ scriptPubKey, amountSats }) => ({
      spent: { amount: BigInt(amountSats), script: hexToBytes(scriptPubKey) },
      sighash: 'default',
      ...AS_SAID,
    })),
  };
}
