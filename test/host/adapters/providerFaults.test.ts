import { expect } from 'chai';
import { keccak256 } from 'viem';
import { createProviders } from '../../../signer/host/adapters/providers.ts';
import { type Connection, connect } from '../../../signer/host/adapters/rpc.ts';
import { createRpcChain } from '../../../signer/host/adapters/rpcChain.ts';
import { isRetryable, type RetryableCode } from '../../../signer/host/errors.ts';
import { createMetrics, UNMEASURED } from '../../../signer/host/metrics.ts';
import type { BlockRef, Chain } from '../../../signer/host/ports/chain.ts';
import { createProblems } from '../../../signer/host/problems.ts';
import { manualClock } from '../support/clock.ts';
import { word } from '../support/fakeChain.ts';
import { blockOf, DEPLOYMENT, EVENTS, type FakeProvider, fakeProvider, HEAD, RAW } from '../support/fakeProvider.ts';
import { PROVIDER_FAULTS, type ProviderFault, type Question } from '../support/providerFaults.ts';

const OPERATOR = `0x${'0a'.repeat(20)}` as const;
const at: BlockRef = { number: HEAD, hash: blockOf(HEAD).hash, parentHash: word(0), timestamp: 0 };

/** Each question of the port, asked as a host asks it. */
const QUESTIONS: Readonly<Record<Question, (chain: Chain) => Promise<unknown>>> = {
  chainId: (chain) => chain.chainId(),
  genesis: (chain) => chain.genesis(),
  finalized: (chain) => chain.finalized(),
  blockAt: (chain) => chain.blockAt(7),
  header: (chain) => chain.header(blockOf(7).hash),
  events: (chain) => chain.events(1, HEAD),
  nodes: (chain) => chain.nodes(DEPLOYMENT.keyRegistry, [word(1), word(2)], at),
  counts: (chain) => chain.counts(at),
  requestState: (chain) => chain.requestState(word(1)),
  nonce: (chain) => chain.nonce(OPERATOR),
  balance: (chain) => chain.balance(OPERATOR),
  fees: (chain) => chain.fees(),
  estimateGas: (chain) => chain.estimateGas(OPERATOR, DEPLOYMENT.keyRegistry, '0x'),
  send: (chain) => chain.send(RAW),
  receipt: (chain) => chain.receipt(word(7)),
};
const questionOf = ({ question }: ProviderFault) => QUESTIONS[question as Question];

/** What only the provider that was asked can answer: another one would not help, or could not be asked the same. */
const NOT_ELSEWHERE: ReadonlySet<RetryableCode> = new Set([
  'RANGE_TOO_LONG',
  'TRANSACTION_REVERTS',
  'NONCE_USED',
  'UNDERPRICED',
]);

describe('providers', () => {
  let open: { close(): unknown }[];
  beforeEach(() => {
    open = [];
  });
  afterEach(() => Promise.all(open.map((one) => one.close())));
  const keep = <T extends { close(): unknown }>(one: T): T => {
    open.push(one);
    return one;
  };
  const provider = async (...faults: ProviderFault[]) => keep(await fakeProvider(...faults));
  const clock = manualClock();
  const linked = (url: string): Connection => keep(connect(url, clock, UNMEASURED));
  const alone = (url: string) => createRpcChain(linked(url).rpc, DEPLOYMENT);
  const together = (...urls: string[]) => {
    const sources = urls.map(linked).map(({ name, rpc, onBlock, onReopened }) => ({
      ...{ name, onReopened },
      chain: createRpcChain(rpc, DEPLOYMENT, onBlock),
    }));
    return createProviders(sources, DEPLOYMENT, { clock, log: () => {}, problems: createProblems(), jitter: () => 0 });
  };
  /** Time passes for the one who waits for an answer that does not come. */
  const patiently = async <T>(answer: Promise<T>, { asked, until }: FakeProvider, { methods }: ProviderFault) => {
    await until(() => methods.some((method) => asked.has(method)));
    await clock.advance(15_000);
    return answer;
  };
  const isSilent = (fault: ProviderFault) => 'wire' in fault && fault.wire === 'silent';

  it('answer every question of a host, over http and over a websocket', async () => {
    const { http, ws } = await provider();
    for (const chain of [alone(http), alone(ws)]) {
      expect(await chain.chainId()).to.equal(DEPLOYMENT.chainId);
      expect(await chain.genesis()).to.equal(DEPLOYMENT.genesisHash);
      expect(await chain.finalized()).to.deep.include({ number: HEAD, hash: blockOf(HEAD).hash });
      expect(await chain.blockAt(HEAD + 1)).to.equal(null);
      expect(keccak256(await chain.header(blockOf(7).hash))).to.equal(blockOf(7).hash);
      expect(await chain.events(1, HEAD)).to.have.length(EVENTS);
      expect(await chain.nodes(DEPLOYMENT.keyRegistry, [word(1), word(2)], at)).to.deep.equal(['0xa1', '0xa2', '0x51']);
      expect(await chain.counts(at)).to.deep.equal({ requests: EVENTS, keys: 3, enclaves: 5 });
      expect(await chain.requestState(word(1))).to.equal(2);
      expect(await chain.nonce(OPERATOR)).to.equal(5);
      expect(await chain.balance(OPERATOR)).to.equal(10n ** 18n);
      expect(await chain.fees()).to.deep.equal({ baseFee: 7n, tip: 9n });
      expect(await chain.estimateGas(OPERATOR, OPERATOR, '0x')).to.equal(21_000n);
      expect(await chain.receipt(word(7))).to.deep.equal({ success: true, block: 7 });
      await chain.send(RAW);
    }
  });

  for (const fault of PROVIDER_FAULTS) {
    const outcome = fault.code ?? 'nothing that can be seen here';
    const schemes =
      'over' in fault && fault.over !== 'both' ? [fault.over] : ['answer' in fault ? 'http' : 'ws', 'http'];
    for (const scheme of new Set(schemes) as Set<'http' | 'ws'>)
      it(`that are wrong are ${outcome}: ${fault.name}, asked over ${scheme}`, async () => {
        const wrong = await provider(fault);
        const answer = questionOf(fault)(alone(wrong[scheme])).then(
          () => null,
          (error) => error,
        );
        const error = isSilent(fault) ? await patiently(answer, wrong, fault) : await answer;
        expect(error === null || isRetryable(error), String(error?.stack)).to.equal(true);
        expect(error?.code ?? null).to.equal(fault.code);
        expect(error?.message ?? '').not.to.include('\n');
      });
  }

  for (const fault of PROVIDER_FAULTS.filter(({ code }) => code !== null && !NOT_ELSEWHERE.has(code)))
    it(`are asked in turn: another one answers instead of ${fault.name}`, async () => {
      const [wrong, right] = [await provider(fault), await provider()];
      const answer = questionOf(fault)(
        together('over' in fault && fault.over === 'ws' ? wrong.ws : wrong.http, right.http),
      );
      const found = isSilent(fault) ? await patiently(answer, wrong, fault) : await answer;
      expect(found).to.deep.equal(await questionOf(fault)(alone(right.http)));
    });

  it('that say pending of a transaction have no receipt of it', async () => {
    for (const pending of [{ blockNumber: null, status: null }, { blockNumber: null, status: '0x1' }, {}]) {
      const answer = () => ({ transactionHash: word(7), ...pending });
      const fault = {
        name: '',
        methods: ['eth_getTransactionReceipt'],
        question: 'receipt',
        code: null,
        answer,
      } as const;
      expect(await alone((await provider(fault)).http).receipt(word(7))).to.equal(null);
    }
  });

  it('are asked once for a block by its hash, as it and its header cannot change; again for one that they have not', async () => {
    const { http, asked } = await provider();
    const chain = alone(http);
    expect(await chain.blockOf(word(0xbad))).to.equal(null);
    expect(await chain.blockOf(word(0xbad))).to.equal(null);
    expect(asked.get('eth_getBlockByHash')).to.equal(2);
    const { hash } = blockOf(7);
    expect(await chain.blockOf(hash)).to.deep.include({ number: 7, hash });
    expect(keccak256(await chain.header(hash))).to.equal(hash);
    expect(asked.get('eth_getBlockByHash')).to.equal(3);
    for (const number of [1, 2, 3, 4]) await chain.header(blockOf(number).hash);
    await chain.blockOf(hash); // forgotten by then
    expect(asked.get('eth_getBlockByHash')).to.equal(8);
  });

  it('hear user and password of their address as a header, and nobody else does', async () => {
    const right = await provider();
    const chain = alone(right.http.replace('http://', 'http://user:s%20cret@'));
    await chain.chainId();
    expect(right.headers().authorization).to.equal(`Basic ${Buffer.from('user:s cret').toString('base64')}`);
  });

  it('are counted by method, under the name of their host', async () => {
    const { http } = await provider();
    const metrics = createMetrics();
    const { rpc, name } = keep(connect(`${http}/KEY`, clock, metrics));
    await rpc('eth_chainId', []);
    await rpc('eth_chainId', []);
    expect(metrics.read('quorate_rpc_calls_total', { rpc: name, method: 'eth_chainId' })).to.equal(2);
    expect(metrics.render()).not.to.include('KEY');
  });

  it('are asked no more than 32 questions at once', async () => {
    const right = await provider();
    let [running, most] = [0, 0];
    const { rpc } = linked(right.http);
    const original = globalThis.fetch;
    globalThis.fetch = async (...call) => {
      running += 1;
      most = Math.max(most, running);
      const response = await original(...call);
      running -= 1;
      return response;
    };
    try {
      const found = await Promise.all(Array.from({ length: 200 }, () => rpc('eth_chainId', [])));
      expect(found).to.have.length(200);
    } finally {
      globalThis.fetch = original;
    }
    expect(most).to.be.within(2, 32);
  });
});
