/** Where commands read: the wrong chain, or the wrong deployment, is an error and never an empty answer. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { encodeFunctionResult, keccak256 } from 'viem';
import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import { DIRECTORY_ABI } from '../../../signer/cli/chain/abi.ts';
import { openSource } from '../../../signer/cli/chain/source.ts';
import { COMMANDS } from '../../../signer/cli/commands.ts';
import { optionsOf } from '../../../signer/cli/optionsOf.ts';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { connect } from '../../../signer/host/adapters/rpc.ts';
import { systemClock } from '../../../signer/host/adapters/systemClock.ts';
import { Fatal } from '../../../signer/host/errors.ts';
import { UNMEASURED } from '../../../signer/host/metrics.ts';

const CODE = '0x6001';
const NAMES = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests', 'derivedKeys'];
const addressOf = (at: number): Hex => `0x${String(at + 1).repeat(40)}`;
const codeHash = keccak256(CODE);
type Entry = { readonly name: string; readonly account: Hex; readonly codeHash: Hex };
const ENTRIES: readonly Entry[] = NAMES.map((name, at) => ({ name, account: addressOf(at), codeHash }));
const listing = (result: readonly Entry[]) =>
  encodeFunctionResult({ abi: DIRECTORY_ABI, functionName: 'entries', result });

describe('where a command reads', () => {
  let directory: string;
  let server: Server;
  let answers: Record<string, unknown>;
  let methods: string[];
  /** Whose connection is closed once instead of an answer. */
  let dropped: Set<string>;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-source-'));
    methods = [];
    dropped = new Set();
    answers = { eth_chainId: '0x7a69', eth_getCode: CODE, eth_getBlockByNumber: null, eth_call: listing(ENTRIES) };
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const asked = JSON.parse(body) as { id: number; method: string };
        methods.push(asked.method);
        if (dropped.delete(asked.method)) return request.socket.destroy();
        const result = answers[asked.method];
        const said = result instanceof Error ? { error: { code: 3, message: result.message } } : { result };
        return response.end(JSON.stringify({ jsonrpc: '2.0', id: asked.id, ...said }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const contracts = [...NAMES, 'directory'].map((name, at) => [name, { address: addressOf(at), codeHash }]);
    writeFileSync(
      join(directory, 'deployment.json'),
      JSON.stringify({ chainId: '31337', contracts: Object.fromEntries(contracts) }),
    );
    writeFileSync(join(directory, 'finality'), encodeConfig(developmentConfig()));
    writeFileSync(
      join(directory, 'report.json'),
      JSON.stringify({ chainId: 31_337, contracts: {}, keys: [], requests: [] }),
    );
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });
  const options = () => ({
    rpc: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deployment: join(directory, 'deployment.json'),
  });
  const failure = async (given: object) =>
    openSource({ ...given }).then(
      () => 'nothing',
      (error) => error,
    );

  it('is not another chain', async () => {
    answers.eth_chainId = '0x1';
    const error = await failure(options());
    expect(error).to.be.instanceOf(Fatal).with.property('code', 'WRONG_CHAIN');
    expect(error.message).to.equal('the RPC is of chain 1, the deployment of chain 31337');
  });

  it('has the code of the record at each address', async () => {
    for (const code of ['0x', '0x6002']) {
      answers.eth_getCode = code;
      const error = await failure(options());
      expect(error).to.be.instanceOf(Fatal).with.property('code', 'WRONG_DEPLOYMENT');
    }
  });

  const others: Readonly<Record<string, [entries: readonly Entry[], says: string]>> = {
    'contracts that have changed places': [
      ENTRIES.map((entry, at) => ({ ...entry, account: addressOf([1, 0][at] ?? at) })),
      `has measurementRegistry at ${addressOf(1)}, the record at ${addressOf(0)}`,
    ],
    'a contract that is not listed': [ENTRIES.slice(1), `has measurementRegistry at no address, the record at`],
    'a contract that had other code': [
      ENTRIES.map((entry, at) => (at === 2 ? { ...entry, codeHash: keccak256('0x') } : entry)),
      'keyRegistry had other code',
    ],
    'a contract less than is listed': [
      [...ENTRIES, { name: 'token', account: addressOf(7), codeHash }],
      'has token, which the record lacks',
    ],
  };
  for (const [what, [entries, says]] of Object.entries(others))
    it(`is not a record of ${what}`, async () => {
      answers.eth_call = listing(entries);
      const error = await failure(options());
      expect(error).to.be.instanceOf(Fatal).with.property('code', 'WRONG_DEPLOYMENT');
      expect(error.message).to.include(says);
    });

  it('is not a record whose directory is another contract, or that has none', async () => {
    answers.eth_call = new Error('execution reverted');
    const error = await failure(options());
    expect(error).to.be.instanceOf(Fatal).with.property('code', 'WRONG_DEPLOYMENT');
    expect(error.message).to.include(`${addressOf(5)}, where the record has directory, is none`);
    const record = JSON.parse(readFileSync(options().deployment, 'utf8'));
    delete record.contracts.directory;
    writeFileSync(options().deployment, JSON.stringify(record));
    expect((await failure(options())).message).to.include('names no directory');
  });

  it('asks once more what a closed connection left without an answer, and sends nothing twice', async () => {
    dropped = new Set(['eth_chainId', 'eth_getCode', 'eth_call']);
    expect((await failure(options())).message).to.equal('the RPC has no block 0');
    const { rpc } = connect(options().rpc, systemClock, UNMEASURED);
    for (const method of ['eth_sendRawTransaction', 'eth_sendTransaction', 'hardhat_mine']) {
      dropped = new Set([method]);
      expect(await rpc(method, []).catch(({ code }) => code), method).to.equal('RPC_UNAVAILABLE');
      expect(methods.filter((one) => one === method).length, method).to.equal(1);
    }
  });

  it('goes on to the chain where both are right', async () => {
    expect((await failure(options())).message).to.equal('the RPC has no block 0');
  });

  it('has a chain id, of the kind that it is', async () => {
    for (const [chainId, says] of [
      [undefined, 'it has no chainId'],
      [31_337, 'its chainId is of another form (number): it has to be digits in quotes, such as "1"'],
      ['mainnet', 'its chainId is of another form (string)'],
    ] as const) {
      writeFileSync(options().deployment, JSON.stringify({ chainId, contracts: {} }));
      expect((await failure(options())).message).to.include(says);
    }
  });

  it('is said with both options, or with a configuration', async () => {
    expect((await failure({ rpc: options().rpc })).message).to.equal('--rpc needs --deployment beside it');
    expect((await failure({ deployment: 'x' })).message).to.equal('--deployment needs --rpc beside it');
    expect((await failure({ ...options(), rpc: 'ftp://x' })).message).to.include('--rpc is no address');
  });

  describe('with an environment that names another chain', () => {
    const { QUORATE_RPC, QUORATE_DEPLOYMENT } = process.env;
    beforeEach(() => {
      process.env.QUORATE_RPC = options().rpc;
      process.env.QUORATE_DEPLOYMENT = options().deployment;
    });
    afterEach(() => {
      for (const [name, value] of Object.entries({ QUORATE_RPC, QUORATE_DEPLOYMENT }))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    });

    it('is where the configuration says that was named', async () => {
      expect((await failure({})).message).to.equal('the RPC has no block 0');
      const config = join(directory, 'nope');
      expect((await failure({ config })).message).to.include(`cannot read the configuration file ${config}`);
      const exported = COMMANDS['requests export']!.run({ ...wanted('requests export'), config });
      expect((await exported.catch((error) => error)).message).to.include('there is no configuration');
    });

    it('has no configuration of an operator before it, where none was named', async () => {
      expect(optionsOf(COMMANDS.keys!, [])).to.deep.equal({ rpc: undefined, deployment: undefined, config: undefined });
    });
  });

  it('is said once', async () => {
    for (const given of [{ rpc: options().rpc }, { deployment: 'x' }, options()])
      expect((await failure({ config: 'quorate.json', ...given })).message).to.match(
        /^--config and --.* both say where/,
      );
  });

  it('is not asked where what it says could not be written', async () => {
    const file = join(directory, 'report.json');
    const exported = COMMANDS['requests export']!.run({ ...wanted('requests export'), ...options(), target: file });
    expect((await exported.catch((error) => error)).message).to.equal(`${file} exists already`);
    expect(methods).to.deep.equal([]);
    const example = join(import.meta.dirname, '../../../scripts/deploy/options.example.json');
    const deployed = COMMANDS.deploy!.run({ rpc: options().rpc, options: example, out: join(directory, 'no', 'x') });
    expect((await deployed.catch((error) => error)).message).to.include(`there is no folder ${directory}/no`);
    expect(existsSync(join(directory, 'no'))).to.equal(false);
  });

  it('is not looked at for an enclave`s bundle that was named and is not there', async () => {
    const bundle = join(directory, 'nope');
    const error = await COMMANDS['verify deployment']!.run({ ...options(), bundle }).catch((cause) => cause);
    expect(error).to.be.instanceOf(Fatal).with.property('message').that.includes(`cannot read ${bundle}`);
    expect(methods).to.deep.equal([]);
  });

  /** What each wants before it reads anything. */
  const wanted = (name: string) => ({
    file: name === 'finalise' ? '0x123456' : '123456', // a request, a proposal
    target: join(directory, 'bundle.json'),
    beacon: 'http://127.0.0.1:1',
    report: join(directory, 'report.json'),
    finality: join(directory, 'finality'),
    title: 'A title',
    support: 'for',
    ...(name === 'init' ? { enclave: '["node"]' } : { tee: 'development' }),
    endpoint: 'wss://a.example:1',
    'health-port': '9100',
    region: 'unspecified',
  });
  const reading = Object.entries(COMMANDS).filter(([, { options: known }]) =>
    ['rpc', 'deployment'].every((name) => known.some((one) => one.name === name)),
  );

  it('is asked for by every command that reads a chain', () => {
    const names = reading.map(([name]) => name);
    expect(names).to.include.members(['keys', 'requests', 'request', 'roles', 'explain', 'propose call', 'vote']);
    expect(names).to.have.length.above(20);
  });

  for (const [name, command] of reading) {
    const run = () =>
      command
        .run({ ...wanted(name), ...options(), out: join(directory, 'out'), directory: join(directory, 'node') })
        .then(
          () => 'nothing',
          (error) => error,
        );

    it(`is not another chain for ${name}`, async () => {
      answers.eth_chainId = '0x1';
      const error = await run();
      expect(error)
        .to.be.instanceOf(Fatal)
        .with.property('message')
        .that.matches(/of chain 1\b/)
        .and.includes('31337');
    });

    it(`is not another deployment for ${name}`, async () => {
      answers.eth_getCode = '0x6002';
      const error = await run();
      expect(error).to.be.instanceOf(Fatal).with.property('code', 'WRONG_DEPLOYMENT');
    });
  }
});
