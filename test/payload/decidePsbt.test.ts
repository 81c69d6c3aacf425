/** Stage 6 for Bitcoin (A39), against two libraries that know nothing of it: @scure/btc-signer builds, bitcoinjs-lib hashes again. */

import { Transaction as CheckedTransaction } from 'bitcoinjs-lib';
import { expect } from 'chai';
import { decideRequest } from '../../signer/enclave/path/decideRequest.ts';
import type { ApprovedRequest } from '../../signer/enclave/path/stages.ts';
import { MAX_MONEY } from '../../signer/payload/bitcoin/transaction.ts';
import type { Facts } from '../enclave/path/support/facts.ts';
import { address, facts, word } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import { psbtBytes, rawPsbt, transactionBytes } from './support/rawPsbt.ts';
import type { Spend } from './support/spends.ts';
import {
  defaultSpend,
  psbtOf,
  RECIPIENT,
  requestFor,
  taprootKeys,
  taprootScript,
  verifiedOf,
} from './support/spends.ts';

function decide(all: Facts): ApprovedRequest {
  return decideRequest(verifiedOf(all));
}

/** A request for this spend whose digests and effects are the payload's. */
function request(bend: (spend: Spend) => unknown = () => undefined): Facts {
  const all = facts();
  const spend = defaultSpend(all);
  bend(spend);
  const { psbt, digests } = psbtOf(all, spend);
  requestFor(psbt, digests, all);
  return all;
}

function refusal(bendSpend: (spend: Spend) => unknown, bendFacts: (all: Facts) => unknown = () => undefined): string {
  const all = request(bendSpend);
  bendFacts(all);
  return outcome(() => decideRequest(verifiedOf(all)));
}

const asVoted = () => undefined;

describe('decideRequest for a Bitcoin PSBT', () => {
  it('approves a spend of the derived key', () => {
    const all = request();
    const approved = decide(all);
    expect(approved.messages).to.deep.equal(all.request.digests);
    expect(approved.verifyingKey).to.deep.equal(taprootKeys(all).output);
    expect(approved.tweaks.map(({ kind }) => kind)).to.deep.equal(['plain', 'xonly']);
    expect(approved.id).to.equal(all.requestId);
  });

  for (const [name, sighash] of [
    ['DEFAULT', 0],
    ['ALL', 1],
  ] as const) {
    it(`computes the digests that bitcoinjs-lib computes, signed ${name}`, () => {
      const all = facts();
      const script = taprootScript(taprootKeys(all).output);
      const { transaction } = rawPsbt(script, RECIPIENT);
      const checked = CheckedTransaction.fromBuffer(transactionBytes(transaction));
      const amounts = [60_000n, 50_000n];
      const digests = amounts.map((_, at) => checked.hashForWitnessV1(at, [script, script], amounts, sighash));
      const psbt = rawPsbt(script, RECIPIENT);
      const type = { key: Uint8Array.of(0x03), value: Uint8Array.of(sighash, 0, 0, 0) };
      for (const fields of psbt.inputs) fields.push(type);
      requestFor(
        psbtBytes(psbt),
        digests.map((digest) => Uint8Array.from(digest)),
        all,
      );
      expect(decide(all).messages).to.deep.equal(all.request.digests);
    });
  }

  it('accepts a PSBT without Taproot internal key, and with another lock time', () => {
    expect(refusal((spend) => (spend.withInternalKey = false))).to.equal('accepted');
    expect(refusal((spend) => (spend.lockTime = 800_000))).to.equal('accepted');
  });

  it('counts as effects what leaves, in order, and the fee, but not the change', () => {
    const all = request((spend) => {
      spend.outputs.push({ script: taprootScript(word(0x55)), amount: 400n });
      spend.outputs.reverse();
    });
    const { effects } = all.request;
    expect(effects.map(({ kind, amount }) => [kind, amount])).to.deep.equal([
      [1, 400n],
      [1, 100_000n],
      [2, 600n],
    ]);
    expect(effects.map(({ recipient }) => recipient)).to.deep.equal([
      taprootScript(word(0x55)),
      RECIPIENT,
      new Uint8Array(),
    ]);
    expect(refusal(asVoted)).to.equal('accepted');
  });

  it('accepts a fee of nothing, and all the bitcoin there is', () => {
    const all = request((spend) => {
      spend.inputs[0]!.amount = MAX_MONEY - 50_000n;
      spend.outputs = [{ script: RECIPIENT, amount: MAX_MONEY }];
    });
    expect(decide(all).messages).to.have.lengthOf(2);
    expect(all.request.effects.at(-1)?.amount).to.equal(0n);
  });

  describe('refuses digests', () => {
    const bends: Record<string, [string, (all: Facts) => unknown]> = {
      'one too few': ['DIGEST_COUNT', ({ request }) => request.digests.pop()],
      'one too many': ['DIGEST_COUNT', ({ request }) => request.digests.push(word(1))],
      'none at all': ['DIGEST_COUNT', ({ request }) => (request.digests = [])],
      'of another payload': ['DIGEST_MISMATCH', ({ request }) => (request.digests[1] = word(1))],
      'in another order': ['DIGEST_MISMATCH', ({ request }) => request.digests.reverse()],
      'cut short': ['DIGEST_MISMATCH', ({ request }) => (request.digests[0] = request.digests[0]!.slice(1))],
    };
    for (const [name, [code, bend]] of Object.entries(bends))
      it(name, () => expect(refusal(asVoted, bend)).to.equal(code));
  });

  describe('refuses declared effects', () => {
    const bends: Record<string, [string, (all: Facts) => unknown]> = {
      'without the fee': ['EFFECT_COUNT', ({ request }) => request.effects.pop()],
      'without any': ['EFFECT_COUNT', ({ request }) => (request.effects = [])],
      'with the change too': ['EFFECT_COUNT', ({ request }) => request.effects.push(request.effects[0]!)],
      'in another order': ['EFFECT_MISMATCH', ({ request }) => request.effects.reverse()],
      'of another kind': ['EFFECT_MISMATCH', ({ request }) => (request.effects[0]!.kind = 3)],
      'of another asset': ['EFFECT_MISMATCH', ({ request }) => (request.effects[0]!.asset = word(1))],
      'to another recipient': [
        'EFFECT_MISMATCH',
        ({ request }) => (request.effects[0]!.recipient = taprootScript(word(1))),
      ],
      'of a smaller amount': ['EFFECT_MISMATCH', ({ request }) => (request.effects[0]!.amount -= 1n)],
      'of a smaller fee': ['EFFECT_MISMATCH', ({ request }) => (request.effects[1]!.amount -= 1n)],
      'with a detail': ['EFFECT_MISMATCH', ({ request }) => (request.effects[0]!.detail = word(1))],
    };
    for (const [name, [code, bend]] of Object.entries(bends))
      it(name, () => expect(refusal(asVoted, bend)).to.equal(code));
  });

  describe('refuses to spend', () => {
    it('an output of another key', () => {
      expect(refusal((spend) => (spend.inputs[1]!.script = taprootScript(word(0x55))))).to.equal('INPUT_NOT_OWN');
    });

    it('an output of the derived key without its Taproot tweak', () => {
      const { internal } = taprootKeys(facts());
      expect(refusal((spend) => (spend.inputs[1]!.script = taprootScript(internal)))).to.equal('INPUT_NOT_OWN');
    });

    it('an output of the root key itself', () => {
      const { publicKeyX } = facts().key;
      expect(refusal((spend) => (spend.inputs[1]!.script = taprootScript(publicKeyX)))).to.equal('INPUT_NOT_OWN');
    });

    it('the own key in another witness version', () => {
      const own = taprootKeys(facts()).output;
      const script = Uint8Array.of(0x52, 0x20, ...own);
      expect(refusal((spend) => (spend.inputs[0]!.script = script))).to.equal('INPUT_NOT_OWN');
    });

    for (const [name, bend] of Object.entries<(all: Facts) => unknown>({
      'the output of another requester': ({ request }) => (request.requester = address(0xee)),
      'the output of another path': ({ request }) => (request.path = word(0xee)),
      'the output of a key of another birth': ({ key }) => (key.birth = word(0xee)),
    })) {
      it(name, () => expect(refusal(asVoted, bend)).to.equal('INPUT_NOT_OWN'));
    }

    it('with another internal key', () => {
      const all = facts();
      const psbt = rawPsbt(taprootScript(taprootKeys(all).output), RECIPIENT);
      psbt.inputs[0]!.push({ key: Uint8Array.of(0x17), value: word(0x55) });
      requestFor(psbtBytes(psbt), [], all);
      expect(outcome(() => decideRequest(verifiedOf(all)))).to.equal('INPUT_INTERNAL_KEY');
    });

    it('less than it pays', () => {
      const all = facts();
      const psbt = rawPsbt(taprootScript(taprootKeys(all).output), RECIPIENT);
      psbt.transaction.outputs[1]!.amount = 10_001n;
      requestFor(psbtBytes(psbt), [], all);
      expect(outcome(() => decideRequest(verifiedOf(all)))).to.equal('FEE_NEGATIVE');
    });

    it('outputs that sum to more than there is', () => {
      const all = facts();
      const psbt = rawPsbt(taprootScript(taprootKeys(all).output), RECIPIENT);
      for (const output of psbt.transaction.outputs) output.amount = MAX_MONEY;
      requestFor(psbtBytes(psbt), [], all);
      expect(outcome(() => decideRequest(verifiedOf(all)))).to.equal('AMOUNT_OUT_OF_RANGE');
    });
  });
});
