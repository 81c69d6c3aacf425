/**
 * What the largest common committee costs one honest member, whoever lies: counted and not timed, so that it is the same on every machine. What
 * is counted is nearly all that a call computes; the caps of sessions (`mostMessages`) are chosen by it.
 */

import { deepEqual, equal, ok } from 'node:assert/strict';
import { randomBytes } from '@noble/hashes/utils.js';
import { mostMessages } from '../../signer/enclave/api.ts';
import type { Ciphersuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { frostSign } from '../../signer/protocol/frost/frostSign.ts';
import { asked, idsTo, keyShareOfSecret, type Shares } from './keys.ts';
import { type Adversary, committees, faultOf, honest, resultOf, simulate } from './simulate.ts';
import { fast } from './suites.ts';

const MEMBERS = 64;
const SIGNERS = 33;
/** What a multiplication of a point costs in additions: a quarter of a millisecond, of Ed25519 the more so. */
const MULTIPLICATION = 8;
const IN_A_SECOND = 4_000 * MULTIPLICATION;

/** The same suite, and what it computes with points, in additions. */
function counting(suite: Ciphersuite): { readonly suite: Ciphersuite; readonly count: () => number } {
  let count = 0;
  const { add, multiply, multiplyBase } = suite.group;
  const group: typeof suite.group = {
    ...suite.group,
    add: (p, q) => {
      count += 1;
      return add(p, q);
    },
    multiply: (p, a) => {
      count += MULTIPLICATION;
      return multiply(p, a);
    },
    multiplyBase: (a) => {
      count += MULTIPLICATION;
      return multiplyBase(a);
    },
  };
  return { suite: { ...suite, group }, count: () => count };
}

/**
 * All others lie to the last signer, and to nobody else, about their share of the last message. Each about a bit of its own: where all bend the
 * same one, a seventh of all times what they add and what they take away is nothing together, and so no lie.
 */
const lying: Adversary = (from, to, round, bytes) => {
  if (to !== SIGNERS || round !== 'frost/shares') return bytes;
  const place = -16 - ((from - 1) >> 3);
  return bytes.with(place, bytes.at(place)! ^ (1 << ((from - 1) & 7)));
};

for (const suite of Object.values(fast)) {
  describe(`work of one of ${SIGNERS} signers for ${suite.name}`, () => {
    let shares: Shares;
    before(() => {
      shares = keyShareOfSecret(suite, suite.group.scalars.from(7), SIGNERS, MEMBERS);
    });

    /** Of the last signer, the only one that is honest where others lie; and whom it then names. */
    function work(messages: number, adversary = honest) {
      const counted = counting(suite);
      const request = asked(Array.from({ length: messages }, () => randomBytes(32)));
      const outcomes = simulate(
        committees(idsTo(SIGNERS), SIGNERS),
        (committee) => {
          const its = committee.self === SIGNERS ? counted.suite : suite;
          return frostSign(committee, its, shares.get(committee.self)!, request, randomBytes);
        },
        adversary,
      );
      const outcome = [...outcomes].at(-1)![1];
      const culprits = adversary === honest ? [] : faultOf(outcome).culprits;
      if (adversary === honest) equal(resultOf(outcome).length, messages);
      return { count: counted.count(), culprits };
    }

    it('grows by a multiplication and two additions for each signer of each message, and by a check of each signer where any lie', () => {
      const [one, three, lied] = [work(1), work(3), work(3, lying)];
      const each = (three.count - one.count) / 2;
      ok(each <= (SIGNERS + 4) * (MULTIPLICATION + 2), `${each} for each message`);
      deepEqual([...lied.culprits], idsTo(SIGNERS - 1));
      const judged = lied.count - three.count;
      ok(judged > 0 && judged <= SIGNERS * (8 * SIGNERS + 3 * MULTIPLICATION), `${judged} to find all liars`);
      const most = one.count + each * (mostMessages(suite.name, SIGNERS) - 1) + judged;
      ok(most < IN_A_SECOND, `${most} for the fullest session with the most liars`);
    }).timeout(60_000);
  });
}
