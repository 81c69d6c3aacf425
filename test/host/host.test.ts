import { expect } from 'chai';
import { API_VERSION } from '../../signer/enclave/api.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { enclaveId } from '../../signer/formats/wirePreimages.ts';
import { openStore } from '../../signer/host/adapters/sqliteStore.ts';
import type { Ports } from '../../signer/host/context.ts';
import { Fatal, Retryable } from '../../signer/host/errors.ts';
import { createHost } from '../../signer/host/host.ts';
import type { EnclaveHandlers } from '../../signer/host/ports/enclave.ts';
import { settled } from './support/clock.ts';
import { word } from './support/fakeChain.ts';
import { world } from './support/world.ts';

const IDENTITY = `0x${'1d'.repeat(20)}` as const;

/** A host whose enclave is registered and recorded from the second life on; its ports are fakes. */
function network() {
  const { context, chain, clock, metrics } = world();
  const { deployment, settings, wallet } = context;
  const id = enclaveId(deployment.chainId, deployment.enclaveRegistry, wallet.operator, IDENTITY);
  const { region, endpoint, tlsKey } = settings;
  const lives: EnclaveHandlers[] = [];
  const nonce = () => `0x${lives.length.toString(16).padStart(32, '0')}` as Hex;
  const log: string[] = [];
  const status = () => ({
    version: API_VERSION,
    identity: IDENTITY,
    nonce: nonce(),
    configuration: deployment.configuration,
    head: null,
  });
  const enclave: Ports['enclave'] = {
    start: async (handlers) => void lives.push(handlers),
    stop: async () => {},
    call: async (name) => ({
      ok: (name === 'boot'
        ? status()
        : {
            counter: '1',
            nonce: nonce(),
            encryptionKey: word(1),
            identitySignature: '0x',
            evidence: '0x',
            challenge: word(1),
            challengeBlock: 1,
            tee: word(1),
          }) as never,
    }),
  };
  const ports: Ports = {
    ...context,
    chain,
    clock,
    metrics,
    enclave,
    store: openStore(':memory:'),
    log: (_, message) => log.push(message),
  };
  const host = createHost(ports, deployment, settings);
  chain.mine(
    {
      event: 'EnclaveRegistered',
      id,
      operator: wallet.operator,
      identity: IDENTITY,
      epoch: 1,
      tlsKey,
      endpoint,
      region,
      measurement: word(9),
    },
    { event: 'EnclaveAttested', id, validUntil: 5_000_000 },
  );
  const record = () => chain.mine({ event: 'BootRecorded', id, counter: String(lives.length), nonce: nonce() });
  const tick = () => clock.advance(settings.times.poll);
  const serve = async () => {
    await host.start();
    await tick();
    record();
    await tick();
  };
  return { host, ports, chain, clock, lives, log, record, tick, serve };
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
    await tick();
    expect(host.readiness()).to.deep.include({ ready: false, reasons: ['the disk is full'] });
    Object.assign(ports.store, { setFact });
    await tick();
    await tick();
    expect(host.readiness().ready).to.equal(true);
    await host.stop();
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
