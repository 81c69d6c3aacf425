/** Key generation: all agree on a key, and each lie of each round is blamed on the liar. */
import { deepEqual, equal, throws } from 'node:assert/strict';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { type PartyId, partyIdOf, type Rng } from '../../signer/protocol/committee.ts';
import type { FaultCode } from '../../signer/protocol/fault.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import {
  confirmationOf,
  decodeKeyShare,
  encodeKeyShare,
  type KeyShare,
  verificationShare,
} from '../../signer/protocol/keygen/keyShare.ts';
import type { Scalar } from '../../signer/protocol/math/group.ts';
import { Malformed } from '../../signer/protocol/reader.ts';
import { generate, idsTo } from './keys.ts';
import { flip, lieOf, sealingWrongly } from './lies.ts';
import { type Adversary, committees, faultOf, type Outcome, simulate } from './simulate.ts';
import { fast, portable } from './suites.ts';

const [alice, bob, carol] = [1, 2, 3].map(partyIdOf) as [PartyId, PartyId, PartyId];
const lie = lieOf(bob);

for (const suite of Object.values(fast)) {
  describe(`key generation for ${suite.name}`, () => {
    agreesOnAKey(suite);
    blamesTheLiar(suite);
    leavesNoSecret(suite);
    keepsShares(suite);
  });
}

function run(suite: Ciphersuite, t: number, n: number, adversary: Adversary): Map<PartyId, Outcome<KeyShare>> {
  return simulate(committees(idsTo(n), t), (committee) => keygen(committee, suite, randomBytes), adversary);
}

function agreesOnAKey(suite: Ciphersuite): void {
  for (const [t, n] of [
    [2, 2],
    [2, 3],
    [3, 5],
    [5, 9],
  ] as const) {
    it(`gives ${n} parties one key with a threshold of ${t}`, () => {
      const shares = [...generate(suite, t, n).values()];
      const [first] = shares as [KeyShare];
      for (const share of shares) {
        deepEqual(confirmationOf(share), confirmationOf(first));
        equal(share.commitments.length, t);
        deepEqual(suite.group.multiplyBase(share.secret.reveal()), verificationShare(suite, first, share.self));
      }
    });
  }

  it('gives the most parties that are allowed one key', function () {
    this.timeout(60_000);
    equal(generate(suite, 2, 64).size, 64);
  });

  it('gives the same on both engines, from the same randomness', () => {
    const run = (engine: Ciphersuite) =>
      simulate(committees([1, 2], 2, new Uint8Array(32)), (committee) =>
        keygen(committee, engine, seeded(committee.self)),
      );
    const [ours, oracles] = [run(suite), run(portable[suite.name])];
    for (const [id, outcome] of ours) deepEqual(outcome, oracles.get(id));
  });
}

function blamesTheLiar(suite: Ciphersuite): void {
  const blames = (title: string, code: FaultCode, adversary: Adversary) =>
    it(title, () => {
      const outcomes = run(suite, 2, 3, adversary);
      for (const honest of [alice, carol]) {
        const fault = faultOf(outcomes.get(honest));
        equal(fault.code, code);
        deepEqual(fault.culprits, [bob]);
      }
    });

  blames(
    'blames the party that announces no key for the shares',
    'malformed',
    lie('keygen/announcement', (bytes) => bytes.fill(0, 32)),
  );
  blames(
    'blames the party that opens something else than it announced',
    'commitment-opened-differently',
    lie('keygen/opening', flip(0)),
  );
  blames(
    'blames the party that opens no point',
    'malformed',
    lie('keygen/opening', (bytes) => bytes.fill(0xff, 32, 32 + suite.group.wideBytes)),
  );
  blames(
    'blames the party that sends a message of another length',
    'malformed',
    lie('keygen/opening', (bytes) => bytes.slice(1)),
  );
  blames(
    'blames the party that sends too long a message',
    'malformed',
    lie('keygen/opening', (bytes) => concatBytes(bytes, new Uint8Array(1))),
  );
  blames('blames the party that confirms another key', 'confirmation-differs', lie('keygen/confirmation', flip(0)));
  blames('blames the party that echoes its own message differently', 'equivocation', lie('keygen/echo', flip(32)));
  blames('blames the party that complains of nothing', 'false-complaint', lie('keygen/echo', complainOfAlice));

  it('blames the dealer of a wrong share, by the key that the cheated party reveals', () => {
    const outcomes = simulate(committees(idsTo(4), 2), (committee) =>
      keygen(
        committee,
        suite,
        randomBytes,
        committee.self === bob ? sealingWrongly(suite.envelope, carol) : suite.envelope,
      ),
    );
    for (const honest of [1, 3, 4].map(partyIdOf)) {
      const fault = faultOf(outcomes.get(honest));
      deepEqual([fault.code, fault.culprits], ['invalid-share', [bob]]);
    }
  });

  it('names nobody, but the dispute, if an echo differs about somebody else', () => {
    const fault = faultOf(run(suite, 2, 3, lie('keygen/echo', flip(0))).get(carol));
    equal(fault.code, 'equivocation');
    deepEqual([fault.culprits, fault.disputes], [[], [{ about: alice, reporter: bob }]]);
  });

  it('calls a party silent, not culpable, whose messages do not arrive', () => {
    for (const round of ['keygen/announcement', 'keygen/opening', 'keygen/echo', 'keygen/confirmation']) {
      const outcomes = run(suite, 2, 3, (from, _to, at, bytes) => (from === bob && at === round ? undefined : bytes));
      const fault = faultOf(outcomes.get(alice));
      deepEqual([fault.code, fault.culprits, fault.silent], ['silent', [], [bob]]);
    }
  });
}

function leavesNoSecret(suite: Ciphersuite): void {
  it('leaves no secret behind when it fails, in whichever round', () => {
    for (const round of ['keygen/announcement', 'keygen/opening', 'keygen/echo', 'keygen/confirmation']) {
      const drawn: Uint8Array[] = [];
      const keeping = (secret: Scalar) => {
        drawn.push(secret);
        return secret;
      };
      const { scalars } = suite.group;
      const watched = { ...scalars, reduce: (wide: Uint8Array) => keeping(scalars.reduce(wide)) };
      const watching = { ...suite, group: { ...suite.group, scalars: watched } };
      const envelope = { ...suite.envelope, newSecret: (rng: Rng) => keeping(suite.envelope.newSecret(rng) as Scalar) };
      simulate(
        committees(idsTo(3), 2),
        (own) => (own.self === alice ? keygen(own, watching, randomBytes, envelope) : keygen(own, suite, randomBytes)),
        lie(round, (bytes) => bytes.slice(1)),
      );
      // Two coefficients, the nonce of the proof, and the envelope's key.
      equal(drawn.length >= 4, true);
      for (const secret of drawn.slice(0, 4))
        equal(
          secret.every((byte) => byte === 0),
          true,
          round,
        );
    }
  });
}

function keepsShares(suite: Ciphersuite): void {
  it('reads a sealed share as it was written, and refuses every other encoding', () => {
    const share = generate(suite, 2, 3).get(alice)!;
    const bytes = encodeKeyShare(share);
    deepEqual(encodeKeyShare(decodeKeyShare(suite, bytes)), bytes);
    for (const at of bytes.keys()) {
      if (at >= bytes.length - 32) continue; // the transcript can be any
      throws(() => decodeKeyShare(suite, flip(at)(bytes.slice())), Malformed, `byte ${at}`);
    }
    throws(() => decodeKeyShare(suite, bytes.slice(1)), Malformed);
    throws(() => decodeKeyShare(suite, concatBytes(bytes, new Uint8Array(1))), Malformed);
  });

  it('prints no secret', () => {
    const share = generate(suite, 2, 2).get(alice)!;
    const secret = Buffer.from(share.secret.reveal());
    for (const text of [JSON.stringify(share), String(share.secret), `${share.secret}`]) {
      equal(text.includes(secret.toString('hex')) || text.includes([...secret].join(',')), false);
    }
  });
}

function complainOfAlice(verdict: Uint8Array): Uint8Array {
  const echo = verdict.slice(0, 3 * 32);
  return concatBytes(echo, Uint8Array.of(1, alice), randomBytes(32));
}

function seeded(seed: number): (length: number) => Uint8Array {
  let call = 0;
  return (length) => {
    call++;
    return Uint8Array.from({ length }, (_, k) => (seed * 31 + call * 17 + k * 7) & 255);
  };
}
