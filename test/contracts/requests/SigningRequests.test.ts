import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { expect } from 'chai';
import { AbiCoder, getCreateAddress, id, keccak256, ZeroAddress, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { SpendReceipt__factory } from '../../../types/factories/contracts/examples/SpendReceipt__factory.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  createKey,
  derivedPoints,
  KIND,
  outputSecret,
  parametersOf,
  SCHEME,
  secretOf,
  sign,
  signBip340,
  signEd25519,
} from '../support/keys.ts';
import { effect, header, intentHash } from '../support/preimages.ts';
import { intentOf, type Request, readyRequest, request, STATE } from '../support/requests.ts';

const DELAY = 60;
const secret = secretOf('requests');

describe('SigningRequests', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [requester, stranger] = [it.operators[10]!, it.operators[11]!];
    const policy = {
      requesters: [requester.address],
      delegates: [],
      kinds: (1 << KIND.psbt) | (1 << KIND.raw),
      delay: 0,
    };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
    const slow = await activeKey(it, members, secret, parametersOf(members, { policy: { ...policy, delay: DELAY } }));
    const derived = await claimDerived(it, keyId, secret, requester.address);
    return { it, requests: it.signingRequests, requester, stranger, members, keyId, slow, derived };
  });

  const intent = (change: Partial<IntentStruct> = {}) => intentOf(made().it, made().keyId, change);
  const ask = async (change: Partial<IntentStruct> = {}, by = made().requester) =>
    made()
      .requests.connect(by)
      .requestSignature(await intent(change));
  const queued = async (change: Partial<IntentStruct> = {}) =>
    request(made().it, made().requester, await intent(change));
  const ready = async (change: Partial<IntentStruct> = {}) =>
    readyRequest(made().it, made().requester, await intent(change));
  const signatures = (made_: Request) =>
    made_.intent.digests.map((digest) => signBip340(outputSecret(made().derived), String(digest)));
  const fulfil = (made_: Request) => made().requests.fulfil(made_.header, made_.intent.digests, signatures(made_));
  const pass = (seconds: number) => made().it.helpers.time.increase(seconds);

  describe('requestSignature', () => {
    it('queues a request whose id commits to everything that it says', async () => {
      const { requests, requester, keyId, it } = made();
      const asked = await intent();
      await it.helpers.time.increase(1);
      const asking = requests.connect(requester).requestSignature(asked);
      await asking;
      const now = await it.helpers.time.latest();
      const made_ = { ...header(asked, requester.address, 1) };
      const expected = await requests.requestId(made_);
      await expect(asking)
        .to.emit(requests, 'SignatureRequested')
        .withArgs(
          expected,
          keyId,
          requester,
          1,
          now,
          (emitted: { payload: string }) => emitted.payload === asked.payload,
        );
      expect(await requests.stateOf(expected)).to.equal(STATE.queued);
      expect(await requests.requestCount()).to.equal(1);
      expect([...(await requests.headerOf(asked, requester, 1))]).to.deep.equal(Object.values(made_));
    });

    it('shows requests by the page', async () => {
      const { it, requester, requests } = made();
      const first = await request(it, requester, await intent());
      const second = await request(it, requester, await intent());
      await requests.markReady(second.header);
      const readyAt = await it.helpers.time.latest();
      const ids = async (offset: number, limit: number) =>
        (await requests.requests(offset, limit)).map((each) => each.id);
      expect(await ids(0, 9)).to.deep.equal([first.id, second.id]);
      expect(await ids(1, 1)).to.deep.equal([second.id]);
      expect(await ids(2, 9)).to.deep.equal([]);
      const [, shown] = await requests.requests(0, 2);
      const deadline = BigInt(second.intent.deadline);
      expect([...shown!]).to.deep.equal([second.id, STATE.ready, shown!.queuedAt, BigInt(readyAt), deadline]);
      expect(shown!.queuedAt).to.be.below(readyAt);
    });

    it('gives the same intent another id each time', async () => {
      const asked = await intent();
      const { it, requester } = made();
      const [first, second] = [await request(it, requester, asked), await request(it, requester, asked)];
      expect(first.id).not.to.equal(second.id);
      expect(await made().requests.stateOf(first.id)).to.equal(STATE.queued);
      expect(await made().requests.stateOf(second.id)).to.equal(STATE.queued);
    });

    it('gives an intent that differs in any field another id', async () => {
      const { requester } = made();
      const asked = await intent();
      const changes: Partial<IntentStruct>[] = [
        { keyId: id('k') },
        { path: id('p') },
        { kind: KIND.raw },
        { payload: '0x00' },
        { digests: [id('another')] },
        { digests: [...asked.digests, ...asked.digests] },
        { effects: [] },
        { effects: asked.effects.toReversed() },
        { effects: asked.effects.map((one) => ({ ...one, amount: 7n })) },
        { deadline: 1 },
        { consumer: requester.address },
        { callbackGas: 1 },
        { replaces: id('r') },
      ];
      const hashes = new Set(
        [asked, ...changes.map((change) => ({ ...asked, ...change }))].map((one) =>
          intentHash(header(one, requester.address, 1)),
        ),
      );
      expect(hashes.size).to.equal(changes.length + 1);
      const fields = new Set(
        [{}, { kind: 2 }, { asset: id('a') }, { recipient: '0x01' }, { amount: 1n }, { detail: id('d') }].map(
          (change) => effect({ ...asked.effects[0]!, ...change }),
        ),
      );
      expect(fields.size).to.equal(6);
    });

    it('is for requesters of the current policy', async () => {
      const { it, stranger, requester, keyId } = made();
      await expect(ask({}, stranger))
        .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryRequesterNotAllowed')
        .withArgs(keyId, stranger, 1);
      await it.keyRegistry
        .connect(it.dao)
        .setPolicy(keyId, { requesters: [stranger.address], delegates: [], kinds: 1 << KIND.psbt, delay: 0 });
      await ask({}, stranger);
      await expect(ask())
        .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryRequesterNotAllowed')
        .withArgs(keyId, requester, 2);
    });

    it('is for kinds of the policy, and keys that are active', async () => {
      const { it, keyId, members, requester } = made();
      await expect(ask({ kind: KIND.evm }))
        .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryKindNotAllowed')
        .withArgs(keyId, KIND.evm, 66);
      const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.psbt, delay: 0 };
      const unborn = await createKey(it, parametersOf(members, { policy }));
      await expect(ask({ keyId: unborn }))
        .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryWrongStatus')
        .withArgs(unborn, 1, 3);
      await expect(ask({ keyId: id('none') })).to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryWrongStatus');
    });

    it('bounds payload, digests, effects, deadline and callback', async () => {
      const { it, requests, requester } = made();
      const one = (await intent()).effects[0]!;
      const zeros = (bytes: number) => `0x${'00'.repeat(bytes)}`;
      await ask({ payload: zeros(32 * 1024) });
      await ask({ digests: Array<string>(64).fill(id('d')) });
      await ask({ effects: Array<typeof one>(32).fill(one) });
      const refused: [Partial<IntentStruct>, string, unknown[]][] = [
        [{ payload: zeros(32 * 1024 + 1) }, 'PayloadLength', [32 * 1024 + 1, 32 * 1024]],
        [{ digests: [] }, 'DigestCount', [0, 1, 64]],
        [{ digests: Array<string>(65).fill(id('d')) }, 'DigestCount', [65, 1, 64]],
        [{ digests: [id('d'), zeros(31)] }, 'DigestLength', [1, 31, 32]],
        [{ effects: Array<typeof one>(33).fill(one) }, 'EffectCount', [33, 32]],
        [{ callbackGas: 1 }, 'CallbackGas', [1, 0]],
        [{ callbackGas: 4_000_001, consumer: requester.address }, 'CallbackGas', [4_000_001, 4_000_000]],
      ];
      for (const [change, problem, values] of refused)
        await expect(ask(change), problem)
          .to.be.revertedWithCustomError(requests, `SigningRequests${problem}`)
          .withArgs(...values);
      const now = (await it.helpers.time.latest()) + 10;
      for (const deadline of [now + 2399, now + 90 * 86400 + 1]) {
        const asked = await intent({ deadline });
        await it.helpers.time.setNextBlockTimestamp(now);
        await expect(requests.connect(requester).requestSignature(asked))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsDeadline')
          .withArgs(deadline, now + 2400, now + 90 * 86400);
      }
    });
  });

  describe('markReady', () => {
    it('is for anyone, once, and says when', async () => {
      const { requests, stranger, keyId } = made();
      const made_ = await queued();
      await expect(requests.connect(stranger).markReady(made_.header))
        .to.emit(requests, 'RequestReady')
        .withArgs(made_.id, keyId);
      expect(await requests.stateOf(made_.id)).to.equal(STATE.ready);
      await expect(requests.markReady(made_.header))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
        .withArgs(made_.id, STATE.ready, STATE.queued);
    });

    it("waits for the key's delay", async () => {
      const { it, requests, slow } = made();
      const made_ = await queued({ keyId: slow });
      const readyAt = (await it.helpers.time.latest()) + DELAY;
      await expect(requests.markReady(made_.header))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsTooEarly')
        .withArgs(made_.id, readyAt, (time: bigint) => time < readyAt);
      await it.helpers.time.increaseTo(readyAt);
      await requests.markReady(made_.header);
    });

    it('refuses what no current policy allows any more', async () => {
      const { it, requests, keyId } = made();
      const made_ = await queued();
      await it.keyRegistry
        .connect(it.dao)
        .setPolicy(keyId, { requesters: [], delegates: [], kinds: 1 << KIND.psbt, delay: 0 });
      await expect(requests.markReady(made_.header)).to.be.revertedWithCustomError(
        it.keyRegistry,
        'KeyRegistryRequesterNotAllowed',
      );
    });

    it('refuses what leaves enclaves no time to sign, and what is past its deadline', async () => {
      const { it, requests } = made();
      const made_ = await queued();
      const { deadline } = made_.header;
      for (const time of [deadline - 1799n, deadline + 1n]) {
        await it.helpers.time.setNextBlockTimestamp(time);
        await expect(requests.markReady(made_.header))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNoRoom')
          .withArgs(made_.id, deadline, time + 1800n);
      }
      await requests.expire(made_.header);
    });
  });

  describe('cancel', () => {
    const callers: [string, () => HardhatEthersSigner][] = [
      ['requester', () => made().requester],
      ['guardian', () => made().it.guardian],
      ['DAO', () => made().it.dao],
    ];
    for (const [who, caller] of callers)
      it(`lets the ${who} take back what is queued`, async () => {
        const { requests } = made();
        const made_ = await queued();
        await expect(requests.connect(caller()).cancel(made_.header))
          .to.emit(requests, 'RequestCancelled')
          .withArgs(made_.id, caller());
        expect(await requests.stateOf(made_.id)).to.equal(STATE.cancelled);
      });

    it('lets nobody else', async () => {
      const { requests, stranger } = made();
      const made_ = await queued();
      await expect(requests.connect(stranger).cancel(made_.header))
        .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
        .withArgs(stranger);
    });

    it('comes too late once a request is ready', async () => {
      const { it, requests, requester } = made();
      const made_ = await ready();
      for (const caller of [requester, it.guardian, it.dao])
        await expect(requests.connect(caller).cancel(made_.header))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
          .withArgs(made_.id, STATE.ready, STATE.queued);
    });
  });

  describe('expire', () => {
    it('ends a queued or ready request after its deadline, by anyone', async () => {
      const { requests, stranger } = made();
      const both = [await queued(), await ready()];
      for (const made_ of both)
        await expect(requests.expire(made_.header)).to.be.revertedWithCustomError(
          requests,
          'SigningRequestsNotExpired',
        );
      await pass(3601);
      for (const made_ of both) {
        await expect(requests.connect(stranger).expire(made_.header))
          .to.emit(requests, 'RequestExpired')
          .withArgs(made_.id);
        expect(await requests.stateOf(made_.id)).to.equal(STATE.expired);
      }
    });
  });

  describe('fulfil', () => {
    it('takes one valid signature per digest, from anyone', async () => {
      const { requests, stranger, keyId } = made();
      const made_ = await ready({ digests: [id('input 0'), id('input 1'), id('input 2')] });
      await expect(requests.connect(stranger).fulfil(made_.header, made_.intent.digests, signatures(made_)))
        .to.emit(requests, 'SignatureFulfilled')
        .withArgs(made_.id, keyId, signatures(made_));
      expect(await requests.stateOf(made_.id)).to.equal(STATE.fulfilled);
    });

    it('verifies raw digests against the derived key, without the Taproot tweak', async () => {
      const { requests, derived } = made();
      const made_ = await ready({ kind: KIND.raw });
      const digest = String(made_.intent.digests[0]);
      await expect(requests.fulfil(made_.header, [digest], [signBip340(outputSecret(derived), digest)]))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsInvalidSignature')
        .withArgs(made_.id, made().keyId, 0);
      await requests.fulfil(made_.header, [digest], [signBip340(derived, digest)]);
    });

    it('verifies ECDSA against the derived key', async () => {
      const { it, members, requests, requester } = made();
      const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.evm, delay: 0 };
      const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme: SCHEME.ecdsa, policy }));
      const derived = await claimDerived(it, keyId, secret, requester.address);
      const made_ = await ready({ keyId, kind: KIND.evm });
      const digest = String(made_.intent.digests[0]);
      await requests.fulfil(made_.header, [digest], [sign(SCHEME.ecdsa, derived, digest)]);
      expect(await requests.stateOf(made_.id)).to.equal(STATE.fulfilled);
    });

    it('verifies Ed25519 over the message itself, with the root key and no path', async () => {
      const { it, members, requests, requester } = made();
      const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.solana, delay: 0 };
      const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme: SCHEME.ed25519, policy }));
      const message = `0x${'5a'.repeat(200)}`;
      await expect(ask({ keyId, kind: KIND.solana, digests: [message, message] }))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsDigestCount')
        .withArgs(2, 1, 1);
      const made_ = await ready({ keyId, kind: KIND.solana, digests: [message] });
      await requests.fulfil(made_.header, [message], [signEd25519(secret, message)]);
      expect(await requests.stateOf(made_.id)).to.equal(STATE.fulfilled);
      const path = id('path');
      await expect(ask({ keyId, kind: KIND.solana, digests: [message], path }))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNoDerivation')
        .withArgs(path);
      await expect(it.keyRegistry.verifyingKey(keyId, requester, path, KIND.solana))
        .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryNoDerivation')
        .withArgs(keyId, SCHEME.ed25519, requester, path);
      for (const call of [
        () => it.keyRegistry.claimDerivedKey(keyId, requester, ZeroHash, derivedPoints(1n)),
        () => it.keyRegistry.derivedAddress(keyId, requester, ZeroHash),
      ])
        await expect(call()).to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryNoDerivation');
    });

    it("names the signature that is not the key's", async () => {
      const { requests, keyId } = made();
      const made_ = await ready({ digests: [id('input 0'), id('input 1')] });
      const [first, second] = signatures(made_);
      await expect(requests.fulfil(made_.header, made_.intent.digests, [first!, first!]))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsInvalidSignature')
        .withArgs(made_.id, keyId, 1);
      await expect(requests.fulfil(made_.header, made_.intent.digests, [second!, first!]))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsInvalidSignature')
        .withArgs(made_.id, keyId, 0);
    });

    it('refuses other digests, and too few or too many signatures', async () => {
      const { requests } = made();
      const made_ = await ready();
      const [signature] = signatures(made_);
      await expect(requests.fulfil(made_.header, [id('another')], [signature!])).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsOtherDigests',
      );
      for (const wrong of [[], [signature!, signature!]])
        await expect(requests.fulfil(made_.header, made_.intent.digests, wrong))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsSignatureCount')
          .withArgs(made_.id, wrong.length, 1);
    });

    it('knows no request by a header that says something else', async () => {
      const { requests, stranger } = made();
      const made_ = await ready();
      const changes = {
        requester: stranger.address,
        counter: 2n,
        deadline: made_.header.deadline + 1n,
        path: id('p'),
        replaces: id('r'),
      };
      for (const [field, value] of Object.entries(changes))
        await expect(
          requests.fulfil({ ...made_.header, [field]: value }, made_.intent.digests, signatures(made_)),
          field,
        ).to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState');
    });

    it('refuses after the deadline', async () => {
      const { requests } = made();
      const made_ = await ready();
      await pass(3601);
      await expect(fulfil(made_)).to.be.revertedWithCustomError(requests, 'SigningRequestsDeadlinePassed');
    });
  });

  it('refuses every call that does not fit the state', async () => {
    const { requests, requester } = made();
    type Call = 'markReady' | 'cancel' | 'expire' | 'fulfil' | 'redeliver';
    const calls: Record<Call, (made_: Request) => Promise<unknown>> = {
      markReady: (made_) => requests.markReady(made_.header),
      cancel: (made_) => requests.connect(requester).cancel(made_.header),
      expire: (made_) => requests.expire(made_.header),
      fulfil,
      redeliver: (made_) => requests.redeliver(made_.header, signatures(made_)),
    };
    const states: [bigint, () => Promise<Request>, Call[]][] = [
      [
        STATE.none,
        async () => {
          const its = header(await intent(), requester.address, 99n);
          return { id: await requests.requestId(its), header: its, intent: await intent() };
        },
        [],
      ],
      [STATE.queued, queued, ['markReady', 'cancel']],
      [STATE.ready, ready, ['fulfil']],
      [STATE.fulfilled, async () => reached(await ready(), fulfil), []],
      [STATE.cancelled, async () => reached(await queued(), calls.cancel), []],
      [
        STATE.expired,
        async () =>
          reached(await ready(), async (made_) => {
            await pass(3601);
            await calls.expire(made_);
          }),
        [],
      ],
    ];
    const errors = { redeliver: 'SigningRequestsNothingToDeliver' } as Record<string, string>;
    for (const [state, reach, allowed] of states)
      for (const [name, call] of Object.entries(calls) as [Call, (made_: Request) => Promise<unknown>][]) {
        if (allowed.includes(name)) continue;
        const made_ = await reach();
        const error =
          name === 'expire' && (state === STATE.queued || state === STATE.ready)
            ? 'SigningRequestsNotExpired'
            : (errors[name] ?? 'SigningRequestsWrongState');
        await expect(call(made_), `${name} in ${state}`).to.be.revertedWithCustomError(requests, error);
        expect(await requests.stateOf(made_.id)).to.equal(state);
      }
  });

  describe('SpendReceipt', () => {
    it('takes deliveries of requests for its key, and nothing else', async () => {
      const { it, keyId, stranger } = made();
      const made_ = await ready({ consumer: await it.spendReceipt.getAddress(), callbackGas: 80_000 });
      const hash = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes[]'], [signatures(made_)]));
      await expect(fulfil(made_)).to.emit(it.spendReceipt, 'Received').withArgs(made_.id, hash);
      expect(await it.spendReceipt.receiptOf(made_.id)).to.equal(hash);
      await expect(it.spendReceipt.connect(stranger).onSignature(made_.id, keyId, []))
        .to.be.revertedWithCustomError(it.spendReceipt, 'SpendReceiptWrongCaller')
        .withArgs(stranger, it.signingRequests);
    });

    it('refuses another key of the same registry, and the request is fulfilled all the same', async () => {
      const { it, requests, slow, requester } = made();
      const derived = await claimDerived(it, slow, secret, requester.address);
      const made_ = await queued({ keyId: slow, consumer: await it.spendReceipt.getAddress(), callbackGas: 80_000 });
      await pass(DELAY);
      await requests.markReady(made_.header);
      const digest = String(made_.intent.digests[0]);
      await expect(requests.fulfil(made_.header, [digest], [signBip340(outputSecret(derived), digest)]))
        .to.emit(requests, 'CallbackFailed')
        .withArgs(made_.id, it.spendReceipt);
    });
  });

  it('redelivers to a consumer that comes to exist later, once', async () => {
    const { it, requests, stranger, keyId } = made();
    const receipt = new SpendReceipt__factory(stranger);
    const nonce = await stranger.getNonce();
    const consumer = getCreateAddress({ from: stranger.address, nonce });
    const made_ = await ready({ consumer, callbackGas: 80_000 });
    await expect(fulfil(made_)).to.emit(requests, 'CallbackFailed').withArgs(made_.id, consumer);
    const deployed = await receipt.deploy(requests, keyId);
    expect(await deployed.getAddress()).to.equal(consumer);
    await expect(requests.redeliver(made_.header, signatures(made_)))
      .to.emit(requests, 'CallbackDelivered')
      .withArgs(made_.id, consumer);
    expect(await it.signingRequests.stateOf(made_.id)).to.equal(STATE.fulfilled);
    await expect(requests.redeliver(made_.header, signatures(made_))).to.be.revertedWithCustomError(
      requests,
      'SigningRequestsNothingToDeliver',
    );
  });

  it('demands the gas that the consumer was promised', async () => {
    const { it, requests } = made();
    const made_ = await ready({ consumer: await it.spendReceipt.getAddress(), callbackGas: 2_000_000 });
    await expect(requests.fulfil(made_.header, made_.intent.digests, signatures(made_), { gasLimit: 1_000_000 }))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsInsufficientGas')
      .withArgs(
        made_.id,
        (available: bigint) => available < 1_000_000n,
        (needed: bigint) => needed > 2_000_000n,
      );
  });

  it('has no consumer to call at the zero address', async () => {
    const { requests } = made();
    const made_ = await ready({ consumer: ZeroAddress });
    const fulfilment = fulfil(made_);
    await expect(fulfilment).not.to.emit(requests, 'CallbackDelivered');
    await expect(fulfilment).not.to.emit(requests, 'CallbackFailed');
  });
});

async function reached(made: Request, act: (made: Request) => Promise<unknown>): Promise<Request> {
  await act(made);
  return made;
}
