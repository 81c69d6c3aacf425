/** P2WPKH for ECDSA keys: what others expect of it, digests by bitcoinjs-lib, and the ways to lie about what is spent. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import { Transaction as CheckedTransaction, payments } from 'bitcoinjs-lib';
import { expect } from 'chai';
import { Refused } from '../../signer/formats/refusal.ts';
import { keyHashScript, segwitSpend } from '../../signer/payload/bitcoin/decideSegwitPsbt.ts';
import type { DecodedPayload } from '../../signer/payload/decodedPayload.ts';
import { decodePayload } from '../../signer/payload/decodePayload.ts';
import { facts } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import { seeded } from '../simulation/random.ts';
import type { Field, RawPsbt } from './support/rawPsbt.ts';
import { bytes, mapsBytes, outputBytes, psbt2Maps, psbtBytes, transactionBytes, uintLE } from './support/rawPsbt.ts';
import { AMOUNTS, idOf, previous as previousTransaction, provenSpend } from './support/segwitSpends.ts';
import { describePayloads } from './support/sharedPayloads.ts';
import { derivedSecret, verifiedOf } from './support/spends.ts';

type Bytes = Uint8Array;

const field = (key: number, value: Bytes): Field => ({ key: bytes(key), value });

/** The derived key by the whole secret, and its script by bitcoinjs-lib. */
function ownKey(): { key: Bytes; script: Bytes } {
  const key = secp256k1.Point.BASE.multiply(derivedSecret(facts())).toBytes(true);
  return { key, script: Uint8Array.from(payments.p2wpkh({ pubkey: key }).output!) };
}
const OWN = ownKey();

const previous = (amount: bigint, index: number, seed: number, script: Bytes = OWN.script): Bytes =>
  previousTransaction(amount, index, seed, script);

function rawSpend(bend: (psbt: RawPsbt) => unknown = () => undefined): RawPsbt {
  const psbt = provenSpend(OWN.script);
  bend(psbt);
  return psbt;
}

function decode(payload: Bytes): DecodedPayload {
  const all = facts();
  Object.assign(all.request, { payload });
  return decodePayload('ecdsa-secp256k1', 1, { ...verifiedOf(all), scheme: 'ecdsa-secp256k1' } as never);
}
const refusal = (bend: (psbt: RawPsbt) => unknown) => outcome(() => decode(psbtBytes(rawSpend(bend))));

function digestsOf({ transaction }: RawPsbt): string[] {
  const checked = CheckedTransaction.fromBuffer(transactionBytes(transaction));
  const code = Uint8Array.from(payments.p2pkh({ pubkey: OWN.key }).output!);
  return AMOUNTS.map((amount, at) => bytesToHex(checked.hashForWitnessV0(at, code, amount, 1)));
}

describe('a PSBT for an ECDSA key', () => {
  it('spends what pays to the hash of the derived key, under that key, untweaked otherwise', () => {
    const { messages, effects, tweaks, verifyingKey } = decode(psbtBytes(rawSpend()));
    expect(messages.map(bytesToHex)).to.deep.equal(digestsOf(rawSpend()));
    expect(verifyingKey).to.deep.equal(OWN.key);
    expect(keyHashScript(OWN.key)).to.deep.equal(OWN.script);
    expect(tweaks.map(({ kind }) => kind)).to.deep.equal(['plain']);
    expect(effects.map(({ kind, amount }) => [kind, amount])).to.deep.equal([
      [1, 100_000n],
      [2, 1_000n],
    ]);
  });

  it('is the same in version 2, and where ALL is said or witness UTXOs are left out', () => {
    const plain = decode(psbtBytes(rawSpend()));
    expect(decode(mapsBytes(psbt2Maps(rawSpend())))).to.deep.equal(plain);
    const all = (psbt: RawPsbt) => {
      for (const map of psbt.inputs) map.push(field(0x03, uintLE(1, 4)));
    };
    expect(decode(psbtBytes(rawSpend(all)))).to.deep.equal(plain);
    const alone = (psbt: RawPsbt) => {
      for (const map of psbt.inputs) map.splice(1, 1);
    };
    expect(decode(psbtBytes(rawSpend(alone)))).to.deep.equal(plain);
  });

  it('yields signatures that bitcoinjs-lib and @scure/btc-signer take', () => {
    const spend = rawSpend();
    const { messages, verifyingKey } = decode(psbtBytes(spend));
    const secret = Uint8Array.from(Buffer.from(derivedSecret(facts()).toString(16).padStart(64, '0'), 'hex'));
    const sign = (message: Bytes) => secp256k1.sign(message, secret, { prehash: false, lowS: true, format: 'der' });
    const theirs = btc.Transaction.fromPSBT(psbtBytes(spend), { allowUnknownOutputs: true });
    theirs.sign(secret, [1], new Uint8Array(32));
    messages.forEach((message, at) => {
      const der = bytes(sign(message), 1);
      expect(secp256k1.verify(der.slice(0, -1), message, verifyingKey, { prehash: false, format: 'der' })).to.equal(
        true,
      );
      const [[key, signature]] = theirs.getInput(at).partialSig! as [[Bytes, Bytes]];
      expect(key).to.deep.equal(verifyingKey);
      expect(
        secp256k1.verify(signature.slice(0, -1), message, verifyingKey, { prehash: false, format: 'der' }),
      ).to.equal(true);
    });
  });

  it('has the digests that bitcoinjs-lib has, of any transaction', () => {
    const random = seeded('segwit digests');
    const below = (n: number) => random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) % n;
    for (let run = 0; run < 100; run++) {
      const spend = rawSpend(({ transaction }) => {
        transaction.version = uintLE(1 + below(3), 4);
        transaction.lockTime = random.bytes(4);
        for (const input of transaction.inputs) input.sequence = random.bytes(4);
        transaction.outputs[0]!.script = random.bytes(below(80));
        transaction.outputs[0]!.amount = BigInt(below(100_000));
      });
      expect(decode(psbtBytes(spend)).messages.map(bytesToHex)).to.deep.equal(digestsOf(spend));
    }
  });

  const bends: Record<string, [string, (psbt: RawPsbt) => unknown]> = {
    'T47 an amount that nothing proves': ['PSBT_FIELD_MISSING', ({ inputs }) => inputs[0]!.shift()],
    'T47 an amount that nothing proves in the last input': ['PSBT_FIELD_MISSING', ({ inputs }) => inputs[1]!.shift()],
    'T47 another previous transaction': [
      'INPUT_PREVIOUS',
      ({ inputs }) => (inputs[0]![0]!.value = previous(61_000n, 0, 3)),
    ],
    'T47 a witness UTXO of another amount': [
      'INPUT_PREVIOUS',
      ({ inputs }) => (inputs[1]![1]!.value = outputBytes({ amount: 51_000n, script: OWN.script })),
    ],
    'T48 NONE': ['SIGHASH_TYPE', ({ inputs }) => inputs[0]!.push(field(0x03, uintLE(2, 4)))],
    'T48 SINGLE': ['SIGHASH_TYPE', ({ inputs }) => inputs[0]!.push(field(0x03, uintLE(3, 4)))],
    'T48 ALL and ANYONECANPAY': ['SIGHASH_TYPE', ({ inputs }) => inputs[0]!.push(field(0x03, uintLE(0x81, 4)))],
    'T48 DEFAULT, which is Taproot': ['SIGHASH_TYPE', ({ inputs }) => inputs[1]!.push(field(0x03, uintLE(0, 4)))],
    'a Taproot internal key': ['INPUT_INTERNAL_KEY', ({ inputs }) => inputs[0]!.push(field(0x17, OWN.key.slice(1)))],
    'a signature that is there already': [
      'INPUT_ALREADY_SIGNED',
      ({ inputs }) => inputs[0]!.push({ key: bytes(0x02, OWN.key), value: bytes(0x30) }),
    ],
    'a script around the key': ['PSBT_FIELD_UNKNOWN', ({ inputs }) => inputs[0]!.push(field(0x04, OWN.script))],
  };
  for (const [name, [code, bend]] of Object.entries(bends))
    it(`is refused for ${name}`, () => expect(refusal(bend)).to.equal(code));

  it('is refused for an output of another key, of the Taproot kind, or of a script', () => {
    const other = (script: Bytes) => (psbt: RawPsbt) => {
      const transaction = previous(60_000n, 0, 9, script);
      psbt.transaction.inputs[0]!.outpoint = bytes(idOf(transaction), uintLE(0, 4));
      psbt.inputs[0] = [field(0x00, transaction)];
    };
    for (const script of [
      bytes(0, 0x14, new Uint8Array(20).fill(9)),
      bytes(0x51, 0x20, OWN.key.slice(1)),
      bytes(0, 0x20, sha256(OWN.script)),
      bytes(0xa9, 0x14, OWN.script.slice(2), 0x87),
      bytes(0x76, 0xa9, 0x14, OWN.script.slice(2), 0x88, 0xac),
    ])
      expect(refusal(other(script)), bytesToHex(script)).to.equal('INPUT_NOT_OWN');
  });

  it('T49 has no other change than what returns to the key of this path', () => {
    const { effects } = decode(
      psbtBytes(rawSpend(({ transaction }) => (transaction.outputs[1]!.script = bytes(0, 0x14, new Uint8Array(20))))),
    );
    expect(effects.map(({ kind, amount }) => [kind, amount])).to.deep.equal([
      [1, 100_000n],
      [1, 9_000n],
      [2, 1_000n],
    ]);
  });

  it('with any byte changed is refused or means another thing that bitcoinjs-lib reads in it too', () => {
    const good = psbtBytes(rawSpend());
    const random = seeded('segwit');
    let read = 0;
    for (let at = 0; at < good.length; at++) {
      const bent = Uint8Array.from(good);
      bent[at] = bent[at]! ^ (1 + (random.bytes(1)[0]! % 255));
      const messages = messagesOf(bent);
      if (messages === undefined) continue;
      read += 1;
      // Hash, amount and script come from what is proven; the rest is in the unsigned transaction.
      const start = 5 + 1 + 1 + 1;
      const transaction = bent.slice(start, start + transactionBytes(rawSpend().transaction).length);
      const checked = CheckedTransaction.fromBuffer(transaction);
      const code = Uint8Array.from(payments.p2pkh({ pubkey: OWN.key }).output!);
      expect(messages, `${at}`).to.deep.equal(
        AMOUNTS.map((amount, input) => bytesToHex(checked.hashForWitnessV0(input, code, amount, 1))),
      );
    }
    expect(read).to.be.greaterThan(20);
  });
});

function messagesOf(payload: Bytes): string[] | undefined {
  try {
    return decode(payload).messages.map(bytesToHex);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

type Case = {
  readonly id: string;
  readonly title: string;
  readonly payload: { readonly base64: string };
  readonly digest: { readonly computed: readonly string[] };
  readonly expect: 'accept' | 'refuse';
  readonly also: readonly string[];
  readonly refusal: string | null;
  readonly effects: readonly { effect: string; script?: string; amount?: string; max?: string }[];
  readonly own: readonly string[];
  readonly inputs?: readonly { script: string }[];
};

const REASONS: Readonly<Record<string, readonly string[]>> = {
  'previous-transaction': ['INPUT_PREVIOUS', 'PSBT_FIELD_MISSING', 'INPUT_ALREADY_SIGNED'],
  sighash: ['SIGHASH_TYPE'],
  outputs: ['TRANSACTION_COUNT'],
  'duplicate-input': ['INPUT_REPEATED'],
  script: ['INPUT_NOT_OWN'],
  'trailing-bytes': ['PSBT_MALFORMED'],
  magic: ['PSBT_MALFORMED'],
  field: ['PSBT_FIELD_UNKNOWN'],
  signed: ['INPUT_ALREADY_SIGNED'],
};

/** Where we differ from what was expected: the code that we refuse with, and why. */
const DIFFERS: Readonly<Record<string, readonly [code: string, why: string]>> = {
  'psbt-006': ['INPUT_NOT_OWN', 'its inputs are of three keys, and a request asks one path of one key'],
  'psbt-008': ['PSBT_FIELD_UNKNOWN', 'it mixes fields of both versions before anything is compared'],
};

describePayloads<Case>('P2WPKH spends of wallets', 'psbt-p2wpkh.json', (cases) => {
  it('are all there', () => {
    expect(cases).to.have.length(29);
    expect(Object.keys(DIFFERS).every((id) => cases.some((each) => each.id === id))).to.equal(true);
  });

  for (const each of cases) {
    const differs = DIFFERS[each.id];
    it(`${each.id} ${each.title}: ${each.expect}${differs ? `, but ${differs[1]}` : ''}`, () => {
      const own = hexToBytes(each.own[0] ?? each.inputs?.[0]?.script ?? '');
      const payload = Uint8Array.from(Buffer.from(each.payload.base64, 'base64'));
      const code = outcome(() => segwitSpend(payload, own));
      if (differs !== undefined || each.expect === 'refuse') {
        expect(code).to.be.oneOf(differs ? [differs[0]] : (REASONS[each.refusal ?? ''] ?? []));
        return;
      }
      const { messages, effects } = segwitSpend(payload, own);
      expect(messages.map(bytesToHex)).to.deep.equal(each.digest.computed);
      expect(effects.map(({ recipient, amount }) => `${bytesToHex(recipient)} ${amount}`)).to.deep.equal(
        each.effects
          .filter(({ effect, script }) => effect !== 'change' && script !== bytesToHex(own))
          .map(({ script, amount, max }) => `${script ?? ''} ${amount ?? max}`),
      );
    });
  }
});
