/** Attacks on key generation, each run for every scheme. */
import { deepEqual, equal, throws } from 'node:assert/strict';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import type { KeygenSuite } from '../../../signer/protocol/ciphersuite/ciphersuite.ts';
import {
  type Committee,
  committeeOf,
  MAX_PARTIES,
  type PartyId,
  partyIdOf,
} from '../../../signer/protocol/committee.ts';
import type { Fault, FaultCode } from '../../../signer/protocol/fault.ts';
import { keygen } from '../../../signer/protocol/keygen/keygen.ts';
import { decodeKeyShare, encodeKeyShare, type KeyShare } from '../../../signer/protocol/keygen/keyShare.ts';
import { isPossession, provePossession } from '../../../signer/protocol/keygen/possession.ts';
import { Malformed } from '../../../signer/protocol/reader.ts';
import type { Protocol } from '../../../signer/protocol/round.ts';
import { generate, idsTo } from '../keys.ts';
import { doubleLife, flip, lieOf, sealingWrongly } from '../lies.ts';
import { type Adversary, committees, faultOf, honest, type Outcome, simulate } from '../simulate.ts';
import { fast, fastEcdsa } from '../suites.ts';
import { attack } from './attack.ts';

const [alice, bob, carol, dave] = [1, 2, 3, 4].map(partyIdOf) as [PartyId, PartyId, PartyId, PartyId];
const lie = lieOf(bob);
type Outcomes = ReadonlyMap<PartyId, Outcome<KeyShare>>;

for (const suite of [...Object.values(fast), fastEcdsa]) {
  describe(`attacks on key generation for ${suite.name}`, () => {
    onThresholdAndIds(suite);
    onPossession(suite);
    onBroadcast(suite);
    onShares(suite);
    onOrder(suite);
  });
}

function run(
  suite: KeygenSuite,
  adversary: Adversary = honest,
  bobs?: (committee: Committee) => Protocol<KeyShare>,
): Outcomes {
  return simulate(
    committees(idsTo(4), 2),
    (committee) => (bobs && committee.self === bob ? bobs(committee) : keygen(committee, suite, randomBytes)),
    adversary,
  );
}

function faultsOfHonest(outcomes: Outcomes): Fault[] {
  return [alice, carol, dave].map((id) => faultOf(outcomes.get(id)));
}

function blamed(outcomes: Outcomes, code: FaultCode): void {
  for (const fault of faultsOfHonest(outcomes)) deepEqual([fault.code, fault.culprits], [code, [bob]]);
}

function onThresholdAndIds(suite: KeygenSuite): void {
  attack('A01', 'a dealer of a polynomial of another degree is blamed', () => {
    for (const threshold of [3, 4])
      blamed(
        run(suite, honest, (own) => keygen({ ...own, threshold }, suite, randomBytes)),
        'malformed',
      );
    const three = simulate(committees(idsTo(4), 3), (own) =>
      keygen(own.self === bob ? { ...own, threshold: 2 } : own, suite, randomBytes),
    );
    blamed(three, 'malformed');
  });

  attack('A02', 'a commitment to the identity, in any place, is blamed', () => {
    const { wideBytes } = suite.group;
    for (const [k, identity] of [0, 1].flatMap((k) => identities(suite).map((identity) => [k, identity] as const))) {
      const put = lie('keygen/opening', (bytes) => {
        bytes.set(identity, 32 + k * wideBytes);
        return bytes;
      });
      equal(identity.length, wideBytes);
      blamed(run(suite, put), 'malformed');
    }
    const share = generate(suite, 2, 2).get(alice)!;
    throws(
      () =>
        decodeKeyShare(suite, encodeKeyShare({ ...share, commitments: [suite.group.identity, share.commitments[1]!] })),
      Malformed,
    );
  });

  attack('A03', 'the id zero, or zero modulo the order, is no id', () => {
    const order = Number(suite.group.scalars.order);
    for (const id of [0, -0, order, 2 * order, -1, 2 ** 256, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      throws(() => partyIdOf(id), RangeError);
  });

  attack('A04', 'ids that repeat are no committee', () => {
    for (const ids of [
      [1, 1],
      [1, 2, 2],
      [2, 1],
      [1, 1 + Number(suite.group.scalars.order)],
    ])
      throws(() => committeeOf(1, ids, 2, new Uint8Array(32)), RangeError);
  });

  attack('A05', 'all ids that there are differ modulo the order, and none is zero', () => {
    const encoded = idsTo(MAX_PARTIES).map((id) => Buffer.from(suite.group.scalars.from(id)).toString('hex'));
    equal(new Set(encoded).size, MAX_PARTIES);
    equal(
      idsTo(MAX_PARTIES).some((id) => suite.group.scalars.isZero(suite.group.scalars.from(id))),
      false,
    );
  });

  attack('A16', 'thresholds and sizes that make no sense are refused before anything is drawn', () => {
    const noRandomness = () => {
      throw new Error('randomness was drawn');
    };
    const start = (t: number, ids: number[]) =>
      keygen(committeeOf(1, ids, t, new Uint8Array(32)), suite, noRandomness).next();
    for (const t of [0, 1, 4, -2, 1.5, 2 ** 32, Number.NaN]) throws(() => start(t, [1, 2, 3]), RangeError);
    for (const ids of [[1], [], [1, 3], idsTo(MAX_PARTIES + 1)]) throws(() => start(2, ids), RangeError);
  });
}

/** What could be meant by the identity, in the length that messages use. */
function identities({ group }: KeygenSuite): Uint8Array[] {
  if (group.name === 'ed25519') return [group.identity];
  return [0, 4].map((tag) => new Uint8Array(group.wideBytes).fill(tag, 0, 1));
}

function onPossession(suite: KeygenSuite): void {
  const { scalars, multiplyBase, add, negate } = suite.group;

  attack('A06', 'a key chosen to cancel the others is neither announced in time nor proven', () => {
    const rogue: Adversary = (from, _to, round, bytes, said) => {
      if (from !== bob || round !== 'keygen/opening') return bytes;
      const C_0 = (id: PartyId) => suite.group.decodeWide(said.get(id)!.slice(32, 32 + suite.group.wideBytes));
      const altered = bytes.slice();
      const others = [alice, carol, dave].map(C_0).map(negate);
      altered.set(suite.group.encodeWide(others.reduce(add, multiplyBase(scalars.from(5)))), 32);
      return altered;
    };
    blamed(run(suite, rogue), 'commitment-opened-differently');
    // Announced in time, but without knowledge of the secret behind C_0.
    blamed(
      run(suite, honest, (own) => keygen(own, { ...suite, hdkg: () => scalars.from(1) }, randomBytes)),
      'invalid-proof-of-possession',
    );
  });

  attack('A07', 'a proof of possession holds in no other session and for no other party', () => {
    const a_0 = scalars.reduce(randomBytes(64));
    const claim = { prover: bob, C_0: multiplyBase(a_0), context: randomBytes(32) };
    const proof = provePossession(suite, claim, a_0, randomBytes);
    equal(isPossession(suite, claim, proof), true);
    equal(isPossession(suite, { ...claim, prover: carol }, proof), false);
    equal(isPossession(suite, { ...claim, context: randomBytes(32) }, proof), false);
    equal(isPossession(suite, { ...claim, C_0: multiplyBase(scalars.from(2)) }, proof), false);
  });

  attack('A08', 'a party that repeats the announcement and the opening of another is blamed', () => {
    blamed(
      run(suite, (from, _to, round, bytes, said) =>
        from === bob && round !== 'keygen/echo' ? said.get(alice)! : bytes,
      ),
      'commitment-opened-differently',
    );
  });
}

function onBroadcast(suite: KeygenSuite): void {
  attack('A09', 'a party that leads two lives leaves nobody with a key, and evidence against itself alone', () => {
    const members = committees(idsTo(4), 2);
    const second = keygen(members[1]!, suite, randomBytes);
    const lives = doubleLife(bob, carol, second);
    const seen = new Map<string, Set<string>>();
    const outcomes = simulate(
      members,
      (own) => keygen(own, suite, randomBytes),
      (from, to, round, bytes, said) => {
        const shown = lives(from, to, round, bytes, said);
        const key = `${from} ${round}`;
        seen.set(key, (seen.get(key) ?? new Set()).add(Buffer.from(shown ?? []).toString('hex')));
        return shown;
      },
    );
    for (const fault of faultsOfHonest(outcomes)) {
      equal(fault.code, 'equivocation');
      deepEqual(fault.culprits, []);
      deepEqual([...new Set(fault.disputes.map(({ about }) => about))], [bob]);
    }
    const twoMessages = [...seen].filter(([, messages]) => messages.size > 1).map(([key]) => key);
    deepEqual(twoMessages, ['2 keygen/announcement', '2 keygen/opening', '2 keygen/echo']);
  });

  attack('A12', 'a party of another roster, or of another session, is blamed and gets no key', () => {
    blamed(
      run(suite, honest, (own) => keygen({ ...own, context: randomBytes(32) }, suite, randomBytes)),
      'commitment-opened-differently',
    );
  });

  attack('A13', 'whoever speaks with the bytes of another is blamed itself', () => {
    for (const round of ['keygen/announcement', 'keygen/opening']) {
      blamed(
        run(suite, (from, _to, at, bytes, said) => (from === bob && at === round ? said.get(alice)! : bytes)),
        'commitment-opened-differently',
      );
    }
  });
}

function onShares(suite: KeygenSuite): void {
  attack('A10', 'a wrong share convicts the dealer, and a false complaint the complainer', () => {
    blamed(
      run(suite, honest, (own) => keygen(own, suite, randomBytes, sealingWrongly(suite.envelope, carol))),
      'invalid-share',
    );
    blamed(
      run(
        suite,
        lie('keygen/echo', (bytes) => concatBytes(bytes.slice(0, 4 * 32), Uint8Array.of(1, alice), randomBytes(32))),
      ),
      'false-complaint',
    );
  });

  attack('A10', 'a complaint with the right key about a right share convicts the complainer too', () => {
    const secrets: Uint8Array[] = [];
    const spying = {
      ...suite.envelope,
      newSecret: (rng: (length: number) => Uint8Array) => {
        const secret = suite.envelope.newSecret(rng);
        secrets.push(secret.slice());
        return secret;
      },
    };
    const complain = lie('keygen/echo', (bytes) =>
      concatBytes(bytes.slice(0, 4 * 32), Uint8Array.of(1, alice), secrets[0]!),
    );
    blamed(
      run(suite, complain, (own) => keygen(own, suite, randomBytes, spying)),
      'false-complaint',
    );
  });

  attack('A11', 'the wire never carries a share, and a third party opens none', () => {
    const wire: Uint8Array[] = [];
    const dealt: Uint8Array[] = [];
    const spying = (own: Committee) =>
      keygen(own, suite, randomBytes, {
        ...suite.envelope,
        channel: (mine, theirs) => {
          const channel = suite.envelope.channel(mine, theirs);
          return {
            ...channel,
            seal: (route, share) => {
              dealt.push(share.slice());
              return channel.seal(route, share);
            },
          };
        },
      });
    const outcomes = simulate(committees(idsTo(3), 2), spying, (_from, _to, _round, bytes) => {
      wire.push(bytes);
      return bytes;
    });
    for (const outcome of outcomes.values())
      dealt.push('value' in outcome ? outcome.value.secret.reveal() : new Uint8Array());
    const traffic = Buffer.concat(wire);
    equal(dealt.length, 3 * 2 + 3);
    for (const share of dealt) equal(traffic.includes(share) || traffic.includes(share.toReversed()), false);

    const [a, b, c] = [1, 2, 3].map(() => suite.envelope.newSecret(randomBytes));
    const { publicOf, channel } = suite.envelope;
    const route = { from: alice, to: bob, context: new Uint8Array(32) };
    const sealed = channel(a!, publicOf(b!)).seal(route, randomBytes(32));
    equal(channel(b!, publicOf(a!)).open(route, sealed).length, 32);
    throws(() => channel(c!, publicOf(a!)).open(route, sealed), Malformed);
    throws(() => channel(b!, publicOf(a!)).open({ ...route, from: bob, to: alice }, sealed), Malformed);
  });

  attack('A14', 'a dealer gives at most n - 1 values of a polynomial away, and a session runs once', () => {
    let sealed = 0;
    const counting = {
      ...suite.envelope,
      channel: (mine: Uint8Array, theirs: Uint8Array) => {
        const channel = suite.envelope.channel(mine, theirs);
        return {
          ...channel,
          seal: (...args: Parameters<typeof channel.seal>) => {
            sealed++;
            return channel.seal(...args);
          },
        };
      },
    };
    let session: Protocol<KeyShare> | undefined;
    run(suite, lie('keygen/opening', flip(0)), (own) => (session = keygen(own, suite, randomBytes, counting)));
    equal(sealed, 3);
    deepEqual(session?.next(new Map()), { done: true, value: undefined });
  });
}

function onOrder(suite: KeygenSuite): void {
  attack('A15', 'nobody opens before everybody has announced', () => {
    const rounds: string[] = [];
    run(suite, (from, _to, round, bytes) => {
      rounds.push(round);
      return from === bob && round === 'keygen/announcement' ? undefined : bytes;
    });
    equal(
      rounds.slice(0, 12).every((round) => round === 'keygen/announcement'),
      true,
    );
    equal(rounds.filter((round) => round === 'keygen/opening').length, 0);
  });
}
