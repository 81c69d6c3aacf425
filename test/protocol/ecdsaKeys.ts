/** ECDSA keys for tests, OT between their holders, and signatures by a subset of them. */
import { randomBytes } from '@noble/hashes/utils.js';
import { loadEcdsaSuite } from '../../signer/protocol/ciphersuite/load.ts';
import type { Committee, PartyId, Rng } from '../../signer/protocol/committee.ts';
import { ecdsaSign } from '../../signer/protocol/ecdsa/ecdsaSign.ts';
import { type Boots, otSetup } from '../../signer/protocol/ecdsa/ot/otSetup.ts';
import { OtPairs } from '../../signer/protocol/ecdsa/ot/pairs.ts';
import type { EcdsaRequest } from '../../signer/protocol/ecdsa/session.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import { idsTo, type Shares } from './keys.ts';
import { type Adversary, committees, honest, type Outcome, resultOf, simulate } from './simulate.ts';
import { secp256k1Wasm } from './suites.ts';

export const suite = await loadEcdsaSuite(secp256k1Wasm, randomBytes);

/** Enclaves that booted, and what they have set up with each other. */
export interface Booted {
  readonly boots: Boots;
  readonly pairs: ReadonlyMap<PartyId, OtPairs>;
}

export function boot(ids: readonly number[]): Booted {
  const boots = new Map(ids.map((id) => [id as PartyId, randomBytes(32)]));
  return { boots, pairs: new Map([...boots].map(([id, nonce]) => [id, new OtPairs(nonce)])) };
}

export function generateEcdsa(t: number, n: number): Shares {
  const outcomes = simulate(committees(idsTo(n), t), (own) => keygen(own, suite, randomBytes));
  return new Map([...outcomes].map(([id, outcome]) => [id, resultOf(outcome)]));
}

export function setUp(
  { boots, pairs }: Booted,
  ids: readonly number[],
  adversary: Adversary = honest,
  rng: Rng = randomBytes,
): Map<PartyId, Outcome<void>> {
  const start = (own: Committee) => otSetup(own, suite, boots, pairs.get(own.self)!, rng);
  return simulate(committees(ids, 2), start, adversary);
}

/** Booted, and set up between all. */
export function ready(n: number): Booted {
  const booted = boot(idsTo(n));
  for (const outcome of setUp(booted, idsTo(n)).values()) resultOf(outcome);
  return booted;
}

export function signEcdsa(
  { boots, pairs }: Booted,
  shares: Shares,
  ids: readonly number[],
  request: EcdsaRequest,
  adversary: Adversary = honest,
  context: Uint8Array = randomBytes(32),
): Map<PartyId, Outcome<Uint8Array>> {
  const [first] = shares.values();
  return simulate(
    committees(ids, first!.threshold, context),
    (own) => ecdsaSign(own, suite, shares.get(own.self)!, request, boots, pairs.get(own.self)!, randomBytes),
    adversary,
  );
}
