import { expect } from 'chai';
import { AbiCoder, getCreateAddress, hexlify, id, keccak256, toBeHex, ZeroAddress, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { SpendReceipt__factory } from '../../../types/factories/contracts/examples/SpendReceipt__factory.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  createKey,
  derivedSecret,
  KIND,
  NO_POINTS,
  outputSecret,
  parametersOf,
  rowFor,
  SCHEME,
  secretOf,
  sign,
  signBip340,
  signEd25519,
} from '../support/keys.ts';
import { effect, header, intentHash, requestId } from '../support/preimages.ts';
import { DELAY, requesters } from '../support/requesters.ts';
import { actAs, type Request, request, requestsPlace, STATE } from '../support/requests.ts';

const DAY = 86_400;
/** EIP-7825 */
const TRANSACTION_GAS = 16_777_216n;

describe('SigningRequests', () => {
  const made = fresh(() => requesters('requests'));
  const at = (time: number | bigint) => made().it.helpers.time.setNextBlockTimestamp(time);

  describe('request', () => {
    it('queues a request whose id commits to everything that it says', async () => {
      const { it, requests, patient, keyId, intent } = made();
      const asked = await intent();
      const now = (await it.helpers.time.latest()) + 10;
      await at(now);
      const its = header(asked, patient.address, 1);
      const expected = requestId(await requestsPlace(it), its);
      const emitted = (said: { payload: string }) => said.payload === asked.payload;
      const asking = requests.connect(patient).request(asked);
      await expect(asking)
        .to.emit(requests, 'SignatureRequested')
        .withArgs(expected, keyId, patient, 1, 1, now, now + DELAY, ZeroAddress, false, emitted);
      await expect(asking).not.to.emit(requests, 'RequestReady');
      expect([...(await requests.wordOf(expected))]).to.deep.equal([
        STATE.queued,
        ...[now, now + DELAY, asked.deadline, 1].map((each) => BigInt(each)),
        false,
      ]);
      expect(await requests.requestCount()).to.equal(1);
    });

    it('is READY at once where the row has no delay, in the second in which it is asked', async () => {
      const { it, requests, requester, keyId, intent } = made();
      const asked = await intent();
      const now = (await it.helpers.time.latest()) + 10;
      await at(now);
      const expected = requestId(await requestsPlace(it), header(asked, requester.address, 1));
      const asking = requests.connect(requester).request(asked);
      await expect(asking)
        .to.emit(requests, 'SignatureRequested')
        .withArgs(expected, keyId, requester, 1, 1, now, now, ZeroAddress, false, () => true);
      await expect(asking).to.emit(requests, 'RequestReady').withArgs(expected, keyId);
      const { state, queuedAt, readyAt } = await requests.wordOf(expected);
      expect([state, queuedAt, readyAt]).to.deep.equal([STATE.ready, BigInt(now), BigInt(now)]);
      await expect(requests.connect(requester).cancel(header(asked, requester.address, 1)))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
        .withArgs(expected, STATE.ready, STATE.queued);
    });

    it('returns the id, and gives the same intent another id each time [I2 R1]', async () => {
      const { it, requests, requester, intent } = made();
      const asked = await intent();
      const told = await requests.connect(requester).request.staticCall(asked);
      const [first, second] = [await request(it, requester, asked), await request(it, requester, asked)];
      expect(first.id).to.equal(told);
      expect(first.id).not.to.equal(second.id);
      for (const its of [first, second]) expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
    });

    it('gives an intent that differs in any field another id [I2 R1]', async () => {
      const { requester, intent } = made();
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

    it('hashes what is odd as docs/formats.md says: no effects, long and empty recipients, many digests, a path', async () => {
      const { it, requests, requester, intent } = made();
      const one = (await intent()).effects[0]!;
      const odd: Partial<IntentStruct>[] = [
        { effects: [] },
        { payload: '0x' },
        { payload: hexlify(new Uint8Array(1001).fill(7)) },
        {
          effects: [
            { ...one, recipient: '0x' },
            { ...one, recipient: hexlify(new Uint8Array(97).fill(1)), kind: 255 },
          ],
        },
        { digests: [id('a'), id('b'), id('c')], path: id('path'), kind: KIND.raw },
        { consumer: requester.address, callbackGas: 4_000_000, effects: Array<typeof one>(64).fill(one) },
      ];
      for (const change of odd) {
        const its = await request(it, requester, await intent(change)); // says what the id must be
        expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
      }
    });

    it('is for requesters that have a row, for the kinds of that row', async () => {
      const { registry, stranger, requester, keyId, ask, setRow, removeRow } = made();
      await expect(ask({}, stranger))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed')
        .withArgs(keyId, stranger, KIND.psbt, 0);
      await expect(ask({ kind: KIND.evm }))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed')
        .withArgs(keyId, requester, KIND.evm, 66);
      await setRow(stranger);
      await ask({}, stranger);
      await removeRow(requester);
      await expect(ask())
        .to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed')
        .withArgs(keyId, requester, KIND.psbt, 0);
    });

    it('is for keys that are active and not paused, on a network that is not', async () => {
      const { it, registry, members, requester, keyId, ask } = made();
      const unborn = await createKey(it, parametersOf(members, { rows: [rowFor(requester.address)] }));
      await expect(ask({ keyId: unborn }))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
        .withArgs(unborn, 1, 2);
      await expect(ask({ keyId: id('none') })).to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus');
      const until = (await it.helpers.time.latest()) + DAY;
      await registry.connect(it.dao).pause(keyId, until);
      await expect(ask()).to.be.revertedWithCustomError(registry, 'KeyRegistryPaused');
      await registry.connect(it.dao).pause(keyId, 0);
      await registry.connect(it.dao).pauseNetwork(until);
      await expect(ask()).to.be.revertedWithCustomError(registry, 'KeyRegistryNetworkPaused');
    });

    it('bounds payload, digests, effects and callback, and replaces nothing that never was READY', async () => {
      const { requests, requester, intent, ask } = made();
      const one = (await intent()).effects[0]!;
      const zeros = (bytes: number) => `0x${'00'.repeat(bytes)}`;
      const consumer = requester.address;
      await ask({ payload: zeros(32 * 1024) });
      await ask({ digests: Array<string>(64).fill(id('d')) });
      await ask({ effects: Array<typeof one>(64).fill(one) });
      await ask({ effects: [one, { ...one, recipient: zeros(1_024) }] });
      await ask({ callbackGas: 4_000_000, consumer });
      const refused: [Partial<IntentStruct>, string, unknown[]][] = [
        [{ payload: zeros(32 * 1024 + 1) }, 'PayloadLength', [32 * 1024 + 1, 32 * 1024]],
        [{ digests: [] }, 'DigestCount', [0, 1, 64]],
        [{ digests: Array<string>(65).fill(id('d')) }, 'DigestCount', [65, 1, 64]],
        [{ digests: [id('d'), zeros(31)] }, 'DigestLength', [1, 31, 32]],
        [{ effects: Array<typeof one>(65).fill(one) }, 'EffectCount', [65, 64]],
        [{ effects: [one, { ...one, recipient: zeros(1_025) }] }, 'RecipientLength', [1, 1_025, 1_024]],
        [{ callbackGas: 1 }, 'CallbackGas', [1, 0]],
        [{ callbackGas: 4_000_001, consumer }, 'CallbackGas', [4_000_001, 4_000_000]],
        [{ replaces: id('another') }, 'NeverReady', [id('another'), STATE.none]],
      ];
      for (const [change, problem, values] of refused)
        await expect(ask(change), problem)
          .to.be.revertedWithCustomError(requests, `SigningRequests${problem}`)
          .withArgs(...values);
    });

    for (const [who, delay] of [
      ['requester', 0],
      ['patient', DELAY],
    ] as const)
      it(`leaves 40 minutes at least and 90 days at most, both included, after a delay of ${delay} s [R11]`, async () => {
        const { it, requests, intent } = made();
        const requesting = requests.connect(made()[who]);
        const [least, most] = [delay + 2400, delay + 90 * DAY];
        for (const room of [least, most]) {
          const now = (await it.helpers.time.latest()) + 10;
          const asked = await intent({ deadline: now + room });
          await at(now);
          await expect(requesting.request(asked), `${room} s`).to.emit(requests, 'SignatureRequested');
        }
        for (const room of [least - 1, most + 1]) {
          const now = (await it.helpers.time.latest()) + 10;
          const asked = await intent({ deadline: now + room });
          await at(now);
          await expect(requesting.request(asked))
            .to.be.revertedWithCustomError(requests, 'SigningRequestsDeadline')
            .withArgs(now + room, now + least, now + most);
        }
      });
  });

  describe('markReady', () => {
    it('is for anyone, once, and says when', async () => {
      const { it, requests, stranger, keyId, queued, pass } = made();
      const its = await queued();
      const { queuedAt } = await requests.wordOf(its.id);
      await pass(DELAY);
      await expect(requests.connect(stranger).markReady(its.header))
        .to.emit(requests, 'RequestReady')
        .withArgs(its.id, keyId);
      const word = await requests.wordOf(its.id);
      const readyAt = BigInt(await it.helpers.time.latest());
      expect([...word]).to.deep.equal([STATE.ready, queuedAt, readyAt, its.header.deadline, 1n, false]);
      await expect(requests.markReady(its.header))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
        .withArgs(its.id, STATE.ready, STATE.queued);
    });

    it("waits for the row's delay, to the second", async () => {
      const { requests, queued } = made();
      const its = await queued();
      const { readyAt } = await requests.wordOf(its.id);
      await at(readyAt - 1n);
      await expect(requests.markReady(its.header))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsTooEarly')
        .withArgs(its.id, readyAt, readyAt - 1n);
      await at(readyAt);
      await requests.markReady(its.header);
    });

    it('refuses while the key or the network is paused, and no longer', async () => {
      const { it, requests, registry, keyId, queued, pass } = made();
      const its = await queued();
      await pass(DELAY);
      const until = (await it.helpers.time.latest()) + 300;
      await registry.connect(it.dao).pause(keyId, until);
      await expect(requests.markReady(its.header)).to.be.revertedWithCustomError(registry, 'KeyRegistryPaused');
      await registry.connect(it.dao).pauseNetwork(until);
      await at(until - 1);
      await expect(requests.markReady(its.header)).to.be.revertedWithCustomError(registry, 'KeyRegistryNetworkPaused');
      await at(until);
      await requests.markReady(its.header);
    });

    it('refuses what leaves enclaves no time to sign, and what is past its deadline [R11]', async () => {
      const { requests, queued } = made();
      const its = await queued();
      const { deadline } = its.header;
      for (const time of [deadline - 1799n, deadline + 1n]) {
        await at(time);
        await expect(requests.markReady(its.header))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNoRoom')
          .withArgs(its.id, deadline, time + 1800n);
      }
      await requests.expire(its.header);
    });

    it('takes what leaves enclaves 30 minutes', async () => {
      const { requests, queued } = made();
      const its = await queued();
      await at(its.header.deadline - 1800n);
      await expect(requests.markReady(its.header)).to.emit(requests, 'RequestReady');
    });
  });

  describe('cancel', () => {
    for (const who of ['requester', 'guardian', 'DAO'] as const)
      it(`lets the ${who} take back what is queued`, async () => {
        const { it, requests, patient, queued } = made();
        const guardian = await actAs(it, await it.guardianContract.getAddress());
        const caller = { requester: patient, guardian, DAO: it.dao }[who];
        const its = await queued();
        const cancelling =
          who === 'guardian'
            ? it.guardianContract.connect(it.guardian).cancel(its.header)
            : requests.connect(caller).cancel(its.header);
        await expect(cancelling).to.emit(requests, 'RequestCancelled').withArgs(its.id, caller);
        expect(await requests.stateOf(its.id)).to.equal(STATE.cancelled);
      });

    it('lets nobody else, another requester neither', async () => {
      const { requests, stranger, requester, queued } = made();
      const its = await queued();
      for (const caller of [stranger, requester])
        await expect(requests.connect(caller).cancel(its.header))
          .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
          .withArgs(caller);
    });

    it('comes too late once a request is ready [R2]', async () => {
      const { it, requests, requester, ready } = made();
      const its = await ready();
      for (const caller of [requester, it.dao])
        await expect(requests.connect(caller).cancel(its.header))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
          .withArgs(its.id, STATE.ready, STATE.queued);
    });
  });

  describe('expire', () => {
    it('ends a queued or ready request after its deadline, by anyone', async () => {
      const { requests, stranger, queued, ready } = made();
      const [waiting, open] = [await queued(), await ready()];
      const { readyAt } = await requests.wordOf(open.id);
      const late = Math.max(...[waiting, open].map(({ header: { deadline } }) => Number(deadline)));
      for (const its of [waiting, open]) {
        await expect(requests.expire(its.header))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNotExpired')
          .withArgs(its.id, its.header.deadline, (time: bigint) => time < its.header.deadline);
      }
      await at(late + 1);
      for (const its of [waiting, open])
        await expect(requests.connect(stranger).expire(its.header))
          .to.emit(requests, 'RequestExpired')
          .withArgs(its.id);
      // what expired in the queue was never READY: nobody can have signed it
      const words = [await requests.wordOf(waiting.id), await requests.wordOf(open.id)];
      expect(words.map((word) => [word.state, word.readyAt])).to.deep.equal([
        [STATE.expired, 0n],
        [STATE.expired, readyAt],
      ]);
    });
  });

  describe('abandon', () => {
    for (const who of ['requester', 'dao'] as const)
      it(`lets the ${who} give up what is ready, whatever was signed of it [R10]`, async () => {
        const { it, requests, requester, ready, fulfil } = made();
        const caller = { requester, dao: it.dao }[who];
        const its = await ready();
        const { readyAt } = await requests.wordOf(its.id);
        await expect(requests.connect(caller).abandon(its.header))
          .to.emit(requests, 'RequestAbandoned')
          .withArgs(its.id, caller);
        const word = await requests.wordOf(its.id);
        expect([word.state, word.readyAt]).to.deep.equal([STATE.expired, readyAt]);
        await expect(fulfil(its))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
          .withArgs(its.id, STATE.expired, STATE.ready);
      });

    it('lets nobody else: neither the guardian nor another requester', async () => {
      const { it, requests, patient, stranger, ready } = made();
      const guardian = await actAs(it, await it.guardianContract.getAddress());
      const its = await ready();
      for (const caller of [patient, stranger, guardian])
        await expect(requests.connect(caller).abandon(its.header))
          .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
          .withArgs(caller);
    });
  });

  describe('endRefused', () => {
    it('is for the contract that counts refusals alone', async () => {
      const { it, requests, requester, stranger, ready } = made();
      const its = await ready();
      for (const caller of [requester, stranger, it.dao])
        await expect(requests.connect(caller).endRefused(its.id))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNotRefusals')
          .withArgs(caller, it.refusals);
      const refusals = await actAs(it, await it.refusals.getAddress());
      await expect(requests.connect(refusals).endRefused(its.id)).to.emit(requests, 'RequestRefused').withArgs(its.id);
      expect(await requests.stateOf(its.id)).to.equal(STATE.refused);
    });
  });

  describe('fulfil', () => {
    it('takes one valid signature per digest, from anyone [R3]', async () => {
      const { requests, stranger, keyId, ready, signatures } = made();
      const its = await ready({ digests: [id('input 0'), id('input 1'), id('input 2')] });
      await expect(requests.connect(stranger).fulfil(its.header, its.intent.digests, signatures(its)))
        .to.emit(requests, 'SignatureFulfilled')
        .withArgs(its.id, keyId, signatures(its));
      expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
    });

    it('verifies raw digests against the derived key, without the Taproot tweak', async () => {
      const { it, requests, derived, keyId, requester, ready } = made();
      const its = await ready({ kind: KIND.raw });
      const digest = String(its.intent.digests[0]);
      await expect(requests.fulfil(its.header, [digest], [signBip340(outputSecret(derived), digest)]))
        .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysInvalidSignature')
        .withArgs(keyId, requester, ZeroHash, 0);
      await requests.fulfil(its.header, [digest], [signBip340(derived, digest)]);
    });

    it('verifies ECDSA against the derived key, PSBTs too', async () => {
      const { it, members, requests, requester, secret, ready } = made();
      const rows = [rowFor(requester.address, { kinds: (1 << KIND.evm) | (1 << KIND.psbt) })];
      const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme: SCHEME.ecdsa, rows }));
      const derived = await claimDerived(it, keyId, secret, requester.address);
      for (const kind of [KIND.evm, KIND.psbt]) {
        const its = await ready({ keyId, kind });
        const digest = String(its.intent.digests[0]);
        await requests.fulfil(its.header, [digest], [sign(SCHEME.ecdsa, derived, digest)]);
        expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
      }
    });

    it('verifies Ed25519 over the message itself, with the root key and no path', async () => {
      const { it, members, requests, requester, secret, ask, ready } = made();
      const rows = [rowFor(requester.address, { kinds: 1 << KIND.solana })];
      const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme: SCHEME.ed25519, rows }));
      await it.derivedKeys.claim(keyId, requester, ZeroHash, NO_POINTS);
      const message = `0x${'5a'.repeat(200)}`;
      await expect(ask({ keyId, kind: KIND.solana, digests: [message, message] }))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsDigestCount')
        .withArgs(2, 1, 1);
      const its = await ready({ keyId, kind: KIND.solana, digests: [message] });
      await requests.fulfil(its.header, [message], [signEd25519(secret, message)]);
      expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
      const path = id('path');
      await expect(ask({ keyId, kind: KIND.solana, digests: [message], path }))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNoDerivation')
        .withArgs(path);
      const bytes = (length: number) => ({ keyId, kind: KIND.solana, digests: [hexlify(new Uint8Array(length))] });
      await ask(bytes(4096));
      await expect(ask(bytes(4097)))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsDigestLength')
        .withArgs(0, 4097, 4096);
    });

    it('needs a key that was claimed, whoever claims it', async () => {
      const { it, requests, requester, keyId, secret, ready } = made();
      const path = id('unclaimed');
      const its = await ready({ path });
      const place = { chainId: 31337n, contract: await it.keyRegistry.getAddress() };
      const signer = outputSecret(derivedSecret(place, keyId, secret, requester.address, path));
      const digests = its.intent.digests.map(String);
      const fulfilling = () =>
        requests.fulfil(
          its.header,
          digests,
          digests.map((digest) => signBip340(signer, digest)),
        );
      await expect(fulfilling())
        .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysUnclaimed')
        .withArgs(keyId, requester, path);
      await claimDerived(it, keyId, secret, requester.address, path);
      await fulfilling();
    });

    it("names the signature that is not the key's", async () => {
      const { it, requests, keyId, requester, ready, signatures } = made();
      const its = await ready({ digests: [id('input 0'), id('input 1')] });
      const [first, second] = signatures(its);
      for (const [wrong, index] of [
        [[first!, first!], 1],
        [[second!, first!], 0],
      ] as const)
        await expect(requests.fulfil(its.header, its.intent.digests, [...wrong]))
          .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysInvalidSignature')
          .withArgs(keyId, requester, ZeroHash, index);
    });

    it('takes no key but the one of requester, path and kind: not the root, not without the Taproot tweak, not of a neighbour', async () => {
      const { it, requests, keyId, requester, stranger, secret, derived, ready } = made();
      const place = { chainId: 31337n, contract: await it.keyRegistry.getAddress() };
      const other = (who: string, path: string) => outputSecret(derivedSecret(place, keyId, secret, who, path));
      const its = await ready();
      const digest = String(its.intent.digests[0]);
      const others = {
        root: secret,
        'root, tweaked': outputSecret(secret),
        'derived, not tweaked': derived,
        'another path': other(requester.address, id('path')),
        'another requester': other(stranger.address, ZeroHash),
      };
      for (const [name, wrong] of Object.entries(others))
        await expect(requests.fulfil(its.header, [digest], [signBip340(wrong, digest)]), name)
          .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysInvalidSignature')
          .withArgs(keyId, requester, ZeroHash, 0);
      await requests.fulfil(its.header, [digest], [signBip340(outputSecret(derived), digest)]);
    });

    it('refuses other digests, and too few or too many signatures', async () => {
      const { it, requests, ready, signatures } = made();
      const its = await ready();
      const [signature] = signatures(its);
      for (const wrong of [[id('another')], [], [...its.intent.digests, id('another')]])
        await expect(requests.fulfil(its.header, wrong, [signature!]))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsOtherDigests')
          .withArgs(its.id, keccakOf(wrong.map(String)), its.header.digestsHash);
      for (const wrong of [[], [signature!, signature!]])
        await expect(requests.fulfil(its.header, its.intent.digests, wrong))
          .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysSignatureCount')
          .withArgs(wrong.length, 1);
    });

    it('knows no request by a header that says something else in any field', async () => {
      const { it, requests, stranger, ready, signatures } = made();
      const its = await ready();
      const lies = {
        ...{ keyId: id('k'), requester: stranger.address, counter: 2n, path: id('p'), kind: KIND.raw },
        ...{ payloadHash: id('p'), digestsHash: id('d'), effectsHash: id('e'), deadline: its.header.deadline + 1n },
        ...{ consumer: stranger.address, callbackGas: 1n, replaces: id('r') },
      };
      expect(Object.keys(lies)).to.deep.equal(Object.keys(its.header));
      for (const [field, lie] of Object.entries(lies)) {
        const forged = { ...its.header, [field]: lie };
        const unknown = requestId(await requestsPlace(it), { ...forged, kind: BigInt(forged.kind) });
        await expect(requests.fulfil(forged, its.intent.digests, signatures(its)), field)
          .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
          .withArgs(unknown, STATE.none, STATE.ready);
      }
    });

    it('takes no header with dirty upper bits, nor does any other call', async () => {
      const { requests, patient, queued, ready, fulfil, entry, pass } = made();
      const [waiting, open] = [await queued(), await ready()];
      await pass(DELAY);
      const calls = [
        requests.interface.encodeFunctionData('markReady', [waiting.header]),
        requests.interface.encodeFunctionData('cancel', [waiting.header]),
        requests.interface.encodeFunctionData('fulfil', Object.values(entry(open)) as never),
      ];
      const taken: string[] = [];
      for (const call of calls)
        for (const word of [1, 2, 4, 8, 9, 10]) {
          // requester, counter, kind, deadline, consumer, callbackGas
          const first = 2 + 8 + 64 * word;
          expect(call.slice(first, first + 2), `word ${word} is narrow`).to.equal('00');
          const data = `${call.slice(0, first)}ff${call.slice(first + 2)}`;
          await patient.sendTransaction({ to: requests, data, gasLimit: 2_000_000 }).then(
            () => taken.push(`${call.slice(0, 10)} ${word}`),
            () => {},
          );
        }
      expect(taken).to.deep.equal([]);
      await requests.markReady(waiting.header);
      await fulfil(open);
    });

    it('a signature that another request was given fulfils a second one of the same digests: FULFILLED vouches for digests alone', async () => {
      const { requests, ready, intent, signatures } = made();
      const honest = await ready();
      const effects = [{ ...(await intent()).effects[0]!, recipient: '0x0bad', amount: 1n }];
      const lying = await ready({ effects, payload: '0x1234' });
      for (const its of [honest, lying]) await requests.fulfil(its.header, its.intent.digests, signatures(honest));
      expect(await requests.stateOf(lying.id)).to.equal(STATE.fulfilled);
    });

    it('takes the largest message and the largest callback in one transaction', async () => {
      const { it, requests, members, requester, secret, ready } = made();
      const rows = [rowFor(requester.address, { kinds: 1 << KIND.raw })];
      const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme: SCHEME.ed25519, rows }));
      await it.derivedKeys.claim(keyId, requester, ZeroHash, NO_POINTS);
      const message = hexlify(new Uint8Array(4096).fill(0xa5));
      const its = await ready({
        ...{ keyId, kind: KIND.raw, digests: [message], payload: hexlify(new Uint8Array(32 * 1024).fill(0xa5)) },
        ...{ consumer: await it.spendReceipt.getAddress(), callbackGas: 4_000_000 },
      });
      await requests.fulfil(its.header, [message], [signEd25519(secret, message)], { gasLimit: TRANSACTION_GAS });
      expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
    });
  });

  for (const [when, seconds] of [
    ['in the second of the deadline', 0n],
    ['a second later', 1n],
  ] as const)
    describe(when, () => {
      const due = async () => {
        const its = await made().ready();
        await at(its.header.deadline + seconds);
        return its;
      };

      it(`a signature is ${seconds === 0n ? 'in time' : 'late'}`, async () => {
        const { requests, fulfil } = made();
        const its = await due();
        if (seconds === 0n) {
          await expect(fulfil(its)).to.emit(requests, 'SignatureFulfilled');
          return;
        }
        await expect(fulfil(its))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsDeadlinePassed')
          .withArgs(its.id, its.header.deadline, its.header.deadline + 1n);
      });

      it(`${seconds === 0n ? 'nothing expires' : 'a request expires'}`, async () => {
        const { requests } = made();
        const its = await due();
        if (seconds === 1n) {
          await expect(requests.expire(its.header)).to.emit(requests, 'RequestExpired').withArgs(its.id);
          return;
        }
        await expect(requests.expire(its.header))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNotExpired')
          .withArgs(its.id, its.header.deadline, its.header.deadline);
      });
    });

  it('refuses every call that does not fit the state [R2]', async () => {
    const { it, requests, requester, patient, intent, queued, ready, fulfil, signatures, pass } = made();
    const refusals = await actAs(it, await it.refusals.getAddress());
    const owner = (its: Request) => (its.header.requester === patient.address ? patient : requester);
    type Call = 'markReady' | 'cancel' | 'expire' | 'abandon' | 'endRefused' | 'fulfil' | 'redeliver';
    const calls: Record<Call, (its: Request) => Promise<unknown>> = {
      markReady: (its) => requests.markReady(its.header),
      cancel: (its) => requests.connect(owner(its)).cancel(its.header),
      expire: (its) => requests.expire(its.header),
      abandon: (its) => requests.connect(owner(its)).abandon(its.header),
      endRefused: (its) => requests.connect(refusals).endRefused(its.id),
      fulfil,
      redeliver: (its) => requests.redeliver(its.header, signatures(its)),
    };
    const unknown = async () => {
      const asked = await intent();
      const its = header(asked, requester.address, 99n);
      return { id: requestId(await requestsPlace(it), its), header: its, intent: asked };
    };
    const late = async (its: Request) => {
      await pass(3601);
      await calls.expire(its);
    };
    const waited = async () => {
      const its = await queued();
      await pass(DELAY);
      return its;
    };
    const states: [bigint, () => Promise<Request>, Call[]][] = [
      [STATE.none, unknown, []],
      [STATE.queued, waited, ['markReady', 'cancel']],
      [STATE.ready, ready, ['fulfil', 'abandon', 'endRefused']],
      [STATE.fulfilled, async () => reached(await ready(), fulfil), []],
      [STATE.refused, async () => reached(await ready(), calls.endRefused), []],
      [STATE.cancelled, async () => reached(await queued(), calls.cancel), []],
      [STATE.expired, async () => reached(await ready(), late), []],
      [STATE.expired, async () => reached(await queued(), late), []],
      [STATE.expired, async () => reached(await ready(), calls.abandon), []],
    ];
    const open = [STATE.queued, STATE.ready] as bigint[];
    for (const [state, reach, allowed] of states)
      for (const [name, call] of Object.entries(calls) as [Call, (its: Request) => Promise<unknown>][]) {
        const its = await reach();
        expect(await requests.stateOf(its.id), `${name}: reached`).to.equal(state);
        if (allowed.includes(name)) {
          await call(its);
          expect(await requests.stateOf(its.id), `${name} in ${state}`).not.to.equal(state);
          continue;
        }
        const notYet = name === 'expire' && open.includes(state);
        const error = name === 'redeliver' ? 'NothingToDeliver' : notYet ? 'NotExpired' : 'WrongState';
        await expect(call(its), `${name} in ${state}`).to.be.revertedWithCustomError(
          requests,
          `SigningRequests${error}`,
        );
        expect(await requests.stateOf(its.id)).to.equal(state);
      }
  }).timeout(240_000);

  it('a stranger neither asks nor ends, and no header but the true one moves a request', async () => {
    const { requests, registry, stranger, queued } = made();
    const its = await queued();
    await expect(requests.connect(stranger).request(its.intent)).to.be.revertedWithCustomError(
      registry,
      'KeyRegistryKindNotAllowed',
    );
    await expect(requests.connect(stranger).cancel(its.header)).to.be.revertedWithCustomError(
      requests,
      'AccessManagedUnauthorized',
    );
    const forged = { ...its.header, requester: stranger.address };
    await expect(requests.connect(stranger).cancel(forged)).to.be.revertedWithCustomError(
      requests,
      'SigningRequestsWrongState',
    );
  });

  describe('delivery', () => {
    it('SpendReceipt takes deliveries of requests for its key, and nothing else', async () => {
      const { it, keyId, stranger, ready, fulfil, signatures } = made();
      const its = await ready({ consumer: await it.spendReceipt.getAddress(), callbackGas: 80_000 });
      const hash = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes[]'], [signatures(its)]));
      await expect(fulfil(its)).to.emit(it.spendReceipt, 'Received').withArgs(its.id, hash);
      expect(await it.spendReceipt.receiptOf(its.id)).to.equal(hash);
      await expect(it.spendReceipt.connect(stranger).onSignature(its.id, keyId, []))
        .to.be.revertedWithCustomError(it.spendReceipt, 'SpendReceiptWrongCaller')
        .withArgs(stranger, it.signingRequests);
    });

    it('SpendReceipt refuses another key of the same registry, and the request is fulfilled all the same', async () => {
      const { it, requests, members, requester, ready } = made();
      const secret = secretOf('another key');
      const rows = [rowFor(requester.address)];
      const another = await activeKey(it, members, secret, parametersOf(members, { rows }));
      const derived = await claimDerived(it, another, secret, requester.address);
      const its = await ready({ keyId: another, consumer: await it.spendReceipt.getAddress(), callbackGas: 80_000 });
      const digest = String(its.intent.digests[0]);
      await expect(requests.fulfil(its.header, [digest], [signBip340(outputSecret(derived), digest)]))
        .to.emit(requests, 'CallbackFailed')
        .withArgs(its.id, it.spendReceipt);
      expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
    });

    it('redelivers to a consumer that comes to exist later, once', async () => {
      const { requests, stranger, keyId, ready, fulfil, signatures } = made();
      const nonce = await stranger.getNonce();
      const consumer = getCreateAddress({ from: stranger.address, nonce });
      const its = await ready({ consumer, callbackGas: 80_000 });
      await expect(fulfil(its)).to.emit(requests, 'CallbackFailed').withArgs(its.id, consumer);
      const deployed = await new SpendReceipt__factory(stranger).deploy(requests, keyId);
      expect(await deployed.getAddress()).to.equal(consumer);
      await expect(requests.redeliver(its.header, signatures(its)))
        .to.emit(requests, 'CallbackDelivered')
        .withArgs(its.id, consumer);
      expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
      await expect(requests.redeliver(its.header, signatures(its)))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNothingToDeliver')
        .withArgs(its.id, keccakOf(signatures(its)), ZeroHash);
    });

    it('demands the gas that the consumer was promised', async () => {
      const { it, requests, ready, signatures } = made();
      const its = await ready({ consumer: await it.spendReceipt.getAddress(), callbackGas: 2_000_000 });
      const needed = (2_000_000n * 64n) / 63n + 60_000n;
      await expect(requests.fulfil(its.header, its.intent.digests, signatures(its), { gasLimit: 2_000_000 }))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsInsufficientGas')
        .withArgs(its.id, (available: bigint) => available < needed, needed);
      await expect(requests.fulfil(its.header, its.intent.digests, signatures(its))).to.emit(
        it.spendReceipt,
        'Received',
      );
    });

    it('has no consumer to call at the zero address', async () => {
      const { requests, ready, fulfil } = made();
      const fulfilment = fulfil(await ready({ consumer: ZeroAddress }));
      await expect(fulfilment).not.to.emit(requests, 'CallbackDelivered');
      await expect(fulfilment).not.to.emit(requests, 'CallbackFailed');
    });
  });

  describe('reading', () => {
    it('shows the word that enclaves read, at the slot that docs/storage.md names', async () => {
      const { requests, ready } = made();
      const its = await ready();
      const { state, queuedAt, readyAt, deadline, epoch, voted } = await requests.wordOf(its.id);
      const slot = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256'], [its.id, 1]));
      const fields: [bigint, bigint][] = [
        [state, 0n],
        [queuedAt, 8n],
        [readyAt, 56n],
        [deadline, 104n],
        [epoch, 152n],
        [voted ? 1n : 0n, 192n],
      ];
      const word = toBeHex(
        fields.reduce((sum, [value, offset]) => sum | (value << offset), 0n),
        32,
      );
      expect(await requests['extsload(bytes32)'](slot)).to.equal(word);
      const empty = keccak256(slot);
      expect(await requests['extsload(bytes32[])']([slot, empty, slot])).to.deep.equal([word, ZeroHash, word]);
      expect(await requests['extsload(bytes32[])']([])).to.deep.equal([]);
    });

    it('says what it was made with', async () => {
      const { it, requests } = made();
      expect(await requests.keys()).to.equal(await it.keyRegistry.getAddress());
      expect(await requests.derivedKeys()).to.equal(await it.derivedKeys.getAddress());
      expect(await requests.refusals()).to.equal(await it.refusals.getAddress());
      expect(await requests.trustDelay()).to.equal(await it.enclaveRegistry.trustDelay());
    });

    it('knows nothing of what was never made', async () => {
      const { requests } = made();
      expect(await requests.stateOf(id('never'))).to.equal(STATE.none);
      expect([...(await requests.wordOf(id('never')))]).to.deep.equal([0n, 0n, 0n, 0n, 0n, false]);
    });
  });
});

/** list(hash(item_1), …) */
function keccakOf(items: readonly string[]): string {
  return keccak256(`0x${items.map((item) => keccak256(item).slice(2)).join('')}`);
}

async function reached(its: Request, act: (its: Request) => Promise<unknown>): Promise<Request> {
  await act(its);
  return its;
}
