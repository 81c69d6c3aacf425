import { expect } from 'chai';
import { keccak256, stringToHex } from 'viem';
import { parseConfig } from '../../signer/host/config.ts';
import { Fatal } from '../../signer/host/errors.ts';
import { DEFAULT_FEES, DEFAULT_TIMES } from '../../signer/host/settings.ts';

type Json = { [name: string]: unknown };
const whole = (): Json => ({
  chain: { rpc: ['http://127.0.0.1:8545'], beacon: ['http://127.0.0.1:5052'], deploymentFile: 'deployment.json' },
  operator: { keyFile: 'operator.key', region: `0x${'00'.repeat(31)}01` },
  peers: {
    endpoint: 'wss://example.org:7000',
    host: '0.0.0.0',
    port: 7000,
    certFile: 'tls.crt',
    keyFile: '/etc/tls.key',
  },
  health: { host: '127.0.0.1', port: 7100 },
  enclave: { command: ['node', 'tee.ts'], configurationFile: 'configuration' },
});
const parse = (config: unknown) => parseConfig(JSON.stringify(config), '/home/operator');
const within = (name: string, change: object): Json => ({
  ...whole(),
  [name]: { ...(whole()[name] as object), ...change },
});

describe('configuration', () => {
  it('needs little, and fills in the rest', () => {
    const config = parse(whole());
    expect(config.times).to.deep.equal(DEFAULT_TIMES);
    expect(config).to.include({
      replaceIdentity: false,
      log: 'info',
      concurrency: 8,
      dataDirectory: '/home/operator/data',
    });
    expect(config.operator.gasKeyFile).to.equal(config.operator.keyFile);
    expect(config.operator.secondGasKeyFile).to.equal(null);
    expect(config.fees).to.deep.equal(DEFAULT_FEES);
    expect(config.chain.checkpoint).to.equal(null);
  });

  it('fetches collateral of Intel’s from Intel, or where it is told', () => {
    expect(parse(whole()).enclave.collateral).to.deep.equal(['https://api.trustedservices.intel.com']);
    const collateral = ['https://pccs.example.org:8081', 'http://127.0.0.1:8081/of/mine'];
    expect(parse(within('enclave', { collateral })).enclave.collateral).to.deep.equal(collateral);
  });

  it('takes relative paths from where the file lies', () => {
    const { peers, enclave, chain } = parse(whole());
    expect([peers.certFile, peers.keyFile]).to.deep.equal(['/home/operator/tls.crt', '/etc/tls.key']);
    expect(enclave.configurationFile).to.equal('/home/operator/configuration');
    expect(chain.deploymentFile).to.equal('/home/operator/deployment.json');
  });

  it('takes limits of fees with their units, and a second account that pays', () => {
    const fees = { maxFeePerGas: '2.5 gwei', maxPriorityFeePerGas: '1 wei', perPosting: '0.001 ether' };
    const file = { ...whole(), fees, ...within('operator', { secondGasKeyFile: 'spare.key' }) };
    const { operator, ...config } = parse({ ...file, fees });
    expect(config.fees).to.deep.equal({
      ...{ maxFeePerGas: 2_500_000_000n, maxPriorityFeePerGas: 1n },
      ...{ perPosting: 10n ** 15n, perDay: DEFAULT_FEES.perDay },
    });
    expect(operator.secondGasKeyFile).to.equal('/home/operator/spare.key');
  });

  const refused: [string, unknown, string][] = [
    [
      'a field that there is not',
      { ...whole(), pollInterval: 1 },
      'there is no field pollInterval; there are chain, operator',
    ],
    [
      'a misspelt field further in',
      within('chain', { startblock: 1 }),
      'there is no field chain.startblock; there are rpc',
    ],
    ['a missing part', { ...whole(), chain: undefined }, 'chain must be there'],
    ['a missing field', within('operator', { region: undefined }), 'operator.region must be there'],
    [
      'no record of the deployment',
      within('chain', { deploymentFile: undefined }),
      'chain.deploymentFile must be there',
    ],
    ['no RPC at all', within('chain', { rpc: [] }), 'chain.rpc must be a list of at least one address'],
    ['an RPC that is no address', within('chain', { rpc: ['localhost'] }), 'chain.rpc[0] must be an address'],
    [
      'an endpoint without TLS',
      within('peers', { endpoint: 'ws://example.org' }),
      'peers.endpoint must be an address that starts with wss://',
    ],
    [
      'an endpoint whose port is none',
      within('peers', { endpoint: 'wss://127.0.0.1:99999' }),
      'peers.endpoint must be an address whose port is a number up to 65535',
    ],
    [
      'an endpoint without a host',
      within('peers', { endpoint: 'wss://' }),
      'peers.endpoint must be an address with a host behind wss://',
    ],
    ['a port too high', within('peers', { port: 70_000 }), 'peers.port must be an integer from 0 to 65535'],
    ['a region of half a hash', within('operator', { region: '0x12' }), 'operator.region must be the name of a region'],
    ['a command line in one text', within('enclave', { command: 'node tee.ts' }), 'enclave.command must be a list'],
    ['a time of nothing', { ...whole(), times: { poll: 0 } }, 'times.poll must be an integer from 1'],
    ['an unknown level', { ...whole(), log: 'loud' }, 'log must be one of debug, info, warn, error'],
    ['a text for a truth', { ...whole(), replaceIdentity: 'yes' }, 'replaceIdentity must be true or false'],
    ['a fee without its unit', { ...whole(), fees: { perDay: '1' } }, 'fees.perDay must be an amount with its unit'],
    ['a fee that is a number', { ...whole(), fees: { perDay: 1 } }, 'fees.perDay must be an amount with its unit'],
    ['a fee of nothing', { ...whole(), fees: { perDay: '0 ether' } }, 'fees.perDay must be an amount'],
    ['half a wei', { ...whole(), fees: { perDay: '1.5 wei' } }, 'fees.perDay must be an amount'],
    ['a fee that is not there', { ...whole(), fees: { tip: '1 gwei' } }, 'fees.tip'],
    [
      'a tip above the fee',
      { ...whole(), fees: { maxFeePerGas: '1 gwei' } },
      'fees.maxPriorityFeePerGas must be at most fees.maxFeePerGas',
    ],
    [
      'a posting that costs more than a day',
      { ...whole(), fees: { perDay: '0.1 ether' } },
      'fees.perPosting must be at most fees.perDay',
    ],
    [
      'no source of collateral',
      within('enclave', { collateral: [] }),
      'enclave.collateral must be a list of at least one address',
    ],
    [
      'a source of collateral that is a file',
      within('enclave', { collateral: ['file:///etc/pccs'] }),
      'enclave.collateral[0] must be an address that starts with https:// or http://',
    ],
    ['no beacon node', within('chain', { beacon: [] }), 'chain.beacon must be a list of at least one address'],
    [
      'a beacon node behind a socket',
      within('chain', { beacon: ['ws://a'] }),
      'chain.beacon[0] must be an address that starts with http://',
    ],
    ['half a checkpoint', within('chain', { checkpoint: '0x12' }), 'chain.checkpoint must be the root of a final'],
    ['what hosts chose before', { ...whole(), checkpoint: { everyBlocks: 8 } }, 'there is no field checkpoint'],
    [
      'an RPC with a part that it would never hear',
      within('chain', { rpc: ['ws://a/#b'] }),
      'chain.rpc[0] must be an address without #',
    ],
    ['a start block of null', within('chain', { startBlock: null }), 'chain.startBlock must be an integer'],
    ['a list for the whole', [], 'the file must be an object'],
  ];
  for (const [what, config, message] of refused)
    it(`refuses ${what}, and says where and what to do`, () => {
      expect(() => parse(config))
        .to.throw(Fatal, message)
        .with.property('advice')
        .that.includes('quorate init');
    });

  it('takes a checkpoint to start from', () => {
    const root = `0x${'ab'.repeat(32)}`;
    expect(parse(within('chain', { checkpoint: root })).chain.checkpoint).to.equal(root);
    expect(parse(within('chain', { checkpoint: null })).chain.checkpoint).to.equal(null);
  });

  it('takes a region by its name or by its hash', () => {
    const of = (region: string) => parse(within('operator', { region }));
    expect(of('EU').operator.region).to.equal(keccak256(stringToHex('EU')));
    expect(of(keccak256(stringToHex('EU'))).operator).to.deep.equal(of('EU').operator);
  });

  it('refuses what is not JSON', () => {
    expect(() => parseConfig('{', '/')).to.throw(Fatal, 'not JSON');
  });

  it('has no setting that an enclave relies on', () => {
    const names = JSON.stringify(parse(whole()), (_, value) => (typeof value === 'bigint' ? value.toString() : value));
    for (const secret of ['threshold', 'finality', 'policy', 'contracts']) expect(names).not.to.include(secret);
  });
});
