/** What a request says that it replaces: signed only where at most one of the two can be final. */

import { expect } from 'chai';
import { getBytes, Transaction } from 'ethers';
import fc from 'fast-check';
import { decideRequest } from '../../signer/enclave/path/decideRequest.ts';
import { PAYLOAD_KINDS } from '../../signer/formats/kinds.ts';
import { refusalKind } from '../../signer/formats/refusal.ts';
import type { Request } from '../../signer/formats/request.ts';
import { conflicts } from '../../signer/payload/bitcoin/conflicts.ts';
import { requireConflict } from '../../signer/payload/requireConflict.ts';
import { type Facts, facts, word } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';
import {
  defaultSpend,
  psbtOf,
  RECIPIENT,
  requestFor,
  type Spend,
  taprootKeys,
  taprootScript,
  txid,
  verifiedOf,
} from './support/spends.ts';

const BITCOIN = PAYLOAD_KINDS['bitcoin-psbt'].number;
const all = facts();
/** Spends outputs of these transactions, in this order, each its output 0. */
const spending = (...seeds: number[]): Uint8Array => {
  const inputs = seeds.map((seed) => ({ txid: txid(seed) }));
  return psbtOf(all, { inputs, outputs: [{ script: RECIPIENT, amount: 1_000n }] }).psbt;
};

describe('conflicts', () => {
  it('is to spend what the first input of the first spends, wherever it stands', () => {
    const first = spending(1, 2);
    for (const seeds of [[1], [1, 2], [2, 1], [7, 8, 1]])
      expect(conflicts(first, spending(...seeds)), `${seeds}`).to.equal(true);
    for (const seeds of [[3], [3, 4]]) expect(conflicts(first, spending(...seeds)), `${seeds}`).to.equal(false);
  });

  it('is not to spend another of its inputs, for a third could spend the first', () => {
    expect(conflicts(spending(1, 2), spending(2))).to.equal(false);
    expect(conflicts(spending(1, 2), spending(2, 3))).to.equal(false);
  });

  it('is not to spend another output of the same transaction', () => {
    const { psbt } = psbtOf(all, {
      inputs: [{ txid: txid(1), index: 1 }],
      outputs: [{ script: RECIPIENT, amount: 1n }],
    });
    expect(conflicts(spending(1), psbt)).to.equal(false);
  });

  it('makes all that replace one first conflict with one another', () => {
    const seeds = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(seeds, seeds, seeds, (first, one, other) => {
        const replaces = (its: number[]) => conflicts(spending(...first), spending(...its));
        if (replaces(one) && replaces(other)) expect(one.some((seed) => other.includes(seed))).to.equal(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('requireConflict', () => {
  const refusal = (kind: number, first: Uint8Array, payload = spending(1)) =>
    outcome(() => requireConflict(kind, first, payload));

  it('refuses for ever what could be paid beside what it replaces', () => {
    expect(refusal(BITCOIN, spending(1))).to.equal('accepted');
    expect(refusal(BITCOIN, spending(2))).to.equal('REPLACES_NO_CONFLICT');
    expect(refusalKind('REPLACES_NO_CONFLICT')).to.equal('final');
  });

  it('refuses for ever what replaces bytes that are no payload, and for this image what replaces bytes that it does not know', () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(1, 2, 3), spending(1).slice(0, -1)])
      expect(refusal(BITCOIN, bytes)).to.equal('REPLACES_MALFORMED');
    const { psbt } = psbtOf(all, { ...defaultSpend(all), inputs: [{ txid: txid(1), sighash: 3 }] });
    expect(refusal(BITCOIN, psbt)).to.equal('REPLACES_UNSUPPORTED');
    expect(['REPLACES_MALFORMED', 'REPLACES_UNSUPPORTED'].map((code) => refusalKind(code as never))).to.deep.equal([
      'final',
      'unsupported',
    ]);
  });

  it('tells of transactions of EVM chains by their chain and their nonce', () => {
    const to = `0x${'11'.repeat(20)}`;
    const evm = (nonce: number, gasPrice: bigint) =>
      getBytes(Transaction.from({ type: 0, chainId: 1, nonce, gasPrice, gasLimit: 21_000n, to }).unsignedSerialized);
    const { number } = PAYLOAD_KINDS['evm-transaction'];
    expect(refusal(number, evm(7, 1n), evm(7, 2n))).to.equal('accepted');
    expect(refusal(number, evm(7, 1n), evm(8, 2n))).to.equal('REPLACES_NO_CONFLICT');
    expect(refusal(number, evm(7, 1n).slice(0, -1), evm(7, 2n))).to.equal('REPLACES_MALFORMED');
  });

  it('can tell of no other kind', () => {
    for (const [name, { number }] of Object.entries(PAYLOAD_KINDS))
      if (!['bitcoin-psbt', 'solana-message', 'evm-transaction'].includes(name))
        expect(refusal(number, spending(1)), name).to.equal('REPLACES_UNSUPPORTED');
  });
});

describe('decideRequest, of a replacement', () => {
  const asked = (change: (spend: Spend, facts: Facts) => unknown = () => undefined): Facts => {
    const made = facts();
    const spend = defaultSpend(made);
    change(spend, made);
    const { psbt, digests } = psbtOf(made, spend);
    requestFor(psbt, digests, made);
    return made;
  };
  /** A higher fee: 3,000 more of the change. */
  const bumped = () => asked(({ outputs }) => (outputs[1]!.amount -= 3_000n));
  const decide = (made: Facts, first: Request | null): string => {
    made.request.replaces = word(0xee);
    return outcome(() => decideRequest({ ...verifiedOf(made), first }));
  };
  const first = asked().request;

  it('signs a higher fee for the same payment', () => {
    expect(decide(bumped(), first)).to.equal('accepted');
  });

  it('signs it also where the first pays others, and spends more beside', () => {
    const change = asked(({ inputs, outputs }, made) => {
      inputs.reverse();
      inputs.push({ amount: 70_000n, txid: txid(9) });
      outputs.push({ script: taprootScript(taprootKeys(made).output), amount: 66_000n });
    });
    expect(decide(change, first)).to.equal('accepted');
  });

  it('signs nothing that could be paid beside it', () => {
    const others = asked((spend) => {
      spend.inputs = spend.inputs.map((input, at) => ({ ...input, txid: txid(20 + at) }));
    });
    expect(decide(others, first)).to.equal('REPLACES_NO_CONFLICT');
    const second = asked(({ inputs }) => Object.assign(inputs[0]!, { txid: txid(20) }));
    expect(decide(second, first), 'its second input alone').to.equal('REPLACES_NO_CONFLICT');
  });

  it('signs nothing of which the first is not shown, whatever it spends', () => {
    expect(decide(bumped(), null)).to.equal('REPLACES_UNPROVEN');
    expect(refusalKind('REPLACES_UNPROVEN'), 'another host may show it').to.equal('passing');
  });

  it('signs nothing whose first is of another key, requester, path or kind, or replaces something itself', () => {
    const others: Partial<Request>[] = [
      { keyId: word(0x99) },
      { requester: new Uint8Array(20).fill(0x99) },
      { path: word(0x99) },
      { kind: 6 },
      { replaces: word(0x99) },
    ];
    for (const other of others)
      expect(decide(bumped(), { ...first, ...other }), Object.keys(other)[0]).to.equal('REPLACES_OTHER');
    expect(refusalKind('REPLACES_OTHER')).to.equal('final');
  });

  it('says first what is wrong with the payload itself', () => {
    const wrong = bumped();
    wrong.request.effects.pop();
    expect(decide(wrong, { ...first, payload: Uint8Array.of(1) })).to.equal('EFFECT_COUNT');
  });
});
