/** What this enclave reads in a PSBT is what wallets and signers read in it: no two meanings of the bytes that were voted. */

import * as btc from '@scure/btc-signer';
import * as bitcoin from 'bitcoinjs-lib';
import { expect } from 'chai';
import { Refused } from '../../signer/formats/refusal.ts';
import { segwitSpend } from '../../signer/payload/bitcoin/decideSegwitPsbt.ts';
import { decodePsbt, type Psbt } from '../../signer/payload/bitcoin/psbt.ts';
import { taprootDigests } from '../../signer/payload/bitcoin/sighash.ts';
import { seeded } from '../simulation/random.ts';
import { bytes, mapsBytes, psbt2Maps, psbtBytes, type RawPsbt, rawPsbt, uintLE } from './support/rawPsbt.ts';
import { provenSpend } from './support/segwitSpends.ts';
import { RECIPIENT, taprootScript } from './support/spends.ts';

/**
 * `QUORATE_MANY=1` tries a million of each kind. So many of them are then one PSBT, bent in other places, and @scure/btc-signer, which
 * takes its time over the points of a curve, reads one of so many.
 */
const [RUNS, OF_ONE, OF_SCURE] = process.env.QUORATE_MANY ? [1_000_000, 50, 8] : [1_500, 1, 1];

const OWN = taprootScript(new Uint8Array(32).fill(0x51));
const OWN_HASH = bytes(0, 0x14, new Uint8Array(20).fill(0x52));
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
      const { sighashType } = data.inputs[at]!;
      const { value, script } = spentBy(data.inputs[at]!, index);
      const spent = `${value} ${hex(script)}`;
      return `${hex(hash)}${hex(uintLE(index, 4))} ${sequence} ${spent} ${sighashName(sighashType)}`;
    }),
    outputs: transaction.outs.map(({ value, script }) => `${value} ${hex(script)}`),
  };
}

/** A previous transaction is what is spent, whatever is said beside it. */
function spentBy({ nonWitnessUtxo, witnessUtxo }: PsbtInputOfOthers, index: number) {
  return nonWitnessUtxo === undefined ? witnessUtxo! : bitcoin.Transaction.fromBuffer(nonWitnessUtxo).outs[index]!;
}
type PsbtInputOfOthers = bitcoin.Psbt['data']['inputs'][number];

function scure(psbt: Uint8Array): Meaning {
  const transaction = btc.Transaction.fromPSBT(psbt, { allowUnknownOutputs: true, disableScriptCheck: true });
  const inputs = Array.from({ length: transaction.inputsLength }, (_, at) => transaction.getInput(at));
  const outputs = Array.from({ length: transaction.outputsLength }, (_, at) => transaction.getOutput(at));
  return {
    version: transaction.version,
    lockTime: transaction.lockTime,
    inputs: inputs.map(({ txid, index, sequence, witnessUtxo, nonWitnessUtxo, sighashType }) => {
      const outpoint = hex(bytes(txid!.slice().reverse(), uintLE(index!, 4)));
      const { amount, script } = nonWitnessUtxo?.outputs[index!] ?? witnessUtxo!;
      return `${outpoint} ${sequence} ${amount} ${hex(script)} ${sighashName(sighashType)}`;
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

/** BIP-143, under the script that every input pays to. */
function segwitDigestsByBitcoinjs(psbt: Uint8Array): string[] {
  const { data } = bitcoin.Psbt.fromBuffer(psbt);
  const transaction = bitcoin.Transaction.fromBuffer(data.getTransaction());
  const { output } = bitcoin.payments.p2pkh({ hash: OWN_HASH.slice(2) });
  return data.inputs.map((input, at) =>
    hex(transaction.hashForWitnessV0(at, output!, spentBy(input, transaction.ins[at]!.index).value, 1)),
  );
}

function accepted<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** A PSBT that is right, with optional fields in any order. */
function taprootSpend(): Uint8Array {
  const raw: RawPsbt = rawPsbt(OWN, RECIPIENT);
  for (const input of raw.inputs) {
    if (below(2)) input.push({ key: bytes(0x03), value: uintLE(below(2), 4) });
    if (below(2)) input.unshift({ key: bytes(0x17), value: RECIPIENT.slice(2) });
  }
  if (below(3) === 0) raw.outputs[1]!.push({ key: bytes(0x05), value: RECIPIENT.slice(2) });
  return varied(raw, 2 ** 31);
}

/** With the previous transaction of every input, and now and then without what is said twice. */
function keyHashSpend(): Uint8Array {
  const raw = provenSpend(OWN_HASH);
  for (const input of raw.inputs) {
    if (below(8) === 0) input.splice(below(2), 1);
    if (below(2)) input.push({ key: bytes(0x03), value: uintLE(1, 4) });
  }
  return varied(raw, 9_000); // a payment beyond what is spent is refused
}

function varied(raw: RawPsbt, most: number): Uint8Array {
  for (const output of raw.transaction.outputs) {
    if (below(4) === 0) output.script = random.bytes(below(80));
    if (below(4) === 0) output.amount = BigInt(below(most));
  }
  raw.transaction.lockTime = random.bytes(4);
  for (const input of raw.transaction.inputs) if (below(2)) input.sequence = random.bytes(4);
  for (const map of [...raw.inputs, ...raw.outputs, raw.globals]) {
    if (below(4) === 0) map.push({ key: bytes(0xfc, 1, 0x41, below(3)), value: random.bytes(below(9)) });
  }
  return below(3) === 0 ? mapsBytes(psbt2Maps(raw)) : psbtBytes(raw);
}

/** In a few bytes, mostly none. */
function bent(psbt: Uint8Array): Uint8Array {
  const altered = psbt.slice();
  for (let times = below(3); times > 0; times--) altered[below(altered.length)] = below(256);
  return altered;
}

/** A reader may refuse what we accept: a PSBT that says one thing to us must only never say another to it. */
function readBy<T>(reader: (psbt: Uint8Array) => T, psbt: Uint8Array): T | undefined {
  try {
    return reader(psbt);
  } catch {
    return undefined;
  }
}

/** How the enclave reads one kind of spends, and what bitcoinjs-lib makes of their digests. */
type Kind = {
  readonly made: () => Uint8Array;
  readonly digests: (payload: Uint8Array, psbt: Psbt) => readonly Uint8Array[];
  readonly byBitcoinjs: (payload: Uint8Array) => string[];
  readonly least: Shares;
};
/** Of all that are made: so many are refused, or read by a library as well. */
type Shares = Readonly<Record<'refused' | 'bitcoinjs' | 'scure' | 'version2', number>>;
const KINDS: Readonly<Record<string, Kind>> = {
  Taproot: {
    made: taprootSpend,
    digests: (_payload, psbt) => taprootDigests(psbt),
    byBitcoinjs: digestsByBitcoinjs,
    least: { refused: 0.1, bitcoinjs: 1 / 3, scure: 2 / 15, version2: 1 / 15 },
  },
  P2WPKH: {
    made: keyHashSpend,
    digests: (payload) => segwitSpend(payload, OWN_HASH).messages,
    byBitcoinjs: segwitDigestsByBitcoinjs,
    least: { refused: 0.1, bitcoinjs: 0.2, scure: 0.3, version2: 0.1 },
  },
};

describe('a PSBT that the enclave reads', function () {
  this.timeout(0);
  for (const [name, { made, digests, byBitcoinjs, least }] of Object.entries(KINDS))
    it(`means the same to bitcoinjs-lib and to @scure/btc-signer, digests included: ${RUNS} of ${name}`, () => {
      const compared = { refused: 0, bitcoinjs: 0, scure: 0, version2: 0 };
      let whole = made();
      for (let run = 0; run < RUNS; run++) {
        if (run % OF_ONE === 0) whole = made();
        const payload = bent(whole);
        const read = accepted(() => {
          const psbt = decodePsbt(payload);
          return { psbt, messages: digests(payload, psbt).map(hex) };
        });
        if (read === undefined) {
          compared.refused += 1;
          continue;
        }
        const meaning = ours(read.psbt);
        const theirs = readBy(bitcoinjs, payload);
        const others = run % OF_SCURE === 0 ? readBy(scure, payload) : undefined;
        if (theirs) {
          compared.bitcoinjs += 1;
          expect(theirs, hex(payload)).to.deep.equal(meaning);
          expect(byBitcoinjs(payload), hex(payload)).to.deep.equal(read.messages);
        }
        if (others) {
          compared.scure += OF_SCURE;
          if (theirs === undefined) compared.version2 += OF_SCURE; // that bitcoinjs-lib does not read
          expect(others, hex(payload)).to.deep.equal(meaning);
        }
      }
      for (const [what, share] of Object.entries(least))
        expect(compared[what as keyof Shares], what).to.be.greaterThan(share * RUNS);
    });
});
