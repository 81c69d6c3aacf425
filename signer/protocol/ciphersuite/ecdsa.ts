/** What threshold ECDSA over secp256k1 adds to the group: a verifier, and a second group for oblivious transfer. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Envelope } from '../keygen/envelope.ts';
import type { Element, Group, HashedGroup } from '../math/group.ts';
import type { LongHash } from '../math/sodiumHash.ts';
import type { KeygenSuite } from './ciphersuite.ts';
import { hashToScalar } from './expandMessage.ts';

export interface EcdsaSuite extends KeygenSuite {
  readonly name: 'ecdsa-secp256k1';
  /** That of base OTs: any one will do, and this one is hashed to, and multiplied in, in constant time. */
  readonly otGroup: HashedGroup;
  /** BLAKE2b-256 with a key of 32 bytes, for what is public. */
  readonly longHash: LongHash;
  /** Low s only; `signature` is r ‖ s, the digest is not hashed again. */
  isSignature(publicKey: Element, digest: Uint8Array, signature: Uint8Array): boolean;
}

export interface EcdsaEngine {
  readonly group: Group;
  readonly envelope: Envelope;
  readonly isSignature: EcdsaSuite['isSignature'];
  readonly otGroup: HashedGroup;
  readonly longHash: LongHash;
}

const KEYGEN_DOMAIN = utf8ToBytes('QUORATE-ECDSA-secp256k1-SHA256-v1dkg');

export function ecdsaSuite({ group, envelope, isSignature, otGroup, longHash }: EcdsaEngine): EcdsaSuite {
  return {
    name: 'ecdsa-secp256k1',
    group,
    envelope,
    isSignature,
    // As in bip340.ts, under a domain of its own: a proof for a key of one scheme proves nothing for the other.
    hdkg: (message) => hashToScalar(group.scalars, KEYGEN_DOMAIN, message),
    otGroup,
    longHash,
  };
}
