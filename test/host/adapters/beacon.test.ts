import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { hexToBytes } from 'viem';
import { bytesOfAnswer } from '../../../scripts/local/beacon/answers.ts';
import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import { announced } from '../../../signer/finality/announced.ts';
import { applyUpdate } from '../../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../../signer/finality/bootstrap.ts';
import { hex } from '../../../signer/finality/bytes.ts';
import { isRejection } from '../../../signer/finality/rejection.ts';
import { capOf, finalisedRootOf, genesisOf } from '../../../signer/host/adapters/beaconAnswers.ts';
import { createBeacon } from '../../../signer/host/adapters/beaconNodes.ts';
import { systemClock } from '../../../signer/host/adapters/systemClock.ts';
import { isRetryable, type RetryableCode } from '../../../signer/host/errors.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import type { Beacon } from '../../../signer/host/ports/beacon.ts';
import type { Clock } from '../../../signer/host/ports/clock.ts';
import { createProblems } from '../../../signer/host/problems.ts';
import { execution } from '../../finality/support/scenes.ts';
import { manualClock } from '../support/clock.ts';
import { BEACON_CONFIG, type FakeBeacon, type Fault, fakeBeacon, json } from '../support/fakeBeacon.ts';

const LIGHT = '/eth/v1/beacon/light_client';

async function codeOf(asked: Promise<unknown>): Promise<RetryableCode | 'none'> {
  try {
    await asked;
    return 'none';
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return error.code;
  }
}

const status =
  (code: number): Fault =>
  (response) => {
    response.writeHead(code, { location: 'http://127.0.0.1:1/' }).end();
    return true;
  };
const body =
  (text: string, type = 'application/json'): Fault =>
  (response, target) => {
    if (!target.startsWith(LIGHT)) return false;
    response.writeHead(200, { 'content-type': type }).end(text);
    return true;
  };
/** A light-client answer, as far as tests change it. */
type Json = unknown[] & { data: { attested_header: { beacon: { slot: string } }; finality_branch?: unknown } };
/** The honest answer with one part of it replaced. */
const changed =
  (change: (answer: Json) => unknown): Fault =>
  (response, target, honest) => {
    if (!target.startsWith(LIGHT)) return false;
    json(response, 200, change(structuredClone(honest.body) as Json));
    return true;
  };

describe('beacon nodes', () => {
  let open: { close(): unknown }[];
  beforeEach(() => {
    open = [];
  });
  afterEach(() => Promise.all(open.map((one) => one.close())));
  const node = async (isTelling = false): Promise<FakeBeacon> => {
    const made = await fakeBeacon(BEACON_CONFIG, isTelling);
    open.push(made);
    return made;
  };
  const problems = createProblems();
  const client = (nodes: readonly FakeBeacon[], clock: Clock = systemClock): Beacon =>
    createBeacon(
      nodes.map(({ url }) => url),
      BEACON_CONFIG,
      { clock, log: () => {}, metrics: createMetrics(), problems, jitter: () => 0 },
    );

  it('brings what a light client verifies: bootstrap, periods, finality', async () => {
    const one = await node();
    one.finalise('first');
    const root = hex(one.chain.finalised()!.root) as `0x${string}`;
    for (let at = 0; at < 40; at += 1) one.finalise(`block ${at}`);
    const beacon = client([one]);
    let store = bootstrap(BEACON_CONFIG, hexToBytes(root), hexToBytes((await beacon.bootstrap(root)).bytes));
    const updates = await beacon.updates(0, 16);
    expect(updates.map(({ period }) => period)).to.deep.equal([0, 1, 2]);
    for (const told of [...updates]) {
      expect(told.isCommitteeFinal).to.equal(true);
      if (!isRejection(store)) store = applyUpdate(BEACON_CONFIG, store, hexToBytes(told.bytes));
    }
    if (isRejection(store)) throw new Error(store.code);
    one.finalise('newest');
    const told = await beacon.finality(0);
    const after = applyUpdate(BEACON_CONFIG, store, hexToBytes(told.bytes));
    if (isRejection(after)) throw new Error(after.code);
    expect(Number(after.finalised.beacon.slot)).to.equal(told.slot);
    expect(hex(after.finalised.blockHash)).to.equal(told.blockHash);
    expect(told.blockHash).to.equal(hex(execution('newest').block_hash));
  });

  it('reads the format of a fork that a vote has added, once it is told of it', async () => {
    const forks = [
      { epoch: 0, shape: 'electra' as const },
      { epoch: 1, shape: 'gloas' as const },
    ];
    const forked = { ...BEACON_CONFIG, forks: developmentConfig({ forks }).forks };
    const one = await fakeBeacon(forked);
    open.push(one);
    for (const name of ['before', 'after']) one.finalise(name);
    const clock = manualClock();
    const beacon = client([one], clock);
    expect(await codeOf(beacon.finality(0))).to.equal('BEACON_NONSENSE');
    await clock.advance(600_000);
    beacon.know(forked.forks);
    const told = await beacon.finality(0);
    expect(isRejection(announced(forked, hexToBytes(told.bytes)))).to.equal(false);
    expect(hexToBytes(told.bytes)[1], 'as wire.ts numbers formats').to.equal(4);
  });

  it('reads SSZ as it reads JSON', async () => {
    const one = await node();
    one.finalise('a block');
    const root = hex(one.chain.finalised()!.root) as `0x${string}`;
    const beacon = client([one]);
    const [json1, json2, [json3]] = [
      await beacon.bootstrap(root),
      await beacon.finality(0),
      await beacon.updates(0, 1),
    ];
    const sszOf = (target: string): Buffer => {
      if (target.includes('bootstrap'))
        return Buffer.from(bytesOfAnswer(BEACON_CONFIG, 'bootstrap', one.chain.bootstrap(root)!).subarray(2));
      const update = one.chain.finalityUpdate()!;
      if (target.includes('finality_update'))
        return Buffer.from(bytesOfAnswer(BEACON_CONFIG, 'finality_update', update).subarray(2));
      const ssz = bytesOfAnswer(BEACON_CONFIG, 'update', update).subarray(2);
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(4 + ssz.length));
      return Buffer.concat([length, Buffer.alloc(4), ssz]);
    };
    one.fault = (response, target) => {
      if (!target.startsWith(LIGHT)) return false;
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(sszOf(target));
      return true;
    };
    const other = client([one]);
    expect(await other.bootstrap(root)).to.deep.equal(json1);
    expect(await other.finality(0)).to.deep.equal(json2);
    expect(await other.updates(0, 1)).to.deep.equal([json3]);
  });

  const faults: readonly [what: string, Fault, RetryableCode][] = [
    ['says 404', status(404), 'BEACON_UNKNOWN'],
    ['says 429', status(429), 'BEACON_BUSY'],
    ['says 500', status(500), 'BEACON_UNAVAILABLE'],
    ['sends elsewhere', status(302), 'BEACON_UNAVAILABLE'],
    ['says something that is no JSON', body('<html>'), 'BEACON_NONSENSE'],
    ['says a page', body('{}', 'text/html'), 'BEACON_NONSENSE'],
    ['says nothing', body(''), 'BEACON_NONSENSE'],
    ['says null', body('null'), 'BEACON_NONSENSE'],
    ['says a list', body('[]'), 'BEACON_NONSENSE'],
    ['says too much', body(`{"data":"${' '.repeat(capOf(BEACON_CONFIG))}"}`), 'BEACON_NONSENSE'],
    ['says SSZ that is none', body('what', 'application/octet-stream'), 'BEACON_NONSENSE'],
    [
      'says a slot that is no slot',
      changed((answer) => {
        answer.data.attested_header.beacon.slot = '-1';
        return answer;
      }),
      'BEACON_NONSENSE',
    ],
    [
      'leaves the branch out',
      changed((answer) => {
        delete answer.data.finality_branch;
        return answer;
      }),
      'BEACON_NONSENSE',
    ],
    [
      'cuts the connection',
      (response: ServerResponse, target) => {
        if (!target.startsWith(LIGHT)) return false;
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
        response.write('{"data":');
        setImmediate(() => response.destroy());
        return true;
      },
      'BEACON_UNAVAILABLE',
    ],
  ];
  for (const [what, fault, code] of faults)
    it(`asks the next one when a node ${what}`, async () => {
      const [bad, good] = [await node(), await node()];
      for (const one of [bad, good]) one.finalise('a block');
      bad.fault = fault;
      expect(await codeOf(client([bad]).finality(0))).to.equal(code);
      expect((await client([bad, good]).finality(0)).by).to.equal(new URL(good.url).host);
    });

  it('waits for no node for ever', async () => {
    const [bad, good] = [await node(), await node()];
    good.finalise('a block');
    bad.fault = () => true;
    const clock = manualClock();
    const asking = client([bad, good], clock).finality(0);
    while (bad.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await clock.advance(10_000);
    expect((await asking).by).to.equal(new URL(good.url).host);
  });

  it('asks a node of another chain for nothing but its genesis', async () => {
    const [bad, good] = [await node(), await node()];
    good.finalise('a block');
    bad.finalise('another');
    bad.fault = (response, target, honest) => {
      if (!target.endsWith('/genesis')) return false;
      const { data } = structuredClone(honest.body) as { data: Record<string, string> };
      json(response, 200, { data: { ...data, genesis_validators_root: `0x${'00'.repeat(32)}` } });
      return true;
    };
    expect(await codeOf(client([bad]).finality(0))).to.equal('BEACON_OTHER_CHAIN');
    expect(bad.asked).to.deep.equal(['/eth/v1/beacon/genesis']);
    expect(problems.list().join()).to.contain('of another chain');
    expect((await client([bad, good]).finality(0)).by).to.equal(new URL(good.url).host);
    expect(bad.asked).to.have.lengthOf(2);
  });

  it('asks the others when one lags, and takes the highest when none has news', async () => {
    const [behind, ahead] = [await node(), await node()];
    for (const one of [behind, ahead]) one.finalise('a block');
    ahead.finalise('the next');
    const beacon = client([behind, ahead]);
    const { slot } = await beacon.finality(0);
    const next = await beacon.finality(slot);
    expect(next.slot).to.be.above(slot);
    expect(next.by).to.equal(new URL(ahead.url).host);
    expect((await beacon.finality(next.slot)).slot).to.equal(next.slot);
  });

  it('asks the others for a period when the committee that one shows cannot be taken', async () => {
    const [poor, other] = [await node(), await node()];
    for (const each of [poor, other]) for (let at = 0; at < 20; at += 1) each.finalise(`block ${at}`);
    poor.fault = changed((answer) => {
      const [{ data }] = answer as unknown as [{ data: { finalized_header: { beacon: { slot: string } } } }];
      data.finalized_header.beacon.slot = '8'; // of the period before
      return answer;
    });
    const alone = await client([poor]).updates(1, 1);
    expect(
      alone.map(({ isCommitteeFinal }) => isCommitteeFinal),
      'better than nothing',
    ).to.deep.equal([false]);
    const beacon = client([poor, other]);
    expect((await beacon.updates(1, 1)).map(({ isCommitteeFinal }) => isCommitteeFinal)).to.deep.equal([true]);
  });

  it('does not ask whoever was disbelieved, until a while has passed', async () => {
    const [liar, good] = [await node(), await node()];
    for (const one of [liar, good]) one.finalise('a block');
    const clock = manualClock();
    const beacon = client([liar, good], clock);
    const told = await beacon.finality(0);
    expect(told.by).to.equal(new URL(liar.url).host);
    beacon.disbelieve(told);
    const asked = liar.asked.length;
    expect((await beacon.finality(0)).by).to.equal(new URL(good.url).host);
    expect(liar.asked).to.have.lengthOf(asked);
    await clock.advance(1_000);
    expect((await beacon.finality(0)).by).to.equal(new URL(liar.url).host);
  });

  it('asks no node more often than its chain moves, however often it is asked', async () => {
    const one = await node();
    one.finalise('a block');
    const clock = manualClock();
    const beacon = client([one], clock);
    await Promise.all([1, 2, 3, 4].map(() => beacon.finality(0)));
    await beacon.finality(99);
    expect(one.asked.filter((target) => target.includes('finality'))).to.have.lengthOf(1);
    await clock.advance(250);
    await beacon.finality(99);
    expect(one.asked.filter((target) => target.includes('finality'))).to.have.lengthOf(2);
  });

  for (const [what, change] of [
    ['other periods than asked for', (answer: Json) => answer.slice(1)],
    ['a gap', (answer: Json) => [answer[0], ...answer.slice(2)]],
    ['one twice', (answer: Json) => [answer[0], answer[0]]],
    ['more than asked for', (answer: Json) => [...answer, ...answer]],
  ] as const)
    it(`takes no updates with ${what}`, async () => {
      const one = await node();
      for (let at = 0; at < 40; at += 1) one.finalise(`block ${at}`);
      one.fault = changed(change);
      expect(await codeOf(client([one]).updates(0, 3))).to.equal('BEACON_NONSENSE');
    });

  it('says so when a node has no update of a period', async () => {
    const one = await node();
    one.finalise('a block');
    expect(await codeOf(client([one]).updates(7, 3))).to.equal('BEACON_UNKNOWN');
  });

  it('hears of news from those that tell, and need not ask', async () => {
    const one = await node(true);
    one.finalise('a block');
    const beacon = client([one]);
    let told = 0;
    const end = beacon.onFinality(() => {
      told += 1;
    });
    while (told === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { slot } = await beacon.finality(0);
    const asked = one.asked.length;
    one.finalise('the next');
    while (told === 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await beacon.finality(slot)).slot).to.be.above(slot);
    expect(one.asked).to.have.lengthOf(asked);
    end();
  });

  it('asks where nobody tells', async () => {
    const one = await node(false);
    one.finalise('a block');
    const beacon = client([one]);
    const end = beacon.onFinality(() => {});
    expect((await beacon.finality(0)).slot).to.be.above(0);
    end();
  });

  it('says nothing of an address but its host', async () => {
    const beacon = createBeacon(['http://user:secret@127.0.0.1:1/key/abc?token=def'], BEACON_CONFIG, {
      ...{ clock: systemClock, log: () => {}, metrics: createMetrics(), problems, jitter: () => 0 },
    });
    try {
      await beacon.finality(0);
      expect.fail();
    } catch (error) {
      expect(isRetryable(error, 'BEACON_UNAVAILABLE')).to.equal(true);
      expect((error as Error).message).to.not.match(/secret|abc|def/);
    }
  });
});

describe('an answer of what is no beacon node', () => {
  it('has no data, and is told so', () => {
    const body = new TextEncoder().encode('{"jsonrpc":"2.0","error":{"code":-32700}}');
    for (const read of [finalisedRootOf, genesisOf])
      expect(() => read({ form: 'json', body })).to.throw('an answer without data, as no beacon node gives one');
  });
});
