import { expect } from 'chai';
import type { Params } from '../../../signer/enclave/api.ts';
import { teeOf } from '../../../signer/evidence/identity.ts';
import { certificatesToBring } from '../../../signer/evidence/nitro/onChain.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { enclaveId } from '../../../signer/formats/wirePreimages.ts';
import { createView } from '../../../signer/host/chain/view/createView.ts';
import { Fatal, isRetryable, Retryable } from '../../../signer/host/errors.ts';
import { createLife } from '../../../signer/host/life/createLife.ts';
import { keepShare } from '../../../signer/host/path/keepShare.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import type { Goal } from '../../../signer/host/posting/goals/rules.ts';
import type { Settings } from '../../../signer/host/settings.ts';
import { intelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';
import { issueTdx, ppidOf } from '../../../signer/tee/issuers/intel/issueTdx.ts';
import { tdRegisters } from '../../../signer/tee/registers.ts';
import { childHeader } from '../../enclave/support/parentRoots.ts';
import { nitroDocument } from '../../evidence/support/nitroWriter.ts';
import { type ManualClock, settled } from '../support/clock.ts';
import { DEPLOYMENT } from '../support/deployment.ts';
import { word } from '../support/fakeChain.ts';
import { hostPorts, IDENTITY, SETTINGS } from '../support/hostPorts.ts';
import { intelKeepers, VERIFIER } from '../support/intelKeepers.ts';
import { answering } from '../support/nitroKeeper.ts';
import { publishedBy } from '../support/published.ts';

const NOWHERE = { number: 1, hash: word(1), parentHash: word(0), timestamp: 1 };

/** A host whose enclave has not been started yet, and a poster that only notes what is wanted. */
function cold(change: Partial<Settings> = {}, parentRoots = false) {
  const given = hostPorts();
  const { ports, chain, calls } = given;
  const settings = { ...SETTINGS, ...change };
  const deployment = { ...DEPLOYMENT, finality: { ...DEPLOYMENT.finality, parentRoots } };
  const view = createView(ports, ports.problems, deployment, settings, () => {});
  const wanted: Goal['kind'][] = [];
  const poster = {
    want: ({ kind }: Goal) => void wanted.push(kind),
    isPursued: ({ kind }: Goal) => wanted.includes(kind),
    tend: async () => {},
  };
  const life = createLife(ports, view, poster, ports.problems, deployment, settings);
  const see = async (...events: ChainEvent[]) => {
    chain.mine(...events);
    await view.observe();
  };
  const step = async () => {
    await view.observe();
    await life.tend();
  };
  const names = () => calls.map(({ name }) => name);
  const problem = () => ports.problems.list().join('; ');
  const clock = ports.clock as ManualClock;
  return { ...given, view, life, see, step, names, wanted, problem, clock };
}

describe('the life of an enclave', () => {
  it('serves no more once a vote has revoked its measurement, and says why', async () => {
    const { life, see, step, registration, attestation, boot, nonce, problem } = cold();
    await step();
    await see(registration(), attestation(), boot(nonce()));
    await step();
    expect(life.isServing).to.equal(true);
    await see({ event: 'MeasurementRevoked', measurement: word(8) });
    await step();
    expect(life.isServing, 'another measurement').to.equal(true);
    await see({ event: 'MeasurementRevoked', measurement: word(9) });
    await step();
    expect(life.isServing).to.equal(false);
    expect(problem()).to.include('revoked the measurement');
  });

  it('is started with what it sealed, registered, recorded, and then serves', async () => {
    const { step, names, calls, wanted, life, see, registration, attestation, boot, ports, problem } = cold();
    ports.store.keepSealed({ generation: 1, sealed: '0xabcd' });
    await step();
    expect(names()).to.deep.equal(['boot', 'prove', 'attest']);
    expect(calls[0]?.params).to.deep.equal({ sealed: '0xabcd' });
    expect(wanted).to.deep.equal(['register']);
    expect(problem()).to.include('no valid registration');
    await see(registration(), attestation());
    await step();
    expect(names().at(-1)).to.equal('recordBoot');
    expect(problem()).to.include('boot record');
    await see(boot());
    await step();
    expect([life.isServing, problem()]).to.deep.equal([true, '']);
  });

  describe('where headers say the roots of beacon blocks', () => {
    const root = new Uint8Array(32).fill(0xcc);
    const child = toHex(childHeader(root, 1));

    /** Every header is `shown`; block 0 is in the checkpoint, and 1 the next. */
    async function rooted(change: Partial<Settings> = {}) {
      const given = cold(change, true);
      const { chain, answers, status, calls, step } = given;
      const { hash: blockHash } = (await chain.blockAt(0))!;
      chain.mine();
      const host = { shown: child };
      answers.status = () => ({ ...status(), trusted: { root: toHex(root), blockHash } });
      chain.header = async () => host.shown;
      const attested = () =>
        calls.flatMap(({ name, params }) => (name === 'attest' ? [params as Params<'attest'>] : []));
      const problem = () =>
        step().then(
          () => 'none',
          (error: unknown) => (isRetryable(error) ? error.code : expect.fail(`a bug: ${error}`)),
        );
      return { ...given, host, attested, failing: problem };
    }

    it('first attests to the child of its checkpoint, later to what is final', async () => {
      const { step, see, attested, clock, wanted, view, registration, attestation, boot } = await rooted();
      const start = clock.now() / 1_000;
      await step();
      expect(attested().map(({ epoch, child }) => ({ epoch, child }))).to.deep.equal([{ epoch: 1, child }]);
      wanted.length = 0;
      await see(registration(), attestation(start + 900), boot());
      await step();
      await clock.advance(630_000);
      await step();
      const [, later] = attested();
      expect(later).to.include({ epoch: 2, child: null, block: view.checkpoint()!.hash });
    });

    it('waits for the child while no block names the checkpoint', async () => {
      const { host, failing, attested, wanted } = await rooted();
      host.shown = toHex(
        childHeader(
          root.map(() => 1),
          1,
        ),
      );
      expect(await failing()).to.equal('PARENT_ROOT_UNNAMED');
      expect([attested(), wanted]).to.deep.equal([[], []]);
      host.shown = child;
      expect(await failing()).to.equal('none');
      expect(attested()).to.have.length(1);
    });

    it('asks for no evidence about a block that the registry has forgotten', async () => {
      for (const [age, code] of [
        [8191, 'none'],
        [8192, 'HISTORY_PRUNED'],
      ] as const) {
        const { chain, failing, attested } = await rooted({ scan: { ...SETTINGS.scan, chunkBlocks: 100_000 } });
        for (let blocks = 0; blocks < age; blocks += 1) chain.mine();
        expect(await failing(), `${age}`).to.equal(code);
        expect(attested()).to.have.length(code === 'none' ? 1 : 0);
      }
    });
  });

  it('is shown the forks that a vote has added before it follows further, with nothing to sign, and in each life anew', async () => {
    const { step, see, life, names, calls, lives, status, answers, clock, chain, registration, attestation, boot } =
      cold();
    await step();
    await see(registration(), attestation(), boot());
    await step();
    expect(life.isAwaiting, 'nothing to follow for').to.equal(false);
    const fork: ChainEvent = { event: 'ForkAdded', epoch: 9_000, version: '0x02030405', shape: 3, effectiveAt: 0 };
    await see(fork);
    expect(life.isAwaiting, 'in effect').to.equal(true);
    await life.follow();
    expect(life.isAwaiting, 'at a checkpoint, and not shown').to.equal(true);
    await see();
    const before = names().length;
    await life.follow();
    expect(names().slice(before)).to.deep.equal(['prove', 'follow']);
    expect(life.isAwaiting, 'shown').to.equal(false);
    await see();
    await life.follow();
    expect(names().slice(before)).to.deep.equal(['prove', 'follow', 'follow']);

    const newest = chain.mine();
    answers.boot = () => ({
      ...status(),
      finality: { slot: newest.number, blockHash: newest.hash, period: 0, isNextCommitteeKnown: true },
    });
    lives[0]!.exited('killed');
    await clock.advance(600_000);
    chain.mine();
    const restart = calls.length;
    await step();
    expect(names().slice(restart, restart + 3)).to.deep.equal(['boot', 'prove', 'follow']);
  });

  it('is asked for evidence and record once, however long finality takes', async () => {
    const { step, names } = cold();
    for (let ticks = 0; ticks < 5; ticks += 1) await step();
    expect(names()).to.deep.equal(['boot', 'bootstrap', 'status', 'prove', 'attest']);
  });

  it("does not serve on an earlier life's boot record", async () => {
    const { step, see, life, registration, attestation, boot, wanted } = cold();
    await see(registration(), attestation(), boot(`0x${'00'.repeat(16)}`));
    await step();
    expect(life.isServing).to.equal(false);
    expect(wanted).to.deep.equal(['record-boot']);
  });

  it('attests again when a third of the attestation is left, for short ones, and only once', async () => {
    const { step, see, names, clock, registration, attestation, boot, wanted } = cold();
    const start = clock.now() / 1_000;
    await step();
    wanted.length = 0;
    await see(registration(), attestation(start + 900), boot());
    await step();
    const first = names().length;
    await step();
    expect(names()).to.have.lengthOf(first);
    await clock.advance(590_000);
    await step();
    expect(names()).to.have.lengthOf(first);
    await clock.advance(40_000);
    await step();
    await step();
    expect(names().slice(first)).to.deep.equal(['prove', 'attest']);
    expect(wanted).to.deep.equal(['register']);
  });

  describe('whose evidence needs collateral that cannot be had', () => {
    const seed = new Uint8Array(32).fill(7);
    const machine = { ppid: ppidOf(seed), registers: tdRegisters({ code: seed, configuration: seed }) };
    const quote = issueTdx(intelAuthority(seed), seed, machine.ppid, machine.registers, seed);
    const quoting = () => {
      const given = cold();
      const attest = given.answers.attest!;
      given.answers.attest = (params: never) => ({
        ...attest(params),
        ...{ tee: toHex(teeOf('tdx')), evidence: toHex(quote) },
      });
      given.chain.views.verifier = VERIFIER;
      given.chain.views.call = intelKeepers().call;
      return given;
    };

    it('is not registered, and its operator is told', async () => {
      const { step, wanted, problem } = quoting();
      await step();
      expect(wanted).to.deep.equal([]);
      expect(problem()).to.contain("the collateral of this enclave's evidence cannot be had: nobody answers");
    });

    it('brings it before it is registered, and says nothing once it can be had', async () => {
      const { step, wanted, problem, ports } = quoting();
      await step();
      Object.assign(ports, { pcs: publishedBy(intelAuthority(seed), () => 864_000) });
      await step();
      expect(wanted).to.deep.equal(['bring-collateral']);
      expect(problem()).not.to.contain('collateral');
    });

    it('goes on with an attestation that holds, though another one is due', async () => {
      const { step, see, names, life, registration, attestation, boot, problem } = quoting();
      await see(registration({ endpoint: 'wss://elsewhere:1' }), attestation());
      await step();
      expect(names().filter((name) => name === 'attest' || name === 'recordBoot')).to.deep.equal([
        'attest',
        'recordBoot',
      ]);
      expect(problem()).to.contain('cannot be had');
      await see(boot());
      await step();
      expect(life.isServing).to.equal(true);
    });

    it('records no boot where its attestation holds no more', async () => {
      const { step, see, names, clock, registration, attestation } = quoting();
      await see(registration(), attestation(clock.now() / 1_000 - 1));
      await step();
      expect(names().at(-1)).to.equal('attest');
    });
  });

  it('goes on from what it has sealed, and asks for no first trust', async () => {
    const { step, names, answers, status, chain } = cold();
    const [one] = [chain.mine(), chain.mine()];
    const finality = { slot: one!.number, blockHash: one!.hash, period: 0, isNextCommitteeKnown: true };
    answers.boot = () => ({ ...status(), finality });
    await step();
    expect(names()).to.deep.equal(['boot', 'follow', 'prove', 'attest']);
  });

  it('is registered at no block that it has not followed, and says so while no beacon node answers', async () => {
    const { step, names, beacon, problem } = cold();
    beacon.failures.push(...[1, 2].map(() => new Retryable('BEACON_UNAVAILABLE', 'nobody there')));
    await step();
    await step();
    expect(names()).to.deep.equal(['boot', 'bootstrap', 'status', 'prove', 'attest']);
    expect(problem()).to.include('no newer checkpoint: nobody there');
    await step();
    expect(problem()).not.to.include('no newer checkpoint');
  });

  it('is nobody before its root is named, and whoever waits for it is told so', async () => {
    const { step, names, life, beacon, wanted, problem, lives } = cold();
    const began: string[] = [];
    life.listen({ began: ({ id }) => void began.push(id), event: () => {}, ended: () => {} });
    const failure = new Retryable('BEACON_UNAVAILABLE', 'nobody there');
    const { bootstrap } = beacon;
    Object.assign(beacon, { bootstrap: () => Promise.reject(failure) });
    for (let tries = 0; tries < 3; tries += 1) await step();
    expect(names(), 'one process, which waits').to.deep.equal(['boot']);
    expect([lives.length, life.self, life.isServing, life.isAwaiting, life.proof, life.earliest]).to.deep.equal([
      1,
      null,
      false,
      false,
      null,
      0,
    ]);
    for (const call of [life.follow(), life.believe(word(1)), life.prove({ ...NOWHERE }, [])])
      expect(await call.catch(({ code }) => code)).to.equal('ENCLAVE_DOWN');
    expect(problem()).to.include('draws its identity').and.include('nobody there');
    expect([began, wanted]).to.deep.equal([[], []]);
    Object.assign(beacon, { bootstrap });
    await step();
    expect(names()).to.deep.equal(['boot', 'bootstrap', 'status', 'prove', 'attest']);
    expect(began).to.deep.equal([life.self?.id]);
    expect(problem()).not.to.include('draws its identity').and.not.include('nobody there');
  });

  it('holds no step up while a beacon node is slow to show it the checkpoint, and asks it once', async () => {
    const { life, beacon, clock, names, view } = cold();
    const answer = Promise.withResolvers<void>();
    const { bootstrap } = beacon;
    let asked = 0;
    Object.assign(beacon, {
      bootstrap: async (root: Hex) => {
        asked += 1;
        await answer.promise;
        return bootstrap(root);
      },
    });
    await view.observe();
    for (let steps = 0; steps < 3; steps += 1) {
      const step = life.tend();
      await clock.advance(SETTINGS.times.poll);
      await step;
    }
    expect([asked, names(), life.self]).to.deep.equal([1, ['boot'], null]);
    answer.resolve();
    await clock.advance(0);
    expect([asked, life.self?.status.identity]).to.deep.equal([1, IDENTITY]);
  });

  it('goes on with an identity that an earlier step has named and could not write down', async () => {
    const { step, life, enclave, ports, names } = cold();
    const { answer } = enclave;
    let named = false;
    enclave.answer = (call) => {
      if (call.name !== 'bootstrap') return answer(call);
      if (named) return { refusal: { code: 'CHECKPOINT_KEPT', detail: 'it has one' } } as never;
      named = true;
      return answer(call);
    };
    const { setFact } = ports.store;
    Object.assign(ports.store, {
      setFact: () => {
        throw new Retryable('STORE_UNAVAILABLE', 'the disk is full');
      },
    });
    await step();
    expect([names(), life.self]).to.deep.equal([['boot', 'bootstrap', 'status'], null]);
    Object.assign(ports.store, { setFact });
    await step();
    expect(life.self?.status.identity).to.equal(IDENTITY);
  });

  it('begins no life of a process that has ended while it waited for the checkpoint', async () => {
    const { step, life, lives, beacon, clock, names } = cold();
    const answer = Promise.withResolvers<never>();
    const { bootstrap } = beacon;
    Object.assign(beacon, { bootstrap: () => answer.promise });
    const waiting = step();
    await settled();
    lives[0]!.exited('killed');
    answer.reject(new Retryable('BEACON_UNAVAILABLE', 'too late'));
    await waiting;
    expect([names(), life.self]).to.deep.equal([['boot'], null]);
    Object.assign(beacon, { bootstrap });
    await clock.advance(600_000);
    await step();
    expect(names()).to.deep.equal(['boot', 'boot', 'bootstrap', 'status', 'prove', 'attest']);
    expect(lives.length).to.equal(2);
  });

  it('without first trust waits for a person, who is told what to do', async () => {
    const { step, names, problem } = cold({ checkpoint: null });
    await step();
    expect(names()).to.deep.equal(['boot']);
    expect(problem()).to.include('put a recent one into chain.checkpoint');
  });

  it('serves once its boot record is proven to be final, not when the RPC says so', async () => {
    const { step, see, life, beacon, registration, attestation, boot, problem } = cold();
    await step();
    beacon.upTo = 0;
    await see(registration(), attestation(), boot());
    await step();
    expect([life.isServing, problem()]).to.deep.equal([
      false,
      'the boot record of this life is not proven to be final yet',
    ]);
    beacon.upTo = 1;
    await step();
    expect([life.isServing, problem()]).to.deep.equal([true, '']);
  });

  it('stops serving when the enclave is retired', async () => {
    const { step, see, life, id, registration, attestation, boot } = cold();
    await step();
    await see(registration(), attestation(), boot());
    await step();
    await see({ event: 'EnclaveRetired', id });
    await step();
    expect(life.isServing).to.equal(false);
  });

  for (const change of [{ endpoint: 'wss://elsewhere:1' }, { tlsKey: word(55) }, { region: word(56) }])
    it(`registers again when ${Object.keys(change)[0]} is no longer what the registry says`, async () => {
      const { step, see, registration, attestation, boot, wanted } = cold();
      await see(registration(change), attestation(), boot());
      await step();
      expect(wanted).to.deep.equal(['register']);
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
      ({ answers, status }) => Object.assign(answers, { boot: () => ({ ...status(), configuration: word(98) }) }),
    ],
    [
      'it speaks another version',
      'ENCLAVE_VERSION',
      ({ answers, status }) => Object.assign(answers, { boot: () => ({ ...status(), version: 99 }) }),
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
      expect(it.wanted).to.deep.equal([]);
    });

  it('draws no identity where the operator has registered another enclave: its directory stays empty', async () => {
    const it = cold();
    Object.assign(it.chain, { enclaveOf: async () => word(99) });
    expect(await it.step().catch(({ code }) => code)).to.equal('OTHER_IDENTITY');
    expect(it.names()).to.deep.equal(['boot']);
  });

  it('may take the place of another one when the operator says so', async () => {
    const { step, chain, wanted } = cold({ replaceIdentity: true });
    Object.assign(chain, { enclaveOf: async () => word(99) });
    await step();
    expect(wanted).to.deep.equal(['register']);
  });

  it('is started again later and later while it does not start', async () => {
    const { step, ports, clock, lives, enclave, problem } = cold();
    enclave.answer = () => {
      throw new Retryable('ENCLAVE_DOWN', 'gone');
    };
    const startedAt: number[] = [];
    const { start } = ports.enclave;
    Object.assign(ports.enclave, {
      start: (handlers: never) => {
        startedAt.push(clock.now());
        return start(handlers);
      },
    });
    for (let tries = 0; tries < 80; tries += 1) {
      await step();
      await clock.advance(100);
    }
    const waits = startedAt.slice(1).map((at, i) => at - (startedAt[i] ?? 0));
    expect(waits.slice(0, 4)).to.deep.equal([500, 1_000, 2_000, 4_000]);
    expect(lives.length).to.equal(startedAt.length);
    expect(problem()).to.include('does not start');
  });

  it('is started again where its TEE has no key to give yet: that is no other identity', async () => {
    const { step, enclave, lives, wanted, clock, problem } = cold();
    const { answer } = enclave;
    enclave.answer = () => ({ refusal: { code: 'TEE_UNAVAILABLE', detail: 'SOURCE_TIMEOUT: no answer' } });
    await step();
    expect(problem()).to.include('does not start').and.include('SOURCE_TIMEOUT');
    enclave.answer = answer;
    await clock.advance(1_000);
    await step();
    expect([lives.length, wanted]).to.deep.equal([2, ['register']]);
  });

  it('brings what its evidence needs before it registers, and registers with it', async () => {
    const { step, answers, chain, wanted } = cold();
    const document = nitroDocument();
    const tee = toHex(teeOf('nitro'));
    const { attest } = answers;
    Object.assign(answers, { attest: () => ({ ...attest!({} as never), tee, evidence: toHex(document) }) });
    const brought = new Set<Hex>();
    Object.assign(chain.views, { verifier: VERIFIER, call: answering(brought) });
    await step();
    expect(wanted).to.deep.equal(['bring-collateral']);
    for (const { id } of certificatesToBring(document)) brought.add(toHex(id));
    await step();
    expect(wanted).to.deep.equal(['bring-collateral', 'register']);
  });

  it('is told that its state is kept only after it is', async () => {
    const { life, calls, ports } = cold();
    await keepShare(ports.store, life, { event: 'seal', generation: 3, sealed: '0xab' });
    expect(ports.store.sealed()).to.deep.include({ generation: 3, sealed: '0xab' });
    expect(calls).to.deep.equal([{ name: 'kept', params: { generation: 3 } }]);
    ports.store.keepSealed({ generation: 9, sealed: '0xff' });
    calls.length = 0;
    const error = await keepShare(ports.store, life, { event: 'seal', generation: 9, sealed: '0xab' }).catch((e) => e);
    expect(error).to.be.instanceOf(Fatal);
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

describe('what an enclave is shown', () => {
  const slot = (byte: number) => ({ contract: 'keyRegistry', slot: new Uint8Array(32).fill(byte) }) as const;
  const proofs = ({ calls }: ReturnType<typeof cold>) => calls.filter(({ name }) => name === 'prove');

  it('is shown once, however many ask for it, at each block', async () => {
    const it = cold();
    const asked: number[] = [];
    Object.assign(it.chain, {
      nodes: async (_: Hex, slots: readonly Hex[]) => {
        asked.push(slots.length);
        return ['0x01', '0x02', '0x01'];
      },
    });
    await it.step();
    const before = proofs(it).length;
    const [first, second] = [it.chain.mine(), it.chain.mine()];
    await Promise.all([it.life.prove(first, [slot(1), slot(2)]), it.life.prove(first, [slot(2)])]);
    await it.life.prove(first, [slot(1)]);
    expect(proofs(it)).to.have.lengthOf(before + 1);
    await it.life.prove(first, [slot(1), slot(3)]);
    expect(proofs(it)).to.have.lengthOf(before + 2);
    await it.life.prove(second, [slot(1)]);
    expect(proofs(it)).to.have.lengthOf(before + 3);
    expect(asked.slice(-3)).to.deep.equal([2, 1, 1]);
    expect(proofs(it).at(-1)?.params, 'each node once').to.deep.include({ nodes: ['0x01', '0x02'] });
  });

  it('is shown again when it could not be shown', async () => {
    const it = cold();
    await it.step();
    const block = it.chain.mine();
    const { nodes } = it.chain;
    Object.assign(it.chain, { nodes: () => Promise.reject(new Retryable('RPC_UNAVAILABLE', 'nobody there')) });
    expect(await it.life.prove(block, [slot(1)]).catch((error) => error)).to.be.instanceOf(Retryable);
    Object.assign(it.chain, { nodes });
    const before = proofs(it).length;
    await it.life.prove(block, [slot(1)]);
    expect(proofs(it)).to.have.lengthOf(before + 1);
  });
});
