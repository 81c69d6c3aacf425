/** What each protocol says is what its table of rounds has, to the byte. */
import { deepEqual, equal } from 'node:assert/strict';
import { randomBytes } from '@noble/hashes/utils.js';
import type { Committee } from '../../signer/protocol/committee.ts';
import { ecdsaRounds, ecdsaSign } from '../../signer/protocol/ecdsa/ecdsaSign.ts';
import { ecdsaEachRounds, ecdsaSignEach } from '../../signer/protocol/ecdsa/ecdsaSignEach.ts';
import { otSetup, otSetupRounds } from '../../signer/protocol/ecdsa/ot/otSetup.ts';
import { frostRounds, frostSign } from '../../signer/protocol/frost/frostSign.ts';
import type { Envelope } from '../../signer/protocol/keygen/envelope.ts';
import { keygen, keygenRounds } from '../../signer/protocol/keygen/keygen.ts';
import type { Protocol, Round, RoundOut, Rounds } from '../../signer/protocol/round.ts';
import { boot, ready } from './ecdsaKeys.ts';
import { asked, generate, idsTo } from './keys.ts';
import { committees, type Outcome, simulate } from './simulate.ts';
import { fast, fastEcdsa } from './suites.ts';

for (const suite of Object.values(fast)) {
  describe(`the rounds of ${suite.name}`, () => {
    it('of key generation are those of its table, for any committee', () => {
      for (const [t, n] of [
        [2, 2],
        [2, 3],
        [4, 5],
      ] as const) {
        const members = committees(idsTo(n), t);
        const { said } = listen(members, (own) => keygen(own, suite, randomBytes));
        const silent = -(suite.envelope.secretBytes + n - 1);
        for (const own of members) {
          const table = keygenRounds(own, suite).map((row) =>
            row.round === 'keygen/echo' ? { ...row, broadcast: row.broadcast! + silent } : row,
          );
          deepEqual(said.get(own.self), table);
        }
      }
    });

    it('of a key generation have room for a complaint of everybody, and for no more', () => {
      const [first, ...members] = committees(idsTo(5), 3) as [Committee, ...Committee[]];
      const cheating = sealingNothing(suite.envelope);
      const { said } = listen([first, ...members], (own) =>
        keygen(own, suite, randomBytes, own.self === first.self ? suite.envelope : cheating),
      );
      deepEqual(said.get(first.self), keygenRounds(first, suite).slice(0, 3));
    });

    it('of signing are those of its table, for any number of messages and signers', () => {
      const shares = generate(suite, 2, 4);
      for (const count of [1, 3])
        for (const ids of [
          [1, 2],
          [1, 3, 4],
        ]) {
          const request = asked(Array.from({ length: count }, (_, k) => new Uint8Array(k)));
          const members = committees(ids, 2);
          const { said, outcomes } = listen(members, (own) =>
            frostSign(own, suite, shares.get(own.self)!, request, randomBytes),
          );
          for (const own of members) deepEqual(said.get(own.self), frostRounds(own, suite, request));
          for (const outcome of outcomes.values()) equal('value' in outcome, true);
        }
    });
  });
}

describe('the rounds of ecdsa-secp256k1', () => {
  it('of setting up OT are those of its table', () => {
    const { boots, pairs } = boot(idsTo(2));
    const members = committees(idsTo(2), 2);
    const { said } = listen(members, (own) => otSetup(own, fastEcdsa, boots, pairs.get(own.self)!, randomBytes));
    const [offer, reversal, confirmation] = otSetupRounds(fastEcdsa);
    const ofFirst = [offer, { ...reversal, direct: 32 }, confirmation];
    const ofSecond = [offer, reversal, confirmation];
    deepEqual(
      new Set(members.map((own) => JSON.stringify(said.get(own.self)))),
      new Set([ofFirst, ofSecond].map((rows) => JSON.stringify(rows))),
    );
  });

  it('of signing several messages are those of its table', () => {
    const shares = generate(fastEcdsa, 2, 2);
    const { boots, pairs } = ready(2);
    const requests = [1, 2, 3].map((byte) => ({ digest: new Uint8Array(32).fill(byte), tweaks: [] }));
    const members = committees(idsTo(2), 2);
    const atOnce = 120_000;
    const { said } = listen(members, (own) => {
      const [share, own_] = [shares.get(own.self)!, pairs.get(own.self)!];
      return ecdsaSignEach(own, fastEcdsa, share, requests, boots, own_, randomBytes, atOnce);
    });
    for (const own of members) deepEqual(said.get(own.self), ecdsaEachRounds(own, fastEcdsa, 3, atOnce));
  });

  it('of signing are those of its table', () => {
    const shares = generate(fastEcdsa, 2, 3);
    const { boots, pairs } = ready(3);
    const request = { digest: new Uint8Array(32).fill(1), tweaks: [] };
    const members = committees(idsTo(3), 2);
    const { said } = listen(members, (own) =>
      ecdsaSign(own, fastEcdsa, shares.get(own.self)!, request, boots, pairs.get(own.self)!, randomBytes),
    );
    for (const own of members) deepEqual(said.get(own.self), ecdsaRounds(own, fastEcdsa));
  });
});

/** What each party says, as a table has it. */
function listen<T>(members: readonly Committee[], start: (own: Committee) => Protocol<T>) {
  const said = new Map<number, Round[]>();
  const outcomes: Map<number, Outcome<T>> = simulate(members, (own) => {
    const rows: Round[] = [];
    said.set(own.self, rows);
    return overheard(start(own), rows);
  });
  return { said: said as ReadonlyMap<number, Rounds>, outcomes };
}

function* overheard<T>(protocol: Protocol<T>, rows: Round[]): Protocol<T> {
  for (let turn = protocol.next(); ; ) {
    if (turn.done) return turn.value;
    rows.push(rowOf(turn.value));
    turn = protocol.next(yield turn.value);
  }
}

function rowOf({ round, broadcast, direct }: RoundOut): Round {
  const lengths = new Set([...(direct?.values() ?? [])].map(({ length }) => length));
  equal(lengths.size <= 1, true, `${round} has direct messages of several lengths`);
  const [length] = lengths;
  return { round, ...(broadcast && { broadcast: broadcast.length }), ...(length !== undefined && { direct: length }) };
}

/** Of dealers whose shares open to nothing. */
function sealingNothing(envelope: Envelope): Envelope {
  const channel: Envelope['channel'] = (mine, theirs) => ({
    ...envelope.channel(mine, theirs),
    seal: (_route, share) => new Uint8Array(share.length + envelope.overhead),
  });
  return { ...envelope, channel };
}
