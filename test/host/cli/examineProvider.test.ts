import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keccak256, toFunctionSelector } from 'viem';
import { examine, type Finding } from '../../../signer/cli/doctor/examine.ts';
import { checksOfProvider } from '../../../signer/cli/doctor/provider.ts';
import { type Connection, connect } from '../../../signer/host/adapters/rpc.ts';
import { systemClock } from '../../../signer/host/adapters/systemClock.ts';
import type { Config } from '../../../signer/host/config.ts';
import { Retryable } from '../../../signer/host/errors.ts';
import { UNMEASURED } from '../../../signer/host/metrics.ts';
import { blockOf, DEPLOYMENT, type FakeProvider, fakeProvider, HEAD } from '../support/fakeProvider.ts';
import type { ProviderFault } from '../support/providerFaults.ts';

const CODE = '0x6001';
const NOTHING = { name: '', question: 'chainId', code: null } as const;
const measured = {
  ...DEPLOYMENT,
  codeHashes: Object.fromEntries(Object.keys(DEPLOYMENT.codeHashes).map((name) => [name, keccak256(CODE)])),
} as typeof DEPLOYMENT;

describe('quorate doctor and a provider', () => {
  let directory: string;
  let config: Config;
  let provider: FakeProvider;
  let connection: Connection;
  beforeEach(async () => {
    requests = 0;
    directory = mkdtempSync(join(tmpdir(), 'quorate-doctor-'));
    const gasKeyFile = join(directory, 'gas.key');
    writeFileSync(gasKeyFile, `0x${'01'.repeat(32)}`, { mode: 0o600 });
    config = { chain: { startBlock: 1 }, operator: { gasKeyFile, secondGasKeyFile: null } } as unknown as Config;
    provider = await fakeProvider();
    const now = Math.floor(systemClock.now() / 1_000);
    const latest = { ...blockOf(HEAD), timestamp: `0x${now.toString(16)}` };
    const { eth_getBlockByNumber: block } = provider.answers;
    provider.answers = {
      ...provider.answers,
      eth_getCode: () => CODE,
      eth_getBlockByNumber: (params) => (params[0] === 'latest' ? latest : block?.(params)),
      eth_call: ([call]) => count(call as { readonly data: string }),
    };
    connection = connect(provider.http, systemClock, UNMEASURED);
  });
  afterEach(async () => {
    rmSync(directory, { recursive: true });
    await provider.close();
  });

  /** Ten requests have become ready, none of which was announced: no contract counts any. */
  let requests = 0;
  const count = ({ data }: { readonly data: string }) =>
    `0x${(data === toFunctionSelector('requestCount()') ? requests : 0).toString(16).padStart(64, '0')}`;
  const findings = async (): Promise<readonly Finding[]> => {
    const { first, rest } = checksOfProvider(connection, config, measured);
    return Promise.all([first, ...rest].map(examine));
  };
  const clockOf = async (chainId: number) => {
    struck(['eth_getBlockByNumber'], (honest, [tag]) =>
      tag === 'latest'
        ? { ...(honest as object), timestamp: `0x${(Math.floor(systemClock.now() / 1_000) + 600).toString(16)}` }
        : honest,
    );
    const { rest } = checksOfProvider(connection, config, { ...measured, chainId });
    return examine(rest.find(({ name }) => name === 'clock')!);
  };
  const wrong = async () => (await findings()).filter(({ ok }) => !ok);
  const struck = (methods: readonly string[], answer: (honest: unknown, params: readonly unknown[]) => unknown) => {
    provider.faults = [{ ...NOTHING, methods, answer }];
  };
  const onlyFinal = (answer: unknown) =>
    struck(['eth_getBlockByNumber'], (honest, [tag]) => (tag === 'finalized' ? answer : honest));

  it('finds nothing wrong with one that does all that a host needs', async () => {
    expect(await wrong()).to.deep.equal([]);
  });

  const sayings: readonly (readonly [what: string, check: string, fault: Partial<ProviderFault>, advice: string])[] = [
    [
      'serves no proofs',
      'proofs',
      { methods: ['eth_getProof'], says: { code: -32_601, message: 'the method eth_getProof does not exist' } },
      'eth_getProof',
    ],
    [
      'has pruned the state of the final block',
      'proofs',
      { methods: ['eth_getProof'], says: { code: -32_000, message: 'missing trie node' } },
      'eth_getProof',
    ],
    [
      'keeps no logs',
      'logs',
      { methods: ['eth_getLogs'], says: { code: -32_000, message: 'history has been pruned' } },
      'keeps them from chain.startBlock on',
    ],
    [
      'limits ranges to less than a block',
      'logs',
      { methods: ['eth_getLogs'], says: { code: -32_000, message: 'block range is too large' } },
      'keeps them',
    ],
  ];
  for (const [what, check, fault, advice] of sayings)
    it(`says NO to one that ${what}, and what to do`, async () => {
      provider.faults = [{ ...NOTHING, ...fault } as ProviderFault];
      const found = await wrong();
      expect(found.map((finding) => finding.check)).to.deep.equal([check]);
      expect(found[0]?.advice).to.include(advice);
    });

  it('says NO to one that answers proofs with null', async () => {
    struck(['eth_getProof'], () => null);
    expect((await wrong()).map(({ check }) => check)).to.deep.equal(['proofs']);
  });

  it('says NO to one that leaves out logs of what the contracts count', async () => {
    requests = 3;
    expect((await wrong()).map(({ check, detail }) => `${check}: ${detail}`).join()).to.include(
      'logs: the contracts count 3 requests that no log has shown',
    );
  });

  it('says NO where nothing but the genesis is final', async () => {
    onlyFinal(blockOf(0));
    const [finality] = await wrong();
    expect(finality).to.deep.include({ check: 'finality' });
    expect(finality?.detail).to.include('no block but the genesis is final');
    expect(finality?.advice).to.include('beacon chain');
  });

  it('says NO where `finalized` means nothing to it', async () => {
    onlyFinal(null);
    expect((await wrong()).map(({ check }) => check)).to.include('finality');
  });

  it('says NO where the deployment is said to be in a block to come', async () => {
    config = { ...config, chain: { ...config.chain, startBlock: HEAD + 1 } };
    expect((await wrong())[0]?.detail).to.include(`the deployment is said to be in block ${HEAD + 1}`);
  });

  it('says NO to one whose blocks are of another time than this machine, but asks where the chain is of one machine', async () => {
    const [anywhere, local] = [await clockOf(1), await clockOf(31_337)];
    expect(anywhere).to.include({ ok: false }).and.have.property('advice').that.includes('NTP');
    expect(local).to.include({ ok: true }).and.have.property('advice').that.includes('devnet');
    for (const { detail } of [anywhere, local]) expect(detail).to.match(/(599|600|601) seconds ahead of this machine/);
  });

  it('says NO to one that changes its headers', async () => {
    struck(['eth_getBlockByHash'], (honest) => ({ ...(honest as object), gasUsed: '0x1' }));
    expect((await wrong()).map(({ check }) => check)).to.deep.equal(['headers']);
  });

  it('says NO to one that changes the header of what it calls final', async () => {
    const changed = (honest: unknown) => ({ ...(honest as object), gasUsed: '0x1' });
    struck(['eth_getBlockByNumber', 'eth_getBlockByHash'], changed);
    expect((await wrong()).map(({ check }) => check)).to.include('headers');
  });

  it('says NO to one of another chain, by its id or its genesis', async () => {
    struck(['eth_chainId'], () => '0x1');
    expect((await wrong())[0]?.detail).to.include('it is 1, the enclave is configured for 31337');
    struck(['eth_getBlockByNumber'], (honest, [tag]) => (tag === '0x0' ? { ...blockOf(1), number: '0x0' } : honest));
    expect((await wrong())[0]?.detail).to.include('its genesis is');
  });

  it('calls it by its host, whatever its address holds', async () => {
    connection = connect(`${provider.http}/v2/SECRET?key=SECRET`, systemClock, UNMEASURED);
    provider.faults = [{ ...NOTHING, methods: ['eth_chainId'], wire: 502, over: 'http' }];
    const said = JSON.stringify(await findings());
    expect(said).to.include(new URL(provider.http).host).and.not.include('SECRET');
  });

  it('reads logs in shorter ranges where long ones are refused', async () => {
    const asked: number[] = [];
    const { rpc } = connection;
    const limited: Connection['rpc'] = (method, params) => {
      if (method !== 'eth_getLogs') return rpc(method, params);
      const { fromBlock, toBlock } = params[0] as { readonly fromBlock: string; readonly toBlock: string };
      const length = Number(toBlock) - Number(fromBlock) + 1;
      asked.push(length);
      return length > 30 ? Promise.reject(new Retryable('RANGE_TOO_LONG', 'too long')) : rpc(method, params);
    };
    connection = { ...connection, rpc: limited };
    expect(await wrong()).to.deep.equal([]);
    expect(asked).to.deep.equal([100, 50, 25, 25, 25, 25]);
  });
});
