import { expect } from 'chai';
import { decodeFunctionData, numberToHex } from 'viem';
import type { Hex } from '../../../signer/formats/hex.ts';
import { MEASUREMENT_REGISTRY_ABI } from '../../../signer/host/chain/abi.ts';
import { Retryable } from '../../../signer/host/errors.ts';
import { Promotion } from '../../../signer/host/life/promotion.ts';
import type { Goal } from '../../../signer/host/posting/goals/rules.ts';
import { ruleOf } from '../../../signer/host/posting/goals/rules.ts';
import { manualClock } from '../support/clock.ts';
import { word } from '../support/fakeChain.ts';

const [REGISTRY, OPERATOR]: Hex[] = [`0x${'0a'.repeat(20)}`, `0x${'0b'.repeat(20)}`];
const [MEASUREMENT, NEXT] = [word(7), word(8)];
const [CANARY, ACTIVE] = [1, 2];
const MINUTE = 60_000;

function promoting(statuses: Record<Hex, number>, mayBe = true) {
  const clock = manualClock();
  const asked: Hex[] = [];
  const wanted: Goal[] = [];
  const tried: string[] = [];
  const chain = {
    call: async (_: Hex, data: Hex) => {
      const [measurement] = decodeFunctionData({ abi: MEASUREMENT_REGISTRY_ABI, data }).args as [Hex];
      asked.push(measurement);
      return numberToHex(statuses[measurement] ?? 0, { size: 32 });
    },
    succeeds: async (from: Hex, to: Hex, data: Hex) => {
      tried.push(`${from} ${to} ${decodeFunctionData({ abi: MEASUREMENT_REGISTRY_ABI, data }).functionName}`);
      return mayBe;
    },
  };
  const promotion = new Promotion({ chain, clock }, { want: (goal) => void wanted.push(goal) }, REGISTRY!);
  const tend = async (measurement = MEASUREMENT) => {
    await clock.advance(MINUTE);
    await promotion.tend({ id: word(3), operator: OPERATOR!, measurement });
  };
  return { chain, clock, promotion, asked, wanted, tried, tend };
}

describe('the promotion of a measurement', () => {
  it('is wanted once it is possible: it is tried first, and costs nothing then', async () => {
    const it = promoting({ [MEASUREMENT]: CANARY });
    await it.tend();
    expect(it.wanted).to.deep.equal([{ kind: 'promote', registry: REGISTRY, measurement: MEASUREMENT }]);
    expect(it.tried).to.deep.equal([`${OPERATOR} ${REGISTRY} promote`]);
  });

  it('is not wanted before: too early, or by too few operators', async () => {
    const it = promoting({ [MEASUREMENT]: CANARY }, false);
    await it.tend();
    await it.tend();
    expect([it.wanted, it.tried.length]).to.deep.equal([[], 2]);
  });

  it('is looked at once a minute, and never again where it is over; another measurement is another one', async () => {
    const it = promoting({ [MEASUREMENT]: ACTIVE, [NEXT]: CANARY });
    await it.promotion.tend({ id: word(3), operator: OPERATOR!, measurement: MEASUREMENT });
    expect(it.asked).to.deep.equal([]);
    for (let minutes = 0; minutes < 3; minutes += 1) await it.tend();
    expect([it.asked, it.wanted]).to.deep.equal([[MEASUREMENT], []]);
    await it.tend(NEXT);
    expect(it.wanted).to.have.lengthOf(1);
  });

  it('waits where the chain does not answer', async () => {
    const it = promoting({ [MEASUREMENT]: CANARY });
    it.chain.succeeds = async () => {
      throw new Retryable('RPC_UNAVAILABLE', 'nobody there');
    };
    await it.tend();
    expect(it.wanted).to.deep.equal([]);
  });

  it('is reached by whoever was faster', async () => {
    const goal = { kind: 'promote', registry: REGISTRY!, measurement: MEASUREMENT } as const;
    for (const [status, standing] of [
      [CANARY, 'open'],
      [ACTIVE, 'reached'],
    ] as const) {
      const { chain } = promoting({ [MEASUREMENT]: status });
      expect(await ruleOf('promote').standing(goal, chain as never, null as never)).to.equal(standing);
    }
  });
});
