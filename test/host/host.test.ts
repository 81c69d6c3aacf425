import { expect } from 'chai';
import { Fatal, Retryable } from '../../signer/host/errors.ts';
import { createHost } from '../../signer/host/host.ts';
import { type ManualClock, settled } from './support/clock.ts';
import { DEPLOYMENT } from './support/deployment.ts';
import { word } from './support/fakeChain.ts';
import { hostPorts, SETTINGS } from './support/hostPorts.ts';

/** A host whose enclave is registered, and recorded when a test says so; its ports are fakes. */
function network() {
  const given = hostPorts();
  const { ports, chain, registration, attestation, boot } = given;
  const clock = ports.clock as ManualClock;
  const host = createHost(ports, DEPLOYMENT, SETTINGS);
  chain.mine(registration(), attestation());
  const record = () => chain.mine(boot());
  const tick = () => clock.advance(SETTINGS.times.poll);
  const serve = async () => {
    await host.start();
    await tick();
    record();
    await tick();
  };
  return { ...given, host, clock, record, tick, serve };
}

describe('a host', () => {
  it('is ready once the boot record of this life is final, and stops when it is told to', async () => {
    const { host, serve } = network();
    expect(host.readiness()).to.deep.include({
      ready: false,
      reasons: ['starting', 'no finalised block has been read yet'],
    });
    await serve();
    expect(host.readiness()).to.deep.include({ ready: true, reasons: [] });
    await host.stop();
    await host.ended;
  });

  it('starts its enclave again when that dies, and is not ready in between', async () => {
    const { host, serve, lives, record, tick } = network();
    await serve();
    lives[0]?.exited('exit 70');
    expect(host.readiness().reasons).to.deep.equal(['the enclave process ended: exit 70']);
    await tick();
    expect(lives).to.have.lengthOf(2);
    expect(host.readiness().ready).to.equal(false);
    record();
    await tick();
    expect(host.readiness().ready).to.equal(true);
    await host.stop();
  });

  it('goes on when the chain cannot be reached, and says so', async () => {
    const { host, serve, chain, tick } = network();
    await serve();
    chain.failures.set('finalized', [new Retryable('RPC_UNAVAILABLE', 'nobody there')]);
    await tick();
    expect(host.readiness().reasons).to.deep.equal(['nobody there']);
    await tick();
    expect(host.readiness().ready).to.equal(true);
    await host.stop();
  });

  it('does nothing at all while its store cannot be written', async () => {
    const { host, serve, ports, tick } = network();
    await serve();
    const { setFact } = ports.store;
    Object.assign(ports.store, {
      setFact: () => {
        throw new Retryable('STORE_UNAVAILABLE', 'the disk is full');
      },
    });
    for (let ticks = 0; ticks < 6; ticks += 1) await tick();
    expect(host.readiness()).to.deep.include({ ready: false, reasons: ['the disk is full'] });
    Object.assign(ports.store, { setFact });
    await tick();
    await tick();
    expect(host.readiness().ready).to.equal(true);
    await host.stop();
  });

  it('outlives a disk that is full when a tick is to be written down', async () => {
    const { host, serve, ports, tick } = network();
    await serve();
    const { store } = ports;
    const { tick: keep } = store;
    store.tick = async (work) => {
      await work();
      throw new Retryable('STORE_UNAVAILABLE', 'the disk is full');
    };
    await tick();
    await tick();
    expect(host.readiness()).to.deep.include({ ready: false, reasons: ['the disk is full'] });
    store.tick = keep;
    await tick();
    await tick();
    expect(host.readiness()).to.deep.include({ ready: true, reasons: [] });
    await host.stop();
    await host.ended;
  });

  it('waits for a chain that is not there yet', async () => {
    const { host, chain, tick, record } = network();
    const { chainId } = chain;
    Object.assign(chain, { chainId: () => Promise.reject(new Retryable('RPC_UNAVAILABLE', 'nobody there')) });
    const starting = host.start();
    await tick();
    expect(host.readiness().reasons[0]).to.include('waits for the chain');
    Object.assign(chain, { chainId });
    await tick();
    await starting;
    record();
    await tick();
    expect(host.readiness().ready).to.equal(true);
    await host.stop();
  });

  it('does not start on another chain, nor with the store of another deployment', async () => {
    const { host, chain } = network();
    Object.assign(chain, { chainId: async () => 1 });
    expect(await host.start().catch((error) => error))
      .to.be.instanceOf(Fatal)
      .with.property('code', 'WRONG_CHAIN');
    const other = network();
    other.ports.store.setFact('configuration', word(1));
    expect(await other.host.start().catch((error) => error))
      .to.be.instanceOf(Fatal)
      .with.property('code', 'WRONG_DEPLOYMENT');
  });

  it('ends with what only a person can mend', async () => {
    const { host, serve, lives } = network();
    const ended = host.ended.catch((error) => error);
    await serve();
    lives[0]?.event({ event: 'seal', generation: 2, sealed: '0x02' });
    lives[0]?.event({ event: 'seal', generation: 1, sealed: '0x01' });
    await settled();
    expect(await ended)
      .to.be.instanceOf(Fatal)
      .with.property('code', 'STORE_ROLLED_BACK');
  });

  it('ends with a bug, instead of going on with half a thought', async () => {
    const { host, serve, chain, tick } = network();
    const ended = host.ended.catch((error) => error);
    await serve();
    Object.assign(chain, { finalized: () => Promise.reject(new TypeError('a bug')) });
    await tick();
    expect(await ended).to.be.instanceOf(TypeError);
  });
});
