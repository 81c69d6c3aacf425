import { expect } from 'chai';
import { API_VERSION } from '../../../signer/enclave/api.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { enclaveId } from '../../../signer/formats/wirePreimages.ts';
import { Fatal, Retryable } from '../../../signer/host/errors.ts';
import { keepSealed, tendEnclave } from '../../../signer/host/life/tendEnclave.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { word } from '../support/fakeChain.ts';
import { world } from '../support/world.ts';

const IDENTITY = `0x${'1d'.repeat(20)}` as const;
const NONCE = `0x${'ab'.repeat(16)}` as const;
const HANDLERS = { event: () => {}, exited: () => {} };

/** A host whose enclave has not been started yet. */
function cold() {
  const it = world();
  it.context.self = null;
  it.context.isServing = false;
  it.see();
  const { deployment, wallet } = it.context;
  const id = enclaveId(deployment.chainId, deployment.enclaveRegistry, wallet.operator, IDENTITY);
  const status = {
    ...{
      version: API_VERSION,
      identity: IDENTITY,
      nonce: NONCE,
      encryptionKey: word(7),
      configuration: deployment.configuration as Hex,
    },
    ...{ head: null, generation: 1, shares: [], sessions: 0, counters: {} },
  };
  const answers: Record<string, object> = {
    boot: status,
    attest: {
      tee: word(1),
      challenge: word(2),
      challengeBlock: 1,
      reportData: word(3),
      evidence: '0x01',
      identitySignature: '0x02',
    },
    recordBoot: { enclave: id, nonce: NONCE, encryptionKey: word(7), counter: '1', identitySignature: '0x03' },
  };
  it.enclave.answer = ({ name }) => ({ ok: (answers[name] ?? {}) as never });
  const restarts = { failures: 0, notBefore: 0 };
  const step = () => tendEnclave(it.context, restarts, HANDLERS);
  const names = () => it.calls.map(({ name }) => name);
  const wanted = () => it.store.openPostings().map(({ goal }) => goal.kind);
  const { region, endpoint, tlsKey } = it.context.settings;
  const registration = (change: object = {}): ChainEvent => ({
    ...{ event: 'EnclaveRegistered', id, operator: wallet.operator, identity: IDENTITY, epoch: 1 },
    ...{ tlsKey, endpoint, region, measurement: word(9), ...change },
  });
  const attestation = (validUntil = 2_000_000): ChainEvent => ({ event: 'EnclaveAttested', id, validUntil });
  const boot = (nonce: Hex = NONCE): ChainEvent => ({ event: 'BootRecorded', id, counter: '1', nonce });
  return { ...it, id, status, answers, restarts, step, names, wanted, registration, attestation, boot };
}

describe('an enclave', () => {
  it('serves no more once a vote has revoked its measurement, and says why', async () => {
    const { context, see, step, registration, attestation, boot } = cold();
    see(registration(), attestation(), boot());
    await step();
    await step();
    expect(context.isServing).to.equal(true);
    see({ event: 'MeasurementRevoked', measurement: word(8) });
    await step();
    expect(context.isServing, 'another measurement').to.equal(true);
    see({ event: 'MeasurementRevoked', measurement: word(9) });
    await step();
    expect(context.isServing).to.equal(false);
    expect(context.problems.get('enclave')).to.include('revoked the measurement');
  });

  it('is started with what it sealed, registered, recorded, and then serves', async () => {
    const { step, names, wanted, context, see, registration, attestation, boot, store } = cold();
    store.keepSealed({ generation: 1, sealed: '0xabcd' });
    await step();
    expect(names()).to.deep.equal(['boot', 'attest']);
    expect(wanted()).to.deep.equal(['register']);
    expect(context.problems.get('enclave')).to.include('no valid registration');
    see(registration(), attestation());
    await step();
    expect(names().at(-1)).to.equal('recordBoot');
    expect(context.problems.get('enclave')).to.include('boot record');
    see(boot());
    await step();
    expect([context.isServing, context.problems.has('enclave')]).to.deep.equal([true, false]);
  });

  it('is asked for evidence and record once, however long finality takes', async () => {
    const { step, names } = cold();
    for (let ticks = 0; ticks < 5; ticks += 1) await step();
    expect(names()).to.deep.equal(['boot', 'attest']);
  });

  it("does not serve on an earlier life's boot record", async () => {
    const { step, see, context, registration, attestation, boot, wanted } = cold();
    see(registration(), attestation(), boot(`0x${'00'.repeat(16)}`));
    await step();
    expect(context.isServing).to.equal(false);
    expect(wanted()).to.deep.equal(['record-boot']);
  });

  it('attests again when a third of the attestation is left, for short ones, and only once', async () => {
    const { step, see, names, clock, registration, attestation, boot, wanted } = cold();
    see(registration(), attestation(1_024 + 900), boot());
    await step();
    expect(names()).to.deep.equal(['boot']);
    await clock.advance(590_000);
    await step();
    expect(names()).to.deep.equal(['boot']);
    await clock.advance(40_000);
    await step();
    await step();
    expect(names()).to.deep.equal(['boot', 'attest']);
    expect(wanted()).to.deep.equal(['register']);
  });

  it('stops serving when the attestation has lapsed or the enclave is retired', async () => {
    const { step, see, context, id, registration, attestation, boot } = cold();
    see(registration(), attestation(), boot());
    await step();
    see({ event: 'EnclaveRetired', id });
    await step();
    expect(context.isServing).to.equal(false);
  });

  for (const change of [{ endpoint: 'wss://elsewhere:1' }, { tlsKey: word(55) }, { region: word(56) }])
    it(`registers again when ${Object.keys(change)[0]} is no longer what the registry says`, async () => {
      const { step, see, registration, attestation, boot, wanted } = cold();
      see(registration(change), attestation(), boot());
      await step();
      expect(wanted()).to.deep.equal(['register']);
    });

  const fatal: [string, string, (it: ReturnType<typeof cold>) => unknown][] = [
    [
      'the operator has registered another',
      'OTHER_IDENTITY',
      ({ chain }) => Object.assign(chain, { enclaveOf: async () => word(99) }),
    ],
    [
      'it measured another configuration',
      'CONFIGURATION_DIFFERS',
      ({ answers, status }) => Object.assign(answers, { boot: { ...status, configuration: word(98) } }),
    ],
    [
      'it speaks another version',
      'ENCLAVE_VERSION',
      ({ answers, status }) => Object.assign(answers, { boot: { ...status, version: 99 } }),
    ],
    [
      'it cannot open what it sealed',
      'OTHER_IDENTITY',
      ({ enclave }) => Object.assign(enclave, { answer: () => ({ refusal: { code: 'SEALED_INVALID', detail: '' } }) }),
    ],
  ];
  for (const [what, code, arrange] of fatal)
    it(`is given up when ${what}, with advice`, async () => {
      const it = cold();
      arrange(it);
      const error = await it.step().catch((failure) => failure);
      expect(error).to.be.instanceOf(Fatal).with.property('code', code);
      expect(error.advice).not.to.equal('');
      expect(it.wanted()).to.deep.equal([]);
    });

  it('may take the place of another one when the operator says so', async () => {
    const { step, chain, context, wanted } = cold();
    Object.assign(chain, { enclaveOf: async () => word(99) });
    Object.assign(context, { settings: { ...context.settings, replaceIdentity: true } });
    await step();
    expect(wanted()).to.deep.equal(['register']);
  });

  it('is started again later and later while it does not start', async () => {
    const { step, context, clock, restarts } = cold();
    let starts = 0;
    const start = async () => {
      starts += 1;
    };
    const call = () => Promise.reject(new Retryable('ENCLAVE_DOWN', 'gone'));
    Object.assign(context, { enclave: { ...context.enclave, start, call } });
    const waits: number[] = [];
    for (let tries = 0; tries < 4; tries += 1) {
      await step();
      waits.push(restarts.notBefore - clock.now());
      await step();
      await clock.advance(waits.at(-1) as number);
    }
    expect(waits).to.deep.equal([500, 1_000, 2_000, 4_000]);
    expect(starts).to.equal(4);
    expect(context.problems.get('enclave')).to.include('does not start');
  });

  it('is told that its state is kept only after it is', async () => {
    const { context, calls, store } = cold();
    await keepSealed(context, 3, '0xab');
    expect(store.sealed()).to.deep.include({ generation: 3, sealed: '0xab' });
    expect(calls).to.deep.equal([{ name: 'kept', params: { generation: 3 } }]);
    store.keepSealed({ generation: 9, sealed: '0xff' });
    calls.length = 0;
    expect(await keepSealed(context, 9, '0xab').catch((error) => error)).to.be.instanceOf(Fatal);
    expect(calls).to.deep.equal([]);
  });

  it('has an id that depends on chain, registry, operator and identity', () => {
    const ids = [
      [1, '01', '02', '03'],
      [2, '01', '02', '03'],
      [1, '04', '02', '03'],
      [1, '01', '04', '03'],
      [1, '01', '02', '04'],
    ] as const;
    const of = ids.map(([chain, ...places]) =>
      enclaveId(chain, ...(places.map((byte) => `0x${byte.repeat(20)}`) as [Hex, Hex, Hex])),
    );
    expect(new Set(of).size).to.equal(5);
  });
});
