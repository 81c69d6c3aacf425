/** What this image knows of each payload kind: how long it may be, and for which schemes it is decoded. */

import type { PayloadKind } from '../formats/kinds.ts';
import { PAYLOAD_KINDS, payloadKind } from '../formats/kinds.ts';
import { MAX_PAYLOAD } from '../formats/limits.ts';
import type { Scheme } from '../formats/schemes.ts';
import { WORD_BYTES } from '../formats/words.ts';
import { conflicts as psbtsConflict } from './bitcoin/conflicts.ts';
import { decidePsbt } from './bitcoin/decidePsbt.ts';
import { decideSegwitPsbt } from './bitcoin/decideSegwitPsbt.ts';
import { decideRawDigest } from './decideRawDigest.ts';
import type { DecodePayload } from './decodedPayload.ts';
import { decideMessage } from './eip191/decideMessage.ts';
import { decideTypedData, decideUnboundTypedData } from './eip712/decideTypedData.ts';
import { conflicts as transactionsConflict } from './evm/conflicts.ts';
import { decideTransaction } from './evm/decideTransaction.ts';
import { decodeTransaction } from './evm/transaction.ts';
import { conflicts as messagesConflict } from './solana/conflicts.ts';
import { decideSolana } from './solana/decideSolana.ts';
import { decodeMessage, MAX_SOLANA_MESSAGE } from './solana/message.ts';

export type KindRow = {
  readonly name: PayloadKind;
  readonly number: number;
  /** Those that sign it (docs/formats.md). */
  readonly schemes: readonly Scheme[];
  readonly maxBytes: number;
  /** Those that this image signs it with. */
  readonly decode: Readonly<Partial<Record<Scheme, DecodePayload>>>;
  /** Whether a payload conflicts with the first of its row of replacements; null where this image cannot tell. */
  readonly conflicts: Conflicts | null;
};
/** @throws Refused for what it does not understand of either */
export type Conflicts = (first: Uint8Array, payload: Uint8Array) => boolean;

/** Of a text that somebody has to read before the vote. */
const MAX_TEXT = 8_192;

type Known = Pick<KindRow, 'maxBytes' | 'decode' | 'conflicts'>;

const KNOWN: Readonly<Record<PayloadKind, Known>> = {
  'bitcoin-psbt': {
    maxBytes: MAX_PAYLOAD,
    decode: { bip340: decidePsbt, 'ecdsa-secp256k1': decideSegwitPsbt },
    conflicts: psbtsConflict,
  },
  // Signed as it is: it is its own digest.
  'solana-message': {
    maxBytes: MAX_SOLANA_MESSAGE,
    decode: { ed25519: decideSolana },
    conflicts: (first, payload) => messagesConflict(decodeMessage(first), decodeMessage(payload)),
  },
  'evm-transaction': {
    maxBytes: MAX_PAYLOAD,
    decode: { 'ecdsa-secp256k1': decideTransaction },
    conflicts: (first, payload) => transactionsConflict(decodeTransaction(first), decodeTransaction(payload)),
  },
  eip712: { maxBytes: MAX_PAYLOAD, decode: { 'ecdsa-secp256k1': decideTypedData }, conflicts: null },
  eip191: { maxBytes: MAX_TEXT, decode: { 'ecdsa-secp256k1': decideMessage }, conflicts: null },
  'raw-digest': { maxBytes: WORD_BYTES, decode: { 'ecdsa-secp256k1': decideRawDigest }, conflicts: null },
  'eip712-unbound': { maxBytes: MAX_PAYLOAD, decode: { 'ecdsa-secp256k1': decideUnboundTypedData }, conflicts: null },
};

/** The row of a number, or undefined where there is no such kind. */
export function kindRow(number: number): KindRow | undefined {
  const name = payloadKind(number);
  return name && { name, ...PAYLOAD_KINDS[name], ...KNOWN[name] };
}
