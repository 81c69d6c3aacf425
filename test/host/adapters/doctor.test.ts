/** From the record of a deployment to a running node, by the commands of docs/operators.md alone; and no secret is told on the way. */

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { parseEther } from 'ethers';
import { checkpointOf } from '../../../scripts/local/beaconProcess.ts';
import { admit, type LocalNetwork, startNetwork } from '../../../scripts/local/network.ts';
import { type Operator, type Running, startOperator, stopOperator } from '../../../scripts/local/operators.ts';
import { until } from '../../../scripts/local/until.ts';
import { action } from '../../../scripts/local/vote.ts';
import type { Finding } from '../../../signer/cli/doctor/examine.ts';
import { teeOf } from '../../../signer/evidence/identity.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { quorate, type Said } from '../support/quorate.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Planted where keys of providers stand. */
const [IN_PATH, IN_QUERY, IN_USER] = ['pathS3cret', 'queryS3cret', 'userS3cret'];

/** A terminal's Ctrl-C is for everybody that it started. */
const ENDS = [
  ['SIGTERM', 'SIGTERM', false],
  ['Ctrl-C', 'SIGINT', true],
] as const;
describe('a node by documented commands', function () {
  this.timeout(240_000);
  let network: LocalNetwork;
  let home: string;
  let running: Running | null = null;
  const said: string[] = [];
  const at = (...names: string[]) => join(home, ...names);
  const run = async (...words: string[]): Promise<Said> => {
    const answer = await quorate(...words);
    said.push(answer.out, answer.error);
    return answer;
  };
  const config = () => at('node', 'quorate.json');
  const change = (edit: (config: ReturnType<typeof JSON.parse>) => void) => {
    const found = JSON.parse(readFileSync(config(), 'utf8'));
    edit(found);
    writeFileSync(config(), JSON.stringify(found));
  };
  const doctor = async () => {
    const { code, out } = await run('doctor', '--config', config(), '--json');
    const findings = JSON.parse(out) as Finding[];
    const wrong = findings.filter(({ ok }) => !ok);
    return { code, findings, wrong: wrong.map(({ check, detail }) => `${check}: ${detail}`) };
  };
  const start = (...launcher: string[]) => startOperator({ configFile: config(), host: launcher[0] } as Operator);
  let health: number;

  before(async () => {
    network = await startNetwork();
    home = mkdtempSync(join(tmpdir(), 'quorate-home-'));
  });
  after(async () => {
    if (running !== null) await stopOperator(running);
    await network.close();
    rmSync(home, { recursive: true });
  });

  it('writes the measured configuration of the deployment, and of no other chain', async () => {
    const { rpc, deployment, configuration, finality } = network.machine;
    const words = ['--rpc', rpc, '--deployment', deployment, '--out', at('configuration')];
    expect((await run('configuration', ...words)).error).to.include('none whose sync committee this program knows');
    const made = await run('configuration', ...words, '--finality', finality);
    expect(made).to.include({ code: 0, error: '' });
    expect(readFileSync(at('configuration'))).to.deep.equal(readFileSync(configuration));
    const record = JSON.parse(readFileSync(deployment, 'utf8'));
    const other = (edit: object) => {
      writeFileSync(at('other.json'), JSON.stringify({ ...record, ...edit }));
      const words = ['--rpc', rpc, '--deployment', at('other.json'), '--out', at('other')];
      return run('configuration', ...words, '--finality', finality);
    };
    expect((await other({ chainId: '1337' })).error).to.include('it is of chain 1337, the RPC is of chain 31337');
    const { keyRegistry } = record.contracts;
    const moved = { ...record.contracts, signingRequests: keyRegistry, keyRegistry: record.contracts.signingRequests };
    expect(
      (await other({ contracts: { ...moved, keyRegistry: { ...keyRegistry, codeHash: `0x${'11'.repeat(32)}` } } }))
        .error,
    ).to.include(`the code at ${keyRegistry.address.toLowerCase()} (keyRegistry) is another one`);
  });

  it('makes the node: programs, keys, configuration', async () => {
    const { rpc, beacon, pcs, deployment, rootKey, finality } = network.machine;
    const peers = await freePort();
    health = await freePort();
    const secret = rpc.replace('http://', `http://u:${IN_USER}@`);
    const made = await run(
      ...['init', '--tee', 'development', '--directory', at('node'), '--rpc', rpc, '--deployment', deployment],
      ...['--beacon', beacon, '--checkpoint', await checkpointOf(beacon), '--finality', finality],
      ...['--root-key', rootKey, '--programs', network.machine.directory, '--region', 'eu-central'],
      ...['--endpoint', `wss://127.0.0.1:${peers}`, '--health-port', String(health), '--collateral', pcs!, '--json'],
    );
    expect(made).to.include({ code: 0, error: '' });
    change((it) => {
      it.chain.rpc = [`${secret}/v2/${IN_PATH}?apikey=${IN_QUERY}`];
      it.peers.host = '127.0.0.1';
      Object.assign(it, { log: 'debug', times: { poll: 150, grace: 1_000, resend: 500 } });
    });
    expect(statSync(config()).mode & 0o777).to.equal(0o600);
  });

  it('is told by doctor what is missing: gas, admission, an approved measurement', async () => {
    const { code, wrong } = await doctor();
    expect(wrong.map((line) => line.split(':')[0])).to.deep.equal(['gas account', 'admission', 'attestation']);
    expect(wrong.join()).to.include('no vote lets').and.include('is not approved');
    expect(code).to.equal(1);
    const { out } = await run('doctor', '--config', config());
    expect(out).to.include('To do:').and.include('EnclaveRegistry.setOperator');
  });

  it('is told by doctor that its region is another one, then that nothing is to be done', async () => {
    const { address } = JSON.parse((await keyOf(at('node', 'operator.key'))) as string);
    const [payer] = network.chain.accounts.slice(-1);
    await (await payer!.sendTransaction({ to: address, value: parseEther('1') })).wait();
    const operator = { address, region: (await import('ethers')).id('eu-central'), kind: 'tdx' } as Operator;
    await admit(network, [operator], 'of the doctor');
    change((it) => {
      it.operator.region = 'elsewhere';
    });
    expect((await doctor()).wrong.join()).to.include('admission: the vote admits');
    change((it) => {
      it.operator.region = 'eu-central';
    });
    const { code, wrong, findings } = await doctor();
    expect(wrong).to.deep.equal([]);
    expect(findings.find(({ check }) => check === 'attestation')?.detail).to.include('is a canary');
    expect(findings.find(({ check }) => check === 'endpoint')?.detail).to.include('leads here');
    expect(code).to.equal(0);
  });

  it('is told by doctor that its machine is not on the list that votes ask for, and which to admit', async () => {
    const { enclaveRegistry, decide } = network.dao;
    const tdx = toHex(teeOf('tdx'));
    await decide('Listed machines only', [await action(enclaveRegistry, 'setOnlyAdmittedPlatforms', [tdx, true])]);
    const wrong = (await doctor()).wrong.join();
    expect(wrong).to.match(/^attestation: it would not be registered: EnclaveRegistryPlatformNotAdmitted: /);
    const [, platform] = /`quorate propose platforms --admit (0x[0-9a-f]{64})`/.exec(wrong) ?? [];
    await decide('This one', [await action(enclaveRegistry, 'setPlatformAdmitted', [platform, true])]);
    expect((await doctor()).wrong).to.deep.equal([]);
  });

  it('is told by doctor of an enclave that does not start, with the words of its TEE', async () => {
    const before = readFileSync(config(), 'utf8');
    change((it) => it.enclave.command.splice(2, 2, '--bundel', 'x'));
    const [wrong] = (await doctor()).wrong;
    expect(wrong).to.include('enclave: the enclave process ended: exit 64: development TEE:').and.include('--bundel');
    writeFileSync(config(), before);
  });

  it('runs, and is ready', async () => {
    running = start(network.machine.host);
    await running.ready;
    expect((await run('status', '--config', config())).out).to.match(/^ready {2}enclave 0x/);
  });

  it('is looked at by doctor while it runs', async () => {
    const { code, wrong, findings } = await doctor();
    expect(wrong).to.deep.equal([]);
    expect(findings.find(({ check }) => check === 'attestation')?.detail).to.include('is a canary');
    expect(findings.find(({ check }) => check === 'port for peers')?.detail).to.include('where this host runs');
    expect(code).to.equal(0);
  });

  it('tells nobody the keys of its providers', async () => {
    const file = at('support.json');
    expect(await run('support-bundle', '--config', config(), '--out', file)).to.include({ code: 0, error: '' });
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    for (const path of ['/readyz', '/metrics', '/livez'])
      said.push(await (await fetch(`http://127.0.0.1:${health}${path}`)).text());
    change((it) => {
      it.chain.rpc = [`https://${IN_USER}@127.0.0.1:1/${IN_PATH}?k=${IN_QUERY}`];
    });
    for (const command of ['doctor', 'enclaves']) await run(command, '--config', config());
    const all = [...said, ...running!.log, readFileSync(file, 'utf8')].join('\n');
    expect(all).to.include('127.0.0.1').and.include('the enclave is up');
    const keys = ['operator.key', 'tls.key'].map(
      (name) => readFileSync(at('node', name), 'utf8').split('\n')[name === 'tls.key' ? 1 : 0]!,
    );
    const rootKey = readFileSync(network.machine.rootKey, 'utf8').split('\n')[1]!;
    for (const secret of [IN_PATH, IN_QUERY, IN_USER, ...keys, keys[0]!.slice(2), rootKey])
      expect(all.includes(secret), secret.slice(0, 12)).to.equal(false);
  });

  it('is not ready once its store is gone, and is again when it is back', async () => {
    change((it) => {
      it.chain.rpc = [network.machine.rpc];
    });
    const store = at('node', 'data', 'host.sqlite');
    const ready = async () =>
      (await (await fetch(`http://127.0.0.1:${health}/readyz`)).json()) as { ready: boolean; reasons: string[] };
    renameSync(store, `${store}.moved`);
    await until('a host that misses its store', 20_000, async () => !(await ready()).ready);
    expect((await ready()).reasons.join()).to.include('was deleted while this host runs');
    const missed = await doctor();
    expect(missed.code).to.equal(1);
    expect(missed.wrong.join()).to.include('running host: not ready: ').and.include('was deleted while this host runs');
    expect(missed.wrong.join()).to.include('identity: the operator').and.include('this is a new one');
    renameSync(`${store}.moved`, store);
    await until('a host with its store', 20_000, async () => (await ready()).ready);
  });

  it('retires its enclave: not while the host runs, not without --yes', async () => {
    change((it) => {
      it.chain.rpc = [network.machine.rpc];
    });
    expect((await run('retire', '--config', config(), '--yes')).error).to.include('a host runs');
    expect(await stopOperator(running!)).to.equal(0);
    const store = at('node', 'data', 'host.sqlite');
    expect((await doctor()).wrong, 'with its store').to.deep.equal([]);
    renameSync(store, `${store}.moved`);
    const lost = await doctor();
    expect(lost.wrong.map((line) => line.split(':')[0])).to.deep.equal(['identity']);
    expect(lost.findings.find(({ check }) => check === 'identity')?.advice).to.include('`quorate retire`');
    renameSync(`${store}.moved`, store);
    const own = livesOf(store);
    livesOf(store, 'ab');
    expect((await doctor()).wrong.join()).to.match(/^identity: the chain has a life .* it is an old copy/);
    livesOf(store, own);
    const { out } = await run('retire', '--config', config());
    expect(out).to.include('would retire');
    const { code, out: done } = await run('retire', '--config', config(), '--yes', '--json');
    expect(code).to.equal(0);
    const { enclave } = JSON.parse(done);
    expect((await network.dao.enclaveRegistry.enclave(enclave)).status).to.equal(SUSPENDED);
    expect((await run('retire', '--config', config(), '--enclave', enclave, '--yes')).code).to.equal(64);
  });

  for (const [what, signal, ofAll] of ENDS)
    it(`leaves no process behind when its launcher is ended by ${what}`, async () => {
      const words = ['run', '--silent', 'quorate', '--', 'run', '--config', config()];
      const npm = spawn('npm', words, { cwd: ROOT, stdio: 'ignore', detached: true });
      const platform = JSON.parse(readFileSync(config(), 'utf8')).enclave.command.at(-1);
      await until('an enclave', 90_000, async () => processesWith(platform).length > 0);
      const host = processesWith(config()).filter((line) => line.includes('host.mjs'));
      expect(host).to.have.lengthOf(1);
      expect(host[0]).to.include('--disable-sigusr1');
      process.kill(ofAll ? -npm.pid! : npm.pid!, signal);
      await until('nobody', 30_000, async () => [...processesWith(home), ...processesWith(platform)].length === 0);
    });
});

/** The nonces of the lives that a store remembers; puts others in their place. */
function livesOf(file: string, others?: string): string {
  const database = new DatabaseSync(file);
  const { value } = database.prepare("SELECT value FROM facts WHERE name = 'lives'").get() as { value: string };
  if (others !== undefined) database.prepare("UPDATE facts SET value = ? WHERE name = 'lives'").run(others);
  database.close();
  return value;
}

/** What an enclave is that its operator has retired: suspended. */
const SUSPENDED = 2n;

async function keyOf(file: string): Promise<string> {
  const { Wallet } = await import('ethers');
  return JSON.stringify({ address: new Wallet(readFileSync(file, 'utf8').trim()).address });
}

function processesWith(word: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(word));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
