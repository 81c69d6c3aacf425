/**
 * The fields that a PSBT may have (BIP-174, 370, 371, 373, 375), by the map they stand in and their type.
 *
 * Those that are read make the transaction and its digests. A hint changes nothing that is signed, so it is passed over unread: where a
 * wallet's key comes from, what an output's script hides, a program's own notes. All others are refused by their name.
 */

export type FieldRow = {
  readonly name: string;
  readonly use: 'read' | 'hint' | 'signature' | 'refused';
  /** Bytes of the key behind its type; null: any number. */
  readonly keyData: number | null;
  /** The one PSBT version that has the field; absent: each has it. */
  readonly version?: 0 | 2;
};
export type FieldTable = Readonly<Record<string, FieldRow>>;

const read = (name: string, version?: 0 | 2): FieldRow =>
  version === undefined ? { name, use: 'read', keyData: 0 } : { name, use: 'read', keyData: 0, version };
const hint = (name: string, keyData: number | null): FieldRow => ({ name, use: 'hint', keyData });
const signature = (name: string): FieldRow => ({ name, use: 'signature', keyData: null });
const refused = (name: string): FieldRow => ({ name, use: 'refused', keyData: null });

const X_ONLY = 32;
const COMPRESSED = 33;
/** > The 78 byte serialized extended public key as defined by BIP 32. */
const EXTENDED = 78;

export const GLOBAL_FIELDS: FieldTable = {
  '00': read('unsigned transaction', 0),
  '01': hint('extended public key', EXTENDED),
  '02': read('transaction version', 2),
  '03': read('fallback lock time', 2),
  '04': read('number of inputs', 2),
  '05': read('number of outputs', 2),
  // What may be added before somebody signs; signatures of DEFAULT and ALL leave nothing open.
  '06': { ...hint('modifiable flags', 0), version: 2 },
  '07': refused('silent payment share'),
  '08': refused('silent payment proof'),
  '09': refused('signed message'),
  fb: read('version'),
  fc: hint('proprietary field', null),
};

export const INPUT_FIELDS: FieldTable = {
  '00': read('previous transaction'),
  '01': read('witness UTXO'),
  '02': signature('partial signature'),
  '03': read('sighash type'),
  '04': refused('redeem script'),
  '05': refused('witness script'),
  '06': hint('key derivation', COMPRESSED),
  '07': signature('final scriptSig'),
  '08': signature('final witness'),
  '09': refused('proof-of-reserves commitment'),
  '0a': refused('RIPEMD-160 preimage'),
  '0b': refused('SHA-256 preimage'),
  '0c': refused('HASH-160 preimage'),
  '0d': refused('HASH-256 preimage'),
  '0e': read('previous transaction id', 2),
  '0f': read('output index', 2),
  '10': read('sequence', 2),
  '11': read('required lock time', 2),
  '12': read('required lock height', 2),
  '13': signature('Taproot signature'),
  '14': signature('Taproot script signature'),
  '15': refused('Taproot leaf script'),
  '16': hint('Taproot key derivation', X_ONLY),
  '17': read('Taproot internal key'),
  '18': refused('Taproot Merkle root'),
  '1a': refused('MuSig2 participants'),
  '1b': refused('MuSig2 nonce'),
  '1c': refused('MuSig2 partial signature'),
  '1d': refused('silent payment share'),
  '1e': refused('silent payment proof'),
  fc: hint('proprietary field', null),
};

export const OUTPUT_FIELDS: FieldTable = {
  '00': hint('redeem script', 0),
  '01': hint('witness script', 0),
  '02': hint('key derivation', COMPRESSED),
  '03': read('amount', 2),
  '04': read('script', 2),
  '05': hint('Taproot internal key', 0),
  '06': hint('Taproot tree', 0),
  '07': hint('Taproot key derivation', X_ONLY),
  '08': hint('MuSig2 participants', COMPRESSED),
  // Its script is made of what inputs are spent: BIP-375 has signers check that.
  '09': refused('silent payment code'),
  '0a': refused('silent payment label'),
  '35': hint('DNSSEC proof', 0),
  fc: hint('proprietary field', null),
};
