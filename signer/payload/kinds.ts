/** What this image knows of each payload kind: how long it may be, and for which schemes it is decoded. */

import type { PayloadKind } from '../formats/kinds.ts';
import { PAYLOAD_KINDS, payloadKind } from '../formats/kinds.ts';
import { MAX_PAYLOAD } from '../formats/limits.ts';
import type { Scheme } from '../formats/schemes.ts';
import { decidePsbt } from './bitcoin/decidePsbt.ts';
import { decideSegwitPsbt } from './bitcoin/decideSegwitPsbt.ts';
import type { DecodePayload } from './decodedPayload.ts';
import { decideSolana } from './solana/decideSolana.ts';
import { MAX_SOLANA_MESSAGE } from './solana/message.ts';

export type KindRow = {
  readonly name: PayloadKind;
  readonly number: number;
  /** Those that sign it (docs/formats.md). */
  readonly schemes: readonly Scheme[];
  readonly maxBytes: number;
  /** Those that this image signs it with. */
  readonly decode: Readonly<Partial<Record<Scheme, DecodePayload>>>;
};

type Known = Pick<KindRow, 'maxBytes' | 'decode'>;

const KNOWN: Readonly<Record<PayloadKind, Known>> = {
  'bitcoin-psbt': { maxBytes: MAX_PAYLOAD, decode: { bip340: decidePsbt, 'ecdsa-secp256k1': decideSegwitPsbt } },
  // Signed as it is: it is its own digest.
  'solana-message': { maxBytes: MAX_SOLANA_MESSAGE, decode: { ed25519: decideSolana } },
  'evm-transaction': { maxBytes: MAX_PAYLOAD, decode: {} },
  eip712: { maxBytes: MAX_PAYLOAD, decode: {} },
  eip191: { maxBytes: MAX_PAYLOAD, decode: {} },
  'raw-digest': { maxBytes: MAX_PAYLOAD, decode: {} },
  'eip712-unbound': { maxBytes: MAX_PAYLOAD, decode: {} },
};

/** The row of a number, or undefined where there is no such kind. */
export function kindRow(number: number): KindRow | undefined {
  const name = payloadKind(number);
  return name && { name, ...PAYLOAD_KINDS[name], ...KNOWN[name] };
}
