/** What outlives a restart: who the enclave is, how far it has seen the chain, and its shares. Never nonces, never sessions. */
import { concatBytes } from '@noble/hashes/utils.js';
import type { FinalityConfig } from '../../finality/config.ts';
import { isRejection } from '../../finality/rejection.ts';
import { decodeStore, encodeStore, type Store } from '../../finality/store.ts';
import { Refused } from '../../formats/refusal.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { uintOf } from '../../formats/words.ts';
import type { Suites } from '../../protocol/ciphersuite/suites.ts';
import { decodeKeyShare, encodeKeyShare } from '../../protocol/keygen/keyShare.ts';
import { Malformed, Reader } from '../../protocol/reader.ts';
import { IDENTITY_KEY_BYTES, type Identities, type Identity } from '../identity.ts';
import { type Share, schemeOf } from './share.ts';

export type Head = { readonly number: number; readonly hash: Uint8Array };

export type State = {
  readonly identity: Identity;
  /** Two thirds of a sync committee signed against what is final here. */
  readonly isFrozen: boolean;
  /** the highest block that was shown */
  readonly head: Head | null;
  /** what is final, and whose signatures are taken for the next; null for an identity that has no checkpoint yet, and is not sealed */
  readonly finality: Store | null;
  readonly shares: readonly Share[];
};

const VERSION = 2;
const WORD = 32;
const STANDINGS = ['pending', 'chosen'] as const;

/** Plain secret bytes, for sealing only. */
export function encodeState({ identity, isFrozen, head, finality, shares }: State, config: FinalityConfig): Uint8Array {
  const seen = head ? [Uint8Array.of(1), uint(head.number, 8), head.hash] : [Uint8Array.of(0)];
  if (finality === null) throw new Error('an identity is sealed with its checkpoint or not at all');
  const store = encodeStore(config, finality);
  return concatBytes(
    Uint8Array.of(VERSION),
    identity.key.reveal(),
    Uint8Array.of(Number(isFrozen)),
    ...seen,
    uint(store.length, 4),
    store,
    uint(shares.length, 2),
    ...shares.map(encodeShare),
  );
}

/** @throws Refused SEALED_INVALID: an authentic state of another version, or a bug of the version that wrote it */
export function decodeState(bytes: Uint8Array, config: FinalityConfig, identities: Identities, suites: Suites): State {
  try {
    const reader = new Reader(bytes);
    const version = reader.byte();
    if (version !== VERSION) throw new Malformed(`state version ${version}`);
    const state = readState(reader, config, identities, suites);
    reader.end();
    return state;
  } catch (cause) {
    if (cause instanceof Malformed) throw new Refused('SEALED_INVALID', cause.message, { cause });
    throw cause;
  }
}

function readState(reader: Reader, config: FinalityConfig, identities: Identities, suites: Suites): State {
  const identity = identities.of(reader.take(IDENTITY_KEY_BYTES));
  const isFrozen = readBit(reader);
  const head = readBit(reader) ? { number: readUint(reader, 8), hash: reader.take(WORD) } : null;
  const finality = readStore(reader.take(readUint(reader, 4)), config);
  const shares = Array.from({ length: readUint(reader, 2) }, () => readShare(reader, suites));
  return { identity, isFrozen, head, finality, shares };
}

function readStore(bytes: Uint8Array, config: FinalityConfig): Store {
  const store = decodeStore(config, bytes);
  if (isRejection(store)) throw new Malformed(`${store.code}: ${store.field}`);
  return store;
}

function encodeShare({ keyId, epoch, attempt, committee, session, member, standing, keyShare }: Share): Uint8Array {
  const words = [keyId, uint(epoch, 4), uint(attempt, 4), committee, session, member];
  const encoded = encodeKeyShare(keyShare);
  const kinds = Uint8Array.of(STANDINGS.indexOf(standing), SCHEME_NUMBERS[schemeOf(keyShare)]);
  return concatBytes(...words, kinds, uint(encoded.length, 4), encoded);
}

function readShare(reader: Reader, suites: Suites): Share {
  const [keyId, epoch, attempt] = [reader.take(WORD), readUint(reader, 4), readUint(reader, 4)];
  const [committee, session, member] = [reader.take(WORD), reader.take(WORD), reader.take(WORD)];
  const standing = STANDINGS[reader.byte()];
  const scheme = named(SCHEME_NUMBERS, reader.byte());
  if (standing === undefined || (scheme !== 'bip340' && scheme !== 'ed25519'))
    throw new Malformed('a share of an unknown kind');
  const keyShare = decodeKeyShare(suites[scheme], reader.take(readUint(reader, 4)));
  return { keyId, epoch, attempt, committee, session, member, standing, keyShare };
}

function readBit(reader: Reader): boolean {
  const bit = reader.byte();
  if (bit > 1) throw new Malformed(`${bit} for a bit`);
  return bit === 1;
}

function uint(value: number, bytes: number): Uint8Array {
  const encoded = new Uint8Array(8);
  new DataView(encoded.buffer).setBigUint64(0, BigInt(value));
  return encoded.subarray(8 - bytes);
}

function readUint(reader: Reader, bytes: number): number {
  return Number(uintOf(reader.take(bytes)));
}
