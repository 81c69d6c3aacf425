/** Hosts and enclaves as real processes on a local chain: the whole path, and what happens when they die. */

import { execFileSync } from 'node:child_process';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Operator, startOperator, stopOperator } from '../../scripts/local/operators.ts';
import { until as untilTrue } from '../../scripts/local/until.ts';
import { startFaultyRelay } from './support/faultyRelay.ts';
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

import { quorate } from './support/quorate.ts';

/** Looks at processes through /proc. */
const onLinux = process.platform === 'linux' ? it : it.skip;

/** Patience for what other processes bring about. */
const until = (condition: () => Promise<boolean>) => untilTrue('the next step of the test', 60_000, condition);

describe('three operators', function () {
  this.timeout(240_000);
  let network: Network;
  let keyId: string;
  let amount = 100_000n;
  const operator = (at: number) => network.operators[at] as Operator;
  const kill = (at: number) => stopOperator(network.hosts.get(operator(at))!, 'SIGKILL');
  const start = (at: number) => network.start(operator(at)).ready;
  const askNext = (): Promise<Asked> => {
    amount += 1n;
    return ask(network, keyId, amount);
  };
  const readyz = async (at: number) => {
    const response = await fetch(`http://127.0.0.1:${operator(at).health}/readyz`);
    return { status: response.status, ...((await response.json()) as { reasons: string[] }) };
  };

  /** All hosts anew, each with these providers, in this order. */
  const useProviders = async (...urls: string[]) => {
    for (const [at, one] of network.operators.entries()) {
      await stopOperator(network.hosts.get(one)!);
      const config = JSON.parse(await readFile(one.configFile, 'utf8'));
      await writeFile(one.configFile, JSON.stringify({ ...config, chain: { ...config.chain, rpc: urls } }));
      await start(at);
    }
  };

  before(async () => {
    network = await openNetwork(['alice', 'bob', 'carol']);
    await Promise.all([0, 1, 2].map(start));
    await network.promote();
  });
  after(async () => {
    const codes = await network.end();
    expect(
      codes.every((code) => code === 0),
      `exit codes ${codes}`,
    ).to.equal(true);
    expect(enclavesOf(network.machine.directory)).to.deep.equal([]);
  });

  it('make a key and sign what was voted', async () => {
    keyId = await makeKey(network);
    await until(isActive(network, keyId));
    const asked = await askNext();
    await until(isFulfilled(network, asked));
    expect(await isSpendable(network, asked)).to.equal(true);
  });

  onLinux('open no debugger to whoever may signal them: neither host, TEE nor enclave [HP-05]', async () => {
    const [host] = processesOf((args) => args.includes(operator(0).configFile));
    const [tee] = processesOf((args, parent) => parent === host && args.includes('tee.mjs'));
    const [enclave] = processesOf((args, parent) => parent === tee && args.includes('enclave.bundle.mjs'));
    const nodes = [host, tee, enclave] as number[];
    expect(await catchesUsr1(process.pid), 'a Node of which a signal opens the debugger').to.equal(true);
    for (const pid of nodes) {
      expect(await catchesUsr1(pid)).to.equal(false);
      process.kill(pid, 'SIGUSR1');
    }
    expect(await readyz(0)).to.include({ status: 200 });
    for (const pid of nodes) process.kill(pid, 0);
  });

  it('get signatures onto the chain for a consumer that was given no gas to take them with', async () => {
    amount += 1n;
    const asked = await ask(network, keyId, amount, { callbackGas: 0 });
    await until(isFulfilled(network, asked));
    const { signingRequests } = network.dao;
    const failed = await signingRequests.queryFilter(signingRequests.filters.CallbackFailed(asked.id));
    expect(failed, 'anyone may redeliver').to.have.lengthOf(1);
  });

  it('sign the same payment with a higher fee, which replaces the one that is stuck', async () => {
    amount += 1n;
    const stuck = await ask(network, keyId, amount);
    await until(isFulfilled(network, stuck));
    const bumped = await ask(network, keyId, amount, { fee: 5_000n, replaces: stuck.id });
    await until(isFulfilled(network, bumped));
    expect([await isSpendable(network, stuck), await isSpendable(network, bumped)]).to.deep.equal([true, true]);
  });

  it('show themselves on the command line', async () => {
    const show = async (...words: string[]) => {
      const { code, out, error } = await quorate(...words, '--config', operator(0).configFile, '--json');
      return { code, error, json: JSON.parse(out) };
    };
    expect((await show('status')).json).to.include({ ready: true });
    const { json: enclaves } = await show('enclaves');
    expect(enclaves.map(({ operator }: { operator: string }) => operator)).to.have.members(
      network.operators.map(({ address }) => address.toLowerCase()),
    );
    const [key] = (await show('keys')).json;
    expect(key).to.include({ id: keyId, scheme: 'bip340', state: 'active', threshold: 2 });
    expect(key.rows).to.have.lengthOf(1);
    // each in a region of its own, all in one vendor's TEE, which then holds everything
    expect(key.exposures.region).to.deep.equal({ largest: 1, safe: true, survives: true });
    expect(key.exposures.vendor).to.deep.equal({ largest: 3, safe: false, survives: false });
    for (const { service } of enclaves) expect(service).to.include({ attested: true, eligible: true, serves: true });
    expect(key.rows[0]).to.include({ epoch: 1, kinds: 2, delay: 0, keyId });
    const [request] = (await show('requests')).json;
    expect(request).to.include({ state: 'fulfilled', keyId });
    const { code, json: findings } = await show('doctor');
    expect(findings.filter(({ ok }: { ok: boolean }) => !ok)).to.deep.equal([]); // its ports are taken by itself
    expect(code).to.equal(0);
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

  it('make a key in spite of a member that was away: the next attempt finds it there', async () => {
    await until(async () => (await readyz(2)).status === 200);
    await kill(1);
    const second = await makeKey(network, 60);
    await network.chain.passTime(61);
    await until(async () => (await network.dao.keyRegistry.ceremonyOf(second)).attempt === 2n);
    await start(1);
    await until(isActive(network, second));
  });

  it('sign though the provider that each asks first gets every fourth answer wrong', async () => {
    const honest = network.chain.url.replace('http', 'ws');
    const relay = await startFaultyRelay(network.chain.url, 4);
    try {
      await useProviders(relay.url, honest);
      let asked = 0;
      while (relay.struck.size < 10 && asked < 30) {
        const one = await askNext();
        asked += 1;
        await until(isFulfilled(network, one));
        expect(await isSpendable(network, one)).to.equal(true);
      }
      expect(relay.struck.size, [...relay.struck].join(', ')).to.be.at.least(10);
    } finally {
      await useProviders(honest);
      await relay.close();
    }
  });

  it('refuse to run without the identity that they have registered', async () => {
    await stopOperator(network.hosts.get(operator(1))!);
    await rename(join(operator(1).directory, 'data'), join(operator(1).directory, 'kept'));
    const error = await start(1).catch((failure: Error) => failure.message);
    expect(error)
      .to.include('the host of bob ended (64)')
      .and.include('has registered enclave')
      .and.include('replaceIdentity');
    await rm(join(operator(1).directory, 'data'), { recursive: true });
    await rename(join(operator(1).directory, 'kept'), join(operator(1).directory, 'data'));
    await start(1);
  });

  it('refuse to run twice on one directory', async () => {
    const { configFile, directory } = operator(1);
    const config = JSON.parse(await readFile(configFile, 'utf8'));
    const other = join(directory, 'other.json');
    await writeFile(other, JSON.stringify({ ...config, health: { host: '127.0.0.1', port: 0 } }));
    const twin = startOperator({ ...operator(1), configFile: other });
    expect(await twin.ready.catch((failure: Error) => failure.message))
      .to.include('STORE_DAMAGED')
      .and.include('another quorate');
  });

  it('refuse an RPC of another chain, and wait for one that is not there yet', async () => {
    const { configFile, directory } = operator(1);
    const config = JSON.parse(await readFile(configFile, 'utf8'));
    const write = async (name: string, change: object) => {
      const file = join(directory, name);
      await writeFile(
        file,
        JSON.stringify({ ...config, dataDirectory: `${name}.data`, health: { host: '127.0.0.1', port: 0 }, ...change }),
      );
      return startOperator({ ...operator(1), configFile: file });
    };
    const configuration = Buffer.from(network.dao.configuration);
    configuration.writeUInt16BE(1_337, 62); // another local chain: others have to have parent roots
    await writeFile(join(directory, 'other.configuration'), configuration);
    const astray = await write('astray.json', {
      enclave: { ...config.enclave, configurationFile: 'other.configuration' },
    });
    expect(await astray.ready.catch((failure: Error) => failure.message))
      .to.include('the host of bob ended (64)')
      .and.include('WRONG_CHAIN');

    const patient = await write('patient.json', { chain: { ...config.chain, rpc: ['http://127.0.0.1:9'] } });
    await until(async () => patient.log.some((line) => line.includes('waits for the chain')));
    expect(await stopOperator(patient)).to.equal(0);
  });
});

/** Ids of processes, by their words and their parent. */
function processesOf(isMeant: (args: string, parent: number) => boolean): readonly number[] {
  const lines = execFileSync('ps', ['-ww', '-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, args = ''] = /^ *([0-9]+) +([0-9]+) (.*)$/.exec(line) ?? [];
    return pid !== undefined && isMeant(args, Number(parent)) ? [Number(pid)] : [];
  });
}

const USR1 = 1n << 9n;

/** Node waits for this signal to open a debugger, unless it was told not to. */
async function catchesUsr1(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, caught] = /^SigCgt:\s+([0-9a-f]+)$/m.exec(status)!;
  return (BigInt(`0x${caught}`) & USR1) !== 0n;
}

/** Process ids of TEEs with this on their command line. */
function enclavesOf(word: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes('tee.mjs') && line.includes(word))
    .map((line) => line.trim().split(' ')[0] as string);
}
