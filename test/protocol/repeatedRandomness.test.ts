/** What a source of randomness that repeats itself, or the copy of a machine, gives away: nothing, where a protocol can prevent it. */
import { deepEqual, equal, throws } from 'node:assert/strict';
import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { type PartyId, partyIdOf, type Rng } from '../../signer/protocol/committee.ts';
import { echoOf } from '../../signer/protocol/echo.ts';
import { bindingFactors, type CommitmentList } from '../../signer/protocol/frost/binding.ts';
import { COMMITMENTS, decodeCommitments, encodeCommitments } from '../../signer/protocol/frost/commitments.ts';
import { frostSign } from '../../signer/protocol/frost/frostSign.ts';
import { HeardCommitments } from '../../signer/protocol/frost/heard.ts';
import { commit } from '../../signer/protocol/frost/nonces.ts';
import { startSigning } from '../../signer/protocol/frost/session.ts';
import { signShare } from '../../signer/protocol/frost/share.ts';
import { encodeSharesMessage, SHARES } from '../../signer/protocol/frost/shares.ts';
import { signingKeyOf } from '../../signer/protocol/frost/signingKey.ts';
import { ANNOUNCEMENT } from '../../signer/protocol/keygen/announcement.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import { OPENING } from '../../signer/protocol/keygen/opening.ts';
import type { Scalar } from '../../signer/protocol/math/group.ts';
import { lagrange } from '../../signer/protocol/math/polynomial.ts';
import { hedged, NO_SECRET } from '../../signer/protocol/random.ts';
import { Reader } from '../../signer/protocol/reader.ts';
import { broadcast } from '../../signer/protocol/round.ts';
import { seeded } from '../simulation/random.ts';
import { asked, generate, type Shares, sign } from './keys.ts';
import { committees, faultOf, resultOf, simulate } from './simulate.ts';
import { fast } from './suites.ts';

const [victim, peer] = [1, 2].map(partyIdOf) as [PartyId, PartyId];
const SIGNERS = [victim, peer];

const stuck: Rng = (length) => new Uint8Array(length).fill(7);
/** Two outputs in turn, so that the nonces of one pair differ. */
const goingRound = (): Rng => {
  let draws = 0;
  return (length) => new Uint8Array(length).fill(draws++ % 2);
};
/** As each copy of one machine finds it. */
const copied = (): Rng => {
  const random = seeded('the copied state');
  return (length) => random.bytes(length);
};

type Victim = typeof frostSign;

class Deaf extends HeardCommitments {
  override repeats(): boolean {
    return false;
  }
}

/** What RFC 9591 asks for and nothing more: nonces are hashed with the share alone. */
const rfcSigner: Victim = function* (committee, suite, keyShare, request, rng) {
  const session = startSigning(committee, suite, keyShare, request);
  const committed = session.messages.map(() => commit(suite, keyShare.secret, rng));
  const commitments = committed.map(({ commitment }) => commitment);
  const said = yield* broadcast(COMMITMENTS, encodeCommitments(session, commitments), committee);
  const lists = decodeCommitments(session, said, commitments, new Deaf());
  const shares = session.messages.map(
    (message, m) => signShare(session, message, lists[m]!, committed[m]!.nonces.take()).z_i,
  );
  yield* broadcast(SHARES, encodeSharesMessage({ echo: echoOf(committee, said), shares }), committee);
  return [];
};

/** z = v_d·d + v_e·e + w·x, as a corrupt peer knows it of each message. */
interface Equation {
  readonly known: readonly Scalar[];
  readonly z: Scalar;
}

/** One session of the victim and the peer, and what the peer learns. */
function learned(suite: Ciphersuite, shares: Shares, start: Victim, rng: Rng, messages: number): readonly Equation[] {
  const { group } = suite;
  const request = asked(Array.from({ length: messages }, () => randomBytes(32)));
  const heard = new Map<string, Uint8Array>();
  simulate(
    committees(SIGNERS, 2),
    (own) =>
      own.self === victim
        ? start(own, suite, shares.get(victim)!, request, rng)
        : rfcSigner(own, suite, shares.get(peer)!, request, randomBytes),
    (from, _to, round, bytes) => {
      heard.set(`${from} ${round}`, bytes);
      return bytes;
    },
  );
  const commitmentsOf = (id: PartyId) => {
    const reader = new Reader(heard.get(`${id} ${COMMITMENTS}`)!.slice(32));
    return request.orders.map(() => ({ D: reader.wideElement(group), E: reader.wideElement(group) }));
  };
  const lists = request.orders.map(
    (_, m): CommitmentList => new Map(SIGNERS.map((id) => [id, commitmentsOf(id)[m]!] as const)),
  );
  const said = heard.get(`${victim} ${SHARES}`)!.slice(-32 * messages);
  return request.orders.map(({ message }, m) => {
    const z = group.scalars.decode(said.slice(32 * m, 32 * m + 32));
    return { known: knownOf(suite, shares, lists[m]!, message), z };
  });
}

function knownOf(suite: Ciphersuite, shares: Shares, list: CommitmentList, message: Uint8Array): readonly Scalar[] {
  const { group } = suite;
  const { scalars } = group;
  const key = signingKeyOf(suite, shares.get(victim)!.publicKey, []);
  const factors = bindingFactors(suite, key.publicKey, list, message);
  let R = group.identity;
  for (const [id, { D, E }] of list) R = group.add(R, group.add(D, group.multiply(E, factors.get(id)!)));
  const w = scalars.multiply(lagrange(scalars, victim, SIGNERS), suite.h2(R, key.publicKey, message));
  const signed = suite.readsNegated(R) ? scalars.negate : (a: Scalar) => a;
  return [signed(scalars.from(1)), signed(factors.get(victim)!), key.sign === 'negate' ? scalars.negate(w) : w];
}

/** Solves three equations for d, e and x, by Gauss and Jordan, on the guess that they have d and e in common. */
function shareFrom({ group: { scalars } }: Ciphersuite, equations: readonly Equation[]): Scalar {
  const { add, multiply, negate, invert } = scalars;
  const rows = equations.map(({ known, z }) => [...known, z]);
  for (let column = 0; column < 3; column++) {
    const pivot = rows.findIndex((row, at) => at >= column && !scalars.isZero(row[column]!));
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const inverse = invert(rows[column]![column]!);
    rows[column] = rows[column]!.map((value) => multiply(value, inverse));
    for (const [at, row] of rows.entries()) {
      if (at === column) continue;
      const factor = negate(row[column]!);
      rows[at] = row.map((value, k) => add(value, multiply(rows[column]![k]!, factor)));
    }
  }
  return rows[2]![3]!;
}

for (const suite of Object.values(fast)) {
  describe(`randomness that repeats itself, ${suite.name} [HP-02]`, () => {
    const shares = generate(suite, 2, 3);
    const secret = shares.get(victim)!.secret.reveal();
    const isRecovered = (equations: readonly Equation[]) =>
      bytesToHex(shareFrom(suite, equations)) === bytesToHex(secret);

    const attacks: Readonly<Record<string, (start: Victim) => readonly Equation[]>> = {
      'one session of three inputs with a source that goes round': (start) =>
        learned(suite, shares, start, goingRound(), 3),
      'a session of each of three copies made before, with other requests,': (start) =>
        [1, 2, 3].flatMap(() => learned(suite, shares, start, copied(), 1)),
    };
    for (const [name, attack] of Object.entries(attacks)) {
      it(`${name} would give the share of a signer who does what the RFC asks`, () => {
        equal(isRecovered(attack(rfcSigner)), true);
      });

      it(`${name} gives nothing`, () => {
        equal(isRecovered(attack(frostSign)), false);
      });
    }

    it('a stuck source makes no two nonces alike, in one session of two inputs or in two', () => {
      const said = [0, 1].flatMap(() => {
        const [own] = committees(SIGNERS, 2);
        const messages = asked([randomBytes(32), randomBytes(32)]);
        const bytes = frostSign(own!, suite, shares.get(victim)!, messages, stuck).next().value;
        const reader = new Reader((bytes as { broadcast: Uint8Array }).broadcast.slice(32));
        return Array.from({ length: 4 }, () => bytesToHex(reader.wideElement(suite.group)));
      });
      equal(new Set(said).size, 8);
    });

    it('nonces of one pair that are alike are not used', () => {
      throws(() => commit(suite, shares.get(victim)!.secret, stuck), /repeats itself/);
    });

    it('a peer that commits to one point twice is named before anybody signs', () => {
      const [one, twice] = [asked([randomBytes(32)]), asked([randomBytes(32), randomBytes(32)])];
      const wide = suite.group.wideBytes;
      const repeating =
        (to: number, from: number) => (sender: PartyId, _to: PartyId, round: string, bytes: Uint8Array) => {
          if (sender !== peer || round !== COMMITMENTS) return bytes;
          const at = (k: number) => 32 + k * wide;
          const altered = bytes.slice();
          altered.set(bytes.slice(at(from), at(from + 1)), at(to));
          return altered;
        };
      for (const [request, adversary] of [
        [one, repeating(1, 0)],
        [twice, repeating(2, 0)],
        [twice, repeating(3, 0)],
      ] as const) {
        const { code, culprits } = faultOf(sign(suite, shares, SIGNERS, request, adversary).get(victim));
        deepEqual([code, culprits], ['repeated-commitment', [peer]]);
      }
    });

    it('a peer that commits to what it committed to in an earlier session is named; one that repeats another signer is not', () => {
      const heard = new HeardCommitments();
      let first: Uint8Array | undefined;
      const run = (from?: PartyId) => {
        const request = asked([randomBytes(32)]);
        const outcomes = simulate(
          committees([1, 2, 3], 2),
          (own) =>
            own.self === victim
              ? frostSign(own, suite, shares.get(victim)!, request, randomBytes, heard)
              : frostSign(own, suite, shares.get(own.self)!, request, randomBytes),
          (sender, _to, round, bytes) => {
            if (sender === peer && round === COMMITMENTS) first ??= bytes.slice(32);
            // To one receiver alone, as the echo shows afterwards.
            return sender === from && round === COMMITMENTS ? Uint8Array.of(...bytes.slice(0, 32), ...first!) : bytes;
          },
        );
        return outcomes.get(victim)!;
      };
      equal(resultOf(run()).length, 1);
      equal(faultOf(run(peer)).code, 'repeated-commitment');
      deepEqual(faultOf(run(peer)).culprits, [peer]);
      // Whoever takes another's commitment cannot open it, and fails by its share: nobody else is named for it.
      equal(faultOf(run(partyIdOf(3))).code, 'equivocation');
    });

    it('key generation with a stuck source deals a polynomial without two coefficients alike, and another one in each session', () => {
      const points: string[] = [];
      for (let session = 0; session < 2; session++) {
        simulate(
          committees([1, 2, 3], 3),
          (own) => keygen(own, suite, own.self === victim ? stuck : randomBytes),
          (from, to, round, bytes) => {
            if (from !== victim || to !== peer) return bytes;
            if (round === ANNOUNCEMENT) points.push(bytesToHex(bytes.slice(32)));
            if (round !== OPENING) return bytes;
            const reader = new Reader(bytes);
            points.push(bytesToHex(reader.take(32)));
            for (let k = 0; k < 3; k++) points.push(bytesToHex(reader.wideElement(suite.group)));
            points.push(bytesToHex(reader.take(suite.group.elementBytes)));
            return bytes;
          },
        );
      }
      equal(points.length, 12);
      equal(new Set(points).size, 12);
    });
  });
}

describe('what is drawn [HP-02]', () => {
  const drawnBy = (random = hedged(stuck, 'test', Uint8Array.of(1), 'session'), role = 'role', ...about: string[]) =>
    bytesToHex(random.of(role, ...about)(40));

  it('differs in purpose, secret, session, role, what was heard, length and turn, though the source gives the same', () => {
    const twice = hedged(stuck, 'test', Uint8Array.of(1), 'session');
    const drawn = [
      drawnBy(twice),
      drawnBy(twice),
      drawnBy(hedged(stuck, 'other', Uint8Array.of(1), 'session')),
      drawnBy(hedged(stuck, 'test', Uint8Array.of(2), 'session')),
      drawnBy(hedged(stuck, 'test', NO_SECRET, 'session')),
      drawnBy(hedged(stuck, 'test', Uint8Array.of(1), 'another session')),
      drawnBy(undefined, 'another role'),
      drawnBy(undefined, 'role', 'heard'),
      bytesToHex(hedged(stuck, 'test', Uint8Array.of(1), 'session').of('role')(41)).slice(0, 80),
    ];
    equal(new Set(drawn).size, drawn.length);
    equal(drawnBy(), drawn[0], 'a copy in the same session, which nothing tells apart');
  });

  it('differs with the source, for those who know everything else', () => {
    const from = (source: Rng) => bytesToHex(hedged(source, 'test', NO_SECRET).of('role')(32));
    equal(new Set([from(stuck), from(copied()), from(randomBytes)]).size, 3);
  });

  it('is as long as was asked for, and no two blocks of it are alike', () => {
    const random = hedged(stuck, 'test', NO_SECRET);
    for (const length of [0, 1, 31, 32, 33, 64, 1000]) equal(random.of('role')(length).length, length);
    const blocks = random.of('role')(32 * 64);
    equal(new Set(Array.from({ length: 64 }, (_, k) => bytesToHex(blocks.slice(32 * k, 32 * k + 32)))).size, 64);
  });

  it('is nothing any more once its purpose is over', () => {
    const random = hedged(stuck, 'test', Uint8Array.of(1));
    const rng = random.of('role');
    random.end();
    throws(() => rng(32), /is over/);
  });
});
