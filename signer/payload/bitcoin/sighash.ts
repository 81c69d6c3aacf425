/** The message that a Taproot key-path input signs (BIP-341, "Common signature message", without annex). */

import { schnorr } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Psbt, SighashType } from './psbt.ts';
import { encodeOutput, littleEndian, withLength } from './writer.ts';

type Bytes = Uint8Array;

const HASH_TYPES: Readonly<Record<SighashType, number>> = { default: 0x00, all: 0x01 };
const EPOCH = Uint8Array.of(0x00);
/** > spend_type (1): equal to (ext_flag * 2) + annex_present */
const SPEND_TYPE = Uint8Array.of(0x00);

/** One digest per input, in order. Each commits to every spent output, so no input can be misstated. */
export function taprootDigests(psbt: Psbt): readonly Bytes[] {
  const { version, lockTime } = psbt.transaction;
  const shared = concatBytes(version, lockTime, ...transactionHashes(psbt));
  return psbt.inputs.map(({ sighash }, index) => {
    const message = concatBytes(Uint8Array.of(HASH_TYPES[sighash]), shared, SPEND_TYPE, littleEndian(BigInt(index), 4));
    return schnorr.utils.taggedHash('TapSighash', EPOCH, message);
  });
}

/** > sha_prevouts, sha_amounts, sha_scriptpubkeys, sha_sequences, sha_outputs */
function transactionHashes({ transaction, inputs }: Psbt): readonly Bytes[] {
  const spent = inputs.map((input) => input.spent);
  return [
    hashAll(transaction.inputs.map((input) => input.outpoint)),
    hashAll(spent.map(({ amount }) => littleEndian(amount, 8))),
    hashAll(spent.map(({ script }) => withLength(script))),
    hashAll(transaction.inputs.map((input) => input.sequence)),
    hashAll(transaction.outputs.map(encodeOutput)),
  ];
}

function hashAll(parts: readonly Bytes[]): Bytes {
  return sha256(concatBytes(...parts));
}
