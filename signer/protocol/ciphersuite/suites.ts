/** The ciphersuites, each on one engine for its group. */
import { nobleEd25519, nobleSecp256k1 } from '../math/nobleGroups.ts';
import { bip340Suite } from './bip340.ts';
import type { Ciphersuite, SuiteName } from './ciphersuite.ts';
import { ed25519Suite } from './ed25519.ts';

export type Suites = Readonly<Record<SuiteName, Ciphersuite>>;

/** Needs nothing but JavaScript; slower, and not in constant time. */
export const portableSuites: Suites = { bip340: bip340Suite(nobleSecp256k1), ed25519: ed25519Suite(nobleEd25519) };
