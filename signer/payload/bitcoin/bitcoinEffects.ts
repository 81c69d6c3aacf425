/** What a Bitcoin transaction does, in the terms of declared effects: who gets how much, and the fee. */

import { isEqual } from '../../formats/equal.ts';
import { MAX_EFFECTS } from '../../formats/limits.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Effect } from '../../formats/request.ts';
import { EFFECT_KIND_NUMBERS } from '../../formats/schemes.ts';
import { ZERO_WORD } from '../../formats/words.ts';
import { BITCOIN_ASSET } from '../caip.ts';
import type { Psbt } from './psbt.ts';
import { requireAmount } from './transaction.ts';

type Bytes = Uint8Array;

/** Each is an effect, and so is the fee: one more could not be asked for on chain. */
export const MAX_RECIPIENTS = MAX_EFFECTS - 1;

/** A transfer for each output that does not return to `own`, in order; then the fee. */
export function bitcoinEffects({ transaction, inputs }: Psbt, own: Bytes): readonly Effect[] {
  const spent = total(inputs.map((input) => input.spent.amount));
  const paid = total(transaction.outputs.map((output) => output.amount));
  if (paid > spent) refuse('FEE_NEGATIVE', `inputs of ${spent}, outputs of ${paid} satoshi`);
  const foreign = transaction.outputs.filter(({ script }) => !isEqual(script, own));
  if (foreign.length > MAX_RECIPIENTS) {
    refuse('TRANSACTION_COUNT', `${foreign.length} recipients, at most ${MAX_RECIPIENTS}`);
  }
  return [...foreign.map(({ script, amount }) => transfer(script, amount)), fee(spent - paid)];
}

function transfer(recipient: Bytes, amount: bigint): Effect {
  return { kind: EFFECT_KIND_NUMBERS.transfer, asset: BITCOIN_ASSET, recipient, amount, detail: ZERO_WORD };
}

function fee(amount: bigint): Effect {
  return {
    kind: EFFECT_KIND_NUMBERS.fee,
    asset: BITCOIN_ASSET,
    recipient: new Uint8Array(),
    amount,
    detail: ZERO_WORD,
  };
}

function total(amounts: readonly bigint[]): bigint {
  return requireAmount(amounts.reduce((sum, amount) => sum + amount, 0n));
}
