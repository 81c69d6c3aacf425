/** The view over the contracts themselves: every record against what they say when they are asked. */

import { expect } from 'chai';
import { requestId } from '../../../../signer/formats/wirePreimages.ts';
import { createRpcChain } from '../../../../signer/host/adapters/rpcChain.ts';
import type { Deployment } from '../../../../signer/host/chain/deployment.ts';
import { OVERLAP_MILLIS } from '../../../../signer/host/chain/gaps.ts';
import { isRefusedBy } from '../../../../signer/host/chain/view/ledger.ts';
import { rowName } from '../../../../signer/host/chain/view/rowName.ts';
import { type World, world } from '../../../contracts/support/chain.ts';
import { eligibleEnclaves } from '../../../contracts/support/enclaves.ts';
import { fresh } from '../../../contracts/support/fresh.ts';
import { activeKey, claimDerived, parametersOf, rowFor, secretOf } from '../../../contracts/support/keys.ts';
import { CODE, intentOf, readyRequest, refuse, request } from '../../../contracts/support/requests.ts';
import type { FakeChain } from '../../support/fakeChain.ts';
import { viewed } from '../../support/view.ts';

type Hex = `0x${string}`;
const lower = (value: string) => value.toLowerCase() as Hex;
const secret = secretOf('view');

async function deploymentOf(it: World): Promise<Deployment> {
  const names = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'] as const;
  const more = ['derivedKeys', 'lateSignatures', 'refusals'] as const;
  const addresses = await Promise.all(
    [...names, ...more].map(async (name) => [name, lower(await it[name].getAddress())]),
  );
  const genesis = await it.ethers.provider.getBlock(0);
  return { ...Object.fromEntries(addresses), chainId: 31_337, genesisHash: genesis?.hash } as Deployment;
}

describe('the view of the contracts', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    const [requester, other] = [it.operators[10]!, it.operators[11]!];
    const rows = [rowFor(requester.address), rowFor(other.address, { delay: 600 })];
    const keyId = (await activeKey(it, members, secret, parametersOf(members, { rows }))) as Hex;
    const ready = await readyRequest(it, requester, await intentOf(it, keyId));
    await refuse(it, members[0]!, ready);
    const queued = await request(it, other, await intentOf(it, keyId));
    await claimDerived(it, keyId, secret, requester.address);
    return { it, members, requester, other, keyId, ready, queued, deployment: await deploymentOf(it) };
  });

  /** `bend` changes what the provider answers. */
  function viewOf(bend: (method: string, answer: unknown) => unknown = (_, answer) => answer) {
    const { it, deployment } = made();
    const rpc = async (method: string, params: readonly unknown[]) =>
      bend(method, await it.ethers.provider.send(method, [...params]));
    return viewed({ chain: createRpcChain(rpc, deployment) as FakeChain });
  }

  it('has what they have, and is caught up: they count as much', async () => {
    const { it, members, keyId } = made();
    const { view, settle, problems } = viewOf();
    await settle();
    expect([view.isCaughtUp, problems.list(), view.head?.number]).to.deep.equal([
      ...[true, [], await it.ethers.provider.getBlockNumber()],
    ]);
    const { enclaves, keys, requests } = view.ledger;
    const counts = [it.enclaveRegistry.enclaveCount(), it.keyRegistry.keyCount(), it.signingRequests.requestCount()];
    expect([enclaves.size, keys.size, requests.size].map(BigInt)).to.deep.equal(await Promise.all(counts));
    for (const { id, operator, identity } of members) {
      const { validUntil, measurement, bootCounter } = await it.enclaveRegistry.enclave(id);
      const found = { operator: lower(operator.address), identity: lower(identity.address), measurement };
      expect(enclaves.get(id as Hex)).to.deep.include({ ...found, validUntil: Number(validUntil) });
      expect(enclaves.get(id as Hex)?.boot?.counter ?? 0n).to.equal(bootCounter);
    }
    const { scheme, epoch, threshold } = await it.keyRegistry.key(keyId);
    const known = { state: 'active', members: members.map(({ id }) => id) };
    expect(keys.get(keyId)).to.deep.include({ ...known, ...numbers({ scheme, epoch, threshold }) });
  });

  it('knows rows, derived keys and refusals, and works out the ids of requests from what was asked', async () => {
    const { it, members, requester, other, keyId, ready, queued, deployment } = made();
    const { view, settle } = viewOf();
    await settle();
    const { rows, requests, claimed, refusals } = view.ledger;
    for (const one of [requester, other]) {
      const { epoch, kinds, delay } = await it.keyRegistry.rowOf(keyId, one);
      const row = rows.get(rowName({ keyId, requester: lower(one.address) }));
      expect(row).to.deep.include(numbers({ epoch, kinds, delay }));
    }
    expect([...claimed.values()].map(({ requester }) => requester)).to.deep.equal([lower(requester.address)]);
    expect([ready, queued].map(({ id }) => requests.get(id as Hex)?.state)).to.deep.equal(['ready', 'queued']);
    expect(isRefusedBy(view.ledger, ready.id as Hex, { member: members[0]!.id as Hex, kind: 'final' })).to.equal(true);
    expect(refusals.get(ready.id as Hex)).to.deep.equal([{ member: members[0]!.id, kind: 'final', code: CODE }]);
    for (const { id } of [ready, queued])
      expect(requestId(31_337, deployment.signingRequests, view.asked(id as Hex)!)).to.equal(id);
  });

  it('follows what happens next', async () => {
    const { it, other, keyId, queued, ready, members } = made();
    const { view, settle } = viewOf();
    await settle();
    expect([...view.ledger.requests.over(view.timeNow())]).to.deep.equal([]);
    await it.keyRegistry.connect(other).raise(keyId, other);
    await settle();
    expect([...view.ledger.requests.over(0)].map(({ id }) => id)).to.deep.equal([queued.id]);
    await it.signingRequests.expire(queued.header);
    await refuse(it, members[1]!, ready);
    await settle();
    expect([queued, ready].map(({ id }) => view.ledger.requests.get(id as Hex)?.state)).to.deep.equal([
      'expired',
      'refused',
    ]);
    expect([...view.ledger.requests.keys()]).to.deep.equal([]);
  });

  it('notices that a provider leaves out logs', async () => {
    const { deployment } = made();
    let isWhole = false;
    const { view, settle, problems, clock } = viewOf((method, answer) =>
      method === 'eth_getLogs' && !isWhole
        ? (answer as { address: string }[]).filter(({ address }) => lower(address) !== deployment.signingRequests)
        : answer,
    );
    await settle();
    expect(view.isCaughtUp).to.equal(false);
    expect(problems.list()[0]).to.include('the contracts count 2 requests that no log has shown');
    isWhole = true;
    await clock.advance(OVERLAP_MILLIS * 2);
    await settle();
    expect([view.isCaughtUp, view.ledger.requests.size]).to.deep.equal([true, 2]);
  });
});

function numbers(values: Readonly<Record<string, bigint>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
}
