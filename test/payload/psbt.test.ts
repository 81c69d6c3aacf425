/** The PSBT decoder: what it does not understand, it refuses. Every bend is one field of a PSBT that is otherwise right. */

import { expect } from 'chai';
import fc from 'fast-check';
import { MAX_DIGESTS, MAX_EFFECTS, MAX_PAYLOAD } from '../../signer/formats/limits.ts';
import { decodePsbt } from '../../signer/payload/bitcoin/psbt.ts';
import { MAX_MONEY, MAX_SCRIPT_BYTES } from '../../signer/payload/bitcoin/transaction.ts';
import { outcome } from '../proof/support/refusals.ts';
import type { RawPsbt } from './support/rawPsbt.ts';
import { bytes, outputBytes, psbtBytes, rawPsbt, transactionBytes, uintLE } from './support/rawPsbt.ts';
import { RECIPIENT, taprootScript } from './support/spends.ts';

const OWN = taprootScript(new Uint8Array(32).fill(0x51));

function bent(bend: (psbt: RawPsbt) => unknown): Uint8Array {
  const psbt = rawPsbt(OWN, RECIPIENT);
  bend(psbt);
  return psbtBytes(psbt);
}

const refusal = (bend: (psbt: RawPsbt) => unknown): string => outcome(() => decodePsbt(bent(bend)));
const inInput = (key: readonly number[], value: Uint8Array) => (psbt: RawPsbt) =>
  psbt.inputs[0]!.push({ key: bytes(key), value });
const inGlobal = (key: readonly number[], value: Uint8Array) => (psbt: RawPsbt) =>
  psbt.globals.push({ key: bytes(key), value });
const inOutput = (key: readonly number[], value: Uint8Array) => (psbt: RawPsbt) =>
  psbt.outputs[0]!.push({ key: bytes(key), value });

describe('decodePsbt', () => {
  it('reads the transaction and what each input spends', () => {
    const { transaction, inputs } = decodePsbt(bent(() => undefined));
    expect(transaction.version).to.deep.equal(uintLE(2, 4));
    expect(transaction.outputs).to.deep.equal([
      { amount: 100_000n, script: RECIPIENT },
      { amount: 9_000n, script: OWN },
    ]);
    expect(inputs.map(({ spent, sighash }) => [spent.amount, sighash])).to.deep.equal([
      [60_000n, 'default'],
      [50_000n, 'default'],
    ]);
  });

  it('reads sighash type and Taproot internal key', () => {
    const key = new Uint8Array(32).fill(7);
    const decoded = decodePsbt(
      bent((psbt) => {
        inInput([0x03], uintLE(1, 4))(psbt);
        inInput([0x17], key)(psbt);
        psbt.inputs[1]!.push({ key: bytes(0x03), value: uintLE(0, 4) });
      }),
    );
    expect(decoded.inputs.map(({ sighash }) => sighash)).to.deep.equal(['all', 'default']);
    expect(decoded.inputs[0]!.internalKey).to.deep.equal(key);
  });

  describe('refuses a PSBT', () => {
    const MALFORMED = 'PSBT_MALFORMED';
    const bends: Record<string, [string, (psbt: RawPsbt) => unknown]> = {
      'with another magic': [MALFORMED, (psbt) => (psbt.magic[0]! ^= 1)],
      'with another separator': [MALFORMED, (psbt) => (psbt.magic[4] = 0xfe)],
      'with a byte left over': [MALFORMED, (psbt) => (psbt.trailing = bytes(0))],
      'with one map too many': [MALFORMED, (psbt) => psbt.outputs.push([])],
      'with one map too few': [MALFORMED, (psbt) => psbt.outputs.pop()],
      'without unsigned transaction': ['PSBT_FIELD_MISSING', (psbt) => (psbt.magic = bytes(psbt.magic, 0x00))],
      'with the unsigned transaction twice': [
        'PSBT_FIELD_REPEATED',
        (psbt) => psbt.globals.push({ key: bytes(0x00), value: transactionBytes(psbt.transaction) }),
      ],
      'of version 1': ['PSBT_VERSION', inGlobal([0xfb], uintLE(1, 4))],
      'of version 3': ['PSBT_VERSION', inGlobal([0xfb], uintLE(3, 4))],
      'with a version of one byte': [MALFORMED, inGlobal([0xfb], bytes(0))],
      'of version 2, with the unsigned transaction': ['PSBT_FIELD_UNKNOWN', inGlobal([0xfb], uintLE(2, 4))],
      'of version 0, with a transaction version': ['PSBT_FIELD_UNKNOWN', inGlobal([0x02], uintLE(2, 4))],
      'with a signed message': ['PSBT_FIELD_UNKNOWN', inGlobal([0x09], bytes(0))],
      'with a silent payment share': [
        'PSBT_FIELD_UNKNOWN',
        inGlobal([0x07, ...new Uint8Array(33)], new Uint8Array(33)),
      ],
      'with an extended public key cut short': ['PSBT_FIELD_UNKNOWN', inGlobal([0x01, 9], bytes(1))],
      'with an unknown global field': ['PSBT_FIELD_UNKNOWN', inGlobal([0x0a], bytes(1))],
      'with key data after the type': [
        'PSBT_FIELD_UNKNOWN',
        (psbt) => psbt.globals.push({ key: bytes(0x00, 0), value: bytes() }),
      ],
      'with an unknown field for an output': ['PSBT_FIELD_UNKNOWN', inOutput([0x99], bytes(1))],
      'with a silent payment code': ['PSBT_FIELD_UNKNOWN', inOutput([0x09], new Uint8Array(66))],
      'of version 0, with an output script': ['PSBT_FIELD_UNKNOWN', inOutput([0x04], OWN)],
      'with a Taproot derivation of no key': ['PSBT_FIELD_UNKNOWN', inOutput([0x07], bytes(0))],
      'without witness UTXO': ['PSBT_FIELD_MISSING', (psbt) => psbt.inputs[1]!.pop()],
      'with a witness UTXO twice': ['PSBT_FIELD_REPEATED', (psbt) => psbt.inputs[0]!.push(psbt.inputs[0]![0]!)],
      'with bytes after a witness UTXO': [
        MALFORMED,
        (psbt) => (psbt.inputs[0]![0]!.value = bytes(psbt.inputs[0]![0]!.value, 0)),
      ],
      'with a witness UTXO cut short': [
        MALFORMED,
        (psbt) => (psbt.inputs[0]![0]!.value = psbt.inputs[0]![0]!.value.slice(0, -1)),
      ],
      'with a previous transaction that is none': [MALFORMED, inInput([0x00], bytes(1))],
      'of version 0, with a sequence': ['PSBT_FIELD_UNKNOWN', inInput([0x10], uintLE(0, 4))],
      'with a proof-of-reserves commitment': ['PSBT_FIELD_UNKNOWN', inInput([0x09], bytes(1))],
      'with a MuSig2 nonce': ['PSBT_FIELD_UNKNOWN', inInput([0x1b, ...new Uint8Array(66)], new Uint8Array(66))],
      'with a redeem script': ['PSBT_FIELD_UNKNOWN', inInput([0x04], bytes(1))],
      'with a Taproot derivation of half a key': ['PSBT_FIELD_UNKNOWN', inInput([0x16, ...OWN.slice(18)], bytes(0))],
      'with a Taproot leaf script': ['PSBT_FIELD_UNKNOWN', inInput([0x15, ...new Uint8Array(33)], bytes(0x51, 0xc0))],
      'with a Taproot Merkle root': ['PSBT_FIELD_UNKNOWN', inInput([0x18], new Uint8Array(32))],
      'with an unknown field of an input': ['PSBT_FIELD_UNKNOWN', inInput([0x99], bytes(1))],
      'with a partial signature': ['INPUT_ALREADY_SIGNED', inInput([0x02, ...new Uint8Array(33)], bytes(1))],
      'with a final scriptSig': ['INPUT_ALREADY_SIGNED', inInput([0x07], bytes(1))],
      'with a final witness': ['INPUT_ALREADY_SIGNED', inInput([0x08], bytes(1))],
      'with a Taproot signature': ['INPUT_ALREADY_SIGNED', inInput([0x13], new Uint8Array(64))],
      'with a Taproot script signature': ['INPUT_ALREADY_SIGNED', inInput([0x14, ...new Uint8Array(64)], bytes(1))],
      'signed NONE': ['SIGHASH_TYPE', inInput([0x03], uintLE(2, 4))],
      'signed SINGLE': ['SIGHASH_TYPE', inInput([0x03], uintLE(3, 4))],
      'signed ANYONECANPAY': ['SIGHASH_TYPE', inInput([0x03], uintLE(0x81, 4))],
      'signed with a type of the high bytes': ['SIGHASH_TYPE', inInput([0x03], uintLE(0x01000001, 4))],
      'with a sighash type of one byte': [MALFORMED, inInput([0x03], bytes(1))],
      'with a sighash type of five bytes': [MALFORMED, inInput([0x03], uintLE(1, 5))],
    };
    for (const [name, [code, bend]] of Object.entries(bends)) it(name, () => expect(refusal(bend)).to.equal(code));

    it('cut anywhere', () => {
      const whole = bent(() => undefined);
      for (let length = 0; length < whole.length; length++) {
        expect(
          outcome(() => decodePsbt(whole.slice(0, length))),
          `${length} bytes`,
        ).to.not.equal('accepted');
      }
    });
  });

  describe('refuses an unsigned transaction', () => {
    const MALFORMED = 'TRANSACTION_MALFORMED';
    const bends: Record<string, [string, (psbt: RawPsbt) => unknown]> = {
      'of version 0': ['TRANSACTION_VERSION', ({ transaction }) => (transaction.version = uintLE(0, 4))],
      'of version 4': ['TRANSACTION_VERSION', ({ transaction }) => (transaction.version = uintLE(4, 4))],
      'of a version in the high bytes': [
        'TRANSACTION_VERSION',
        ({ transaction }) => (transaction.version = uintLE(0x02000002, 4)),
      ],
      'with bytes left over': [MALFORMED, ({ transaction }) => (transaction.trailing = bytes(0))],
      'cut short': [MALFORMED, ({ transaction }) => (transaction.lockTime = bytes(0, 0, 0))],
      'without inputs': ['TRANSACTION_COUNT', ({ transaction }) => (transaction.inputs = [])],
      'without outputs': ['TRANSACTION_COUNT', ({ transaction }) => (transaction.outputs = [])],
      'with too many inputs': [
        'TRANSACTION_COUNT',
        ({ transaction }) => (transaction.inputs = Array(MAX_DIGESTS + 1).fill(transaction.inputs[0])),
      ],
      'with too many outputs': [
        'TRANSACTION_COUNT',
        ({ transaction }) => (transaction.outputs = Array(MAX_EFFECTS + 1).fill(transaction.outputs[0])),
      ],
      'that spends an output twice': [
        'INPUT_REPEATED',
        ({ transaction }) => (transaction.inputs[1]!.outpoint = transaction.inputs[0]!.outpoint),
      ],
      'with a signed input': [
        'INPUT_ALREADY_SIGNED',
        ({ transaction }) => (transaction.inputs[0]!.script = bytes(0x51)),
      ],
      'with a script over the cap': [
        'SCRIPT_TOO_LONG',
        ({ transaction }) => (transaction.outputs[0]!.script = new Uint8Array(MAX_SCRIPT_BYTES + 1)),
      ],
      'that pays more than there is': [
        'AMOUNT_OUT_OF_RANGE',
        ({ transaction }) => (transaction.outputs[0]!.amount = MAX_MONEY + 1n),
      ],
      'that pays a negative amount': [
        'AMOUNT_OUT_OF_RANGE',
        ({ transaction }) => (transaction.outputs[0]!.amount = 2n ** 64n - 1n),
      ],
      'in witness serialisation': [
        'TRANSACTION_COUNT',
        ({ transaction }) => (transaction.version = bytes(uintLE(2, 4), 0x00, 0x01)),
      ],
    };
    for (const [name, [code, bend]] of Object.entries(bends)) it(name, () => expect(refusal(bend)).to.equal(code));
  });

  it('refuses a witness UTXO of more than there is', () => {
    const value = outputBytes({ amount: MAX_MONEY + 1n, script: OWN });
    expect(refusal((psbt) => (psbt.inputs[0]![0]!.value = value))).to.equal('AMOUNT_OUT_OF_RANGE');
  });

  it('refuses every compact size that is not the shortest', () => {
    const long = [bytes(0xfd, 1, 0), bytes(0xfe, 1, 0, 0, 0), bytes(0xff, 1, 0, 0, 0, 0, 0, 0, 0)];
    for (const length of long) {
      const whole = bent(() => undefined);
      const body = bytes(whole.slice(0, 5), length, whole.slice(6)); // the length of the first key
      expect(outcome(() => decodePsbt(body))).to.equal('PSBT_MALFORMED');
    }
    const inTransaction = refusal(({ transaction }) => {
      // The number of inputs follows the version.
      transaction.version = bytes(uintLE(2, 4), 0xfd, 2, 0, transactionBytes(transaction).slice(5));
    });
    expect(inTransaction).to.equal('TRANSACTION_MALFORMED');
  });

  it('accepts versions 1, 2 and 3, one input or as many as the cap, one output', () => {
    for (const version of [1, 3])
      expect(refusal(({ transaction }) => (transaction.version = uintLE(version, 4)))).to.equal('accepted');
    const counted = (count: number) => (psbt: RawPsbt) => {
      const { transaction } = psbt;
      const [input] = transaction.inputs;
      transaction.inputs = Array.from({ length: count }, (_, at) => ({
        ...input!,
        outpoint: new Uint8Array(36).fill(at),
      }));
      psbt.inputs = transaction.inputs.map(() => [psbt.inputs[0]![0]!]);
      transaction.outputs.pop();
      psbt.outputs.pop();
    };
    expect(refusal(counted(1))).to.equal('accepted');
    expect(refusal(counted(MAX_DIGESTS))).to.equal('accepted');
    expect(refusal(counted(MAX_DIGESTS + 1))).to.equal('TRANSACTION_COUNT');
  });

  it('reads as many bytes as a payload may have', () => {
    const filled = (last: number) =>
      bent((psbt) => {
        const scripts = [10_000, 10_000, 10_000, last];
        psbt.transaction.outputs = scripts.map((length) => ({ amount: 1n, script: new Uint8Array(length) }));
        psbt.outputs = scripts.map(() => []);
      });
    const last = MAX_PAYLOAD - filled(1000).length + 1000;
    expect(filled(last)).to.have.lengthOf(MAX_PAYLOAD);
    expect(outcome(() => decodePsbt(filled(last)))).to.equal('accepted');
  });

  it('reads scripts of every length around the border between sizes of one and three bytes', () => {
    for (const length of [0, 1, 251, 252, 253, 254, 255, 256, 257]) {
      const script = new Uint8Array(length).fill(0x6a);
      const { transaction } = decodePsbt(bent((psbt) => (psbt.transaction.outputs[0]!.script = script)));
      expect(transaction.outputs[0]!.script).to.deep.equal(script);
    }
  });

  it('accepts sizes up to its caps', () => {
    const script = new Uint8Array(MAX_SCRIPT_BYTES);
    expect(refusal(({ transaction }) => (transaction.outputs[0]!.script = script))).to.equal('accepted');
    const many = refusal((psbt) => {
      const { transaction } = psbt;
      transaction.outputs = Array(MAX_EFFECTS).fill(transaction.outputs[0]);
      psbt.outputs = transaction.outputs.map(() => []);
    });
    expect(many).to.equal('accepted');
  });

  it('throws nothing but refusals, whatever byte is flipped, inserted or taken away', () => {
    const whole = bent(inInput([0x03], uintLE(1, 4)));
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      byte: fc.integer({ min: 1, max: 255 }),
      how: fc.constantFrom('flip', 'insert', 'drop'),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const altered = [...whole];
        for (const { at, byte, how } of changes) {
          if (how === 'flip') altered[at]! ^= byte;
          else altered.splice(at, how === 'drop' ? 1 : 0, ...(how === 'drop' ? [] : [byte]));
        }
        outcome(() => decodePsbt(Uint8Array.from(altered)));
      }),
      { numRuns: 1500 },
    );
  });

  it('throws nothing but refusals on noise behind the magic', () => {
    const magic = rawPsbt(OWN, RECIPIENT).magic;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        expect(outcome(() => decodePsbt(bytes(magic, noise)))).to.not.equal('accepted');
      }),
      { numRuns: 500 },
    );
  });
});
