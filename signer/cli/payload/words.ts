/** What a payload does, as its own command tells it, for whoever proposes, votes on or looks at a request of it. */

import { PAYLOAD_KINDS, payloadKind } from '../../formats/kinds.ts';
import { Refused } from '../../formats/refusal.ts';
import { bitcoinWords } from '../../payload/bitcoin/bitcoinWords.ts';
import { paymentOf } from '../../payload/bitcoin/payment.ts';
import { type Said, warning as saidWarning } from '../../payload/bitcoin/said.ts';
import { decodeMessage } from '../../payload/eip191/message.ts';
import { messageWords } from '../../payload/eip191/messageWords.ts';
import { decodeTypedData } from '../../payload/eip712/typedData.ts';
import { typedWords } from '../../payload/eip712/typedWords.ts';
import { evmWords } from '../../payload/evm/evmWords.ts';
import { decodeTransaction } from '../../payload/evm/transaction.ts';
import { meaningOf } from '../../payload/solana/meaning.ts';
import { solanaWords } from '../../payload/solana/solanaWords.ts';
import { type Finding, warning } from '../finding.ts';
import type { Telling } from '../words/effectWords.ts';

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
        return key === null ? [] : solanaWords(meaningOf(payload, key), key);
      case 'evm-transaction':
        return evmWords(decodeTransaction(payload));
      case 'eip712':
      case 'eip712-unbound':
        return typedWords(decodeTypedData(payload));
      case 'eip191':
        return messageWords(decodeMessage(payload));
      case 'raw-digest':
        return [saidWarning('32 bytes, signed as they are: nobody can tell what of')];
      case undefined:
        return [];
    }
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
