import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keccak256, stringToHex } from 'viem';
import type { Options } from '../../../signer/cli/command.ts';
import { bundle, measurementOf } from '../../../signer/cli/operate/bundle.ts';
import { configuration } from '../../../signer/cli/operate/configuration.ts';
import { init } from '../../../signer/cli/operate/init.ts';
import { rootKey } from '../../../signer/cli/operate/rootKey.ts';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { parseConfig } from '../../../signer/host/config.ts';
import { intelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';
import { nitroAuthority } from '../../../signer/tee/issuers/nitro/authority.ts';
import { readRootKey, scalarOf } from '../../../signer/tee/rootKey.ts';
import { BEACON_CONFIG } from '../support/fakeBeacon.ts';
import { CONFIGURATION, RECORD, writeRecord } from '../support/record.ts';

/** What the command says no with. */
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: Error & { advice?: string }) => `${error.message} | ${error.advice}`,
  );

describe('quorate init', () => {
  let directory: string;
  let options: Options;
  const at = (...names: string[]) => join(directory, ...names);
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-init-'));
    mkdirSync(at('build'));
    for (const name of ['tee.mjs', 'enclave.bundle.mjs']) writeFileSync(at('build', name), name);
    await rootKey.run({ out: at('root.key') });
    options = {
      ...{
        directory: at('me'),
        rpc: 'http://127.0.0.1:1',
        beacon: 'http://127.0.0.1:2',
        endpoint: 'wss://signer.example.org:7000',
      },
      ...{ ...writeRecord(directory), tee: 'development', 'root-key': at('root.key'), programs: at('build') },
      ...{ region: 'eu-central', 'health-port': '9100' },
    };
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const config = () => parseConfig(readFileSync(at('me', 'quorate.json'), 'utf8'), at('me'));

  it('makes a node that starts its enclave, with no path written by hand', async () => {
    const { text } = (await init.run(options))!;
    const [program, tee, ...words] = config().enclave.command;
    expect([program, tee]).to.deep.equal(['node', 'tee.mjs']);
    expect(words.slice(0, 4)).to.deep.equal(['--bundle', 'enclave.bundle.mjs', '--configuration', at('configuration')]);
    expect(words.slice(4, 6)).to.deep.equal(['--root-key', at('root.key')]);
    expect(words[7]).to.match(/^[0-9a-f]{64}$/);
    expect(readFileSync(at('me', 'tee.mjs'), 'utf8')).to.equal('tee.mjs');
    expect(statSync(at('me', 'quorate.json')).mode & 0o777).to.equal(0o600);
    expect(text)
      .to.include('setOperator(')
      .and.include(keccak256(stringToHex('eu-central')));
  });

  it('has its TEE attest as what it is told', async () => {
    await init.run({ ...options, kind: 'nitro' });
    const command = config().enclave.command;
    expect(command[command.indexOf('--kind') + 1]).to.equal('nitro');
  });

  it('takes the region by its name, and the start block from the record', async () => {
    await init.run(options);
    expect(JSON.parse(readFileSync(at('me', 'quorate.json'), 'utf8')).operator.region).to.equal('eu-central');
    expect(config().operator.region).to.equal(keccak256(stringToHex('eu-central')));
    expect(config().chain.startBlock).to.equal(RECORD.firstBlock);
  });

  it('plays what it is told to, and fetches collateral where it is told to, or at Intel', async () => {
    await init.run({ ...options, directory: at('there'), collateral: 'http://127.0.0.1:3' });
    const there = parseConfig(readFileSync(at('there', 'quorate.json'), 'utf8'), at('there'));
    expect(there.enclave.collateral).to.deep.equal(['http://127.0.0.1:3']);
    await init.run({ ...options, kind: 'nitro' });
    expect(config().enclave.command.slice(-2)).to.deep.equal(['--kind', 'nitro']);
    expect(config().enclave.collateral.join()).to.include('intel.com');
  });

  const wrong: readonly (readonly [what: string, change: () => Options, said: string])[] = [
    ['a start block in words', () => ({ 'start-block': 'latest' }), '--start-block latest is no number'],
    ['a configuration that is not there', () => ({ configuration: at('no') }), 'cannot read'],
    ['a record that is not there', () => ({ deployment: at('no') }), 'cannot read the record'],
    ['a record that is no JSON', () => ({ deployment: at('root.key') }), 'is not JSON'],
    ['an RPC that nobody speaks', () => ({ rpc: 'ftp://x' }), 'chain.rpc[0] must be an address'],
    ['no TEE', () => ({ tee: undefined }), 'either --tee or --enclave'],
    ['two of them', () => ({ enclave: '["tee"]' }), 'either --tee or --enclave'],
    ['an unknown one', () => ({ tee: 'sgx' }), 'there is no TEE sgx yet'],
    ['a kind of evidence that there is none of', () => ({ kind: 'sev' }), '--kind is sev'],
    ['no root key', () => ({ 'root-key': undefined }), '--root-key is missing'],
    ['a root key that is none', () => ({ 'root-key': at('deployment.json') }), 'deployment.json holds no P-256 key'],
    ['programs that are not built', () => ({ programs: at() }), '`quorate bundle` makes it'],
    [
      'collateral that nobody serves',
      () => ({ collateral: 'ftp://x' }),
      '--collateral: enclave.collateral[0] must be an',
    ],
    ['a kind that it cannot play', () => ({ kind: 'sgx' }), '--kind is sgx'],
    ['a region of spaces', () => ({ region: ' ' }), 'operator.region must be the name of a region'],
    ['no RPC and no endpoint', () => ({ rpc: undefined, endpoint: undefined }), '--rpc, --endpoint are missing'],
    ['no RPC and no TEE', () => ({ rpc: undefined, tee: undefined }), '--rpc, --tee (or --enclave) are missing'],
    ['no RPC and no root key', () => ({ rpc: undefined, 'root-key': undefined }), '--rpc, --root-key are missing'],
  ];
  for (const [what, change, said] of wrong)
    it(`refuses ${what}, and makes nothing`, async () => {
      expect(await refusal(init.run({ ...options, ...change() }))).to.include(said);
      expect(() => statSync(at('me'))).to.throw('ENOENT');
    });

  it('tells all that is wrong at once, by the names of its options, and not of a file that is not there yet', async () => {
    const change = { checkpoint: '0x12', endpoint: 'signer.example.org', tee: 'devlopment', 'health-port': '99999' };
    const said = await refusal(init.run({ ...options, ...change }));
    for (const name of ['--checkpoint: ', '--endpoint: ', '--health-port: ', 'there is no TEE devlopment'])
      expect(said).to.include(name);
    expect(said).to.not.include('in the configuration file');
    expect(await refusal(init.run({ ...options, collateral: 'foo' }))).to.match(/^--collateral: .*init --help/);
    expect(await refusal(init.run({ ...options, checkpoint: '0x12' }))).to.match(
      /^--checkpoint: chain.checkpoint must be .*init --help/,
    );
  });

  it('warns of what is mostly a mistake: no checkpoint, no region, an RPC that does not answer', async () => {
    const { json, text } = (await init.run({ ...options, region: 'unspecified' }))!;
    const { warnings } = json as { warnings: readonly string[] };
    expect(warnings).to.have.length(3);
    expect(warnings[0]).to.match(/^--rpc does not answer now/);
    expect(warnings.join()).to.include('--checkpoint is not there').and.include('--region is not there');
    for (const words of warnings) expect(text).to.include(`WARNING  ${words}`);
  });

  it('takes no RPC of another chain', async () => {
    const server = createServer((_, response) => {
      response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: '0x2' }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const rpc = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await refusal(init.run({ ...options, rpc }))).to.include('--rpc is of chain 2, the deployment of chain');
    expect(() => statSync(at('me'))).to.throw('ENOENT');
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('names the configuration of a chain whose committee nobody knows', async () => {
    const said = await refusal(init.run({ ...options, configuration: undefined }));
    expect(said).to.include('none whose sync committee').and.include('--configuration').and.include('--finality');
  });

  it('overwrites nothing', async () => {
    await init.run(options);
    const key = readFileSync(at('me', 'operator.key'), 'utf8');
    expect(await refusal(init.run(options))).to.include('exists already');
    expect(readFileSync(at('me', 'operator.key'), 'utf8')).to.equal(key);
  });
});

describe('quorate bundle, configuration and root-key', function () {
  this.timeout(20_000);
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-bundle-'));
  });
  after(() => rmSync(directory, { recursive: true }));
  const at = (name: string) => join(directory, name);

  it('says what a TEE would measure, the same as the TEE itself', async () => {
    writeFileSync(at('configuration'), CONFIGURATION);
    const { json } = (await bundle.run({ directory, configuration: at('configuration'), tee: 'tdx' }))!;
    const { programs, measurement } = json as { programs: { name: string }[]; measurement: object };
    expect(programs.map(({ name }) => name)).to.have.members([
      'enclave.bundle.mjs',
      'tee.mjs',
      'machine.mjs',
      'host.mjs',
    ]);
    expect(measurement).to.deep.equal(measurementOf(directory, at('configuration'), 'tdx'));
    const nitro = await bundle.run({ directory, configuration: at('configuration'), tee: 'nitro' });
    expect((nitro!.json as typeof measurement & { measurement: object }).measurement).to.deep.equal(
      measurementOf(directory, at('configuration'), 'nitro'),
    );
    const other = bundle.run({ directory, configuration: at('configuration'), tee: 'sgx' });
    expect(await refusal(other)).to.include('--tee is sgx');
  });

  it('measures nothing with a configuration that is none, and builds nothing for it', async () => {
    writeFileSync(at('README.md'), '# Quorate');
    writeFileSync(at('short'), CONFIGURATION.slice(0, -32));
    for (const file of ['README.md', 'short']) {
      const asked = bundle.run({ directory: at('unbuilt'), configuration: at(file), tee: 'tdx' });
      expect(await refusal(asked), file)
        .to.include('the configuration is of no use')
        .and.include('`quorate conf');
    }
    expect(() => statSync(at('unbuilt'))).to.throw('ENOENT');
  });

  it('makes a root key once', async () => {
    const { json } = (await rootKey.run({ out: at('root.key') }))!;
    expect(json).to.have.keys(['file', 'intel', 'nitro']);
    const seed = scalarOf(readRootKey(at('root.key')));
    expect(json).to.deep.include({ intel: toHex(intelAuthority(seed).root), nitro: toHex(nitroAuthority(seed).root) });
    expect(statSync(at('root.key')).mode & 0o777).to.equal(0o600);
    expect(await refusal(rootKey.run({ out: at('root.key') }))).to.include('cannot write');
  });

  it('asks a chain before it writes a configuration', async () => {
    const { deployment } = writeRecord(directory);
    writeFileSync(at('finality'), encodeConfig(BEACON_CONFIG));
    const finality = at('finality');
    const asked = configuration.run({ rpc: 'http://127.0.0.1:1', deployment, finality, out: at('other') });
    expect(await refusal(asked))
      .to.include('cannot read the chain')
      .and.include('--rpc');
    expect(() => statSync(at('other'))).to.throw('ENOENT');
  });

  it('takes RPC and record from the environment, as what reads a chain does', async () => {
    const { QUORATE_RPC, QUORATE_DEPLOYMENT } = process.env;
    Object.assign(process.env, { QUORATE_RPC: 'http://127.0.0.1:1', QUORATE_DEPLOYMENT: at('none.json') });
    try {
      const asked = configuration.run({ rpc: undefined, deployment: undefined, out: at('other') });
      expect(await refusal(asked)).to.include(`cannot read the record ${at('none.json')}`);
    } finally {
      for (const [name, value] of Object.entries({ QUORATE_RPC, QUORATE_DEPLOYMENT }))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  });

  it('names no option that it has not, of a chain whose committee nobody knows', async () => {
    const { deployment } = writeRecord(directory);
    const said = await refusal(configuration.run({ rpc: 'http://127.0.0.1:1', deployment, out: at('other') }));
    expect(said).to.include('none whose sync committee').and.include('--finality').and.not.include('--configuration');
  });

  it('writes no configuration without parent roots, but for a local chain', async () => {
    const { deployment } = writeRecord(directory);
    const record = JSON.parse(readFileSync(deployment, 'utf8'));
    writeFileSync(at('elsewhere.json'), JSON.stringify({ ...record, chainId: '17000' }));
    const refused = async (parentRoots: boolean) => {
      writeFileSync(at('finality'), encodeConfig({ ...BEACON_CONFIG, parentRoots }));
      const options = { rpc: 'http://127.0.0.1:1', deployment: at('elsewhere.json'), finality: at('finality') };
      return refusal(configuration.run({ ...options, out: at('other') }));
    };
    expect(await refused(false)).to.include('parentRoots: 0, which only local chains have, and this is chain 17000');
    expect(await refused(true), 'and asks the chain').to.include('cannot read the chain');
  });
});
