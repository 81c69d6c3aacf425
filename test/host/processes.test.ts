/** Hosts and enclaves as real processes on a local chain: the whole path, and what happens when they die. */

import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import {
  type Asked,
  ask,
  isActive,
  isFulfilled,
  isSpendable,
  makeKey,
  type Network,
  openNetwork,
  until,
} from './support/network.ts';
import { type Operator, stopHost } from './support/operator.ts';

describe('three operators', function () {
  this.timeout(240_000);
  let network: Network;
  let keyId: string;
  let amount = 100_000n;
  const operator = (at: number) => network.operators[at] as Operator;
  const kill = (at: number) => stopHost(network.hosts.get(operator(at))!, 'SIGKILL');
  const start = (at: number) => network.start(operator(at)).ready;
  const askNext = (): Promise<Asked> => {
    amount += 1n;
    return ask(network, keyId, amount);
  };
  const readyz = async (at: number) => {
    const response = await fetch(`http://127.0.0.1:${operator(at).health}/readyz`);
    return { status: response.status, ...((await response.json()) as { reasons: string[] }) };
  };

  before(async () => {
    network = await openNetwork(['alice', 'bob', 'carol']);
    await Promise.all([0, 1, 2].map(start));
    await network.promote();
  });
  after(async () => {
    const codes = await network.close();
    expect(
      codes.every((code) => code === 0),
      `exit codes ${codes}`,
    ).to.equal(true);
    expect(enclavesOf(network.directory)).to.deep.equal([]);
  });

  it('make a key and sign what was voted', async () => {
    keyId = await makeKey(network);
    await until(isActive(network, keyId));
    const asked = await askNext();
    await until(isFulfilled(network, asked));
    expect(await isSpendable(network, asked)).to.equal(true);
  });

  it('sign without the one that was killed, whoever was to lead', async () => {
    await kill(2);
    const asked = [await askNext(), await askNext(), await askNext()];
    for (const one of asked) await until(isFulfilled(network, one));
  });

  it('take it back with the share that it had sealed', async () => {
    await start(2);
    await kill(0);
    const asked = await askNext();
    await until(isFulfilled(network, asked));
    expect(await isSpendable(network, asked)).to.equal(true);
  });

  it('sign nothing when too few are left, say so, and catch up when they are back', async () => {
    await kill(1);
    const asked = await askNext();
    await until(async () => (await readyz(2)).status === 503);
    await until(async () => (await readyz(2)).reasons.some((reason) => reason.includes('too few members')));
    expect(await isFulfilled(network, asked)()).to.equal(false);
    await Promise.all([start(0), start(1)]);
    await until(isFulfilled(network, asked));
  });

  it('start again after an enclave alone was killed', async () => {
    const [victim] = enclavesOf(operator(0).platform);
    process.kill(Number(victim), 'SIGKILL');
    await until(async () => (await readyz(0)).status === 503);
    await until(async () => (await readyz(0)).status === 200);
  });
});

/** Process ids of TEEs with this on their command line. */
function enclavesOf(word: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes('tee/development.ts') && line.includes(word))
    .map((line) => line.trim().split(' ')[0] as string);
}
