import { expect } from 'chai';
import { parseConfig } from '../../signer/host/config.ts';
import { Fatal } from '../../signer/host/errors.ts';
import { DEFAULT_TIMES } from '../../signer/host/settings.ts';

type Json = { [name: string]: unknown };
const whole = (): Json => ({
  chain: { rpc: ['http://127.0.0.1:8545'], deploymentFile: 'deployment.json' },
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
  });

  it('takes relative paths from where the file lies', () => {
    const { peers, enclave, chain } = parse(whole());
    expect([peers.certFile, peers.keyFile]).to.deep.equal(['/home/operator/tls.crt', '/etc/tls.key']);
    expect(enclave.configurationFile).to.equal('/home/operator/configuration');
    expect(chain.deploymentFile).to.equal('/home/operator/deployment.json');
  });

  const refused: [string, unknown, string][] = [
    [
      'a field that there is not',
      { ...whole(), pollInterval: 1 },
      'pollInterval must be nothing: there is no such field',
    ],
    ['a misspelt field further in', within('chain', { startblock: 1 }), 'chain.startblock'],
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
    ['a port too high', within('peers', { port: 70_000 }), 'peers.port must be an integer from 0 to 65535'],
    ['a region in words', within('operator', { region: 'EU' }), 'operator.region must be 32 bytes'],
    ['a command line in one text', within('enclave', { command: 'node tee.ts' }), 'enclave.command must be a list'],
    ['a time of nothing', { ...whole(), times: { poll: 0 } }, 'times.poll must be an integer from 1'],
    ['an unknown level', { ...whole(), log: 'loud' }, 'log must be one of debug, info, warn, error'],
    ['a text for a truth', { ...whole(), replaceIdentity: 'yes' }, 'replaceIdentity must be true or false'],
    ['a list for the whole', [], 'the file must be an object'],
  ];
  for (const [what, config, message] of refused)
    it(`refuses ${what}, and says where and what to do`, () => {
      expect(() => parse(config))
        .to.throw(Fatal, message)
        .with.property('advice')
        .that.includes('quorate init');
    });

  it('refuses what is not JSON', () => {
    expect(() => parseConfig('{', '/')).to.throw(Fatal, 'not JSON');
  });

  it('has no setting that an enclave relies on', () => {
    const names = JSON.stringify(parse(whole()));
    for (const secret of ['threshold', 'finality', 'policy', 'checkpoint', 'contracts'])
      expect(names).not.to.include(secret);
  });
});
