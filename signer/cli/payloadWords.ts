/** What a payload does, as its own command tells it, for whoever proposes, votes on or looks at a request of it. */

import { PAYLOAD_KINDS, payloadKind } from '../formats/kinds.ts';
import { Refused } from '../formats/refusal.ts';
import { bitcoinWords } from '../payload/bitcoin/bitcoinWords.ts';
import { paymentOf } from '../payload/bitcoin/payment.ts';
import type { Said } from '../payload/bitcoin/said.ts';
import { orderOf } from '../payload/solana/order.ts';
import { solanaWords } from '../payload/solana/solanaWords.ts';
import type { Telling } from './effectWords.ts';
import { type Finding, warning } from './finding.ts';

type Bytes = Uint8Array;
export type PayloadWords = { readonly words: readonly string[]; readonly findings: readonly Finding[] };

export const BITCOIN = PAYLOAD_KINDS['bitcoin-psbt'].number;

/**
 * Nothing is said of what no enclave decodes: that is refused elsewhere, with its code.
 *
 * @param key that signs it; null where nobody knows @param now in seconds
 */
export function tellPayload(
  kind: number,
  payload: Bytes,
  key: Bytes | null,
  telling: Telling,
  now: number,
): PayloadWords {
  const said = saidOf(kind, payload, key, telling, now);
  return {
    words: said.filter(({ isWarning }) => !isWarning).map(({ text }) => text),
    findings: said.filter(({ isWarning }) => isWarning).map(({ text }) => warning(text)),
  };
}

function saidOf(kind: number, payload: Bytes, key: Bytes | null, telling: Telling, now: number): readonly Said[] {
  try {
    switch (payloadKind(kind)) {
      case 'bitcoin-psbt':
        return bitcoinWords(paymentOf(payload), { ...telling, now });
      case 'solana-message':
        return key === null ? [] : solanaWords(orderOf(payload, key), key);
      default:
        return [];
    }
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
