import { expect } from 'chai';
import fc from 'fast-check';
import { type Course, runSession, type Step } from '../../../signer/enclave/path/runSession.ts';
import type { Route } from '../../../signer/enclave/peers/envelope.ts';
import { Refused } from '../../../signer/formats/refusal.ts';
import { partyIdOf } from '../../../signer/protocol/committee.ts';
import { Fault } from '../../../signer/protocol/fault.ts';
import type { Protocol, Rounds } from '../../../signer/protocol/round.ts';

const [alice, bob, carol] = [1, 2, 3];
const signature = new Uint8Array(65);
const said = (
  round: number,
  from: number,
  payload: readonly number[],
  broadcast = true,
): [Route, { payload: Uint8Array; signature: Uint8Array }] => [
  { session: new Uint8Array(32), round, from, to: alice, broadcast },
  { payload: Uint8Array.from(payload), signature },
];

const COINTOSS: Rounds = [
  { round: 'cointoss/commitment', broadcast: 1 },
  { round: 'cointoss/opening', broadcast: 1 },
];

/** A coin toss: everybody commits to a byte by its complement, then opens it. The simplest protocol with a lie to tell. */
function* cointoss(mine: number, wiped: string[] = []): Protocol<number> {
  try {
    const commitments = yield { round: 'cointoss/commitment', broadcast: Uint8Array.of(mine ^ 0xff) };
    const openings = yield { round: 'cointoss/opening', broadcast: Uint8Array.of(mine) };
    let coin = mine;
    for (const [from, { broadcast }] of openings) {
      const opened = broadcast?.[0] ?? 0;
      if ((opened ^ 0xff) !== commitments.get(from)?.broadcast?.[0]) {
        throw new Fault('commitment-opened-differently', 'cointoss/opening', { culprits: [from] });
      }
      coin ^= opened;
    }
    return coin;
  } finally {
    wiped.push('wiped');
  }
}

function outcomeOf<T>({ outcome }: Step<T>): T | Fault | undefined {
  if (outcome === undefined) return undefined;
  return 'result' in outcome ? outcome.result : outcome.fault;
}

function started(wiped: string[] = []): Course<number> {
  const course = runSession([bob, carol], { rounds: COINTOSS, protocol: cointoss(0x01, wiped) });
  expect(course.start().say).to.deep.equal([{ round: 0, to: undefined, payload: Uint8Array.of(0xfe) }]);
  return course;
}

describe('runSession', () => {
  it('says a round, waits for everybody, and ends with the result', () => {
    const course = started();
    expect(course.hear(...said(0, bob, [0x02 ^ 0xff]))).to.deep.equal({ say: [] });
    expect(course.hear(...said(0, carol, [0x04 ^ 0xff])).say).to.deep.equal([
      { round: 1, to: undefined, payload: Uint8Array.of(0x01) },
    ]);
    course.hear(...said(1, carol, [0x04]));
    expect(outcomeOf(course.hear(...said(1, bob, [0x02])))).to.equal(0x07);
  });

  it('keeps what comes one round early until its round is open', () => {
    const course = started();
    course.hear(...said(1, bob, [0x02]));
    course.hear(...said(0, bob, [0x02 ^ 0xff]));
    course.hear(...said(1, carol, [0x04]));
    expect(outcomeOf(course.hear(...said(0, carol, [0x04 ^ 0xff])))).to.equal(0x07);
  });

  it('refuses what no honest member can say yet', () => {
    expect(() => started().hear(...said(2, bob, [0])))
      .to.throw(Refused, 'round 2, while round 0 is open')
      .with.property('code', 'ENVELOPE_AHEAD');
  });

  it('takes the same message twice for one, in an open round and in one that is over', () => {
    const course = started();
    const first = said(0, bob, [0x02 ^ 0xff]);
    course.hear(...first);
    expect(() => course.hear(...first))
      .to.throw(Refused)
      .with.property('code', 'ENVELOPE_DUPLICATE');
    course.hear(...said(0, carol, [0x04 ^ 0xff]));
    expect(() => course.hear(...first))
      .to.throw(Refused)
      .with.property('code', 'ENVELOPE_DUPLICATE');
    course.hear(...said(1, carol, [0x04]));
    expect(outcomeOf(course.hear(...said(1, bob, [0x02])))).to.equal(0x07);
  });

  it('blames a member that signed two things for one slot, and shows both', () => {
    const wiped: string[] = [];
    const course = started(wiped);
    course.hear(...said(0, bob, [1]));
    const fault = outcomeOf(course.hear(...said(0, bob, [2]))) as Fault;
    expect(fault.code).to.equal('equivocation');
    expect(fault.culprits).to.deep.equal([bob]);
    expect((fault.cause as Error).message).to.match(
      /^round 0, from 2 to all: [0-9a-f]{64} \([0-9a-f]{130}\) and [0-9a-f]{64} \([0-9a-f]{130}\)$/,
    );
    expect(wiped).to.deep.equal(['wiped']);
  });

  it('blames what the protocol blames', () => {
    const course = started();
    course.hear(...said(0, bob, [0x02 ^ 0xff]));
    course.hear(...said(0, carol, [0x04 ^ 0xff]));
    course.hear(...said(1, carol, [0x05]));
    const fault = outcomeOf(course.hear(...said(1, bob, [0x02]))) as Fault;
    expect(fault.code).to.equal('commitment-opened-differently');
    expect(fault.culprits).to.deep.equal([carol]);
  });

  it('refuses a message of a kind that the round does not have, and goes on', () => {
    const course = started();
    for (const round of [0, 1])
      expect(() => course.hear(...said(round, bob, [9], false)))
        .to.throw(Refused, `round ${round} has no direct message`)
        .with.property('code', 'ENVELOPE_UNEXPECTED');
    course.hear(...said(0, bob, [0x02 ^ 0xff]));
    course.hear(...said(0, carol, [0x04 ^ 0xff]));
    course.hear(...said(1, carol, [0x04]));
    expect(outcomeOf(course.hear(...said(1, bob, [0x02])))).to.equal(0x07);
  });

  it('refuses a round after the last', () => {
    const course = started();
    course.hear(...said(0, bob, [0x02 ^ 0xff]));
    course.hear(...said(0, carol, [0x04 ^ 0xff]));
    expect(() => course.hear(...said(2, bob, [9])))
      .to.throw(Refused)
      .with.property('code', 'ENVELOPE_UNEXPECTED');
    expect(course.saidBy(bob)).to.have.length(1);
  });

  it('blames a member for a message that is longer than any honest one, in the open round and in the next', () => {
    for (const round of [0, 1]) {
      const fault = outcomeOf(started().hear(...said(round, bob, [1, 2]))) as Fault;
      expect([fault.code, fault.culprits]).to.deep.equal(['malformed', [bob]]);
    }
  });

  it('gives up on those that are missing and on nobody else, and wipes the secrets', () => {
    const wiped: string[] = [];
    const course = started(wiped);
    course.hear(...said(0, carol, [0x04 ^ 0xff]));
    const fault = course.giveUp();
    expect(fault.code).to.equal('silent');
    expect(fault.silent).to.deep.equal([bob]);
    expect(fault.culprits).to.deep.equal([]);
    expect(wiped).to.deep.equal(['wiped']);
  });

  it('knows the longest message of each slot, of the open round and of the next', () => {
    const rounds = [
      { round: 'cointoss/commitment', broadcast: 1 },
      { round: 'two', broadcast: 2, direct: 3 },
      { round: 'three', direct: 4 },
    ];
    const course = runSession([bob, carol], { rounds, protocol: cointoss(0x01) });
    course.start();
    const maxBytes = (round: number, broadcast: boolean) => course.maxBytes({ round, broadcast });
    expect([maxBytes(0, true), maxBytes(1, true), maxBytes(1, false)]).to.deep.equal([1, 2, 3]);
    expect(() => maxBytes(0, false))
      .to.throw(Refused)
      .with.property('code', 'ENVELOPE_UNEXPECTED');
    expect(() => maxBytes(2, false))
      .to.throw(Refused)
      .with.property('code', 'ENVELOPE_AHEAD');
  });

  it('carries messages for one member beside those for all', () => {
    function* whispers(): Protocol<string> {
      const heard = yield {
        round: 'whispers',
        broadcast: Uint8Array.of(1),
        direct: new Map([bob, carol].map((party) => [partyIdOf(party), Uint8Array.of(party)])),
      };
      return [...heard].map(([from, { broadcast, direct }]) => `${from}: ${broadcast} ${direct}`).join(', ');
    }
    const course = runSession([bob, carol], {
      rounds: [{ round: 'whispers', broadcast: 1, direct: 1 }],
      protocol: whispers(),
    });
    expect(course.start().say.map(({ to }) => to)).to.deep.equal([undefined, bob, carol]);
    course.hear(...said(0, bob, [2]));
    course.hear(...said(0, bob, [3], false));
    course.hear(...said(0, carol, [4], false));
    expect(outcomeOf(course.hear(...said(0, carol, [5])))).to.equal('2: 2 3, 3: 5 4');
  });

  it('lets a bug through: it is nobody else’s fault', () => {
    function* broken(): Protocol<never> {
      yield { round: 'broken', broadcast: new Uint8Array() };
      throw new RangeError('a mistake');
    }
    const course = runSession([bob], { rounds: [{ round: 'broken', broadcast: 0 }], protocol: broken() });
    course.start();
    expect(() => course.hear(...said(0, bob, []))).to.throw(RangeError, 'a mistake');
  });

  it('lets nothing out that is not in the table: its peers would refuse it', () => {
    const tables: Rounds[] = [
      [],
      [{ round: 'cointoss/opening', broadcast: 1 }],
      [{ round: 'cointoss/commitment', broadcast: 0 }],
      [{ round: 'cointoss/commitment', direct: 1 }],
      [{ round: 'cointoss/commitment', broadcast: 1, direct: 1 }],
    ];
    for (const rounds of tables)
      expect(() => runSession([bob], { rounds, protocol: cointoss(1) }).start()).to.throw(
        Error,
        'cointoss/commitment is not in the table of rounds',
      );
  });
});

/** A broadcast, then a broadcast and whispers, then whispers alone. */
const MIXED: Rounds = [
  { round: 'mixed/1', broadcast: 2 },
  { round: 'mixed/2', broadcast: 1, direct: 3 },
  { round: 'mixed/3', direct: 2 },
];

function* mixed(): Protocol<string> {
  const direct = new Map([bob, carol].map((party) => [partyIdOf(party), new Uint8Array()]));
  yield { round: 'mixed/1', broadcast: new Uint8Array() };
  yield { round: 'mixed/2', broadcast: new Uint8Array(), direct };
  yield { round: 'mixed/3', direct };
  return 'done';
}

describe('whatever one member says, in whatever order', () => {
  const bobs = fc.record({
    round: fc.nat({ max: 4 }),
    broadcast: fc.boolean(),
    length: fc.nat({ max: 4 }),
    byte: fc.nat({ max: 1 }),
  });
  const bytesOf = ({ round, broadcast }: Pick<Route, 'round' | 'broadcast'>) =>
    broadcast ? MIXED[round]?.broadcast : MIXED[round]?.direct;

  it('no more of it is held than honest messages have, and nobody else is named', () => {
    const carols = MIXED.flatMap(({ broadcast, direct }, round) => [
      ...(broadcast === undefined ? [] : [said(round, carol, [])]),
      ...(direct === undefined ? [] : [said(round, carol, [], false)]),
    ]);
    fc.assert(
      fc.property(fc.array(bobs, { maxLength: 40 }), (lies) => {
        const course = runSession([bob, carol], { rounds: MIXED, protocol: mixed() });
        course.start();
        const queue = carols.slice();
        let round = 0;
        for (const lie of lies) {
          const step = heard(course, said(lie.round, bob, Array(lie.length).fill(lie.byte), lie.broadcast));
          const next = queue.shift();
          const steps = [step, ...(next && !step?.outcome ? [heard(course, next)] : [])];
          round += steps.filter((each) => (each?.say.length ?? 0) > 0).length;
          const held = course.saidBy(bob).map(({ route, message }) => ({ ...route, length: message.payload.length }));
          for (const each of held) {
            expect(each.round).to.be.at.most(round + 1);
            expect(each.length).to.be.at.most(bytesOf(each) ?? -1);
          }
          expect(held.length).to.be.at.most(MIXED.length + 1);
          const ended = steps.find((each) => each?.outcome)?.outcome;
          if (ended === undefined) continue;
          if ('fault' in ended) expect(ended.fault.culprits).to.deep.equal([bob]);
          return;
        }
      }),
      { numRuns: 500 },
    );
  });

  /** Nothing for what is refused. */
  function heard(course: Course<string>, [route, message]: ReturnType<typeof said>): Step<string> | undefined {
    try {
      return course.hear(route, message);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return undefined;
    }
  }
});
