/** OT set-up by honest parties: what both sides of a pair hold fits, and signs. */
import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict';
import { inspect } from 'node:util';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import { type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { ecdsaSign } from '../../../signer/protocol/ecdsa/ecdsaSign.ts';
import { otSetup } from '../../../signer/protocol/ecdsa/ot/otSetup.ts';
import { OtPairs, type PairSetup } from '../../../signer/protocol/ecdsa/ot/pairs.ts';
import { keygen } from '../../../signer/protocol/keygen/keygen.ts';
import { type Booted, boot, generateEcdsa, ready, setUp, signEcdsa, suite } from '../ecdsaKeys.ts';
import { idsTo } from '../keys.ts';
import { committees, resultOf, simulate } from '../simulate.ts';
import { portableEcdsa } from '../suites.ts';
import { hex } from '../vectors/shared.ts';
import { seeded } from './seeds.ts';

const [alice, bob, carol] = [1, 2, 3].map(partyIdOf) as [PartyId, PartyId, PartyId];

function setupOf({ boots, pairs }: Booted, id: PartyId, peer: PartyId): PairSetup {
  const [use] = pairs.get(id)!.begin([boots.get(peer)!], randomBytes(32));
  return use!.setup;
}

describe('OT set-up', () => {
  const enclaves = boot([1, 2, 3]);
  for (const outcome of setUp(enclaves, [1, 2, 3]).values()) resultOf(outcome);

  it('gives the receiver of each base OT the seed that it chose, and not the other', () => {
    for (const [id, peer] of [
      [alice, bob],
      [bob, alice],
      [bob, carol],
      [carol, alice],
    ] as const) {
      const { delta, chosen } = setupOf(enclaves, id, peer).sender;
      const { zeros, ones } = setupOf(enclaves, peer, id).receiver;
      for (let i = 0; i < 128; i++) {
        const seed = (seeds: Uint32Array) => hex(Uint8Array.from(Buffer.from(seeds.slice(8 * i, 8 * i + 8).buffer)));
        const isOne = ((delta[i >> 5]! >>> (i & 31)) & 1) === 1;
        equal(seed(chosen), seed(isOne ? ones : zeros));
        notDeepEqual(seed(chosen), seed(isOne ? zeros : ones));
      }
      equal(new Set([...zeros, ...ones]).size > 2000, true);
    }
  });

  it('gives both sides of a pair one id and one seed for zeros, and each pair its own', () => {
    const pairs = [
      [alice, bob],
      [alice, carol],
      [bob, carol],
    ] as const;
    for (const [a, b] of pairs) {
      deepEqual(setupOf(enclaves, a, b).id, setupOf(enclaves, b, a).id);
      deepEqual(setupOf(enclaves, a, b).zeroSeed, setupOf(enclaves, b, a).zeroSeed);
    }
    const all = pairs.flatMap(([a, b]) => [setupOf(enclaves, a, b).id, setupOf(enclaves, a, b).zeroSeed].map(hex));
    equal(new Set(all).size, 6);
  });

  it('serves every key of its boots, in whatever order they count', () => {
    for (const shares of [generateEcdsa(2, 3), generateEcdsa(3, 3)]) {
      const outcomes = signEcdsa(enclaves, shares, [1, 2, 3], { digest: randomBytes(32), tweaks: [] });
      for (const outcome of outcomes.values()) equal(resultOf(outcome).length, 65);
    }
    // As other parties of another key.
    const turned = new Map([1, 2, 3].map((id) => [partyIdOf(id), enclaves.boots.get(partyIdOf((id % 3) + 1))!]));
    const pairs = new Map([1, 2, 3].map((id) => [partyIdOf(id), enclaves.pairs.get(partyIdOf((id % 3) + 1))!]));
    const outcomes = signEcdsa({ boots: turned, pairs }, generateEcdsa(2, 3), [1, 2, 3], {
      digest: randomBytes(32),
      tweaks: [],
    });
    equal(resultOf(outcomes.get(alice)).length, 65);
  });

  it('prints as a secret, and is of one boot', () => {
    const pairs = enclaves.pairs.get(alice)!;
    equal(`${JSON.stringify(pairs)}${inspect(pairs)}`, '"<secret>"<secret>');
    const [own] = committees([1, 2], 2);
    throws(() => otSetup(own!, suite, enclaves.boots, new OtPairs(randomBytes(32)), randomBytes).next(), RangeError);
    throws(() => otSetup(own!, suite, new Map(), pairs, randomBytes).next(), RangeError);
  });
});

describe('threshold ECDSA on two engines', () => {
  it('is signed by a signer on each', () => {
    const shares = generateEcdsa(2, 2);
    const { boots, pairs } = ready(2);
    const request = { digest: randomBytes(32), tweaks: [] };
    const outcomes = simulate(committees([1, 2], 2), (own) => {
      const engine = own.self === alice ? suite : portableEcdsa;
      return ecdsaSign(own, engine, shares.get(own.self)!, request, boots, pairs.get(own.self)!, randomBytes);
    });
    deepEqual(resultOf(outcomes.get(alice)), resultOf(outcomes.get(bob)));
  });

  it('accepts the signatures that the other accepts', () => {
    const shares = generateEcdsa(2, 2);
    const digest = randomBytes(32);
    const signature = resultOf(signEcdsa(ready(2), shares, [1, 2], { digest, tweaks: [] }).get(alice)).slice(0, 64);
    const key = shares.get(alice)!.publicKey;
    const { scalars } = suite.group;
    const high = concatBytes(signature.slice(0, 32), scalars.negate(scalars.decode(signature.slice(32))));
    const order = Uint8Array.from(Buffer.from(scalars.order.toString(16), 'hex'));
    const bad = [
      high,
      concatBytes(new Uint8Array(32), signature.slice(32)),
      concatBytes(signature.slice(0, 32), new Uint8Array(32)),
      concatBytes(order, signature.slice(32)),
      concatBytes(signature.slice(0, 32), order),
      signature.slice(1),
      concatBytes(signature, Uint8Array.of(27)),
      randomBytes(64),
    ];
    for (const engine of [suite, portableEcdsa]) {
      equal(engine.isSignature(key, digest, signature), true);
      equal(engine.isSignature(key, randomBytes(32), signature), false);
      for (const other of bad) equal(engine.isSignature(key, digest, other), false);
    }
  });
});

describe('the transcript of threshold ECDSA', () => {
  for (const { t, n, signers, known } of knownAnswers())
    it(`is the same for the same randomness, from key generation to the signature: ${t} of ${n}`, () => {
      deepEqual(transcriptOf(t, n, signers), known);
    });
});

/** The hash of every message in order, and the signature. */
function transcriptOf(t: number, n: number, signers: readonly number[]): readonly [string, string] {
  const ids = idsTo(n);
  const context = new Uint8Array(32).fill(7);
  const said: Uint8Array[] = [];
  const hear = (_from: PartyId, _to: PartyId, _round: string, bytes: Uint8Array) => {
    said.push(sha256(bytes));
    return bytes;
  };
  const sources = new Map(ids.map((id) => [partyIdOf(id), seeded(`party ${id}`)]));
  const boots = new Map(ids.map((id) => [partyIdOf(id), new Uint8Array(32).fill(id)]));
  const pairs = new Map([...boots].map(([id, nonce]) => [id, new OtPairs(nonce)]));
  const shares = simulate(committees(ids, t, context), (own) => keygen(own, suite, sources.get(own.self)!), hear);
  const ready = simulate(
    committees(signers, t, context),
    (own) => otSetup(own, suite, boots, pairs.get(own.self)!, sources.get(own.self)!),
    hear,
  );
  for (const outcome of ready.values()) resultOf(outcome);
  const request = {
    digest: new Uint8Array(32).fill(9),
    tweaks: [{ kind: 'plain' as const, scalar: suite.group.scalars.from(5) }],
  };
  const signed = simulate(
    committees(signers, t, context),
    (own) => {
      const share = resultOf(shares.get(own.self));
      return ecdsaSign(own, suite, share, request, boots, pairs.get(own.self)!, sources.get(own.self)!);
    },
    hear,
  );
  const [signature, ...others] = signers.map((id) => hex(resultOf(signed.get(partyIdOf(id)))));
  for (const other of others) equal(other, signature);
  return [hex(sha256(concatBytes(...said))), signature!];
}

/** Computed once, to be noticed when they change: enclaves of two versions could not sign together. */
function knownAnswers() {
  return [
    {
      ...{ t: 2, n: 2, signers: [1, 2] },
      known: [
        '31232e08a12d4d9d60ab3f6835eda9582ed736b79c9402737c7b1afe338a6f89',
        '9f9c99f1fa65d260aab91046a12d726a4d9d349cf6bbad56ee4f5cce6340fdf245079a80adbe09ac11c528f3221a05d1640e7fed5dfcaff1a99aa0e830dae6471b',
      ],
    },
    {
      ...{ t: 3, n: 5, signers: [1, 3, 5] },
      known: [
        '8cfc6539888880f3a52d4ae54a481a721d8f1e91802495ba27062ae52e244cf1',
        '0727621b22012c4f795dcdf01b8dbbc3a42a40828b41a8b7b90408fca9653f2a6d8a46862e463fc2feaa341e895cf652f71c72dd8902292e9ac9b8339560d03e1c',
      ],
    },
  ];
}
