/** What this enclave reads in a PSBT is what wallets and signers read in it: no two meanings of the bytes that were voted. */

import * as btc from '@scure/btc-signer';
import * as bitcoin from 'bitcoinjs-lib';
import { expect } from 'chai';
import { Refused } from '../../signer/formats/refusal.ts';
import { decodePsbt, type Psbt } from '../../signer/payload/bitcoin/psbt.ts';
import { taprootDigests } from '../../signer/payload/bitcoin/sighash.ts';
import { seeded } from '../simulation/random.ts';
import { bytes, mapsBytes, psbt2Maps, psbtBytes, type RawPsbt, rawPsbt, uintLE } from './support/rawPsbt.ts';
import { RECIPIENT, taprootScript } from './support/spends.ts';

const OWN = taprootScript(new Uint8Array(32).fill(0x51));
const random = seeded('psbt readers');
const below = (n: number) => random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) % n;
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');

/** Everything that a reader says of a PSBT, in one form. */
type Meaning = {
  readonly version: number;
  readonly lockTime: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
};

function ours({ transaction, inputs }: Psbt): Meaning {
  const number = (value: Uint8Array) => Buffer.from(value).readUInt32LE();
  return {
    version: number(transaction.version),
    lockTime: number(transaction.lockTime),
    inputs: transaction.inputs.map(({ outpoint, sequence }, at) => {
      const { spent, sighash } = inputs[at]!;
      return `${hex(outpoint)} ${number(sequence)} ${spent.amount} ${hex(spent.script)} ${sighash}`;
    }),
    outputs: transaction.outputs.map(({ amount, script }) => `${amount} ${hex(script)}`),
  };
}

const sighashName = (type: number | undefined) => (type === 1 ? 'all' : 'default');

function bitcoinjs(psbt: Uint8Array): Meaning {
  const { data } = bitcoin.Psbt.fromBuffer(psbt);
  const transaction = bitcoin.Transaction.fromBuffer(data.getTransaction());
  return {
    version: transaction.version,
    lockTime: transaction.locktime,
    inputs: transaction.ins.map(({ hash, index, sequence }, at) => {
      const { witnessUtxo, sighashType } = data.inputs[at]!;
      const spent = `${witnessUtxo!.value} ${hex(witnessUtxo!.script)}`;
      return `${hex(hash)}${hex(uintLE(index, 4))} ${sequence} ${spent} ${sighashName(sighashType)}`;
    }),
    outputs: transaction.outs.map(({ value, script }) => `${value} ${hex(script)}`),
  };
}

function scure(psbt: Uint8Array): Meaning {
  const transaction = btc.Transaction.fromPSBT(psbt, { allowUnknownOutputs: true, disableScriptCheck: true });
  const inputs = Array.from({ length: transaction.inputsLength }, (_, at) => transaction.getInput(at));
  const outputs = Array.from({ length: transaction.outputsLength }, (_, at) => transaction.getOutput(at));
  return {
    version: transaction.version,
    lockTime: transaction.lockTime,
    inputs: inputs.map(({ txid, index, sequence, witnessUtxo, sighashType }) => {
      const outpoint = hex(bytes(txid!.slice().reverse(), uintLE(index!, 4)));
      return `${outpoint} ${sequence} ${witnessUtxo!.amount} ${hex(witnessUtxo!.script)} ${sighashName(sighashType)}`;
    }),
    outputs: outputs.map(({ amount, script }) => `${amount} ${hex(script!)}`),
  };
}

function digestsByBitcoinjs(psbt: Uint8Array): string[] {
  const { data } = bitcoin.Psbt.fromBuffer(psbt);
  const transaction = bitcoin.Transaction.fromBuffer(data.getTransaction());
  const scripts = data.inputs.map(({ witnessUtxo }) => witnessUtxo!.script);
  const values = data.inputs.map(({ witnessUtxo }) => witnessUtxo!.value);
  return data.inputs.map(({ sighashType = 0 }, at) =>
    hex(transaction.hashForWitnessV1(at, scripts, values, sighashType)),
  );
}

function accepted(psbt: Uint8Array): Psbt | undefined {
  try {
    return decodePsbt(psbt);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** A PSBT that is right, with optional fields in any order, and then bent in a few bytes, mostly none. */
function bentPsbt(): Uint8Array {
  const raw: RawPsbt = rawPsbt(OWN, RECIPIENT);
  for (const input of raw.inputs) {
    if (below(2)) input.push({ key: bytes(0x03), value: uintLE(below(2), 4) });
    if (below(2)) input.unshift({ key: bytes(0x17), value: RECIPIENT.slice(2) });
  }
  for (const output of raw.transaction.outputs) {
    if (below(4) === 0) output.script = random.bytes(below(80));
    if (below(4) === 0) output.amount = BigInt(below(2 ** 31));
  }
  raw.transaction.lockTime = random.bytes(4);
  for (const input of raw.transaction.inputs) if (below(2)) input.sequence = random.bytes(4);
  for (const map of [...raw.inputs, ...raw.outputs, raw.globals]) {
    if (below(4) === 0) map.push({ key: bytes(0xfc, 1, 0x41, below(3)), value: random.bytes(below(9)) });
  }
  if (below(3) === 0) raw.outputs[1]!.push({ key: bytes(0x05), value: RECIPIENT.slice(2) });
  const psbt = below(3) === 0 ? mapsBytes(psbt2Maps(raw)) : psbtBytes(raw);
  for (let times = below(3); times > 0; times--) psbt[below(psbt.length)] = below(256);
  return psbt;
}

/** A reader may refuse what we accept: a PSBT that says one thing to us must only never say another to it. */
function readBy<T>(reader: (psbt: Uint8Array) => T, psbt: Uint8Array): T | undefined {
  try {
    return reader(psbt);
  } catch {
    return undefined;
  }
}

describe('a PSBT that the enclave reads', () => {
  it('means the same to bitcoinjs-lib and to @scure/btc-signer, digests included', () => {
    const compared = { bitcoinjs: 0, scure: 0, version2: 0 };
    for (let run = 0; run < 1500; run++) {
      const bent = bentPsbt();
      const psbt = accepted(bent);
      if (psbt === undefined) continue;
      const meaning = ours(psbt);
      const [theirs, others] = [readBy(bitcoinjs, bent), readBy(scure, bent)];
      if (theirs) {
        compared.bitcoinjs += 1;
        expect(theirs, hex(bent)).to.deep.equal(meaning);
        expect(digestsByBitcoinjs(bent), hex(bent)).to.deep.equal(taprootDigests(psbt).map(hex));
      }
      if (others) {
        compared.scure += 1;
        if (theirs === undefined) compared.version2 += 1; // that bitcoinjs-lib does not read
        expect(others, hex(bent)).to.deep.equal(meaning);
      }
    }
    expect(compared.bitcoinjs).to.be.greaterThan(500);
    expect(compared.scure).to.be.greaterThan(200);
    expect(compared.version2).to.be.greaterThan(100);
  });
});
