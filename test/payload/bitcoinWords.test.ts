/** What people are told before they vote: each bend is one thing that they would want to know. */

import { expect } from 'chai';
import { bitcoinWords } from '../../signer/payload/bitcoin/bitcoinWords.ts';
import { paymentOf } from '../../signer/payload/bitcoin/payment.ts';
import { facts } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import type { RawPsbt } from './support/rawPsbt.ts';
import { bytes, outputBytes, psbtBytes, rawPsbt, uintLE } from './support/rawPsbt.ts';
import { RECIPIENT, taprootKeys, taprootScript } from './support/spends.ts';

const keys = taprootKeys(facts());
const OWN = taprootScript(keys.output);
const NOW = 1_790_000_000;
const address = (script: Uint8Array) => (script[0] === 0x51 && script.length === 34 ? `p2tr:${script[2]}` : null);

function payment(bend: (psbt: RawPsbt) => unknown) {
  const psbt = rawPsbt(OWN, RECIPIENT);
  bend(psbt);
  return paymentOf(psbtBytes(psbt));
}

function told(bend: (psbt: RawPsbt) => unknown = () => undefined, network = 'mainnet') {
  const said = bitcoinWords(payment(bend), { address, network, now: NOW, isMain: network === 'mainnet' });
  const texts = (isWarning: boolean) => said.filter((each) => each.isWarning === isWarning).map(({ text }) => text);
  return { words: texts(false), warnings: texts(true) };
}

const paying =
  (script: Uint8Array, amount = 100_000n) =>
  ({ transaction }: RawPsbt) =>
    (transaction.outputs[0] = { script, amount });
const locked =
  (lockTime: number) =>
  ({ transaction }: RawPsbt) =>
    (transaction.lockTime = uintLE(lockTime, 4));
const sequences =
  (sequence: number) =>
  ({ transaction }: RawPsbt) => {
    for (const input of transaction.inputs) input.sequence = uintLE(sequence, 4);
  };

describe('the words of a payment', () => {
  it('say who gets what, change, fee, lock, replaceability and network', () => {
    expect(told()).to.deep.equal({
      words: [
        'output 0 pays 0.00100000 BTC to p2tr:80',
        `output 1 returns 0.00009000 BTC as change to p2tr:${OWN[2]}`,
        'fee 0.00001000 BTC: 4.72 satoshi for each of 212 virtual bytes',
        `spends 0.00110000 BTC in 2 outputs of p2tr:${OWN[2]}`,
        'replaceable (BIP-125): its fee can be raised by another request',
        'no lock time',
        'addresses are written for mainnet: nothing in a transaction names its network',
      ],
      warnings: [],
    });
  });

  const warnings: Record<string, [string | RegExp, (psbt: RawPsbt) => unknown]> = {
    'no fee': [
      'no fee: nodes do not relay it by itself',
      ({ transaction }) => (transaction.outputs[1]!.amount = 10_000n),
    ],
    'a low fee': [/^a low fee/, ({ transaction }) => (transaction.outputs[1]!.amount = 9_900n)],
    'a high fee': [
      'a high fee: 0.00050000 BTC of 0.00110000 BTC that are spent',
      ({ transaction }) => (transaction.outputs[0]!.amount = 51_000n),
    ],
    dust: [
      'output 1 is dust: 329 satoshi, and nodes relay none below 330',
      ({ transaction }) => {
        transaction.outputs = [
          { script: RECIPIENT, amount: 109_000n },
          { script: OWN, amount: 329n },
        ];
      },
    ],
    'a lock until 2100': ['locked: cannot be mined before 2100-01-01T00:00:00Z', locked(4_102_444_800)],
    'a lock until a far block': ['locked: cannot be mined before block 10000000, about 2198-06', locked(10_000_000)],
    'a lock that is none': [
      /^a lock time of block 7 that has no effect/,
      (psbt) => [locked(7), sequences(0xffffffff)].map((bend) => bend(psbt)),
    ],
    'no replaceability': [/^not marked as replaceable/, sequences(0xfffffffe)],
    'a relative lock in blocks': [
      'input 0 is locked for 65535 blocks after the output that it spends',
      sequences(0xffff),
    ],
    'a relative lock in time': [
      'input 1 is locked for 1024 seconds after the output that it spends',
      sequences(0x400002),
    ],
    'an output for anyone': ['output 0 can be spent by anyone', paying(new Uint8Array())],
    'an output for nobody': [/^output 0 can be spent by nobody/, paying(taprootScript(new Uint8Array(32).fill(0xff)))],
    'a witness version to come': ['output 0 can be spent by anyone', paying(bytes(0x60, 2, 1, 2))],
    'a bare script': [/^output 0 pays to a bare script/, paying(bytes(0x51))],
    'data with an amount': [/^output 0 burns 0.00100000 BTC/, paying(bytes(0x6a, 1, 1))],
    'somebody paid twice': [
      'p2tr:80 is paid 2 times',
      ({ transaction, outputs }) => {
        transaction.outputs.push({ script: RECIPIENT, amount: 500n });
        outputs.push([]);
      },
    ],
  };
  for (const [name, [text, bend]] of Object.entries(warnings))
    it(`warn of ${name}, which the plain one has not`, () => {
      const found = (all: readonly string[]) =>
        all.filter((one) => (typeof text === 'string' ? one === text : text.test(one)));
      expect(found(told(bend).warnings), told(bend).warnings.join('\n')).to.have.lengthOf(1);
      expect(found(told().warnings)).to.deep.equal([]);
    });

  it('take what wallets do for what it is: a lock to the present height, change twice, data, an anchor of version 3', () => {
    const present = told(locked(975_000));
    expect(present.warnings).to.deep.equal([]);
    expect(present.words).to.include('locked: cannot be mined before block 975000, about 2026-11');
    expect(told(locked(4_200_000), 'testnet').warnings).to.deep.equal([]);
    expect(told(locked(1_500_000_000)).warnings).to.deep.equal([]);
    expect(told(paying(OWN)).warnings).to.deep.equal([]);
    expect(told(paying(bytes(0x6a, 1, 1), 0n)).warnings.join()).to.not.match(/dust|burns/);
    const anchored = (version: number) => (psbt: RawPsbt) => {
      psbt.transaction.version = uintLE(version, 4);
      psbt.transaction.outputs[1] = { script: bytes(0x51, 2, 0x4e, 0x73), amount: 0n };
    };
    expect(told(anchored(3)).warnings.join()).to.not.include('dust');
    expect(told(anchored(2)).warnings.join()).to.include('dust');
    const versionOne = ({ transaction }: RawPsbt) => (transaction.version = uintLE(1, 4));
    expect(told((psbt) => [sequences(2), versionOne].map((bend) => bend(psbt))).warnings).to.deep.equal([]);
  });
});

describe('paymentOf', () => {
  it('yields the shortest payload that means the same, and of it the same again', () => {
    const full = payment((psbt) => {
      for (const input of psbt.inputs) {
        input.push({ key: bytes(0x16, keys.internal), value: bytes(0, uintLE(1, 4)) });
        input.push({ key: bytes(0x17), value: keys.internal });
      }
      psbt.globals.push({ key: bytes(0xfc, 1, 1, 1), value: new Uint8Array(99) });
    });
    const short = payment(({ inputs }) => {
      for (const input of inputs) input.push({ key: bytes(0x17), value: keys.internal });
    });
    expect(full).to.deep.equal(short);
    expect(paymentOf(full.payload)).to.deep.equal(full);
  });

  const refused: Record<string, [string, (psbt: RawPsbt) => unknown]> = {
    'inputs of two keys': [
      'INPUT_NOT_OWN',
      ({ inputs }) => (inputs[1]![0]!.value = outputBytes({ amount: 50_000n, script: RECIPIENT })),
    ],
    'inputs that are not Taproot': [
      'INPUT_NOT_OWN',
      ({ inputs }) => {
        for (const input of inputs)
          input[0]!.value = outputBytes({ amount: 60_000n, script: bytes(0x00, 20, new Uint8Array(20)) });
      },
    ],
    'the output key as internal key': [
      'INPUT_INTERNAL_KEY',
      ({ inputs }) => inputs[1]!.push({ key: bytes(0x17), value: keys.output }),
    ],
    'an internal key of 31 bytes': [
      'INPUT_INTERNAL_KEY',
      ({ inputs }) => inputs[1]!.push({ key: bytes(0x17), value: new Uint8Array(31) }),
    ],
    'an internal key that is none': [
      'INPUT_INTERNAL_KEY',
      ({ inputs }) => inputs[1]!.push({ key: bytes(0x17), value: new Uint8Array(32) }),
    ],
    'a payload that is too long': [
      'PAYLOAD_TOO_LARGE',
      ({ transaction, outputs }) => {
        transaction.outputs = Array.from({ length: 4 }, () => ({ script: new Uint8Array(9_000), amount: 1_000n }));
        outputs.push([], []);
      },
    ],
  };
  for (const [name, [code, bend]] of Object.entries(refused))
    it(`refuses ${name}`, () => expect(outcome(() => payment(bend))).to.equal(code));
});
