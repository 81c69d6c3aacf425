/** A Bitcoin payload as `quorate payload bitcoin` tells it, for whoever proposes, votes on or looks at a request of it. */

import { Refused } from '../formats/refusal.ts';
import { bitcoinWords } from '../payload/bitcoin/bitcoinWords.ts';
import { type Payment, paymentOf } from '../payload/bitcoin/payment.ts';
import type { Telling } from './effectWords.ts';
import { type Finding, warning } from './finding.ts';

export type PaymentWords = { readonly words: readonly string[]; readonly findings: readonly Finding[] };

/** `now` in seconds. Nothing is said of what no enclave decodes: that is refused elsewhere, with its code. */
export function tellPayment(payload: Uint8Array, telling: Telling, now: number): PaymentWords {
  const payment = paymentIn(payload);
  if (payment === null) return { words: [], findings: [] };
  const said = bitcoinWords(payment, { ...telling, now });
  return {
    words: said.filter(({ isWarning }) => !isWarning).map(({ text }) => text),
    findings: said.filter(({ isWarning }) => isWarning).map(({ text }) => warning(text)),
  };
}

function paymentIn(payload: Uint8Array): Payment | null {
  try {
    return paymentOf(payload);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
