import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { JsonRpcProvider } from 'ethers';
import { castOf, FOUR_OF_FIVE } from '../../scripts/local/five.ts';
import { until } from '../../scripts/local/until.ts';
import { livingOf } from '../../signer/cli/devnet/processes.ts';
import { type Devnet, readProcesses } from '../../signer/cli/devnet/record.ts';
import { quorate } from '../host/support/quorate.ts';
import { doors } from './support/doors.ts';
import { spendByVote } from './support/voter.ts';

describe('quorate devnet', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-devnet-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  describe('up, with three operators', () => {
    const here = () => ['--directory', join(directory, 'net')];
    const up = () =>
      quorate('devnet', 'up', '--json', '--port', '0', '--operators', '3', '--threshold', '2', ...here());
    let devnet: Devnet;

    before(async () => {
      const { code, out, error } = await up();
      expect(code, error).to.equal(0);
      devnet = JSON.parse(out);
    });
    after(() => quorate('devnet', 'down', ...here()));

    it('returns when an active key of each scheme is there, with its addresses', () => {
      expect(devnet.keys.map(({ scheme }) => scheme)).to.deep.equal(['bip340', 'ed25519', 'ecdsa-secp256k1']);
      const [bitcoin, solana, evm] = devnet.keys;
      expect(bitcoin?.addresses.bitcoinRegtest).to.match(/^bcrt1p[0-9a-z]{58}$/);
      expect(solana?.addresses.solana).to.match(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
      expect(evm?.addresses.evm).to.match(/^0x[0-9a-fA-F]{40}$/);
    });

    it('says the same when it is there already', async () => {
      expect(JSON.parse((await up()).out)).to.deep.equal(devnet);
    });

    it('makes blocks while nobody sends anything', async () => {
      const provider = new JsonRpcProvider(devnet.rpc, 31337, { staticNetwork: true, cacheTimeout: -1 });
      const block = await provider.getBlockNumber();
      await until('a block has come', 10_000, async () => (await provider.getBlockNumber()) > block);
      provider.destroy();
    });

    it('signs what its voter alone proposes and votes for', async () => {
      expect(await spendByVote(devnet)).to.equal(true);
    });

    it('tells that all of it is ready', async () => {
      const { code, out } = await quorate('devnet', 'status', '--json', ...here());
      expect(JSON.parse(out)).to.deep.include({ running: true, rpc: devnet.rpc });
      expect(JSON.parse(out).nodes.map((node: { ready: boolean }) => node.ready)).to.deep.equal([true, true, true]);
      expect(code).to.equal(0);
    });

    describe('has doors', () => doors(() => devnet));

    describe('at its end', () => {
      it('leaves no process when the one that runs it is killed', async () => {
        const { supervisor, nodes } = readProcesses(join(directory, 'net'))!;
        expect(nodes).to.have.length(3);
        process.kill(supervisor, 'SIGKILL');
        const isGone = async () => livingOf(join(directory, 'net')).nodes.length === 0;
        await until('all hosts have ended by themselves', 15_000, isGone);
        expect(await quorate('devnet', 'down', ...here())).to.include({ code: 0, error: '' });
        const { code, out } = await quorate('devnet', 'status', '--json', ...here());
        expect([code, JSON.parse(out)]).to.deep.equal([1, { running: false }]);
      });
    });
  });

  describe('down', () => {
    const folder = () => join(directory, 'left');
    const sleepers: ChildProcess[] = [];
    const sleeper = (word: string) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', word], { stdio: 'ignore' });
      sleepers.push(child);
      return child;
    };
    after(() => {
      for (const child of sleepers) child.kill('SIGKILL');
    });

    it('ends what a killed devnet has left, and nothing that only has its number', async () => {
      const [left, stranger] = [sleeper(`${folder()}/alice/quorate.json`), sleeper('/elsewhere/quorate.json')];
      mkdirSync(folder());
      const record = { supervisor: stranger.pid, nodes: [left.pid] };
      writeFileSync(join(folder(), 'devnet-processes.json'), JSON.stringify(record));

      const { out } = await quorate('devnet', 'down', '--json', '--directory', folder());
      expect(JSON.parse(out)).to.deep.equal({ ended: 1, left: 0 });
      expect(left.signalCode).to.equal('SIGTERM');
      expect([stranger.exitCode, stranger.signalCode]).to.deep.equal([null, null]);
    });

    it('has nothing to do where nothing runs', async () => {
      const { code, out } = await quorate('devnet', 'down', '--json', '--directory', join(directory, 'never'));
      expect([code, JSON.parse(out)]).to.deep.equal([0, { ended: 0, left: 0 }]);
    });
  });

  describe('refuses', () => {
    const refused = async (...words: string[]) => (await quorate('devnet', 'up', '--port', '0', ...words)).error;

    it('a folder that holds something else, and leaves it as it is', async () => {
      const folder = join(directory, 'mine');
      mkdirSync(folder);
      writeFileSync(join(folder, 'thesis'), 'ten years');
      expect(await refused('--directory', folder)).to.include('holds something else');
      expect(readFileSync(join(folder, 'thesis'), 'utf8')).to.equal('ten years');
    });

    it('numbers that make no network', async () => {
      const folder = ['--directory', join(directory, 'none')];
      expect(await refused(...folder, '--operators', 'many')).to.include('--operators cannot be many');
      expect(await refused(...folder, '--operators', '3', '--threshold', '4')).to.include('from 2 to 3');
      expect(await refused(...folder, '--block-time', '0')).to.include('--block-time cannot be 0');
    });

    it('a port that somebody has', async () => {
      const server = createServer();
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const { port } = server.address() as { port: number };
      const folder = ['--directory', join(directory, 'none')];
      expect(await refused(...folder, '--port', String(port))).to.include(`port ${port} already`);
      server.close();
    });
  });

  it('names as many operators as it is asked for; of five, no vendor and no region has as many as sign', () => {
    expect(new Set(castOf(20).map(({ name }) => name)).size).to.equal(20);
    const five = castOf(FOUR_OF_FIVE.operators);
    for (const trait of ['kind', 'region'] as const)
      for (const same of Map.groupBy(five, (one) => one[trait]).values())
        expect(same.length, trait).to.be.below(FOUR_OF_FIVE.threshold);
  });
});
