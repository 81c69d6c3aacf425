/** ECDSA keys for tests, OT between their holders, and signatures by a subset of them. */
import { randomBytes } from '@noble/hashes/utils.js';
import { type Committee, type PartyId, partyIdOf, type Rng } from '../../signer/protocol/committee.ts';
import { ecdsaSign } from '../../signer/protocol/ecdsa/ecdsaSign.ts';
import { type Boots, otSetup } from '../../signer/protocol/ecdsa/ot/otSetup.ts';
import { OtPairs } from '../../signer/protocol/ecdsa/ot/pairs.ts';
import type { EcdsaRequest } from '../../signer/protocol/ecdsa/session.ts';
import { deal } from './ecdsa/seeds.ts';
import { generate, idsTo, type Shares } from './keys.ts';
import { type Adversary, committees, honest, type Outcome, simulate } from './simulate.ts';
import { fastEcdsa } from './suites.ts';

export const suite = fastEcdsa;

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
  return generate(suite, t, n);
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

/** Booted, and set up between all as only a test may: dealt, which is quicker than oblivious transfer. */
export function ready(n: number): Booted {
  const booted = boot(idsTo(n));
  dealAll(booted, idsTo(n));
  return booted;
}

export function dealAll({ boots, pairs }: Booted, ids: readonly number[]): void {
  const parties = ids.map(partyIdOf);
  for (const a of parties) {
    for (const b of parties.filter((id) => id > a)) {
      const [ab, ba, id, zeroSeed] = [deal(randomBytes), deal(randomBytes), randomBytes(32), randomBytes(32)];
      const common = () => ({ id: id.slice(), zeroSeed: zeroSeed.slice() });
      pairs.get(a)!.install(boots.get(b)!, { ...common(), sender: ab.sender, receiver: ba.receiver });
      pairs.get(b)!.install(boots.get(a)!, { ...common(), sender: ba.sender, receiver: ab.receiver });
    }
  }
}

/** The set-ups of a life whose memory was copied: both are of one boot, and neither knows of the other. */
export function copied({ boots, pairs }: Booted, id: PartyId): OtPairs {
  const copy = new OtPairs(boots.get(id)!);
  for (const peer of [...boots.keys()].filter((other) => other !== id)) {
    const [use] = pairs.get(id)!.begin([boots.get(peer)!], randomBytes(32));
    copy.install(boots.get(peer)!, structuredClone(use!.setup));
  }
  return copy;
}

export function signEcdsa(
  { boots, pairs }: Booted,
  shares: Shares,
  ids: readonly number[],
  request: EcdsaRequest,
  adversary: Adversary = honest,
  context: Uint8Array<ArrayBuffer> = randomBytes(32),
): Map<PartyId, Outcome<Uint8Array>> {
  const [first] = shares.values();
  return simulate(
    committees(ids, first!.threshold, context),
    (own) => ecdsaSign(own, suite, shares.get(own.self)!, request, boots, pairs.get(own.self)!, randomBytes),
    adversary,
  );
}
