/** Attacks on threshold ECDSA: presignatures, nonces, inputs, shares. */
import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict';
import { inspect } from 'node:util';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { committeeOf, type PartyId, partyIdOf, type Rng } from '../../../signer/protocol/committee.ts';
import { ecdsaSign } from '../../../signer/protocol/ecdsa/ecdsaSign.ts';
import { commitTo, drawInstance, type Instance } from '../../../signer/protocol/ecdsa/instance.ts';
import { online } from '../../../signer/protocol/ecdsa/online.ts';
import { OtPairs } from '../../../signer/protocol/ecdsa/ot/pairs.ts';
import { presign, randomOf } from '../../../signer/protocol/ecdsa/presign.ts';
import {
  derivedPublicKey,
  type EcdsaRequest,
  type EcdsaSession,
  startEcdsa,
} from '../../../signer/protocol/ecdsa/session.ts';
import type { FaultCode } from '../../../signer/protocol/fault.ts';
import { decodeKeyShare, encodeKeyShare } from '../../../signer/protocol/keygen/keyShare.ts';
import { OneTime } from '../../../signer/protocol/onetime.ts';
import { Malformed } from '../../../signer/protocol/reader.ts';
import type { RoundOut } from '../../../signer/protocol/round.ts';
import { type Cheat, corruptPresign } from '../ecdsa/corrupt.ts';
import { seeded } from '../ecdsa/seeds.ts';
import { type Booted, copied, dealAll, generateEcdsa, ready, signEcdsa, suite } from '../ecdsaKeys.ts';
import { generate, idsTo, type Shares } from '../keys.ts';
import { flip, lieOf } from '../lies.ts';
import { type Adversary, committees, faultOf, honest, type Outcome, resultOf, simulate } from '../simulate.ts';
import { fast } from '../suites.ts';
import { attack } from './attack.ts';

const { scalars, multiplyBase } = suite.group;
const [alice, bob, carol] = [1, 2, 3].map(partyIdOf) as [PartyId, PartyId, PartyId];
const lie = lieOf(bob);
const digest = randomBytes(32);
const request: EcdsaRequest = { digest, tweaks: [] };
const one = scalars.from(1);

const shares = generateEcdsa(3, 4);
const twoOfThree = generateEcdsa(2, 3);
const enclaves = ready(4);
const three = [1, 2, 3];

/** Sets up again what an attack before has wiped. */
function fresh(ids: readonly number[] = three): Booted {
  const missing = ids.some((id) => ids.some((peer) => peer !== id && !isReady(id, peer)));
  if (missing) dealAll(enclaves, ids);
  return enclaves;
}

function isReady(id: number, peer: number): boolean {
  return enclaves.pairs.get(id as PartyId)!.has(enclaves.boots.get(peer as PartyId)!);
}

function start(
  id: PartyId,
  asked = request,
  ids: readonly number[] = three,
  context = new Uint8Array(32),
  key = shares,
) {
  const committee = committeeOf(id, ids, key.get(id)!.threshold, context);
  return startEcdsa(committee, suite, key.get(id)!, asked, enclaves.boots, enclaves.pairs.get(id)!);
}

/** Everybody but bob is honest. */
function withCorrupt(
  cheat: Cheat,
  ids: readonly number[] = three,
  key: Shares = shares,
): Map<PartyId, Outcome<unknown>> {
  fresh(ids);
  const context = randomBytes(32);
  return simulate<unknown>(committees(ids, key.get(bob)!.threshold, context), (own) =>
    own.self === bob
      ? corruptPresign(start(bob, request, ids, context, key), cheat, randomBytes)
      : ecdsaSign(own, suite, key.get(own.self)!, request, enclaves.boots, enclaves.pairs.get(own.self)!, randomBytes),
  );
}

function blamed(outcomes: ReadonlyMap<PartyId, Outcome<unknown>>, code: FaultCode, culprits: PartyId[] = [bob]): void {
  const honestOnes = [...outcomes].filter(([id]) => id !== bob);
  for (const [, outcome] of honestOnes) {
    const fault = faultOf(outcome);
    deepEqual([fault.code, fault.culprits], [code, culprits]);
  }
}

function run(adversary: Adversary, ids: readonly number[] = three, key: Shares = shares) {
  return signEcdsa(fresh(ids), key, ids, request, adversary);
}

describe('attacks on presignatures', () => {
  attack('A33', 'a presignature is used once, whatever becomes of the session', () => {
    fresh();
    const context = randomBytes(32);
    const sessions = new Map([alice, bob, carol].map((id) => [id, start(id, request, three, context)]));
    const made = simulate(committees(three, 3, context), (own) => presign(sessions.get(own.self)!, randomBytes));
    const presignature = resultOf(made.get(alice));
    equal(`${JSON.stringify({ presignature })}${inspect(presignature)}`, '{"presignature":"<secret>"}<secret>');
    const first = online(sessions.get(alice)!, presignature);
    equal((first.next().value as { broadcast: Uint8Array }).broadcast.length, 64);
    equal(presignature.isTaken, true);
    // In parallel, and after an abort.
    throws(() => online(sessions.get(alice)!, presignature).next(), /used before/);
    throws(() => first.throw(new Error('given up')), /given up/);
    throws(() => online(sessions.get(alice)!, presignature).next(), /used before/);
  });

  attack('A33', 'no session comes twice, not in parallel, not after a failure and not after a restart', () => {
    fresh();
    const context = randomBytes(32);
    start(alice, request, three, context);
    throws(() => start(alice, request, three, context), /has used its OTs before/);
    throws(() => start(alice, { ...request, digest: randomBytes(32) }, three, context), /has used its OTs before/);
    throws(() => start(alice, request, [1, 2, 4], context), /has used its OTs before/);
    // Nothing of OT is kept over a restart, nor of a presignature: there is no encoding for either.
    const restarted = new OtPairs(enclaves.boots.get(alice)!);
    const share = decodeKeyShare(suite, encodeKeyShare(shares.get(alice)!));
    const committee = committeeOf(alice, three, 3, randomBytes(32));
    throws(() => startEcdsa(committee, suite, share, request, enclaves.boots, restarted), { name: 'NoSetup' });
  });

  attack('A34', 'nobody learns a nonce before everybody is bound to digest, tweak, set and session', () => {
    const tweak = { kind: 'plain' as const, scalar: scalars.reduce(randomBytes(64)) };
    for (const other of [
      { ...request, digest: randomBytes(32) },
      { ...request, tweaks: [tweak] },
    ]) {
      const rounds = new Set<string>();
      const context = randomBytes(32);
      fresh();
      const outcomes = simulate(
        committees(three, 3, context),
        (own) => {
          const asked = own.self === bob ? other : request;
          const share = shares.get(own.self)!;
          return ecdsaSign(own, suite, share, asked, enclaves.boots, enclaves.pairs.get(own.self)!, randomBytes);
        },
        (_from, _to, round, bytes) => {
          rounds.add(round);
          return bytes;
        },
      );
      for (const outcome of outcomes.values()) equal(faultOf(outcome).code, 'request-differs');
      deepEqual(faultOf(outcomes.get(alice)).disputes, [{ about: alice, reporter: bob }]);
      deepEqual([...rounds], ['ecdsa/commitments', 'ecdsa/commitments/direct']);
    }
  });

  attack(
    'A34',
    'the nonce differs for another digest, tweak, set or session, even where the randomness does not',
    () => {
      fresh(idsTo(4));
      const tweak = { kind: 'plain' as const, scalar: one };
      const R = (asked: EcdsaRequest, ids: readonly number[]) =>
        Buffer.from(drawHedged(start(alice, asked, ids, randomBytes(32)), seeded('nonce')).opening.R).toString('hex');
      const nonces = [
        R(request, three),
        R(request, three),
        R({ ...request, digest: randomBytes(32) }, three),
        R({ ...request, tweaks: [tweak] }, three),
        R(request, [1, 2, 4]),
      ];
      equal(new Set(nonces).size, nonces.length);
    },
  );

  attack('A34', 'the same request signed twice has another r', () => {
    const [first, second] = [0, 1].map(() => resultOf(run(honest).get(alice)).slice(0, 32));
    notDeepEqual(first, second);
  });

  attack('A38', 'nonces are uniform in every bit, from 512 bits of randomness that are hashed', () => {
    fresh();
    const lengths: number[] = [];
    const rng = (length: number) => {
      lengths.push(length);
      return randomBytes(length);
    };
    const session = start(alice, request, three, randomBytes(32));
    const count = 1500;
    const nonces = Array.from({ length: count }, () => bytesToNumberBE(drawHedged(session, rng).r_i));
    deepEqual([...new Set(lengths)], [64]);
    const deviation = 6 * Math.sqrt(count / 4);
    for (let k = 0n; k < 256n; k++) {
      const ones = nonces.filter((nonce) => ((nonce >> k) & 1n) === 1n).length;
      equal(Math.abs(ones - count / 2) < deviation, true, `bit ${k}: ${ones}`);
    }
    const leading = nonces.filter((nonce) => nonce >> 248n === 0n).length;
    // Six are to be expected.
    equal(leading < 25, true, `${leading} nonces with a leading zero`);
    equal(new Set(nonces).size, count);
  });
});

describe('attacks on ECDSA signatures', () => {
  attack('A35', 'a digest of zero, or zero modulo the order, or of another length, is not signed', () => {
    fresh();
    const order = Buffer.from(scalars.order.toString(16), 'hex');
    for (const bad of [new Uint8Array(32), Uint8Array.from(order), randomBytes(31), randomBytes(33), new Uint8Array()])
      throws(() => start(alice, { digest: bad, tweaks: [] }, three, randomBytes(32)), RangeError);
  });

  attack('A35', 'signers whose nonces cancel out get no signature', () => {
    const ids = [1, 2];
    fresh(ids);
    const context = randomBytes(32);
    const hers = start(alice, request, ids, context, twoOfThree);
    // Bob could know her nonce only from a source that repeats itself.
    const { r_i } = drawHedged(hers, seeded('known'));
    const opposite = scalars.negate(r_i);
    const instance = (own: Instance) => ({
      ...own,
      r_i: opposite,
      opening: { ...own.opening, R: multiplyBase(opposite) },
    });
    const outcomes = simulate<unknown>(committees(ids, 2, context), (own) =>
      own.self === bob
        ? corruptPresign(start(bob, request, ids, context, twoOfThree), { instance }, randomBytes)
        : presign(hers, seeded('known')),
    );
    const fault = faultOf(outcomes.get(alice));
    deepEqual([fault.code, fault.round, fault.culprits], ['degenerate-signature', 'ecdsa/multiplications', [bob]]);
  });

  attack('A35', 'signers whose shares cancel out get no signature, and can try again', () => {
    for (const part of [0, 32]) {
      const rushing: Adversary = (from, _to, round, bytes, said) =>
        from === bob && round === 'ecdsa/shares'
          ? cancelling(
              bytes,
              part,
              [alice, carol].map((id) => said.get(id)!),
            )
          : bytes;
      blamed(run(rushing), 'degenerate-signature', []);
      const alone: Adversary = (from, _to, round, bytes, said) =>
        from === bob && round === 'ecdsa/shares' ? cancelling(bytes, part, [said.get(alice)!]) : bytes;
      blamed(run(alone, [1, 2], twoOfThree), 'degenerate-signature');
    }
    equal(resultOf(run(honest).get(alice)).length, 65);
  });

  attack('A35', 'points that are none, and scalars that are not below the order, are blamed', () => {
    const wide = suite.group.encodeWide(multiplyBase(one));
    const offCurve = flip(64)(wide.slice());
    const identity = new Uint8Array(65);
    const hybrid = Uint8Array.of(6, ...wide.slice(1));
    const tooLarge = Uint8Array.of(4, ...new Uint8Array(32).fill(255), ...wide.slice(33));
    for (const bad of [offCurve, identity, hybrid, tooLarge]) {
      for (const [round, at] of [
        ['ecdsa/multiplications', 96],
        ['ecdsa/multiplications', 96 + 65],
        ['ecdsa/multiplications/direct', -32 - 130],
        ['ecdsa/multiplications/direct', -32 - 65],
      ] as const)
        blamed(run(lie(round, put(bad, at))), 'malformed');
    }
    const order = Uint8Array.from(Buffer.from(scalars.order.toString(16), 'hex'));
    blamed(run(lie('ecdsa/multiplications/direct', put(order, -32))), 'malformed');
    blamed(run(lie('ecdsa/multiplications/direct', put(order, 0))), 'malformed');
    for (const at of [0, 32]) blamed(run(lie('ecdsa/shares', put(order, at))), 'malformed');
  });

  attack('A35', 'an R whose x is not below the order says no share, and is gone', () => {
    const session = start(alice, request, [1, 2], randomBytes(32), twoOfThree);
    const { Fp } = secp256k1.Point;
    const xs = Array.from({ length: 64 }, (_, k) => scalars.order + BigInt(k));
    const x = xs.find((each) => isSquare(Fp.create(each ** 3n + 7n)))!;
    const R = suite.group.decodeElement(Uint8Array.of(2, ...numberToBytesBE(x, 32)));
    const presignature = new OneTime({ R, u_i: scalars.from(1), v_i: scalars.from(1), phi_i: scalars.from(1) });
    throws(() => online(session, presignature).next(), { code: 'degenerate-signature', culprits: [bob] });
    equal(presignature.isTaken, true);
  });

  attack('A36', 's is low, and v says which R', () => {
    const seen = new Set<number>();
    for (let k = 0; k < 24; k++) {
      const signature = resultOf(run(honest, [1, 2], twoOfThree).get(alice));
      equal(bytesToNumberBE(signature.slice(32, 64)) <= scalars.order / 2n, true);
      seen.add(signature[64]!);
      const recovered = Uint8Array.of(signature[64]! - 27, ...signature.slice(0, 64));
      deepEqual(
        secp256k1.recoverPublicKey(recovered, digest, { prehash: false }),
        Uint8Array.from(twoOfThree.get(alice)!.publicKey),
      );
    }
    deepEqual([...seen].sort(), [27, 28]);
  });

  attack('A37', 'one wrong bit in any share, and nobody gets a signature', () => {
    for (let k = 0; k < 12; k++) {
      const at = (k * 41) % 64;
      // With three signers nobody can tell who lied; with two, the other knows.
      blamed(run(lie('ecdsa/shares', flip(at))), 'invalid-signature', []);
      blamed(run(lie('ecdsa/shares', flip(at)), [1, 2], twoOfThree), 'invalid-signature');
    }
  });

  attack('A39', 'signers sign for their own key only, and for derived keys that all of them derive', () => {
    fresh();
    const cancel = { kind: 'plain' as const, scalar: scalars.reduce(randomBytes(64)) };
    throws(() => start(alice, { digest, tweaks: [{ ...cancel, kind: 'xonly' }] }, three, randomBytes(32)), RangeError);
    throws(
      () =>
        start(alice, { digest, tweaks: [{ ...cancel, scalar: new Uint8Array(32).fill(255) }] }, three, randomBytes(32)),
      Malformed,
    );
    const known = scalars.from(5);
    throws(
      () => derivedPublicKey(suite, multiplyBase(known), [{ kind: 'plain', scalar: scalars.negate(known) }]),
      /identity/,
    );
    const schnorr = generate(fast.bip340, 3, 3);
    const committee = committeeOf(alice, three, 3, randomBytes(32));
    const pairs = enclaves.pairs.get(alice)!;
    throws(() => startEcdsa(committee, suite, schnorr.get(alice)!, request, enclaves.boots, pairs), /does not sign/);
    // A signature for one derived key is none for another, nor for the root.
    const signature = resultOf(signEcdsa(fresh(), shares, three, { digest, tweaks: [cancel] }).get(alice)).slice(0, 64);
    const root = shares.get(alice)!.publicKey;
    equal(suite.isSignature(derivedPublicKey(suite, root, [cancel]), digest, signature), true);
    equal(suite.isSignature(root, digest, signature), false);
  });

  attack('A31', 'too few signers, strangers and other boots are refused before any OT is used', () => {
    const all = fresh(idsTo(4));
    const share = shares.get(alice)!;
    const pairs = all.pairs.get(alice)!;
    const begin = (ids: number[], threshold: number, boots = all.boots) =>
      startEcdsa(committeeOf(1, ids, threshold, new Uint8Array(32)), suite, share, request, boots, pairs);
    throws(() => begin([1, 2], 3), RangeError);
    throws(() => begin([1, 2], 2), RangeError);
    throws(() => begin([1, 2, 5], 3), RangeError);
    throws(() => begin(three, 3, new Map([...all.boots, [alice, randomBytes(32)]])), RangeError);
    throws(() => begin(three, 3, new Map([...all.boots, [carol, all.boots.get(bob)!]])), RangeError);
    throws(() => begin(three, 3, new Map([...all.boots, [carol, randomBytes(32)]])), { name: 'NoSetup' });
    begin(three, 3);
  });
});

describe('attacks on the inputs of multiplication', () => {
  const plusOne = (own: Instance, key: 'r_i' | 'sk_i'): Instance => ({ ...own, [key]: scalars.add(own[key], one) });

  attack('A44', 'whoever multiplies with another nonce or key part than it committed to is blamed', () => {
    for (const key of ['r_i', 'sk_i'] as const) {
      blamed(withCorrupt({ inputs: (own) => plusOne(own, key) }), 'inputs-differ');
      blamed(withCorrupt({ inputs: (own) => plusOne(own, key) }, [1, 2], twoOfThree), 'inputs-differ');
    }
    blamed(withCorrupt({ opening: (own) => ({ ...own, R: multiplyBase(one) }) }), 'inputs-differ');
  });

  attack(
    'A44',
    'whoever multiplies with another nonce with one peer is blamed by that peer, and the others get nothing',
    () => {
      const outcomes = withCorrupt({ inputs: (own, to) => (to === carol ? plusOne(own, 'r_i') : own) });
      const [fault, other] = [faultOf(outcomes.get(carol)), faultOf(outcomes.get(alice))];
      deepEqual([fault.code, fault.culprits], ['inputs-differ', [bob]]);
      // Carol has left, and bob says nothing more: neither is proven guilty to alice.
      deepEqual([other.code, other.culprits], ['silent', []]);
      equal(isReady(carol, bob), false);
      equal(isReady(alice, bob), true);
      equal(isReady(carol, alice), true);
    },
  );

  attack('A44', 'parts that do not make the key end the session, and name the other of two', () => {
    const another = (own: Instance): Instance => {
      const sk_i = scalars.add(own.sk_i, one);
      return { ...own, sk_i, opening: { ...own.opening, pk: multiplyBase(sk_i) } };
    };
    blamed(withCorrupt({ instance: another }), 'wrong-public-key', []);
    blamed(withCorrupt({ instance: another }, [1, 2], twoOfThree), 'wrong-public-key');
  });

  attack('A44', 'wrong Gamma is blamed, wrong psi leaves nobody with a signature', () => {
    const other = suite.group.encodeWide(multiplyBase(scalars.from(7)));
    for (const at of [-32 - 130, -32 - 65])
      blamed(run(lie('ecdsa/multiplications/direct', put(other, at))), 'inputs-differ');
    blamed(run(lie('ecdsa/multiplications/direct', put(scalars.from(7), -32))), 'invalid-signature', []);
    blamed(
      run(lie('ecdsa/multiplications/direct', put(scalars.from(7), -32)), [1, 2], twoOfThree),
      'invalid-signature',
    );
  });

  attack('A45', 'an opening that was not committed to is blamed, and so is a copied one', () => {
    const point = suite.group.encodeWide(multiplyBase(scalars.from(9)));
    for (const at of [96, 96 + 65])
      blamed(run(lie('ecdsa/multiplications', put(point, at))), 'commitment-opened-differently');
    blamed(run(lie('ecdsa/multiplications', flip(96 + 130))), 'commitment-opened-differently');
    // Its extension was made under the other one.
    blamed(run(lie('ecdsa/commitments', flip(32))), 'ot-check-failed');
    // It denies what it said itself.
    blamed(run(lie('ecdsa/multiplications', flip(32))), 'equivocation');
    const { commitment, opening } = beginningOf(alice);
    blamed(withCorrupt({ commitment, opening: () => opening }), 'commitment-opened-differently');
  });

  attack('A45', 'a commitment of another session, set or signer opens nothing', () => {
    for (const { commitment, opening } of [
      beginningOf(bob),
      beginningOf(bob, idsTo(4)),
      beginningOf(bob, three, { digest: randomBytes(32), tweaks: [] }),
      beginningOf(carol),
    ])
      blamed(withCorrupt({ commitment, opening: () => opening }), 'commitment-opened-differently');
  });
});

/** What a signer commits to, and how, in a session of its own. */
function beginningOf(id: PartyId, ids: readonly number[] = three, asked: EcdsaRequest = request) {
  fresh(ids);
  const session = start(id, asked, ids, randomBytes(32));
  const { opening } = drawHedged(session, randomBytes);
  return { commitment: commitTo(session, id, opening), opening };
}

describe('attacks on the messages of ECDSA', () => {
  const rounds = [
    'ecdsa/commitments',
    'ecdsa/commitments/direct',
    'ecdsa/multiplications',
    'ecdsa/multiplications/direct',
    'ecdsa/shares',
  ];

  attack('A13', 'whoever speaks with the bytes of another is blamed itself, or nobody is', () => {
    for (const round of rounds) {
      const outcomes = run((from, to, at, bytes, said) =>
        from === bob && at === round ? said.get(to === alice ? carol : alice)! : bytes,
      );
      for (const id of [alice, carol]) {
        const { culprits, disputes } = faultOf(outcomes.get(id));
        equal(
          culprits.every((culprit) => culprit === bob),
          true,
          `${round}: ${culprits}`,
        );
        equal(round === 'ecdsa/shares' || culprits.length + disputes.length > 0, true, round);
      }
    }
  });

  attack('A45', 'messages that are too short, too long or empty are blamed', () => {
    for (const round of rounds) {
      for (const alter of [
        (bytes: Uint8Array) => bytes.slice(1),
        (bytes: Uint8Array) => Uint8Array.of(...bytes, 0),
        () => new Uint8Array(),
      ])
        blamed(run(lie(round, alter)), 'malformed');
    }
  });

  attack('A45', 'a message said in another round brings nobody a signature, and blame on nobody else', () => {
    const said = new Map<string, Uint8Array>();
    run((from, to, round, bytes) => {
      if (from === bob && to === alice) said.set(round, bytes);
      return bytes;
    });
    for (const at of rounds) {
      for (const other of rounds.filter((round) => round !== at)) {
        const outcomes = run((from, _to, round, bytes) => (from === bob && round === at ? said.get(other)! : bytes));
        for (const id of [alice, carol]) {
          const { culprits } = faultOf(outcomes.get(id));
          equal(
            culprits.every((culprit) => culprit === bob),
            true,
            `${other} in ${at}`,
          );
        }
      }
    }
  });

  attack(
    'A09',
    'a signer that leads two lives leaves nobody with a signature, and evidence against itself alone',
    () => {
      fresh();
      const context = randomBytes(32);
      const pairs = copied(enclaves, bob);
      const life = startEcdsa(
        committeeOf(bob, three, 3, context),
        suite,
        shares.get(bob)!,
        request,
        enclaves.boots,
        pairs,
      );
      const second = presign(life, randomBytes).next().value as RoundOut;
      const outcomes = simulate(
        committees(three, 3, context),
        (own) =>
          ecdsaSign(
            own,
            suite,
            shares.get(own.self)!,
            request,
            enclaves.boots,
            enclaves.pairs.get(own.self)!,
            randomBytes,
          ),
        (from, to, round, bytes) => {
          if (from !== bob || to !== carol) return bytes;
          if (round === 'ecdsa/commitments') return second.broadcast;
          return round === 'ecdsa/commitments/direct' ? second.direct?.get(carol) : bytes;
        },
      );
      for (const id of [alice, carol]) {
        const fault = faultOf(outcomes.get(id));
        equal(fault.code, 'equivocation');
        deepEqual([...new Set(fault.disputes.map(({ about }) => about))], [bob]);
        equal(
          fault.culprits.every((culprit) => culprit === bob),
          true,
        );
      }
    },
  );

  attack('A29', 'a signer that says nothing is silent, in any round, and nobody is blamed', () => {
    for (const round of rounds) {
      const outcomes = run((from, _to, at, bytes) => (from === bob && at === round ? undefined : bytes));
      for (const id of [alice, carol]) {
        const fault = faultOf(outcomes.get(id));
        deepEqual([fault.code, fault.culprits, fault.silent], ['silent', [], [bob]]);
      }
    }
  });

  attack(
    'A47',
    'a restored snapshot draws other nonces for another request, and signs nothing without OT of its own boot',
    () => {
      fresh();
      const restored = decodeKeyShare(suite, encodeKeyShare(shares.get(alice)!));
      const draw = () =>
        startEcdsa(
          committeeOf(1, three, 3, randomBytes(32)),
          suite,
          restored,
          request,
          enclaves.boots,
          enclaves.pairs.get(alice)!,
        );
      notDeepEqual(drawHedged(draw(), seeded('snapshot')).r_i, drawHedged(draw(), seeded('snapshot')).r_i);
    },
  );

  attack('A11', 'the wire never carries a part of nonce, mask or key', () => {
    fresh();
    const context = randomBytes(32);
    const secrets: Uint8Array[] = [...shares.values()].map(({ secret }) => secret.reveal());
    const session = start(bob, request, three, context);
    const wire: Uint8Array[] = [];
    simulate<unknown>(
      committees(three, 3, context),
      (own) => {
        if (own.self !== bob)
          return ecdsaSign(
            own,
            suite,
            shares.get(own.self)!,
            request,
            enclaves.boots,
            enclaves.pairs.get(own.self)!,
            randomBytes,
          );
        const keep = (instance: Instance) => {
          secrets.push(instance.r_i.slice(), instance.phi_i.slice(), instance.sk_i.slice());
          return instance;
        };
        return corruptPresign(session, { instance: keep }, randomBytes);
      },
      (_from, _to, _round, bytes) => {
        wire.push(bytes);
        return bytes;
      },
    );
    const traffic = Buffer.concat(wire);
    equal(secrets.length, 7);
    for (const secret of secrets) equal(traffic.includes(secret) || traffic.includes(secret.toReversed()), false);
  });
});

/** What `presign` draws first. */
function drawHedged(session: EcdsaSession, rng: Rng): Instance {
  return drawInstance(session, randomOf(session, rng).of('instance'));
}

function isSquare(y2: bigint): boolean {
  const { Fp } = secp256k1.Point;
  return Fp.eql(Fp.pow(y2, (Fp.ORDER - 1n) / 2n), Fp.ONE);
}

/** Replaces what lies `at`, from the end if negative. */
function put(what: Uint8Array, at: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    bytes.set(what, at < 0 ? bytes.length + at : at);
    return bytes;
  };
}

/** A share that makes the sum at `part` zero. */
function cancelling(own: Uint8Array, part: number, others: readonly Uint8Array[]): Uint8Array {
  const sum = others.map((said) => scalars.decode(said.slice(part, part + 32))).reduce(scalars.add);
  const altered = own.slice();
  altered.set(scalars.negate(sum), part);
  return altered;
}
