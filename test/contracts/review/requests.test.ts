/** Attacks on requests and standing limits. */

import { expect } from 'chai';
import { concat, hexlify, id, toBeHex, ZeroHash } from 'ethers';
import type { LimitsStruct } from '../../../types/contracts/requests/guards/ISpendingLimits.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  derivedPoints,
  derivedSecret,
  KIND,
  outputSecret,
  parametersOf,
  SCHEME,
  secretOf,
  signBip340,
  signEd25519,
} from '../support/keys.ts';
import { EFFECT, intentOf, readyRequest, request, STATE } from '../support/requests.ts';

const secret = secretOf('review');
const BTC = id('bip122:000/slip44:0');
const [HOUR, DAY] = [3600, 86400];
/** p of secp256k1 */
const FIELD = 2n ** 256n - 2n ** 32n - 977n;
/** EIP-7825 */
const TRANSACTION_GAS = 16_777_216n;

describe('review: requests', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const delegate = it.operators[10]!;
    const policy = { requesters: [delegate.address], delegates: [], kinds: 1 << KIND.psbt, delay: DAY };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
    const derived = await claimDerived(it, keyId, secret, delegate.address);
    return { it, requests: it.signingRequests, keyId, delegate, members, policy, signer: outputSecret(derived) };
  });

  const inTime = async () => (await made().it.helpers.time.latest()) + 5 * DAY;
  const ask = async () => {
    const { it, keyId, delegate } = made();
    return request(it, delegate, await intentOf(it, keyId, { deadline: await inTime() }));
  };
  /** From then on the one who asks is a delegate. */
  const limit = async (expiresAt: number, change: Partial<LimitsStruct> = {}) => {
    const { it, requests, keyId, delegate, policy } = made();
    const limited = { ...policy, requesters: [], delegates: [delegate.address] };
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, limited);
    const caps = [{ asset: BTC, capacity: 10_000n, window: DAY, feeCap: 1000n }];
    const limits = { expiresAt, kinds: 1 << KIND.psbt, maxUnsettled: 1, recipients: [], targets: [], caps, ...change };
    return it.spendingLimits.connect(it.dao).setLimits(requests, keyId, delegate, limits);
  };

  it('what a delegate asked for is not made ready after its expiry', async () => {
    const { it, requests, keyId, delegate } = made();
    const expiresAt = (await it.helpers.time.latest()) + HOUR;
    await limit(expiresAt);
    const queued = await ask();
    await it.helpers.time.increase(DAY);
    await expect(requests.markReady(queued.header))
      .to.be.revertedWithCustomError(it.spendingLimits, 'SpendingLimitsExpired')
      .withArgs(keyId, delegate, expiresAt, (time: bigint) => time > expiresAt);
    // nor when a vote sets others
    await limit((await it.helpers.time.latest()) + HOUR);
    await expect(requests.markReady(queued.header))
      .to.be.revertedWithCustomError(it.spendingLimits, 'SpendingLimitsNotCharged')
      .withArgs(queued.id);
  });

  it('a longer delay counts for what is queued already', async () => {
    const { it, requests, keyId, policy } = made();
    const queued = await ask();
    const queuedAt = await it.helpers.time.latest();
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, delay: 3 * DAY });
    await it.helpers.time.increase(DAY);
    await expect(requests.markReady(queued.header))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsTooEarly')
      .withArgs(queued.id, queuedAt + 3 * DAY, (time: bigint) => time < queuedAt + 3 * DAY);
    await it.helpers.time.increase(2 * DAY);
    await requests.markReady(queued.header);
  });

  it('a shorter delay does not hurry what is queued already', async () => {
    const { it, requests, keyId, policy } = made();
    const queued = await ask();
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, delay: 0 });
    await expect(requests.markReady(queued.header)).to.be.revertedWithCustomError(requests, 'SigningRequestsTooEarly');
  });

  it('what was drawn names the requests contract whose bucket it left', async () => {
    const { it, requests, keyId, delegate } = made();
    await limit(await inTime());
    await ask();
    const [drawn] = await it.spendingLimits.queryFilter(it.spendingLimits.filters.LimitDrawn());
    const { args } = drawn!;
    expect([args.requests, args.keyId, args.requester, args.asset]).to.deep.equal([
      await requests.getAddress(),
      keyId,
      delegate.address,
      BTC,
    ]);
  });

  it('nobody draws on the limits of a requests contract but itself', async () => {
    const { it, requests, keyId, delegate } = made();
    await limit(await inTime());
    const effects = [{ kind: EFFECT.transfer, asset: BTC, recipient: '0x00', amount: 10_000n, detail: ZeroHash }];
    for (const caller of [it.anyone, delegate, it.guardian])
      await expect(it.spendingLimits.connect(caller).charge(id('request'), keyId, delegate, KIND.psbt, effects))
        .to.be.revertedWithCustomError(it.spendingLimits, 'SpendingLimitsMissing')
        .withArgs(keyId, delegate);
    expect(await it.spendingLimits.available(requests, keyId, delegate, BTC)).to.equal(10_000);
  });

  it('amounts that would wrap a sum are refused by the bucket first', async () => {
    const { it, requests, keyId, delegate } = made();
    await limit(await inTime());
    const most = 2n ** 256n - 1n;
    for (const kind of [EFFECT.fee, EFFECT.transfer]) {
      const effects = [1n, most].map((amount) => ({ kind, asset: BTC, recipient: '0x', amount, detail: ZeroHash }));
      const intent = await intentOf(it, keyId, { effects, deadline: await inTime() });
      await expect(requests.connect(delegate).requestSignature(intent)).to.be.revertedWithCustomError(
        it.spendingLimits,
        'SpendingLimitsExceeded',
      );
    }
  });

  it('a signature that another request was given fulfils a second one of the same digests: FULFILLED vouches for digests alone', async () => {
    const { it, requests, keyId, delegate, signer } = made();
    const honest = await ask();
    const effects = [{ kind: EFFECT.transfer, asset: BTC, recipient: '0x0bad', amount: 1n, detail: ZeroHash }];
    const lying = await request(
      it,
      delegate,
      await intentOf(it, keyId, { effects, payload: '0x1234', deadline: await inTime() }),
    );
    await it.helpers.time.increase(DAY);
    const signatures = [signBip340(signer, String(honest.intent.digests[0]))];
    for (const made of [honest, lying]) {
      await requests.markReady(made.header);
      await requests.fulfil(made.header, made.intent.digests, signatures);
    }
    expect(await requests.stateOf(lying.id)).to.equal(STATE.fulfilled);
  });

  it('a stranger neither asks nor cancels, and no header but the true one moves a request', async () => {
    const { it, requests, keyId, policy } = made();
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, delay: 0 });
    const mine = await ask();
    await expect(requests.connect(it.anyone).requestSignature(mine.intent)).to.be.revertedWithCustomError(
      it.keyRegistry,
      'KeyRegistryRequesterNotAllowed',
    );
    await expect(requests.connect(it.anyone).cancel(mine.header)).to.be.revertedWithCustomError(
      requests,
      'AccessManagedUnauthorized',
    );
    const forged = { ...mine.header, requester: it.anyone.address };
    await expect(requests.connect(it.anyone).cancel(forged)).to.be.revertedWithCustomError(
      requests,
      'SigningRequestsWrongState',
    );
  });

  it('no key but the one of requester, path and kind fulfils: not the root, not without the Taproot tweak, not of a neighbour', async () => {
    const { it, requests, keyId, delegate, policy, signer } = made();
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, delay: 0 });
    const place = { chainId: 31337n, contract: await it.keyRegistry.getAddress() };
    const derived = (requester: string, path: string) => derivedSecret(place, keyId, secret, requester, path);
    const asked = await readyRequest(it, delegate, await intentOf(it, keyId, { deadline: await inTime() }));
    const [digest] = asked.intent.digests.map(String);
    const others = {
      root: secret,
      'root, tweaked': outputSecret(secret),
      'derived, not tweaked': derived(delegate.address, ZeroHash),
      'another path': outputSecret(derived(delegate.address, id('path'))),
      'another requester': outputSecret(derived(it.anyone.address, ZeroHash)),
    };
    for (const [name, wrong] of Object.entries(others))
      await expect(requests.fulfil(asked.header, [digest!], [signBip340(wrong, digest!)]), name)
        .to.be.revertedWithCustomError(requests, 'SigningRequestsInvalidSignature')
        .withArgs(asked.id, keyId, 0);
    await requests.fulfil(asked.header, [digest!], [signBip340(signer, digest!)]);
  });

  it('a hint that is wrong in parity, coordinate or order claims nothing, whoever claims again', async () => {
    const { it, keyId, delegate } = made();
    const place = { chainId: 31337n, contract: await it.keyRegistry.getAddress() };
    const path = id('path');
    const points = derivedPoints(derivedSecret(place, keyId, secret, delegate.address, path));
    const mirrored = (y: string) => toBeHex(FIELD - BigInt(y), 32);
    const byAnyone = it.keyRegistry.connect(it.anyone);
    for (const [change, error] of [
      [{ derivedY: mirrored(points.derivedY) }, 'KeyRegistryWrongDerivedPoint'],
      [{ derivedX: points.derivedY, derivedY: points.derivedX }, 'KeyRegistryWrongDerivedPoint'],
      [{ derivedX: points.outputX, derivedY: points.outputY }, 'KeyRegistryWrongDerivedPoint'],
      [{ outputY: mirrored(points.outputY) }, 'KeyRegistryWrongOutputPoint'],
      [{ outputX: points.derivedX, outputY: points.derivedY }, 'KeyRegistryWrongOutputPoint'],
      [{ outputX: ZeroHash, outputY: ZeroHash }, 'KeyRegistryWrongOutputPoint'],
    ] as const)
      await expect(
        byAnyone.claimDerivedKey(keyId, delegate, path, { ...points, ...change }),
      ).to.be.revertedWithCustomError(it.keyRegistry, error);
    await byAnyone.claimDerivedKey(keyId, delegate, path, points);
    const kept = await it.keyRegistry.verifyingKey(keyId, delegate, path, KIND.psbt);
    await it.keyRegistry.claimDerivedKey(keyId, delegate, path, points);
    expect(await it.keyRegistry.verifyingKey(keyId, delegate, path, KIND.psbt)).to.deep.equal(kept);
  });

  it('the largest message and the largest callback fit into one transaction', async () => {
    const { it, requests, members } = made();
    const policy = { requesters: [it.anyone.address], delegates: [], kinds: 1 << KIND.raw, delay: 0 };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme: SCHEME.ed25519, policy }));
    const message = hexlify(new Uint8Array(4096).fill(0xa5));
    const made_ = await readyRequest(
      it,
      it.anyone,
      await intentOf(it, keyId, {
        kind: KIND.raw,
        payload: hexlify(new Uint8Array(32 * 1024).fill(0xa5)),
        digests: [message],
        deadline: await inTime(),
        consumer: await it.spendReceipt.getAddress(),
        callbackGas: 4_000_000,
      }),
    );
    const gasLimit = TRANSACTION_GAS;
    await requests.fulfil(made_.header, [message], [signEd25519(secret, message)], { gasLimit });
    expect(await requests.stateOf(made_.id)).to.equal(STATE.fulfilled);
  });

  it('limits with every list full fit into a transaction', async () => {
    const { it, requests, keyId, delegate } = made();
    const scripts = (of: string) => Array.from({ length: 32 }, (_, i) => concat(['0x5120', id(`${of} ${i}`)]));
    const caps = Array.from({ length: 32 }, (_, i) => ({ asset: id(`${i}`), capacity: 1n, window: DAY, feeCap: 1n }));
    const limits = {
      expiresAt: await inTime(),
      kinds: 1 << KIND.psbt,
      maxUnsettled: 1,
      recipients: scripts('recipient'),
      targets: scripts('target'),
      caps,
    };
    const byDao = it.spendingLimits.connect(it.dao);
    const used = await byDao.setLimits.estimateGas(requests, keyId, delegate, limits, { gasLimit: TRANSACTION_GAS });
    expect(used).to.be.below((TRANSACTION_GAS * 3n) / 4n);
    const one = { ...limits, targets: [...limits.targets, '0x00'] };
    await expect(byDao.setLimits(requests, keyId, delegate, one))
      .to.be.revertedWithCustomError(it.spendingLimits, 'SpendingLimitsTooLong')
      .withArgs(33, 32);
  });
});
