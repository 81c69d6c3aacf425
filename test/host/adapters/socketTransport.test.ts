import { expect } from 'chai';
import { createSocketTransport } from '../../../signer/host/adapters/socketTransport.ts';
import type { Transport } from '../../../signer/host/adapters/transport.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { type FakeProvider, fakeProvider } from '../support/fakeProvider.ts';
import type { WireFault } from '../support/providerFaults.ts';

const wire = (what: WireFault['wire'], ...methods: string[]): WireFault => ({
  ...{ name: what as string, methods, question: 'chainId', code: null, wire: what, over: 'ws' },
});
const EVERYTHING = ['eth_chainId', 'eth_subscribe', 'eth_getBalance'];

describe('a websocket to a provider', () => {
  let provider: FakeProvider;
  let clock: ManualClock;
  let transport: Transport;
  beforeEach(async () => {
    provider = await fakeProvider();
    clock = manualClock();
    transport = createSocketTransport(provider.ws, clock);
  });
  afterEach(async () => {
    transport.close();
    await provider.close();
  });
  const times = (method: string) => provider.asked.get(method) ?? 0;

  it('is opened once, by the first who asks', async () => {
    await Promise.all([transport.ask('eth_chainId', []), transport.ask('eth_getBalance', [])]);
    expect(provider.connections()).to.equal(1);
  });

  it('tells of new blocks', async () => {
    const news = new Promise<void>((resolve) => transport.onBlock(resolve));
    await provider.until(() => times('eth_subscribe') === 1);
    provider.grow();
    await news;
  });

  it('tells of many blocks at once as of one, and of those after it once more', async () => {
    let told = 0;
    transport.onBlock(() => {
      told += 1;
    });
    await provider.until(() => times('eth_subscribe') === 1);
    for (let count = 0; count < 50; count += 1) provider.grow();
    await transport.ask('eth_chainId', []); // answered after all of these
    expect(told).to.equal(1);
    await clock.advance(1_000);
    expect(told).to.equal(2);
  });

  it('does not tell those who no longer want to know', async () => {
    const end = transport.onBlock(() => expect.fail('told'));
    await provider.until(() => times('eth_subscribe') === 1);
    end();
    provider.grow();
    await transport.ask('eth_chainId', []);
  });

  it('is asked something when it was silent for ten seconds, and stays open when it answers', async () => {
    await transport.ask('eth_getBalance', []);
    for (let beat = 1; beat < 5; beat += 1) {
      await clock.advance(10_000);
      await provider.until(() => times('eth_chainId') === beat);
      await transport.ask('eth_getBalance', []);
    }
    expect(provider.connections()).to.equal(1);
  });

  it('that goes silent without closing is given up, opened again, and subscribed again', async () => {
    let reopened = 0;
    transport.onReopened(() => {
      reopened += 1;
    });
    transport.onBlock(() => {});
    await provider.until(() => times('eth_subscribe') === 1);
    await transport.ask('eth_getBalance', []);
    provider.faults = [wire('silent', ...EVERYTHING)];
    await clock.advance(10_000);
    await provider.until(() => times('eth_chainId') === 1);
    provider.faults = [];
    expect(provider.connections()).to.equal(1);
    await clock.advance(10_000); // silent still: it is given up
    await lost(transport);
    await clock.advance(10_000); // the pause before the next try
    await provider.until(() => times('eth_subscribe') === 2);
    await transport.ask('eth_getBalance', []);
    expect([provider.connections(), reopened]).to.deep.equal([2, 1]);
  });

  it('is given up when a question has waited for its whole time, and nothing else was heard', async () => {
    provider.faults = [wire('silent', ...EVERYTHING)];
    const failed = transport.ask('eth_getBalance', []).catch((error) => error.message);
    await provider.until(() => times('eth_getBalance') === 1);
    await clock.advance(15_000);
    expect(await failed).to.equal('it took too long');
    provider.faults = [];
    await lost(transport);
    expect(await transport.ask('eth_chainId', [])).to.equal('0x7a69');
    expect(provider.connections()).to.equal(2);
  });

  it('stays open when one question is not answered and others are', async () => {
    provider.faults = [wire('silent', 'eth_getBalance')];
    const failed = transport.ask('eth_getBalance', []).catch((error) => error.message);
    await provider.until(() => times('eth_getBalance') === 1);
    await clock.advance(1_000);
    await transport.ask('eth_subscribe', []);
    await clock.advance(14_000);
    expect(await failed).to.equal('it took too long');
    await transport.ask('eth_subscribe', []);
    expect(provider.connections()).to.equal(1);
  });

  it('fails what is under way when it breaks, and is opened again by the next who asks', async () => {
    provider.faults = [wire('cut', 'eth_getBalance')];
    const failed = await transport.ask('eth_getBalance', []).catch((error) => error.name);
    expect(failed).to.equal('NoAnswer');
    expect(await transport.ask('eth_chainId', [])).to.equal('0x7a69');
    expect(provider.connections()).to.equal(2);
  });

  it('takes the first of two answers to one question', async () => {
    provider.faults = [wire('twice', 'eth_getBalance')];
    expect(await transport.ask('eth_getBalance', [])).to.equal('0x1');
    expect(await transport.ask('eth_chainId', [])).to.equal('0x7a69');
    expect(provider.connections()).to.equal(1);
  });

  it('does not try again when it was closed', async () => {
    transport.onBlock(() => {});
    await provider.until(() => times('eth_subscribe') === 1);
    transport.close();
    expect(await transport.ask('eth_chainId', []).catch((error) => error.name)).to.equal('NoAnswer');
    await clock.advance(60_000);
    expect(provider.connections()).to.equal(1);
  });

  /** Resolves when the open connection is gone: what was asked on it has failed. */
  async function lost(of: Transport): Promise<void> {
    await of.ask('eth_getBalance', []).catch(() => {});
  }
});
