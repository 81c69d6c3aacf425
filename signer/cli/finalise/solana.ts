/** A Solana message and its signature become the transaction that its nodes take, if a second library holds the signature for good. */

import { createPublicKey, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { base58 } from '../../payload/solana/base58.ts';
import { decodeMessage } from '../../payload/solana/message.ts';
import { advised } from '../payload/refusal.ts';
import { doesNotHold, type Final, requireOne } from './finalised.ts';

type Bytes = Uint8Array;

const BYTES = 64;
/** > SubjectPublicKeyInfo of id-Ed25519 (RFC 8410), before the 32 bytes of the key */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
/** A count below it is one byte (compact-u16). */
const ONE_BYTE = 0x80;

/** @throws Fatal CONFIG_INVALID unless it is the signature of one of the message's signers */
export function finaliseSolana(payload: Bytes, signatures: readonly Bytes[]): Final {
  const { signers } = advised(() => decodeMessage(payload));
  const signature = requireOne(signatures, BYTES);
  const by = signers.findIndex((key) => holds(signature, payload, key));
  if (by === -1) doesNotHold("the signature is of none of the message's signers");
  if (signers.length >= ONE_BYTE) throw new Error(`${signers.length} signers, which no message has room for`);
  const all = signers.map((_, at) => (at === by ? signature : new Uint8Array(BYTES)));
  const transaction = concatBytes(Uint8Array.of(signers.length), ...all, payload);
  return {
    transaction: Buffer.from(transaction).toString('base64'),
    txid: by === 0 ? base58(signature) : null, // > its first signature
    missing: signers.filter((_, at) => at !== by).map(base58),
  };
}

/** By noble, and by OpenSSL. */
function holds(signature: Bytes, message: Bytes, key: Bytes): boolean {
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' });
  return ed25519.verify(signature, message, key) && verify(null, message, publicKey, signature);
}
