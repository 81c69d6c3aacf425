/** Where commands read: the wrong chain, or the wrong deployment, is an error and never an empty answer. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keccak256 } from 'viem';
import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import { COMMANDS } from '../../../signer/cli/commands.ts';
import { openSource } from '../../../signer/cli/source.ts';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import { Fatal } from '../../../signer/host/errors.ts';

const CODE = '0x6001';
const NAMES = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests', 'derivedKeys'];

describe('where a command reads', () => {
  let directory: string;
  let server: Server;
  let answers: Record<string, unknown>;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-source-'));
    answers = { eth_chainId: '0x7a69', eth_getCode: CODE, eth_getBlockByNumber: null };
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const asked = JSON.parse(body) as { id: number; method: string };
        response.end(JSON.stringify({ jsonrpc: '2.0', id: asked.id, result: answers[asked.method] }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const contracts = NAMES.map((name, at) => [
      name,
      { address: `0x${String(at + 1).repeat(40)}`, codeHash: keccak256(CODE) },
    ]);
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

  it('goes on to the chain where both are right', async () => {
    expect((await failure(options())).message).to.equal('the RPC has no block 0');
  });

  it('is said with both options, or with a configuration', async () => {
    expect((await failure({ rpc: options().rpc })).message).to.equal('--rpc needs --deployment beside it');
    expect((await failure({ deployment: 'x' })).message).to.equal('--deployment needs --rpc beside it');
    expect((await failure({ ...options(), rpc: 'ftp://x' })).message).to.include('--rpc is no address');
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
