/** What wallets write around a Taproot key-path spend: nothing of it changes what is signed, or it has to agree. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import * as btc from '@scure/btc-signer';
import { expect } from 'chai';
import fc from 'fast-check';
import { decideRequest } from '../../signer/enclave/path/decideRequest.ts';
import { MAX_EFFECTS } from '../../signer/formats/limits.ts';
import { bitcoinEffects, MAX_RECIPIENTS } from '../../signer/payload/bitcoin/bitcoinEffects.ts';
import { decodePsbt } from '../../signer/payload/bitcoin/psbt.ts';
import { taprootDigests } from '../../signer/payload/bitcoin/sighash.ts';
import { facts } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import type { Field, RawPsbt } from './support/rawPsbt.ts';
import {
  bytes,
  compact,
  mapsBytes,
  outputBytes,
  psbt2Maps,
  psbtBytes,
  rawPsbt,
  sized,
  uintLE,
} from './support/rawPsbt.ts';
import { RECIPIENT, requestFor, taprootKeys, taprootScript } from './support/spends.ts';

const OWN = taprootScript(new Uint8Array(32).fill(0x51));
const FIELD = new URL('../../../shared/field/psbt/', import.meta.url);

const meaning = (psbt: Uint8Array) => {
  const decoded = decodePsbt(psbt);
  return { digests: taprootDigests(decoded), effects: bitcoinEffects(decoded, OWN) };
};
const plain = meaning(psbtBytes(rawPsbt(OWN, RECIPIENT)));
const field = (key: readonly number[], value: Uint8Array): Field => ({ key: bytes(key), value });
const x = [...OWN.slice(2)];
const path = uintLE(86, 4);

describe('a hint in a PSBT', () => {
  const hints: Record<string, [keyof Pick<RawPsbt, 'globals' | 'inputs' | 'outputs'>, Field]> = {
    'an extended public key': ['globals', field([0x01, ...new Uint8Array(78)], bytes(path, path))],
    'the version, 0': ['globals', field([0xfb], uintLE(0, 4))],
    'a proprietary global': ['globals', field([0xfc, 1, 0x41, 0], bytes(1))],
    'a key derivation': ['inputs', field([0x06, 2, ...x], bytes(path, path))],
    'a Taproot derivation': ['inputs', field([0x16, ...x], bytes(0, path, path))],
    'a proprietary field of an input': ['inputs', field([0xfc, 4, 0x74, 0x65, 0x73, 0x74, 0], bytes(1))],
    'the redeem script of an output': ['outputs', field([0x00], bytes(0x51))],
    'the witness script of an output': ['outputs', field([0x01], bytes(0x51))],
    'the derivation of an output': ['outputs', field([0x02, 2, ...x], bytes(path, path))],
    'the internal key of an output': ['outputs', field([0x05], bytes(x))],
    'the Taproot tree of an output': ['outputs', field([0x06], bytes(0, 0xc0, 1, 0x51))],
    'the Taproot derivation of an output': ['outputs', field([0x07, ...x], bytes(0, path, path))],
    'a DNSSEC proof': ['outputs', field([0x35], bytes(1, 0x41))],
    'a proprietary field of an output': ['outputs', field([0xfc, 0, 0], bytes())],
  };
  for (const [name, [where, hint]] of Object.entries(hints))
    it(`changes neither digests nor effects: ${name}`, () => {
      const psbt = rawPsbt(OWN, RECIPIENT);
      if (where === 'globals') psbt.globals.push(hint);
      else for (const map of psbt[where]) map.push(hint);
      expect(meaning(psbtBytes(psbt))).to.deep.equal(plain);
      const twice = where === 'globals' ? psbt.globals : psbt[where][0]!;
      twice.push(hint);
      expect(outcome(() => decodePsbt(psbtBytes(psbt)))).to.equal('PSBT_FIELD_REPEATED');
    });
});

/** A transaction that pays 60,000 to the own key at its output 1; `witness`: as it is broadcast. */
function previous(witness: boolean, outputs = [7n, 60_000n]): Uint8Array {
  const input = bytes(new Uint8Array(32).fill(3), uintLE(0, 4), 0, uintLE(0xffffffff, 4));
  const outs = outputs.flatMap((amount) => [...outputBytes({ amount, script: OWN })]);
  const body = bytes(compact(1), input, compact(outputs.length), outs);
  const stack = witness ? bytes(compact(2), sized(bytes(1, 2)), sized(bytes())) : bytes();
  return bytes(uintLE(2, 4), witness ? [0, 1] : [], body, stack, uintLE(0, 4));
}
const idOf = (raw: Uint8Array) => sha256(sha256(raw));

describe('the previous transaction in a PSBT', () => {
  function spending(value: Uint8Array, bend: (psbt: RawPsbt) => unknown = () => undefined): Uint8Array {
    const psbt = rawPsbt(OWN, RECIPIENT);
    psbt.transaction.inputs[0]!.outpoint = bytes(idOf(previous(false)), uintLE(1, 4));
    psbt.inputs[0]!.push(field([0x00], value));
    bend(psbt);
    return psbtBytes(psbt);
  }
  const refusal = (value: Uint8Array, bend?: (psbt: RawPsbt) => unknown) =>
    outcome(() => decodePsbt(spending(value, bend)));
  const without = spending(previous(false), (psbt) => psbt.inputs[0]!.pop());

  for (const witness of [false, true])
    it(`is taken where it agrees, ${witness ? 'with' : 'without'} its witness`, () => {
      expect(meaning(spending(previous(witness)))).to.deep.equal(meaning(without));
    });

  it('stands in for the witness UTXO', () => {
    const alone = spending(previous(true), (psbt) => psbt.inputs[0]!.shift());
    expect(meaning(alone)).to.deep.equal(meaning(without));
  });

  it('is refused where it is another, or has another output', () => {
    expect(refusal(previous(false, [7n, 60_001n]))).to.equal('INPUT_PREVIOUS');
    const claim = (amount: bigint, script: Uint8Array) => (psbt: RawPsbt) =>
      (psbt.inputs[0]![0]!.value = outputBytes({ amount, script }));
    expect(refusal(previous(false), claim(60_001n, OWN))).to.equal('INPUT_PREVIOUS');
    expect(refusal(previous(false), claim(60_000n, RECIPIENT))).to.equal('INPUT_PREVIOUS');
    const index = (at: number) => (psbt: RawPsbt) =>
      (psbt.transaction.inputs[0]!.outpoint = bytes(idOf(previous(false)), uintLE(at, 4)));
    expect(refusal(previous(false), index(2))).to.equal('INPUT_PREVIOUS');
    expect(refusal(previous(false), index(0))).to.equal('INPUT_PREVIOUS');
  });

  it('is refused where it is malformed, cut anywhere or with a byte more', () => {
    for (const whole of [previous(false), previous(true)]) {
      for (let length = 0; length < whole.length; length++)
        expect(refusal(whole.slice(0, length)), `${length}`).to.not.equal('accepted');
      expect(refusal(bytes(whole, 0))).to.equal('PSBT_MALFORMED');
    }
  });
});

describe('a PSBT of version 2', () => {
  const maps = () => psbt2Maps(rawPsbt(OWN, RECIPIENT));
  const decoded = (bend: (maps: Field[][]) => unknown) => {
    const all = maps();
    bend(all);
    return decodePsbt(mapsBytes(all));
  };
  const at = (map: number, type: number) => (all: Field[][]) => all[map]!.find(({ key }) => key[0] === type)!;
  const without = (map: number, type: number) => (all: Field[][]) =>
    all[map]!.splice(all[map]!.indexOf(at(map, type)(all)), 1);
  const saying = (map: number, type: number, value: Uint8Array) => (all: Field[][]) =>
    (at(map, type)(all).value = value);
  const adding = (map: number, type: number, value: Uint8Array) => (all: Field[][]) =>
    all[map]!.push(field([type], value));

  it('means what version 0 means', () => {
    expect(meaning(mapsBytes(maps()))).to.deep.equal(plain);
    expect(meaning(mapsBytes([[...maps()[0]!, field([0x06], bytes(3))], ...maps().slice(1)]))).to.deep.equal(plain);
  });

  it('is final and without lock where it does not say otherwise', () => {
    const { transaction } = decoded((all) => {
      without(0, 0x03)(all);
      without(1, 0x10)(all);
    });
    expect(transaction.lockTime).to.deep.equal(uintLE(0, 4));
    expect(transaction.inputs.map(({ sequence }) => sequence)).to.deep.equal([
      uintLE(0xffffffff, 4),
      uintLE(0xfffffffd, 4),
    ]);
  });

  // As BIP-370 has it, "Determining Lock Time": [time, height] of each input; a fallback of 9.
  const [NONE, TIME, LATER] = [null, 500_000_001, 500_000_002];
  for (const [first, second, expected] of [
    [[NONE, NONE], [NONE, NONE], 9],
    [[NONE, 10], [NONE, NONE], 10],
    [[NONE, 10], [NONE, 12], 12],
    [[TIME, NONE], [LATER, NONE], LATER],
    [[TIME, 10], [LATER, 12], 12],
    [[TIME, 10], [LATER, NONE], LATER],
    [[TIME, 10], [NONE, 7], 10],
    [[TIME, NONE], [NONE, 10], null],
  ] as const)
    it(`locks ${first} and ${second} until ${expected}`, () => {
      const locked = (all: Field[][]) => {
        saying(0, 0x03, uintLE(9, 4))(all);
        [first, second].forEach(([time, height], input) => {
          if (time !== null) adding(input + 1, 0x11, uintLE(time, 4))(all);
          if (height !== null) adding(input + 1, 0x12, uintLE(height, 4))(all);
        });
      };
      if (expected === null) expect(outcome(() => decoded(locked))).to.equal('PSBT_MALFORMED');
      else {
        expect(decoded(locked).transaction.lockTime).to.deep.equal(uintLE(expected, 4));
        const all = maps();
        locked(all);
        expect(btc.Transaction.fromPSBT(mapsBytes(all)).lockTime).to.equal(expected);
      }
    });

  const refused: Record<string, [string, (maps: Field[][]) => unknown]> = {
    'without transaction version': ['PSBT_FIELD_MISSING', without(0, 0x02)],
    'without number of inputs': ['PSBT_FIELD_MISSING', without(0, 0x04)],
    'without number of outputs': ['PSBT_FIELD_MISSING', without(0, 0x05)],
    'without previous transaction id': ['PSBT_FIELD_MISSING', without(1, 0x0e)],
    'without output index': ['PSBT_FIELD_MISSING', without(2, 0x0f)],
    'without amount': ['PSBT_FIELD_MISSING', without(3, 0x03)],
    'without output script': ['PSBT_FIELD_MISSING', without(4, 0x04)],
    'that does not say its version': ['PSBT_FIELD_UNKNOWN', without(0, 0xfb)],
    'with transaction version 4': ['TRANSACTION_VERSION', saying(0, 0x02, uintLE(4, 4))],
    'with a transaction version of five bytes': ['PSBT_MALFORMED', saying(0, 0x02, uintLE(2, 5))],
    'with more inputs than maps': ['PSBT_FIELD_UNKNOWN', saying(0, 0x04, bytes(4))],
    'with fewer outputs than maps': ['PSBT_MALFORMED', saying(0, 0x05, bytes(1))],
    'without inputs': ['TRANSACTION_COUNT', saying(0, 0x04, bytes(0))],
    'with too many outputs': ['TRANSACTION_COUNT', saying(0, 0x05, bytes(65))],
    'with a count that is longer': ['PSBT_MALFORMED', saying(0, 0x04, bytes(2, 0))],
    'with a short transaction id': ['PSBT_MALFORMED', saying(1, 0x0e, new Uint8Array(31))],
    'with a long index': ['PSBT_MALFORMED', saying(1, 0x0f, uintLE(1, 5))],
    'with a short sequence': ['PSBT_MALFORMED', saying(1, 0x10, uintLE(1, 3))],
    'with a short amount': ['PSBT_MALFORMED', saying(3, 0x03, uintLE(1, 7))],
    'with a negative amount': ['AMOUNT_OUT_OF_RANGE', saying(3, 0x03, new Uint8Array(8).fill(0xff))],
    'with a script over the cap': ['SCRIPT_TOO_LONG', saying(3, 0x04, new Uint8Array(10_001))],
    'with a lock time that is a height': ['PSBT_MALFORMED', adding(1, 0x11, uintLE(499_999_999, 4))],
    'with a lock height that is a time': ['PSBT_MALFORMED', adding(1, 0x12, uintLE(500_000_000, 4))],
    'with a lock height of 0': ['PSBT_MALFORMED', adding(1, 0x12, uintLE(0, 4))],
    'that spends an output twice': [
      'INPUT_REPEATED',
      (all) => {
        saying(2, 0x0e, at(1, 0x0e)(all).value)(all);
        saying(2, 0x0f, at(1, 0x0f)(all).value)(all);
      },
    ],
  };
  for (const [name, [code, bend]] of Object.entries(refused))
    it(`is refused ${name}`, () => expect(outcome(() => decoded(bend))).to.equal(code));
});

describe('a PSBT with all of it', () => {
  /** Both versions, with a previous transaction, a derivation and a required lock, bent in a few bytes. */
  function whole(version: 0 | 2): Uint8Array {
    const psbt = rawPsbt(OWN, RECIPIENT);
    psbt.transaction.inputs[0]!.outpoint = bytes(idOf(previous(false)), uintLE(1, 4));
    psbt.inputs[0]!.push(field([0x00], previous(true)), field([0x16, ...x], bytes(0, path, path)));
    if (version === 2) psbt.inputs[1]!.push(field([0x12], uintLE(10, 4)));
    return version === 0 ? psbtBytes(psbt) : mapsBytes(psbt2Maps(psbt));
  }

  for (const version of [0, 2] as const)
    it(`throws nothing but refusals, whatever bytes are changed: version ${version}`, () => {
      const right = whole(version);
      expect(outcome(() => decodePsbt(right))).to.equal('accepted');
      const change = fc.record({ at: fc.nat(right.length - 1), byte: fc.integer({ min: 1, max: 255 }) });
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), (changes, drops) => {
          const altered = [...right];
          for (const { at, byte } of changes) {
            if (drops) altered.splice(at, 1);
            else altered[at]! ^= byte;
          }
          outcome(() => decodePsbt(Uint8Array.from(altered)));
        }),
        { numRuns: 1000 },
      );
    });

  it('is approved by an enclave, with the digests and effects that it has without hints', () => {
    const all = facts();
    const own = taprootScript(taprootKeys(all).output);
    const plain = rawPsbt(own, RECIPIENT);
    const digests = taprootDigests(decodePsbt(psbtBytes(plain)));
    const hinted = rawPsbt(own, RECIPIENT);
    hinted.inputs[1]!.push(field([0x16, ...x], bytes(0, path, path)));
    hinted.outputs[0]!.push(field([0x05], bytes(x)));
    for (const payload of [psbtBytes(hinted), mapsBytes(psbt2Maps(hinted))]) {
      const request = requestFor(payload, [...digests], all);
      expect(decideRequest(request).messages).to.deep.equal(digests);
    }
  });
});

describe('the limit of recipients', () => {
  const paying = (recipients: number, change: number) => {
    const psbt = rawPsbt(OWN, RECIPIENT);
    const scripts = [...Array(recipients).fill(RECIPIENT), ...Array(change).fill(OWN)] as Uint8Array[];
    psbt.transaction.outputs = scripts.map((script) => ({ amount: 1_000n, script }));
    psbt.outputs = scripts.map(() => []);
    return outcome(() => bitcoinEffects(decodePsbt(psbtBytes(psbt)), OWN));
  };

  it('is what a request may declare less the fee', () => {
    expect(MAX_RECIPIENTS).to.equal(MAX_EFFECTS - 1);
    expect(paying(MAX_RECIPIENTS, 1)).to.equal('accepted');
    expect(paying(MAX_RECIPIENTS + 1, 0)).to.equal('TRANSACTION_COUNT');
    expect(paying(MAX_RECIPIENTS, 2)).to.equal('TRANSACTION_COUNT');
  });
});

describe('PSBTs of the field', () => {
  it('are all taken, and those that differ by hints alone have the same digests', function () {
    if (!existsSync(FIELD)) {
      this.test!.title += ` [skipped: ${FIELD.pathname} is absent]`;
      this.skip();
    }
    const read = (name: string) => Buffer.from(readFileSync(new URL(name, FIELD), 'utf8'), 'base64');
    const digests = (name: string) => taprootDigests(decodePsbt(Uint8Array.from(read(name))));
    for (const name of readdirSync(FIELD)) expect(digests(name), name).to.have.lengthOf(2);
    for (const name of ['S01', 'S02', 'S04', 'S05', 'S07', 'S11', 'S22'])
      expect(digests(`${name}.b64`), name).to.deep.equal(digests('plain.b64'));
    for (const name of ['S08', 'S10', 'S17']) expect(digests(`${name}.b64`)).to.not.deep.equal(digests('plain.b64'));
  });
});
