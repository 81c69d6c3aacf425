/** Signatures of requests that have ended otherwise: checked, and in an event. */

import { expect } from 'chai';
import { id, keccak256 } from 'ethers';
import type { IntentStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  outputSecret,
  parametersOf,
  rowFor,
  secretOf,
  signBip340,
} from '../../support/keys.ts';
import { DAY } from '../../support/limits.ts';
import { header, list, requestId } from '../../support/preimages.ts';
import { intentOf, makeReady, type Request, refuse, request, requestsPlace, STATE } from '../../support/requests.ts';

const secret = secretOf('late signatures');
const PATH = id('unclaimed');

describe('LateSignatures', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const requester = it.operators[10]!;
    const rows = [rowFor(requester.address, { delay: 600 })];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    const signer = outputSecret(await claimDerived(it, keyId, secret, requester.address));
    const { signingRequests: requests, lateSignatures: late } = it;
    return { it, requests, late, members, requester, keyId, signer };
  });

  const intent = async (change: Partial<IntentStruct> = {}) => {
    const deadline = (await made().it.helpers.time.latest()) + DAY;
    return intentOf(made().it, made().keyId, { deadline, ...change });
  };
  const queued = async (change?: Partial<IntentStruct>) => request(made().it, made().requester, await intent(change));
  const ready = async (change?: Partial<IntentStruct>) => {
    const its = await queued(change);
    await makeReady(made().it, its);
    return its;
  };
  const signatures = ({ intent: { digests } }: Request) =>
    digests.map((digest) => signBip340(made().signer, String(digest)));
  const record = (its: Request) => made().late.record(its.header, its.intent.digests, signatures(its));
  const pass = () => made().it.helpers.time.increase(DAY);
  const end = async (its: Request, act: (its: Request) => Promise<unknown>) => {
    await act(its);
    return its;
  };
  const expire = async (its: Request) => {
    await pass();
    return made().requests.expire(its.header);
  };
  const overtake = async (its: Request) => {
    const { it, requester, keyId, requests } = made();
    await it.keyRegistry.connect(requester).raise(keyId, requester);
    return requests.expire(its.header);
  };
  const notLate = (call: Promise<unknown>, its: string, state: bigint) =>
    expect(call).to.be.revertedWithCustomError(made().late, 'LateSignaturesNotLate').withArgs(its, state);

  it('shows those of what was READY and has ended otherwise, and leaves the request as it is', async () => {
    const { it, requests, late, members, requester, keyId } = made();
    const by = requests.connect(requester);
    const table: [bigint, () => Promise<Request>][] = [
      [STATE.expired, async () => end(await ready(), expire)],
      [STATE.expired, async () => end(await ready(), overtake)],
      [STATE.expired, async () => end(await ready(), (its) => by.abandon(its.header))],
      [STATE.refused, async () => end(await ready(), (its) => refuse(it, members[0]!, its))],
      [STATE.ready, async () => end(await ready(), pass)],
    ];
    for (const [row, [state, reach]] of table.entries()) {
      const its = await reach();
      const word = await requests.wordOf(its.id);
      expect(word.state, `${row}`).to.equal(state);
      await expect(record(its)).to.emit(late, 'LateSignatureRecorded').withArgs(its.id, keyId, signatures(its));
      expect(await requests.wordOf(its.id), `${row}`).to.deep.equal(word);
    }
  });

  it('shows none of what was never READY, is in time, or has been fulfilled [X2]', async () => {
    const { requests, requester } = made();
    const fulfil = (its: Request) => requests.fulfil(its.header, its.intent.digests, signatures(its));
    const never = async () => {
      const its = header(await intent(), requester.address, 99n);
      return { id: requestId(await requestsPlace(made().it), its), header: its, intent: await intent() };
    };
    const cancel = (its: Request) => requests.connect(requester).cancel(its.header);
    const table: [bigint, () => Promise<Request>][] = [
      [STATE.none, never],
      [STATE.queued, queued],
      [STATE.queued, async () => end(await queued(), pass)],
      [STATE.cancelled, async () => end(await queued(), cancel)],
      // CO-57. Nobody can have signed it
      [STATE.expired, async () => end(await queued(), expire)],
      [STATE.expired, async () => end(await queued(), overtake)],
      [STATE.ready, ready],
      [STATE.fulfilled, async () => end(await ready(), fulfil)],
      [STATE.fulfilled, async () => end(await end(await ready(), fulfil), pass)],
    ];
    for (const [row, [state, reach]] of table.entries()) {
      const its = await reach();
      expect(await requests.stateOf(its.id), `${row}`).to.equal(state);
      await notLate(record(its), its.id, state);
    }
  });

  it('begins in the second after the deadline', async () => {
    const { it, late } = made();
    const its = await ready();
    const deadline = Number(its.header.deadline);
    await it.helpers.time.setNextBlockTimestamp(deadline);
    await notLate(record(its), its.id, STATE.ready);
    await it.helpers.time.setNextBlockTimestamp(deadline + 1);
    await expect(record(its)).to.emit(late, 'LateSignatureRecorded');
  });

  it('delivers nothing, to a consumer neither [X2]', async () => {
    const { it, requests } = made();
    const its = await ready({ consumer: await it.spendReceipt.getAddress(), callbackGas: 80_000 });
    await expire(its);
    await expect(record(its)).not.to.emit(it.spendReceipt, 'Received');
    await expect(requests.redeliver(its.header, signatures(its))).to.be.revertedWithCustomError(
      requests,
      'SigningRequestsNothingToDeliver',
    );
  });

  it('may be shown again: two events, and nothing more', async () => {
    const { it, requests, late } = made();
    const its = await ready();
    await expire(its);
    await record(its);
    const word = await requests.wordOf(its.id);
    await record(its);
    expect(await requests.wordOf(its.id)).to.deep.equal(word);
    expect(await late.queryFilter(late.filters.LateSignatureRecorded(its.id))).to.have.length(2);
    const slots = Array.from({ length: 8 }, (_, slot) => it.ethers.provider.getStorage(late, slot));
    expect(new Set(await Promise.all(slots)), 'no storage').to.deep.equal(new Set([`0x${'00'.repeat(32)}`]));
  });

  it('is what the key of this requester and path has signed, every digest of it', async () => {
    const { it, late, keyId, requester, signer } = made();
    const digests = [id('input 0'), id('input 1')];
    const its = await ready({ digests });
    await expire(its);
    const [first, second] = signatures(its);
    const { derivedKeys } = it;
    const invalid = (given: string[], index: number) =>
      expect(late.record(its.header, digests, given))
        .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysInvalidSignature')
        .withArgs(keyId, requester, its.header.path, index);
    await invalid([signBip340(1n, digests[0]!), second!], 0);
    await invalid([first!, first!], 1);
    await invalid([first!, signBip340(signer + 1n, digests[1]!)], 1);
    for (const given of [[], [first!], [first!, second!, second!]])
      await expect(late.record(its.header, digests, given))
        .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysSignatureCount')
        .withArgs(given.length, 2);
    await record(its);
  });

  it('is over the digests of the request', async () => {
    const { late } = made();
    const its = await ready();
    await expire(its);
    const hash = (digests: string[]) => list(digests.map((one) => keccak256(one)));
    for (const digests of [[id('x')], [], [id('input 0'), id('input 0')]])
      await expect(late.record(its.header, digests, signatures(its)))
        .to.be.revertedWithCustomError(late, 'LateSignaturesOtherDigests')
        .withArgs(its.id, hash(digests), its.header.digestsHash);
  });

  it('needs the key of the path to be claimed', async () => {
    const { it, keyId, requester } = made();
    const its = await ready({ path: PATH });
    await expire(its);
    await expect(record(its))
      .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysUnclaimed')
      .withArgs(keyId, requester, PATH);
  });

  it('asks neither the row nor a pause: what is out is out', async () => {
    const { it, late, keyId, requester } = made();
    const its = await ready();
    await expire(its);
    await it.keyRegistry.connect(it.dao).removeRow(keyId, requester);
    await it.guardianContract.connect(it.guardian).suspendNetwork(DAY);
    await expect(record(its)).to.emit(late, 'LateSignatureRecorded');
  });
});
