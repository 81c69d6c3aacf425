/** The home chain forks under hosts and enclaves as real processes: by a vote's row they go on, without one they stop, and say so. */

import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { hexlify } from 'ethers';
import { developmentConfig } from '../../scripts/local/beacon/configuration.ts';
import { type Beacon, startBeacon } from '../../scripts/local/beacon/startBeacon.ts';
import { stopOperator } from '../../scripts/local/operators.ts';
import { until as untilTrue } from '../../scripts/local/until.ts';
import { action } from '../../scripts/local/vote.ts';
import { type BeaconRelay, startBeaconRelay } from './support/beaconRelay.ts';
import {
  type Asked,
  ask,
  isActive,
  isFulfilled,
  isSpendable,
  makeKey,
  type Network,
  openNetwork,
} from './support/network.ts';

const until = (what: string, condition: () => Promise<boolean>) => untilTrue(what, 60_000, condition);
const SLOTS = developmentConfig().slotsPerEpoch;
/** As the contract numbers formats. */
const GLOAS = 4;
/** Epochs between the beacon's start, the fork that is voted, and the one that is not. */
const APART = 16;

describe('a fork of the home chain', function () {
  this.timeout(240_000);
  let network: Network;
  let relay: BeaconRelay;
  let beacon: Beacon;
  let keyId: string;
  let amount = 300_000n;
  let forks: readonly { readonly epoch: number; readonly version: Uint8Array }[];

  const askNext = (): Promise<Asked> => {
    amount += 1n;
    return ask(network, keyId, amount);
  };
  const signed = async (asked: Asked) => {
    await until('it is signed', isFulfilled(network, asked));
    expect(await isSpendable(network, asked)).to.equal(true);
  };
  const reasons = async (at: number): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${network.operators[at]!.health}/readyz`).catch(() => null);
    return answer === null ? '' : ((await answer.json()) as { reasons: string[] }).reasons.join('; ');
  };
  const lastSlot = async (): Promise<number> => {
    const answer = await fetch(`${network.machine.beacon}/eth/v1/beacon/light_client/finality_update`);
    const { data } = (await answer.json()) as { data: { finalized_header: { beacon: { slot: string } } } };
    return Number(data.finalized_header.beacon.slot);
  };
  const slot = () => beacon.chain.finalised()?.content.slot ?? 0;
  const areAllShown = () =>
    [...network.hosts.values()].every(({ log }) => log.some((line) => line.includes('was shown the forks')));
  /** Finality after finality, with nothing to be signed. */
  const passTo = async (epoch: number) => {
    while (slot() <= epoch * SLOTS + 2) {
      const before = slot();
      await network.chain.mine(1);
      await until('it is final', async () => slot() > before);
    }
  };

  before(async () => {
    network = await openNetwork(['alice', 'bob', 'carol']);
    relay = await startBeaconRelay(network.machine.beacon);
    for (const { configFile } of network.operators) {
      const config = JSON.parse(await readFile(configFile, 'utf8')) as { readonly chain: object };
      await writeFile(configFile, JSON.stringify({ ...config, chain: { ...config.chain, beacon: [relay.url] } }));
    }
    await Promise.all(network.operators.map((operator) => network.start(operator).ready));
    await network.promote();
    keyId = await makeKey(network);
    await until('the key is active', isActive(network, keyId));
    const first = Math.ceil((await lastSlot()) / SLOTS) + 2;
    const config = developmentConfig({
      forks: [
        { epoch: 0, shape: 'electra' },
        { epoch: first + APART, shape: 'gloas' },
        { epoch: first + 2 * APART, shape: 'gloas' },
      ],
    });
    forks = config.forks.slice(1);
    beacon = await startBeacon({ rpc: network.chain.url, config, firstSlot: first * SLOTS, period: 250 });
    relay.turnTo(beacon.url);
  });
  after(async () => {
    const codes = await network.end();
    await relay.close();
    await beacon?.close();
    expect(codes, 'exit codes').to.deep.equal([0, 0, 0]);
  });

  it('is crossed by a vote’s row, though nothing was to be signed meanwhile, and after a restart too', async () => {
    await signed(await askNext());
    const { epoch, version } = forks[0]!;
    const { dao, chain } = network;
    await dao.decide('The chain forks', [await action(dao.keyRegistry, 'addFork', [hexlify(version), epoch, GLOAS])]);
    const [added] = await dao.keyRegistry.queryFilter(dao.keyRegistry.filters.ForkAdded(epoch));
    const { timestamp } = (await chain.provider.getBlock('latest'))!;
    await chain.passTime(Math.max(1, Number(added!.args.effectiveAt) - timestamp));
    await until('all were shown it', async () => {
      await chain.mine(1);
      return areAllShown();
    });
    expect(slot(), 'that was before the fork').to.be.lessThan(epoch * SLOTS);
    await passTo(epoch);
    await stopOperator(network.hosts.get(network.operators[0]!)!);
    await network.start(network.operators[0]!).ready;
    await signed(await askNext());
    expect(await reasons(1)).to.equal('');
  });

  it('stops every enclave where no vote has named it, and hosts say what that may be', async () => {
    await passTo(forks[1]!.epoch);
    const asked = await askNext();
    for (const at of [0, 1, 2])
      await until(`${at} says so`, async () => (await reasons(at)).includes('quorate propose fork'));
    await network.chain.mine(8);
    expect(await isFulfilled(network, asked)()).to.equal(false);
  });
});
