/** Attacks on OT, its extension and multiplication: found out, with the probability that the papers promise, and final. */
import { deepEqual, equal, notEqual, throws } from 'node:assert/strict';
import { bytesToNumberBE, bytesToNumberLE } from '@noble/curves/utils.js';
import { concatBytes, randomBytes } from '@noble/hashes/utils.js';
import { type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { ecdsaSign } from '../../../signer/protocol/ecdsa/ecdsaSign.ts';
import { choose, multiplyAsBob, readCorrection } from '../../../signer/protocol/ecdsa/multiplication.ts';
import { online } from '../../../signer/protocol/ecdsa/online.ts';
import { bytesOfWords, wordsOfBytes } from '../../../signer/protocol/ecdsa/ot/bitMatrix.ts';
import {
  acceptExtension,
  challengeOf,
  EXTENSION_BYTES,
  extendWith,
  hashChoices,
  hashRows,
  MATRIX_BYTES,
} from '../../../signer/protocol/ecdsa/ot/extension.ts';
import { MAX_SESSIONS, OtPairs } from '../../../signer/protocol/ecdsa/ot/pairs.ts';
import { acceptReversal } from '../../../signer/protocol/ecdsa/ot/reversal.ts';
import { presign } from '../../../signer/protocol/ecdsa/presign.ts';
import { startEcdsa } from '../../../signer/protocol/ecdsa/session.ts';
import { Reader } from '../../../signer/protocol/reader.ts';
import { bit, encodeAlice, mod, range, alice as referenceAlice } from '../ecdsa/reference.ts';
import { type Dealt, deal } from '../ecdsa/seeds.ts';
import { type Booted, boot, dealAll, generateEcdsa, ready, setUp, signEcdsa, suite } from '../ecdsaKeys.ts';
import { flip, lieOf } from '../lies.ts';
import { type Adversary, committees, faultOf, honest, resultOf, simulate } from '../simulate.ts';
import { attack } from './attack.ts';

const [alice, bob, carol] = [1, 2, 3].map(partyIdOf) as [PartyId, PartyId, PartyId];
const lie = lieOf(bob);
const request = { digest: randomBytes(32), tweaks: [] };
const shares = generateEcdsa(3, 3);
const three = [1, 2, 3];
/** In how many places is cheated, and how many times as often as in every run; `QUORATE_MANY=1` says what came of it. */
const [PLACES, TIMES] = process.env.QUORATE_MANY ? [[1, 2, 3, 4], 10] : [[1, 2], 1];
/** In the direct message of round 1. */
const SETUP_ID = 32;

function knows({ boots, pairs }: Booted, id: PartyId, peer: PartyId): boolean {
  return pairs.get(id)!.has(boots.get(peer)!);
}

/** Of every pair the one with the lower id receives the base OTs. */
function bootInOrder(n: number): Booted {
  const nonces = Array.from({ length: n }, (_, at) => Uint8Array.of(at + 1, ...randomBytes(31)));
  const boots = new Map(nonces.map((nonce, at) => [partyIdOf(at + 1), nonce]));
  return { boots, pairs: new Map([...boots].map(([id, nonce]) => [id, new OtPairs(nonce)])) };
}

function run(enclaves: Booted, adversary: Adversary) {
  return signEcdsa(enclaves, shares, three, request, adversary);
}

describe('attacks on OT set-up', () => {
  attack('A40', 'whoever offers points that are none is blamed, and nobody keeps a set-up with it', () => {
    const wide = suite.group.encodeWide(suite.group.multiplyBase(suite.group.scalars.from(3)));
    const bad = [
      new Uint8Array(65),
      flip(64)(wide.slice()),
      Uint8Array.of(2, ...wide.slice(1)),
      Uint8Array.of(4, ...new Uint8Array(64).fill(255)),
    ];
    for (const [k, point] of bad.entries()) {
      const enclaves = boot(three);
      const ids = k === 0 ? three : [1, 2];
      const at = 65 * (k * 80);
      const outcomes = setUp(
        enclaves,
        ids,
        lie('ecdsa/ot-offer/direct', (bytes) => putAt(bytes, point, at)),
      );
      for (const id of k === 0 ? [alice, carol] : [alice]) {
        const fault = faultOf(outcomes.get(id));
        deepEqual([fault.code, fault.culprits], ['malformed', [bob]]);
        equal(knows(enclaves, id, bob) || knows(enclaves, id, alice), false);
      }
    }
  });

  attack('A40', 'an offer that was altered is found out when the set-up is confirmed', () => {
    const enclaves = boot(three);
    const altered = setUp(enclaves, three, lie('ecdsa/ot-offer/direct', flip(2 * 128 * 65 + 31)));
    for (const id of [alice, carol]) {
      const fault = faultOf(altered.get(id));
      deepEqual([fault.code, fault.culprits], ['confirmation-differs', [bob]]);
      equal(knows(enclaves, id, bob), false);
    }
  });

  attack('A40', 'a reversal that was made from other choices, cut, or left out names who was to make it', () => {
    for (const [alter, code] of [
      [flip(32 + 1234), 'ot-check-failed'],
      [flip(32 + MATRIX_BYTES + 3), 'ot-check-failed'],
      [flip(32 + EXTENSION_BYTES - 7), 'ot-check-failed'],
      [(bytes: Uint8Array) => bytes.slice(0, 32), 'malformed'],
      [(bytes: Uint8Array) => concatBytes(bytes, Uint8Array.of(0)), 'malformed'],
      [flip(5), 'confirmation-differs'],
    ] as const) {
      const enclaves = bootInOrder(2);
      const outcomes = setUp(enclaves, [1, 2], lie('ecdsa/ot-reversal/direct', alter));
      const fault = faultOf(outcomes.get(alice));
      deepEqual([fault.code, fault.culprits], [code, [bob]]);
      equal(knows(enclaves, alice, bob) || knows(enclaves, bob, alice), false);
    }
  });

  attack('A40', 'a reversal from who is to make none is malformed', () => {
    const enclaves = bootInOrder(2);
    const ofAlice = lieOf(alice)('ecdsa/ot-reversal/direct', (bytes) =>
      concatBytes(bytes, randomBytes(EXTENSION_BYTES)),
    );
    const fault = faultOf(setUp(enclaves, [1, 2], ofAlice).get(bob));
    deepEqual([fault.code, fault.culprits], ['malformed', [alice]]);
  });

  attack('A40', 'a bit that is changed on the way back is found out when the set-up is confirmed', () => {
    const enclaves = bootInOrder(2);
    const outcomes = setUp(enclaves, [1, 2], lie('ecdsa/ot-confirmation/direct', flip(3)));
    deepEqual(
      [faultOf(outcomes.get(alice)).code, faultOf(outcomes.get(alice)).culprits],
      ['confirmation-differs', [bob]],
    );
    equal(knows(enclaves, alice, bob), false);
  });

  attack('A40', 'whoever offers too little or too much is blamed, and whoever offers nothing is silent', () => {
    const enclaves = boot([1, 2]);
    for (const alter of [
      (bytes: Uint8Array) => bytes.slice(1),
      (bytes: Uint8Array) => concatBytes(bytes, Uint8Array.of(0)),
    ]) {
      const fault = faultOf(setUp(enclaves, [1, 2], lie('ecdsa/ot-offer/direct', alter)).get(alice));
      deepEqual([fault.code, fault.culprits], ['malformed', [bob]]);
    }
    const silent = setUp(enclaves, [1, 2], (from, _to, _round, bytes) => (from === bob ? undefined : bytes));
    deepEqual(faultOf(silent.get(alice)).silent, [bob]);
    equal(knows(enclaves, alice, bob), false);
  });
});

describe('attacks on OT extension', () => {
  const places: [string, number][] = [
    ['the matrix', SETUP_ID + 1234],
    ['the sums of choice bits', SETUP_ID + MATRIX_BYTES + 3],
    ['the sums of rows', SETUP_ID + EXTENSION_BYTES - 7],
  ];
  for (const [what, at] of places)
    attack('A40', `a wrong bit in ${what} wipes the pair, and the pair alone, for good`, () => {
      const enclaves = ready(3);
      const outcomes = run(enclaves, lie('ecdsa/commitments/direct', flip(at)));
      for (const id of [alice, carol]) {
        const fault = faultOf(outcomes.get(id));
        deepEqual([fault.code, fault.culprits], ['ot-check-failed', [bob]]);
        equal(knows(enclaves, id, bob), false);
        throws(() => resultOf(run(enclaves, honest).get(id)), { name: 'NoSetup' });
      }
      equal(knows(enclaves, alice, carol) && knows(enclaves, carol, alice), true);
      dealAll(enclaves, three);
      equal(resultOf(run(enclaves, honest).get(alice)).length, 65);
    });

  attack(
    'A40',
    'sessions in parallel on a pair end when a check fails in one of them, in whichever round they are',
    () => {
      const enclaves = ready(3);
      for (const rounds of [1, 2]) {
        const context = randomBytes(32);
        const members = committees(three, 3, context);
        const start = () => {
          const own = members[0]!;
          return ecdsaSign(
            own,
            suite,
            shares.get(alice)!,
            request,
            enclaves.boots,
            enclaves.pairs.get(alice)!,
            randomBytes,
          );
        };
        const waiting = start();
        const heard = recorded(enclaves, context, rounds, waiting);
        run(enclaves, lie('ecdsa/commitments/direct', flip(SETUP_ID)));
        throws(() => waiting.next(heard), { code: 'setup-wiped', culprits: [] });
        dealAll(enclaves, three);
      }
    },
  );

  attack('A40', 'a presignature whose pair was wiped meanwhile says nothing, and is gone', () => {
    const enclaves = ready(3);
    const context = randomBytes(32);
    const sessions = new Map(
      committees(three, 3, context).map((own) => [
        own.self,
        startEcdsa(own, suite, shares.get(own.self)!, request, enclaves.boots, enclaves.pairs.get(own.self)!),
      ]),
    );
    const made = simulate(committees(three, 3, context), (own) => presign(sessions.get(own.self)!, randomBytes));
    run(enclaves, lie('ecdsa/commitments/direct', flip(SETUP_ID)));
    const presignature = resultOf(made.get(alice));
    throws(() => online(sessions.get(alice)!, presignature).next(), { code: 'setup-wiped', culprits: [] });
    equal(presignature.isTaken, true);
  });

  attack('A40', 'a pair of which one side has wiped its half, or restarted, is of no use to the other', () => {
    const enclaves = ready(3);
    const others = ready(3);
    // Bob is set up again with carol only, as after a restart under the same nonce.
    enclaves.pairs.get(alice)!.install(enclaves.boots.get(bob)!, setupOf(others, alice, bob));
    const outcomes = run(enclaves, honest);
    const fault = faultOf(outcomes.get(alice));
    deepEqual([fault.code, fault.culprits, fault.disputes], ['setup-differs', [], [{ about: alice, reporter: bob }]]);
    equal(knows(enclaves, alice, bob) || knows(enclaves, bob, alice), false);
    equal(knows(enclaves, alice, carol), true);
  });

  attack('A40', 'wiped is zero', () => {
    const enclaves = ready(2);
    const [use] = enclaves.pairs.get(alice)!.begin([enclaves.boots.get(bob)!], randomBytes(32));
    const { sender, receiver, zeroSeed } = use!.setup;
    const arrays = [sender.delta, sender.chosen, receiver.zeros, receiver.ones, zeroSeed];
    equal(
      arrays.every((array) => array.some((value) => value !== 0)),
      true,
    );
    use!.wipe();
    equal(
      arrays.some((array) => array.some((value) => value !== 0)),
      false,
    );
    throws(() => use!.setup, /wiped/);
  });

  attack('A41', 'any bit that is flipped on the way is found out', () => {
    const [dealt, sid] = [deal(randomBytes), randomBytes(32)];
    const { message } = extendWith(sid, dealt.receiver, wordsOfBytes(randomBytes(68)));
    notEqual(acceptExtension(sid, dealt.sender, message), undefined);
    const bits = [
      ...range(300).map(() => Math.floor(Math.random() * 8 * EXTENSION_BYTES)),
      ...range(160).map((k) => 8 * MATRIX_BYTES + k),
    ];
    for (const at of bits) {
      const altered = message.slice();
      altered[at >> 3] = altered[at >> 3]! ^ (1 << (at & 7));
      equal(acceptExtension(sid, dealt.sender, altered), undefined, `bit ${at}`);
    }
    equal(acceptExtension(randomBytes(32), dealt.sender, message), undefined);
  });

  attack('A41', 'a receiver that cheats in k columns and hashes again passes with probability 2^-k', () => {
    for (const k of PLACES) withinPowers('columns', k, k === 1 ? 1000 : 400, () => cheatInColumns(k));
    equal(
      passed(50 * TIMES, () => cheatInColumns(20)),
      0,
    );
    equal(
      passed(50 * TIMES, () => cheatInColumns(128)),
      0,
    );
  });

  attack(
    'A41',
    'a second that cheats in k columns of the reversal learns k bits of Delta with 2^-k, or has no set-up',
    () => {
      for (const k of PLACES) withinPowers('columns of a reversal', k, 200, () => cheatInColumns(k, acceptReversal));
      equal(
        passed(20 * TIMES, () => cheatInColumns(128, acceptReversal)),
        0,
      );
    },
  );

  attack('A42', 'no set-up serves a session twice, nor more sessions than it remembers', () => {
    const dealt = deal(randomBytes);
    const pairs = new OtPairs(randomBytes(32));
    const peer = randomBytes(32);
    pairs.install(peer, {
      id: randomBytes(32),
      sender: dealt.sender,
      receiver: dealt.receiver,
      zeroSeed: randomBytes(32),
    });
    const context = randomBytes(32);
    pairs.begin([peer], context);
    throws(() => pairs.begin([peer], context), /before/);
    for (let k = 1; k < MAX_SESSIONS; k++) pairs.begin([peer], randomBytes(32));
    throws(() => pairs.begin([peer], randomBytes(32)), { name: 'NoSetup' });
    equal(pairs.has(peer), false);
  });

  attack('A42', 'two sessions on the same seeds do not show how their choice bits differ', () => {
    const dealt = deal(randomBytes);
    const [x, y] = [randomBytes(68), randomBytes(68)];
    const matrix = (sid: Uint8Array, choices: Uint8Array) =>
      extendWith(sid, dealt.receiver, wordsOfBytes(choices)).message.slice(0, MATRIX_BYTES);
    const [first, second] = [matrix(randomBytes(32), x), matrix(randomBytes(32), y)];
    const difference = bytesToNumberLE(x) ^ bytesToNumberLE(y);
    const columns = range(128).map((i) =>
      [first, second].map((bytes) => bytesToNumberLE(bytes.slice(68 * i, 68 * i + 68))),
    );
    equal(
      columns.some(([a, b]) => (a! ^ b!) === difference),
      false,
    );
    equal(new Set(columns.map(([a, b]) => a! ^ b!)).size, 128);
    // With the same session id they would.
    const sid = randomBytes(32);
    const [again, reused] = [matrix(sid, x), matrix(sid, y)];
    equal(
      range(128).every(
        (i) =>
          (bytesToNumberLE(again.slice(68 * i, 68 * i + 68)) ^ bytesToNumberLE(reused.slice(68 * i, 68 * i + 68))) ===
          difference,
      ),
      true,
    );
  });

  attack(
    'A42',
    'a message of OT extension replayed from another session, or said to another peer, is found out',
    () => {
      const enclaves = ready(3);
      let recordedMessage: Uint8Array | undefined;
      run(enclaves, (from, to, round, bytes) => {
        if (from === bob && to === alice && round === 'ecdsa/commitments/direct') recordedMessage = bytes;
        return bytes;
      });
      const outcomes = run(enclaves, (from, to, round, bytes) =>
        from === bob && to === alice && round === 'ecdsa/commitments/direct' ? recordedMessage! : bytes,
      );
      const fault = faultOf(outcomes.get(alice));
      deepEqual([fault.code, fault.culprits], ['ot-check-failed', [bob]]);
      equal(knows(enclaves, alice, bob), false);
    },
  );
});

describe('attacks on multiplication', () => {
  attack('A43', 'another input in k rows is found out but with probability 2^-k, where Bob has ones', () => {
    const dealt = deal(randomBytes);
    for (const k of PLACES) withinPowers('rows', k, k === 1 ? 80 : 48, () => cheatInRows(dealt, k));
    equal(
      passed(4 * TIMES, () => cheatInRows(dealt, 40)),
      0,
    );
  });

  for (const [what, at] of [
    ['rows', 5],
    ['the pads of the check', 53_248 + 2],
    ['the hash of the check', 53_248 + 64 + 1],
  ] as const)
    attack('A43', `a wrong bit in ${what} names the sender and wipes the pair`, () => {
      const enclaves = ready(3);
      // One bit in one row passes where Bob's bit is zero, so the lie is told in many rows.
      const alter = (bytes: Uint8Array) =>
        (at > 53_000 ? [at] : range(100).map((k) => 128 * k + at)).reduce((altered, k) => flip(k)(altered), bytes);
      const outcomes = run(enclaves, lie('ecdsa/multiplications/direct', alter));
      for (const id of [alice, carol]) {
        const fault = faultOf(outcomes.get(id));
        deepEqual([fault.code, fault.culprits], ['multiplication-check-failed', [bob]]);
        equal(knows(enclaves, id, bob), false);
      }
      equal(knows(enclaves, alice, carol), true);
      throws(() => resultOf(run(enclaves, honest).get(alice)), { name: 'NoSetup' });
    });
});

/** Whether a receiver passes that uses other choice bits in k columns, and hopes that Delta is zero there. */
function cheatInColumns(k: number, accept: typeof acceptExtension | typeof acceptReversal = acceptExtension): boolean {
  const [dealt, sid, choices] = [deal(randomBytes), randomBytes(32), wordsOfBytes(randomBytes(68))];
  const { message, received } = extendWith(sid, dealt.receiver, choices);
  const altered = message.slice();
  for (let i = 0; i < k; i++) altered[68 * i] = altered[68 * i]! ^ 1;
  const challenge = challengeOf(sid, altered.subarray(0, MATRIX_BYTES));
  altered.set(bytesOfWords(hashChoices(challenge, choices)), MATRIX_BYTES);
  altered.set(bytesOfWords(hashRows(challenge, received.rows)), MATRIX_BYTES + 16);
  const passed = accept(sid, dealt.sender, altered) !== undefined;
  equal(
    passed,
    range(k).every((i) => !bit(dealt.delta, i)),
  );
  return passed;
}

/** Whether a sender passes that uses another input in k rows, and hopes that beta is zero there. */
function cheatInRows(dealt: Dealt, k: number): boolean {
  const sid = randomBytes(32);
  const { message, chosen } = choose(sid, dealt.receiver, randomBytes);
  const rows = acceptExtension(sid, dealt.sender, message)!;
  const numbers = range(544).map((j) =>
    range(4).reduce((row, w) => row | (BigInt(rows[4 * j + w]!) << BigInt(32 * w)), 0n),
  );
  const inputs = range(4).map(() => mod(bytesToNumberBE(randomBytes(48))));
  const at = range(k).map((n) => (n * 10) % 416);
  const cheat = referenceAlice(
    sid,
    numbers,
    dealt.delta,
    inputs.slice(0, 2),
    inputs.slice(2),
    new Map(at.map((j) => [j, 1n])),
  );
  const passed = multiplyAsBob(sid, chosen, readCorrection(new Reader(encodeAlice(cheat)))) !== undefined;
  equal(
    passed,
    at.every((j) => ((chosen.received.choices[j >> 5]! >>> (j & 31)) & 1) === 0),
  );
  return passed;
}

function passed(runs: number, cheats: () => boolean): number {
  return range(runs).filter(cheats).length;
}

/** A cheat in k places passes with probability 2^-k, within five standard deviations: one run in millions is not. */
function withinPowers(places: string, k: number, few: number, cheats: () => boolean): void {
  const [runs, probability] = [few * TIMES, 2 ** -k];
  const count = passed(runs, cheats);
  if (TIMES > 1) process.stdout.write(`      ${k} ${places}: ${count} of ${runs}\n`);
  const deviation = Math.sqrt(runs * probability * (1 - probability));
  equal(Math.abs(count - runs * probability) < 5 * deviation, true, `${count} of ${runs}, not about ${probability}`);
}

/** Takes `waiting`, alice's session, through `rounds` - 1 rounds with honest peers, and returns what she hears next. */
function recorded(
  enclaves: Booted,
  context: Uint8Array<ArrayBuffer>,
  rounds: number,
  waiting: ReturnType<typeof ecdsaSign>,
) {
  const peers = committees(three, 3, context).slice(1);
  const protocols = new Map([
    [alice, waiting],
    ...peers.map(
      (own) =>
        [
          own.self,
          ecdsaSign(
            own,
            suite,
            shares.get(own.self)!,
            request,
            enclaves.boots,
            enclaves.pairs.get(own.self)!,
            randomBytes,
          ),
        ] as const,
    ),
  ]);
  let said = new Map([...protocols].map(([id, protocol]) => [id, protocol.next().value as Said]));
  const heardBy = (to: PartyId) =>
    new Map(
      [...said]
        .filter(([id]) => id !== to)
        .map(([id, out]) => [id, { broadcast: out.broadcast!, direct: out.direct!.get(to)! }]),
    );
  for (let round = 1; round < rounds; round++) {
    const heard = new Map([...protocols.keys()].map((id) => [id, heardBy(id)]));
    said = new Map([...protocols].map(([id, protocol]) => [id, protocol.next(heard.get(id)!).value as Said]));
  }
  return heardBy(alice);
}

interface Said {
  readonly broadcast?: Uint8Array;
  readonly direct?: ReadonlyMap<PartyId, Uint8Array>;
}

function setupOf({ boots, pairs }: Booted, id: PartyId, peer: PartyId) {
  const [use] = pairs.get(id)!.begin([boots.get(peer)!], randomBytes(32));
  return use!.setup;
}

function putAt(bytes: Uint8Array, what: Uint8Array, at: number): Uint8Array {
  bytes.set(what, at);
  return bytes;
}
