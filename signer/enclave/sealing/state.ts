/** What outlives a restart: who the enclave is, how far it has seen the chain, and its shares. Never nonces, never sessions. */
import { concatBytes } from '@noble/hashes/utils.js';
import { type FinalityConfig, type Fork, requireConfig, SHAPES } from '../../finality/config.ts';
import { isRejection, Rejected } from '../../finality/rejection.ts';
import { decodeStore, encodeStore, type Store } from '../../finality/store.ts';
import { Refused } from '../../formats/refusal.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { uintOf } from '../../formats/words.ts';
import type { SchemeSuites } from '../../protocol/ciphersuite/suites.ts';
import { decodeKeyShare, encodeKeyShare } from '../../protocol/keygen/keyShare.ts';
import { Malformed, Reader } from '../../protocol/reader.ts';
import { wipe } from '../../protocol/secret.ts';
import { IDENTITY_KEY_BYTES, type Identities, type Identity } from '../identity.ts';
import { type Share, schemeOf } from './share.ts';

export type Head = { readonly number: number; readonly hash: Uint8Array };

/** > trusted_block_root, and the execution block that its header names. Everything that an identity believes follows from it. */
export type Trusted = { readonly root: Uint8Array; readonly blockHash: Uint8Array };

export type State = {
  readonly identity: Identity;
  /** Two thirds of a sync committee signed against what is final here. */
  readonly isFrozen: boolean;
  /** the highest block that was shown */
  readonly head: Head | null;
  /** what the identity was drawn for: once and for ever, as registration shows that it is of the true chain */
  readonly trusted: Trusted;
  /** what is final, and whose signatures are taken for the next */
  readonly finality: Store;
  /** those that votes have added to the measured ones, as the chain has proven */
  readonly forks: readonly Fork[];
  readonly shares: readonly Share[];
};

const VERSION = 4;
const VERSION_BYTES = 4;
const WORD = 32;
const STATUSES = ['pending', 'chosen'] as const;

/** Plain secret bytes, for sealing only. */
export function encodeState(state: State, config: FinalityConfig): Uint8Array {
  const { identity, isFrozen, head, trusted, finality, forks, shares } = state;
  const seen = head ? [Uint8Array.of(1), uint(head.number, 8), head.hash] : [Uint8Array.of(0)];
  const store = encodeStore(config, finality);
  const encoded = shares.map(encodeShare);
  const plain = concatBytes(
    Uint8Array.of(VERSION),
    identity.key.reveal(),
    Uint8Array.of(Number(isFrozen)),
    ...seen,
    trusted.root,
    trusted.blockHash,
    uint(store.length, 4),
    store,
    Uint8Array.of(forks.length),
    ...forks.map(encodeFork),
    uint(shares.length, 2),
    ...encoded,
  );
  wipe(...encoded);
  return plain;
}

/** @throws Refused SEALED_INVALID: an authentic state of another version, or a bug of the version that wrote it */
export function decodeState(
  bytes: Uint8Array,
  config: FinalityConfig,
  identities: Identities,
  suites: SchemeSuites,
): State {
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

function readState(reader: Reader, config: FinalityConfig, identities: Identities, suites: SchemeSuites): State {
  const key = reader.take(IDENTITY_KEY_BYTES);
  const identity = identities.of(key);
  wipe(key);
  const isFrozen = readBit(reader);
  const head = readBit(reader) ? { number: readUint(reader, 8), hash: reader.take(WORD) } : null;
  const trusted = { root: reader.take(WORD), blockHash: reader.take(WORD) };
  const finality = readStore(reader.take(readUint(reader, 4)), config);
  const forks = readForks(reader, config);
  const shares = Array.from({ length: readUint(reader, 2) }, () => readShare(reader, suites));
  return { identity, isFrozen, head, trusted, finality, forks, shares };
}

function encodeFork({ version, epoch, shape }: Fork): Uint8Array {
  return concatBytes(version, uint(epoch, 8), Uint8Array.of(SHAPES.indexOf(shape)));
}

/** They continue the measured ones, or a bug wrote them. */
function readForks(reader: Reader, config: FinalityConfig): readonly Fork[] {
  const forks = Array.from({ length: reader.byte() }, () => readFork(reader));
  try {
    requireConfig({ ...config, forks: [...config.forks, ...forks] });
  } catch (cause) {
    if (cause instanceof Rejected) throw new Malformed(cause.message);
    throw cause;
  }
  return forks;
}

function readFork(reader: Reader): Fork {
  const [version, epoch, shape] = [reader.take(VERSION_BYTES), readUint(reader, 8), SHAPES[reader.byte()]];
  if (shape === undefined) throw new Malformed('a fork of an unknown shape');
  return { version, epoch, shape };
}

function readStore(bytes: Uint8Array, config: FinalityConfig): Store {
  const store = decodeStore(config, bytes);
  if (isRejection(store)) throw new Malformed(`${store.code}: ${store.field}`);
  return store;
}

function encodeShare({ keyId, epoch, attempt, committee, session, member, status, keyShare }: Share): Uint8Array {
  const words = [keyId, uint(epoch, 4), uint(attempt, 4), committee, session, member];
  const encoded = encodeKeyShare(keyShare);
  const kinds = Uint8Array.of(STATUSES.indexOf(status), SCHEME_NUMBERS[schemeOf(keyShare)]);
  const whole = concatBytes(...words, kinds, uint(encoded.length, 4), encoded);
  wipe(encoded);
  return whole;
}

function readShare(reader: Reader, suites: SchemeSuites): Share {
  const [keyId, epoch, attempt] = [reader.take(WORD), readUint(reader, 4), readUint(reader, 4)];
  const [committee, session, member] = [reader.take(WORD), reader.take(WORD), reader.take(WORD)];
  const status = STATUSES[reader.byte()];
  const scheme = named(SCHEME_NUMBERS, reader.byte());
  if (status === undefined || scheme === undefined) throw new Malformed('a share of an unknown kind');
  const encoded = reader.take(readUint(reader, 4));
  const keyShare = decodeKeyShare(suites[scheme], encoded);
  wipe(encoded);
  return { keyId, epoch, attempt, committee, session, member, status, keyShare };
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
