/** The message that an input signs which pays to a witness public key hash (BIP-143), for SIGHASH_ALL. */

import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Psbt } from './psbt.ts';
import { encodeOutput, littleEndian, withLength } from './writer.ts';

type Bytes = Uint8Array;

const SIGHASH_ALL = littleEndian(1n, 4);
/** > DUP HASH160 <20> … EQUALVERIFY CHECKSIG */
const [BEFORE_HASH, BEHIND_HASH] = [Uint8Array.of(0x76, 0xa9), Uint8Array.of(0x88, 0xac)];

/**
 * One digest per input, in order.
 *
 * DANGER: each commits to the amount of its own input alone. Whoever may lie about the others, one after the other, gets signatures of
 * a transaction with another fee: every output that is spent has to be proven.
 */
export function segwitDigests({ transaction, inputs }: Psbt): readonly Bytes[] {
  const { version, lockTime } = transaction;
  const hashPrevouts = hash(...transaction.inputs.map(({ outpoint }) => outpoint));
  const hashSequence = hash(...transaction.inputs.map(({ sequence }) => sequence));
  const hashOutputs = hash(...transaction.outputs.map(encodeOutput));
  return transaction.inputs.map(({ outpoint, sequence }, at) => {
    const { script, amount } = inputs[at]?.spent ?? missing(at);
    const own = concatBytes(outpoint, scriptCode(script), littleEndian(amount, 8), sequence);
    return hash(version, hashPrevouts, hashSequence, own, hashOutputs, lockTime, SIGHASH_ALL);
  });
}

/** > For P2WPKH witness program, the scriptCode is 0x1976a914{20-byte-pubkey-hash}88ac. The program is behind its version. */
function scriptCode(script: Bytes): Bytes {
  return withLength(concatBytes(BEFORE_HASH, script.subarray(1), BEHIND_HASH));
}

function hash(...parts: readonly Bytes[]): Bytes {
  return sha256(sha256(concatBytes(...parts)));
}

function missing(at: number): never {
  throw new RangeError(`input ${at} has no map`);
}
