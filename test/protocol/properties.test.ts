/** What must hold whatever a corrupt party does: random lies, random subsets, random secrets. */
import { deepEqual, equal } from 'node:assert/strict';
import { randomBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import type { Ciphersuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { type PartyId, partyIdOf } from '../../signer/protocol/committee.ts';
import { Fault } from '../../signer/protocol/fault.ts';
import { frostSign } from '../../signer/protocol/frost/frostSign.ts';
import { commit } from '../../signer/protocol/frost/nonces.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import { confirmationOf } from '../../signer/protocol/keygen/keyShare.ts';
import { sumScalars } from '../../signer/protocol/math/group.ts';
import { lagrange } from '../../signer/protocol/math/polynomial.ts';
import { ready, signEcdsa } from './ecdsaKeys.ts';
import { asked, generate, idsTo, type Shares, sign } from './keys.ts';
import { type Adversary, committees, type Outcome, resultOf, simulate } from './simulate.ts';
import { fast, fastEcdsa } from './suites.ts';
import { hex } from './vectors/shared.ts';

interface Lie {
  readonly round: string;
  readonly to: PartyId | 'all';
  readonly how: 'flip' | 'cut' | 'extend' | 'drop' | 'repeat another' | 'repeat the round before' | 'zeros' | 'random';
  readonly at: number;
  readonly bit: number;
}

const liar = partyIdOf(2);
const KEYGEN_ROUNDS = ['keygen/announcement', 'keygen/opening', 'keygen/echo', 'keygen/confirmation'];
const ECDSA_ROUNDS = [
  'ecdsa/commitments',
  'ecdsa/commitments/direct',
  'ecdsa/multiplications',
  'ecdsa/multiplications/direct',
  'ecdsa/shares',
];
const FROST_ROUNDS = ['frost/commitments', 'frost/shares'];

for (const suite of Object.values(fast)) {
  describe(`properties of ${suite.name}`, () => {
    const shares = generate(suite, 3, 5);
    neverBlamesTheHonest(suite, shares);
    sharesTheSecret(suite, shares);
    drawsNoncesOnce(suite, shares);
  });
}

describe('properties of ecdsa-secp256k1', () => {
  const shares = generate(fastEcdsa, 3, 3);

  it('signing never blames an honest party, nor releases anything but valid signatures', () => {
    const digest = randomBytes(32);
    fc.assert(
      fc.property(liesIn(ECDSA_ROUNDS, [1, 3]), (lies) => {
        const outcomes = signEcdsa(ready(3), shares, [1, 2, 3], { digest, tweaks: [] }, telling(lies));
        judgeOutcomes(outcomes, hex);
        for (const outcome of outcomes.values()) {
          if (!('value' in outcome)) continue;
          equal(fastEcdsa.isSignature(shares.get(liar)!.publicKey, digest, outcome.value.slice(0, 64)), true);
        }
      }),
      { numRuns: 80 },
    );
  });
});

function neverBlamesTheHonest(suite: Ciphersuite, shares: Shares): void {
  it('key generation never blames an honest party, nor gives honest parties different keys', () => {
    fc.assert(
      fc.property(liesIn(KEYGEN_ROUNDS, [1, 3, 4]), (lies) => {
        const outcomes = simulate(committees(idsTo(4), 2), (own) => keygen(own, suite, randomBytes), telling(lies));
        judgeOutcomes(outcomes, (share) => hex(confirmationOf(share)));
      }),
      { numRuns: 150 },
    );
  });

  it('signing never blames an honest party, nor releases anything but the valid signature', () => {
    const message = randomBytes(32);
    fc.assert(
      fc.property(liesIn(FROST_ROUNDS, [1, 3, 5]), (lies) => {
        const request = asked([message]);
        const outcomes = simulate(
          committees([1, 2, 3, 5], 3),
          (own) => frostSign(own, suite, shares.get(own.self)!, request, randomBytes),
          telling(lies),
        );
        judgeOutcomes(outcomes, ([signature]) => hex(signature!));
        for (const outcome of outcomes.values()) {
          if ('value' in outcome) equal(suite.isSignature(readable(suite, shares), message, outcome.value[0]!), true);
        }
      }),
      { numRuns: 200 },
    );
  });
}

function sharesTheSecret(suite: Ciphersuite, shares: Shares): void {
  const { scalars, multiplyBase } = suite.group;
  const { publicKey } = shares.get(liar)!;
  const combine = (ids: readonly PartyId[]) =>
    sumScalars(
      scalars,
      ids.map((id) => scalars.multiply(lagrange(scalars, id, ids), shares.get(id)!.secret.reveal())),
    );

  it('every subset of t shares holds the key', () => {
    fc.assert(fc.property(subsetOf(5, 3), (ids) => deepEqual(multiplyBase(combine(ids)), publicKey)));
  });

  it('every subset of t parties signs', () => {
    const request = asked([randomBytes(32)]);
    fc.assert(
      fc.property(subsetOf(5, 3), (ids) => {
        for (const outcome of sign(suite, shares, ids, request).values()) equal(resultOf(outcome).length, 1);
      }),
      { numRuns: 10 },
    );
  });

  it('no subset of t - 1 shares does, and their values say nothing about it [I5]', () => {
    fc.assert(fc.property(subsetOf(5, 2), (ids) => hex(multiplyBase(combine(ids))) !== hex(publicKey)));
    // For one fixed key, the share of a party is uniform: 16 buckets, 15 degrees of freedom, chi-squared below 44.3 but once in 10,000.
    const secret = scalars.from(7);
    const counts = new Array<number>(16).fill(0);
    for (let run = 0; run < 3200; run++) {
      const share = scalars.evaluate([secret, scalars.reduce(randomBytes(64)), scalars.reduce(randomBytes(64))], 1);
      const lowest = suite.group.scalars.endian === 'big' ? share[31]! : share[0]!;
      counts[lowest & 15]!++;
    }
    equal(counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0) < 44.3, true, String(counts));
  });
}

function drawsNoncesOnce(suite: Ciphersuite, shares: Shares): void {
  it('nonces never repeat, nor begin with zeros more often than chance has it', () => {
    const secret = shares.get(liar)!.secret;
    const seen = new Set<string>();
    let leading = 0;
    for (let run = 0; run < 1000; run++) {
      const { d, e } = commit(suite, secret, randomBytes).nonces.take();
      for (const nonce of [d, e]) {
        seen.add(hex(nonce));
        if ((suite.group.scalars.endian === 'big' ? nonce[0] : nonce[31]! << 4) === 0) leading++;
      }
    }
    equal(seen.size, 2000);
    // 2000 nonces, one in 256 for secp256k1, one in 16 for Ed25519 (whose order has 252 bits).
    const expected = suite.name === 'bip340' ? 2000 / 256 : 2000 / 16;
    equal(Math.abs(leading - expected) < 6 * Math.sqrt(expected), true, `${leading}`);
  });
}

function judgeOutcomes<T>(outcomes: ReadonlyMap<PartyId, Outcome<T>>, textOf: (value: T) => string): void {
  const values = new Set<string>();
  for (const [id, outcome] of outcomes) {
    if (id === liar) continue;
    if ('value' in outcome) values.add(textOf(outcome.value));
    else {
      if (!(outcome.error instanceof Fault)) throw outcome.error;
      deepEqual(
        outcome.error.culprits.filter((culprit) => culprit !== liar),
        [],
      );
    }
  }
  equal(values.size <= 1, true);
}

function liesIn(rounds: readonly string[], victims: readonly number[]): fc.Arbitrary<Lie[]> {
  const lie = fc.record({
    round: fc.constantFrom(...rounds),
    to: fc.constantFrom<PartyId | 'all'>('all', ...victims.map(partyIdOf)),
    how: fc.constantFrom<Lie['how']>(
      'flip',
      'flip',
      'flip',
      'cut',
      'extend',
      'drop',
      'repeat another',
      'repeat the round before',
      'zeros',
      'random',
    ),
    at: fc.nat({ max: 100_000 }),
    bit: fc.nat({ max: 7 }),
  });
  return fc.array(lie, { minLength: 1, maxLength: 3 });
}

function telling(lies: readonly Lie[]): Adversary {
  const before = new Map<string, Uint8Array>();
  return (from, to, round, bytes, said) => {
    if (from !== liar) return bytes;
    const applied = lies.filter((lie) => lie.round === round && (lie.to === 'all' || lie.to === to));
    const told = applied.reduce<Uint8Array | undefined>(
      (now, lie) => now && tell(lie, now, said, before.get(`${to}`)),
      bytes,
    );
    before.set(`${to}`, bytes);
    return told;
  };
}

function tell(
  { how, at, bit }: Lie,
  bytes: Uint8Array,
  said: ReadonlyMap<PartyId, Uint8Array>,
  before?: Uint8Array,
): Uint8Array | undefined {
  const k = at % Math.max(1, bytes.length);
  switch (how) {
    case 'flip':
      return bytes.map((byte, index) => (index === k ? byte ^ (1 << bit) : byte));
    case 'cut':
      return bytes.slice(0, k);
    case 'extend':
      return Uint8Array.of(...bytes, bit);
    case 'drop':
      return undefined;
    case 'repeat another':
      return [...said].find(([id]) => id !== liar)?.[1];
    case 'repeat the round before':
      return before ?? bytes;
    case 'zeros':
      return bytes.map((byte, index) => (index >= k ? 0 : byte));
    case 'random':
      return randomBytes(bytes.length);
  }
}

function subsetOf(n: number, size: number): fc.Arbitrary<PartyId[]> {
  return fc
    .shuffledSubarray(idsTo(n), { minLength: size, maxLength: size })
    .map((ids) => ids.toSorted((a, b) => a - b).map(partyIdOf));
}

function readable(suite: Ciphersuite, shares: Shares) {
  const { publicKey } = shares.get(liar)!;
  return suite.readsNegated(publicKey) ? suite.group.negate(publicKey) : publicKey;
}
