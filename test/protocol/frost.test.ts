/** Signing: every large enough subset agrees on a valid signature, and each lie of each round is blamed on the liar. */
import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict';
import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr } from '@noble/curves/secp256k1.js';
import { randomBytes } from '@noble/hashes/utils.js';
import sodium from 'libsodium-wrappers-sumo';
import type { Ciphersuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { committeeOf, type PartyId, partyIdOf } from '../../signer/protocol/committee.ts';
import type { FaultCode } from '../../signer/protocol/fault.ts';
import { frostSign } from '../../signer/protocol/frost/frostSign.ts';
import type { SigningRequest } from '../../signer/protocol/frost/session.ts';
import { type Tweak, tweakedPublicKey } from '../../signer/protocol/frost/signingKey.ts';
import { taprootTweak } from '../../signer/protocol/frost/taproot.ts';
import type { KeyShare } from '../../signer/protocol/keygen/keyShare.ts';
import type { Element } from '../../signer/protocol/math/group.ts';
import { asked, generate, idsTo, type Shares, sign } from './keys.ts';
import { addOne, flip, lieOf, otherCommitments } from './lies.ts';
import { type Adversary, committees, faultOf, resultOf, simulate } from './simulate.ts';
import { fast, portable } from './suites.ts';

const [alice, bob, carol] = [1, 2, 3].map(partyIdOf) as [PartyId, PartyId, PartyId];
const lie = lieOf(bob);

for (const suite of Object.values(fast)) {
  describe(`signing with ${suite.name}`, () => {
    const shares = generate(suite, 3, 5);
    signsWithEverySubset(suite, shares);
    blamesTheLiar(suite, shares);
    refusesBeforeAnyNonce(suite, shares);
    findsOutOtherRequests(suite, shares);
  });
}

describe('derived BIP-340 keys', () => {
  it('sign in all combinations of parities', () => {
    const seen = new Set<string>();
    for (let attempt = 0; seen.size < 8 && attempt < 400; attempt++) seen.add(signDerived());
    equal(seen.size, 8, [...seen].join(' '));
  });

  it('blame a wrong share in all combinations of parities', () => {
    const seen = new Set<string>();
    for (let attempt = 0; seen.size < 4 && attempt < 200; attempt++) seen.add(blameDerived());
    equal(seen.size, 4, [...seen].join(' '));
  });

  it('sign each message of a session with its own', () => {
    const { shares, orders, keys } = severalKeys();
    const signatures = resultOf(sign(fast.bip340, shares, [1, 3], { orders }).get(alice));
    for (const [j, { message }] of orders.entries())
      for (const [k, key] of keys.entries())
        equal(schnorr.verify(signatures[j]!, message, key.slice(1)), j === k, `signature ${j}, key ${k}`);
  });

  it('blame who signs one of several messages wrongly, whichever', () => {
    const { shares, orders } = severalKeys();
    for (const j of orders.keys()) {
      const outcomes = sign(
        fast.bip340,
        shares,
        [1, 2, 3],
        { orders },
        lie('frost/shares', addOne(fast.bip340, -32 * (orders.length - j))),
      );
      for (const honest of [alice, carol]) deepEqual(faultOf(outcomes.get(honest)).culprits, [bob]);
    }
  });

  it('are part of what signers compare: other tweaks of one message are another request', () => {
    const { shares, orders } = severalKeys();
    const swapped = orders.map(({ message }, j) => ({ message, tweaks: orders[(j + 1) % orders.length]!.tweaks }));
    const context = new Uint8Array(32);
    for (const differently of [swapped, [orders[0]!, { ...orders[1]!, tweaks: [] }, ...orders.slice(2)]]) {
      const outcomes = simulate(committees([1, 2], 2, context), (own) =>
        frostSign(
          own,
          fast.bip340,
          shares.get(own.self)!,
          { orders: own.self === bob ? differently : orders },
          randomBytes,
        ),
      );
      for (const outcome of outcomes.values()) equal(faultOf(outcome).code, 'request-differs');
    }
  });

  it('do not exist for Ed25519', () => {
    const shares = generate(fast.ed25519, 2, 2);
    const tweaks: Tweak[] = [{ kind: 'plain', scalar: new Uint8Array(32).fill(1) }];
    throws(() => resultOf(sign(fast.ed25519, shares, [1, 2], asked([randomBytes(32)], tweaks)).get(alice)), RangeError);
  });
});

function signsWithEverySubset(suite: Ciphersuite, shares: Shares): void {
  const publicKey = shares.get(alice)!.publicKey;

  it('agrees within each of the sixteen subsets of three or more of five', () => {
    const message = randomBytes(32);
    for (const ids of subsets(idsTo(5)).filter((subset) => subset.length >= 3)) {
      const outcomes = [...sign(suite, shares, ids, asked([message])).values()].map(resultOf);
      for (const [signature] of outcomes) {
        deepEqual(signature, outcomes[0]![0]);
        acceptedByAll(suite, publicKey, message, signature!);
      }
    }
  });

  it('signs several messages of any length in one session', () => {
    const messages = [new Uint8Array(), randomBytes(1), randomBytes(32), randomBytes(1000)];
    const signatures = resultOf(sign(suite, shares, [1, 3, 5], asked(messages)).get(alice));
    for (const [m, message] of messages.entries()) acceptedByAll(suite, publicKey, message, signatures[m]!);
  });

  it('signs the same on both engines, from the same randomness', () => {
    const request = asked([new Uint8Array(32)]);
    const run = (engine: Ciphersuite) =>
      simulate(committees([1, 2, 3], 3, new Uint8Array(32)), ({ self, ...rest }) =>
        frostSign({ self, ...rest }, engine, shares.get(self)!, request, fixed),
      );
    deepEqual(run(suite), run(portable[suite.name]));
  });

  it('commits to other nonces each time, even from the same randomness for another share [I3]', () => {
    const request = asked([new Uint8Array(32)]);
    const say = (id: PartyId, rng: (length: number) => Uint8Array) =>
      frostSign(committeeOf(id, [1, 2, 3], 3, new Uint8Array(32)), suite, shares.get(id)!, request, rng).next().value;
    notDeepEqual(say(alice, fixed), say(bob, fixed));
    notDeepEqual(say(alice, randomBytes), say(alice, randomBytes));
  });
}

function blamesTheLiar(suite: Ciphersuite, shares: Shares): void {
  const request = asked([randomBytes(32), randomBytes(32)]);
  const faults = (adversary: Adversary, ids = [1, 2, 3]) => {
    const outcomes = sign(suite, shares, ids, request, adversary);
    return [alice, carol].map((honest) => faultOf(outcomes.get(honest)));
  };
  const blames = (title: string, code: FaultCode, adversary: Adversary) =>
    it(title, () => {
      for (const fault of faults(adversary)) deepEqual([fault.code, fault.culprits], [code, [bob]]);
    });

  blames(
    'blames the party that commits to no point',
    'malformed',
    lie('frost/commitments', (bytes) => bytes.fill(0, 32, 32 + 33)),
  );
  blames(
    'blames the party whose message has another length',
    'malformed',
    lie('frost/shares', (bytes) => bytes.slice(1)),
  );
  blames(
    'blames the party whose share is no scalar',
    'malformed',
    lie('frost/shares', (bytes) => bytes.fill(0xff, -32)),
  );
  blames('blames the party whose share is wrong', 'invalid-signature-share', lie('frost/shares', addOne(suite, -32)));
  blames(
    'blames the party whose share of another message is wrong',
    'invalid-signature-share',
    lie('frost/shares', addOne(suite, -64)),
  );
  blames('blames the party that contradicts its own commitment', 'equivocation', lie('frost/shares', flip(32)));

  it('blames all parties whose shares are wrong, and only them', () => {
    const twoLie: Adversary = (from, _to, round, bytes) =>
      from !== alice && round === 'frost/shares' ? addOne(suite, -32)(bytes.slice()) : bytes;
    const fault = faultOf(sign(suite, shares, [1, 2, 3], request, twoLie).get(alice));
    deepEqual([fault.code, fault.culprits], ['invalid-signature-share', [bob, carol]]);
  });

  it('names nobody if a signer heard other commitments, but the dispute', () => {
    for (const { code, culprits, disputes } of faults(lie('frost/shares', flip(0)))) {
      if (disputes.some(({ about }) => about === alice))
        deepEqual([code, culprits, disputes], ['equivocation', [], [{ about: alice, reporter: bob }]]);
    }
  });

  it('frames nobody for a signer that commits differently to different signers', () => {
    const split: Adversary = (from, to, round, bytes) =>
      from === bob && to === carol && round === 'frost/commitments' ? otherCommitments(suite, bytes) : bytes;
    for (const [honest, outcome] of sign(suite, shares, [1, 2, 3], request, split)) {
      if (honest === bob) continue;
      const fault = faultOf(outcome);
      equal(fault.code, 'equivocation');
      deepEqual(
        fault.culprits.filter((id) => id !== bob),
        [],
      );
      equal(
        fault.disputes.every(({ about }) => about === bob),
        true,
      );
    }
  });

  it('calls a party silent, not culpable, whose messages do not arrive', () => {
    for (const round of ['frost/commitments', 'frost/shares']) {
      for (const fault of faults((from, _to, at, bytes) => (from === bob && at === round ? undefined : bytes))) {
        deepEqual([fault.code, fault.culprits, fault.silent], ['silent', [], [bob]]);
      }
    }
  });
}

function refusesBeforeAnyNonce(suite: Ciphersuite, shares: Shares): void {
  const noRandomness = () => {
    throw new Error('a nonce was made');
  };
  const start = (self: number, ids: number[], request: SigningRequest, share: KeyShare, t = 3) =>
    frostSign(committeeOf(self, ids, t, new Uint8Array(32)), suite, share, request, noRandomness).next();
  const request = asked([randomBytes(32)]);

  it('refuses too few signers, strangers, and the share of another party', () => {
    const share = shares.get(alice)!;
    throws(() => start(1, [1, 2], request, share), RangeError);
    throws(() => start(1, [1, 2, 6], request, share), RangeError);
    throws(() => start(2, [1, 2, 3], request, share), RangeError);
    throws(() => start(1, [1, 2, 3], request, share, 2), RangeError);
  });

  it('refuses no message, too many messages, and a key of another scheme', () => {
    const share = shares.get(alice)!;
    throws(() => start(1, [1, 2, 3], asked([]), share), RangeError);
    throws(() => start(1, [1, 2, 3], asked(Array(257).fill(new Uint8Array(32))), share), RangeError);
    throws(() => start(1, [1, 2, 3], request, { ...share, suite: 'ecdsa' }), RangeError);
  });
}

/** Signers that were asked for different things: none of them lies, or none can be shown to. */
function findsOutOtherRequests(suite: Ciphersuite, shares: Shares): void {
  const [one, other, third] = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const ids = [1, 2, 3];
  const context = new Uint8Array(32);
  const request = asked([one, other]);
  const bobIsAsked = (differently: SigningRequest, among = ids) =>
    simulate(
      [1, 2, 3].map((id) => committeeOf(id, id === bob ? among : ids, 3, context)),
      (own) => frostSign(own, suite, shares.get(own.self)!, own.self === bob ? differently : request, randomBytes),
    );
  const differs = (outcomes: ReturnType<typeof bobIsAsked>) => {
    for (const honest of [alice, carol]) {
      const { code, round, culprits, silent, disputes } = faultOf(outcomes.get(honest));
      deepEqual([code, round, culprits, silent], ['request-differs', 'frost/commitments', [], []]);
      deepEqual(disputes, [{ about: honest, reporter: bob }]);
    }
    deepEqual(faultOf(outcomes.get(bob)).culprits, []);
  };

  it('names nobody if a signer was asked for another message, but who differs', () => {
    differs(bobIsAsked(asked([one, third])));
  });

  it('names nobody if a signer was asked for the same in another order', () => {
    differs(bobIsAsked(asked([other, one])));
  });

  it('names nobody if a signer was asked for fewer messages, or for more', () => {
    differs(bobIsAsked(asked([one])));
    differs(bobIsAsked(asked([one, other, third])));
  });

  it('names nobody if a signer was asked to sign with others', () => {
    const among = [1, 2, 3, 4];
    const { code, culprits, disputes } = faultOf(bobIsAsked(request, among).get(alice));
    deepEqual([code, culprits, disputes], ['request-differs', [], [{ about: alice, reporter: bob }]]);
  });

  it('names a signer whose first message is too short to say what it was asked', () => {
    const outcomes = sign(
      suite,
      shares,
      ids,
      request,
      lie('frost/commitments', (bytes) => bytes.slice(0, 31)),
    );
    for (const honest of [alice, carol]) {
      const { code, culprits } = faultOf(outcomes.get(honest));
      deepEqual([code, culprits], ['malformed', [bob]]);
    }
  });
}

/** The key itself, two keys derived from it, and one derived from one of these. */
function severalKeys() {
  const suite = fast.bip340;
  const shares = generate(suite, 2, 3);
  const { publicKey } = shares.get(alice)!;
  const [one, two, three] = [1, 2, 3].map(
    (fill): Tweak => ({ kind: 'plain', scalar: suite.group.scalars.from(fill) }),
  ) as [Tweak, Tweak, Tweak];
  const chains = [[], [one], [two], [one, { ...three, kind: 'xonly' as const }]];
  const orders = chains.map((tweaks, j) => ({ message: new Uint8Array(32).fill(j), tweaks }));
  return { shares, orders, keys: chains.map((tweaks) => tweakedPublicKey(suite, publicKey, tweaks)) };
}

/** @returns which of the key, the derived key and R have odd y */
function signDerived(): string {
  const suite = fast.bip340;
  const shares = generate(suite, 2, 2);
  const { publicKey } = shares.get(alice)!;
  const plain: Tweak = { kind: 'plain', scalar: suite.group.scalars.reduce(randomBytes(64)) };
  const derived = tweakedPublicKey(suite, publicKey, [plain]);
  const tweaks = [plain, taprootTweak(derived.slice(1))];
  const output = tweakedPublicKey(suite, publicKey, tweaks);
  const message = randomBytes(32);
  for (const outcome of sign(suite, shares, [1, 2], asked([message], tweaks)).values()) {
    equal(schnorr.verify(resultOf(outcome)[0]!, message, output.slice(1)), true);
  }
  return [publicKey, derived, output].map((p) => p[0]! - 2).join('');
}

function blameDerived(): string {
  const suite = fast.bip340;
  const shares = generate(suite, 2, 3);
  const { publicKey } = shares.get(alice)!;
  const tweaks = [taprootTweak(publicKey.slice(1))];
  const outcomes = sign(
    suite,
    shares,
    [1, 2, 3],
    asked([randomBytes(32)], tweaks),
    lie('frost/shares', addOne(suite, -32)),
  );
  for (const honest of [alice, carol]) deepEqual(faultOf(outcomes.get(honest)).culprits, [bob]);
  return [publicKey, tweakedPublicKey(suite, publicKey, tweaks)].map((p) => p[0]! - 2).join('');
}

/** By three independent verifiers, the strict ones where there is a choice. */
function acceptedByAll(suite: Ciphersuite, publicKey: Element, message: Uint8Array, signature: Uint8Array): void {
  if (suite.name === 'bip340') {
    equal(schnorr.verify(signature, message, publicKey.slice(1)), true);
    equal(portable.bip340.isSignature(publicKey, message, signature), true);
    return;
  }
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
    format: 'jwk',
  });
  equal(ed25519.verify(signature, message, publicKey, { zip215: false }), true);
  equal(nodeVerify(null, message, key, signature), true);
  equal(sodium.crypto_sign_verify_detached(signature, message, publicKey), true);
}

function subsets(ids: readonly number[]): number[][] {
  return Array.from({ length: 2 ** ids.length }, (_, mask) => ids.filter((_id, k) => (mask >> k) & 1));
}

function fixed(length: number): Uint8Array {
  return new Uint8Array(length).fill(7);
}
