import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { tlsKeyOf } from '../../../signer/host/adapters/certificate.ts';
import { parseConfig } from '../../../signer/host/config.ts';
import { quorate } from '../support/quorate.ts';
import { writeRecord } from '../support/record.ts';

describe('quorate', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-cli-'));
    writeRecord(directory);
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const init = (...more: string[]) =>
    quorate(
      ...[
        'init',
        '--directory',
        join(directory, 'me'),
        '--rpc',
        'http://127.0.0.1:1',
        '--beacon',
        'http://127.0.0.1:2',
        '--endpoint',
        'wss://signer.example.org:7000',
      ],
      ...['--configuration', join(directory, 'configuration'), '--deployment', join(directory, 'deployment.json')],
      ...['--enclave', '["node","tee.ts"]', ...more],
    );

  it('says its version, and what it can do', async () => {
    expect((await quorate('--version')).out).to.match(/^\d+\.\d+\.\d+\n$/);
    const { out, code } = await quorate('--help');
    for (const name of ['init', 'doctor', 'run', 'status', 'keys', 'requests', 'enclaves', 'verify', 'verify evidence'])
      expect(out).to.include(`  ${name}`);
    expect(code).to.equal(0);
  });

  it('says what to do next when it is not understood', async () => {
    expect(await quorate('sign')).to.deep.equal({
      code: 64,
      out: '',
      error: 'quorate: there is no command sign\n`quorate --help` lists them.\n',
    });
    expect((await quorate('init')).error).to.include(
      '--rpc, --beacon, --endpoint, --deployment, --tee (or --enclave) are missing',
    );
    expect((await quorate('doctor', '--confg', 'x')).error).to.include(
      'there is no option --confg\nDid you mean --config?',
    );
  });

  const A_FILE = join(import.meta.dirname, 'cli.test.ts');
  for (const words of [
    ['devnet', 'up', '--directory', A_FILE],
    ['devnet', 'down', '--directory', A_FILE],
    ['devnet', 'status', '--directory', A_FILE],
  ])
    it(`answers a file that cannot be what it is named for with one line: ${words.slice(0, 2).join(' ')}`, async () => {
      const { code, error } = await quorate(...words, '--json');
      expect(code, error).to.equal(64);
      expect(error.trim().split('\n').length, error).to.equal(1);
      expect(Object.keys(JSON.parse(error))).to.deep.equal(['error', 'advice']);
    });

  it('init makes a configuration that a host takes, and keys that only their owner reads', async () => {
    const { code, out } = await init('--json');
    expect(code).to.equal(0);
    const made = JSON.parse(out);
    const at = (name: string) => join(directory, 'me', name);
    expect(made.tlsKey).to.equal(tlsKeyOf(readFileSync(at('tls.crt'), 'utf8')));
    for (const name of ['operator.key', 'tls.key', 'quorate.json'])
      expect(statSync(at(name)).mode & 0o777).to.equal(0o600);
    const config = parseConfig(readFileSync(at('quorate.json'), 'utf8'), join(directory, 'me'));
    expect(config.peers.port).to.equal(7000);
    expect(config.chain.deploymentFile).to.equal(join(directory, 'deployment.json'));
  });

  it('init never overwrites an identity', async () => {
    await init();
    const key = readFileSync(join(directory, 'me', 'operator.key'), 'utf8');
    const again = await init();
    expect(again).to.include({ code: 64, out: '' });
    expect(again.error).to.include('exists already');
    expect(readFileSync(join(directory, 'me', 'operator.key'), 'utf8')).to.equal(key);
  });

  it('status tells that nobody is there', async () => {
    await init();
    const { code, error } = await quorate('status', '--config', join(directory, 'me', 'quorate.json'));
    expect(code).to.equal(64);
    expect(error).to.include('Start the host with `quorate run`');
  });

  it('run gives up on a configuration that is none, and says why', async () => {
    await init();
    writeFileSync(join(directory, 'configuration'), 'nothing');
    writeFileSync(join(directory, 'deployment.json'), '{}');
    const { code, error } = await quorate('run', '--config', join(directory, 'me', 'quorate.json'));
    expect(code).to.equal(64);
    expect(error).to.include('the enclave configuration is malformed');
  });
});
