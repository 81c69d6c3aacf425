/** The pinned block only grants: what a newer block is proven to say forbids, at the start of a session and while it runs (I7). */

import { expect } from 'chai';
import type { Event, Result } from '../../../signer/enclave/api.ts';
import { Counters } from '../../../signer/enclave/counters.ts';
import type { Course } from '../../../signer/enclave/path/runSession.ts';
import type { Session } from '../../../signer/enclave/path/stages.ts';
import { endOvertaken } from '../../../signer/enclave/sessions/endOvertaken.ts';
import { type Finish, Sessions } from '../../../signer/enclave/sessions/sessions.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { refuse } from '../../../signer/formats/refusal.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
import { forkCountSlot, keySlot } from '../../../signer/proof/slots.ts';
import { NOW, provenState, slotName } from '../path/support/facts.ts';
import { sign, statusOf } from '../support/life.ts';
import {
  codeOf,
  committee,
  deliverAll,
  generate,
  type Network,
  networkOf,
  okOf,
  prove,
  requestOf,
  setOf,
  shownAt,
} from '../support/network.ts';
import { pend, type World } from '../support/world.ts';

/** What votes, guards and requesters can do to a request between two blocks. */
const CHANGES: Record<string, { readonly change: (world: World) => unknown; readonly code: string }> = {
  'the network is paused': {
    change: ({ facts }) => (facts.network.pausedUntil = NOW + 1),
    code: 'NETWORK_PAUSED',
  },
  'the key is paused': { change: ({ facts }) => (facts.key.pausedUntil = NOW + 1), code: 'KEY_PAUSED' },
  'the key has another epoch': { change: ({ facts }) => (facts.key.epoch += 1), code: 'KEY_EPOCH' },
  'the key is no longer active': { change: ({ facts }) => (facts.key.status = 3), code: 'KEY_STATUS' },
  'the row is raised': { change: ({ facts }) => (facts.row.epoch += 1), code: 'REQUEST_OVERTAKEN' },
  'the row allows no such kind': { change: ({ facts }) => (facts.row.kinds = 0), code: 'KIND_NOT_ALLOWED' },
  'the request is cancelled': {
    change: ({ requests }) => (requests[0]!.word.state = STATUS.request.cancelled),
    code: 'REQUEST_STATE',
  },
  'a member is suspended': {
    change: ({ seats }) => (seats[1]!.status = STATUS.enclave.suspended),
    code: 'MEMBER_STATUS',
  },
  'the measurement is revoked': {
    change: ({ facts }) => (facts.measurement.status = STATUS.measurement.revoked),
    code: 'MEASUREMENT_STATUS',
  },
  'this enclave has booted again': {
    change: ({ seats }) => (seats[0]!.nonce = new Uint8Array(16).fill(9)),
    code: 'BOOT_NONCE_NOT_OWN',
  },
  'the vote asks for a larger margin': {
    change: ({ facts }) => (facts.network.margin = 2 ** 32 - 1),
    code: 'REQUEST_TOO_LATE',
  },
  'the vote asks for beats that are younger': {
    change: ({ facts }) => (facts.network.beatBound = 0),
    code: 'BEAT_OLD',
  },
};

type Change = (world: World) => unknown;
const nothing: Change = () => undefined;

describe('a newer block', () => {
  let network: Network;
  const faults = () =>
    network.nodes[0]!.events.filter((event): event is Extract<Event, { event: 'fault' }> => event.event === 'fault');

  beforeEach(async () => {
    network = await networkOf(3, 2);
    await generate(network);
  });

  /** Party 1 is shown block 3 as the chain is, and block 4 after a change; then it is asked to sign at block 3. */
  async function signBelow(change: Change, withheld: World['withheld'] = () => false): Promise<string> {
    const node = network.nodes[0]!;
    const requests = [requestOf(network, 1)];
    const block = await shownAt(node, 3);
    change(network.world);
    network.world.withheld = withheld;
    okOf(await prove(node, 4));
    const answer = await node.call('sign', {
      ...{ committee: committee(network), set: setOf(network, [1, 2]) },
      ...{ block, requests, firsts: [] },
    });
    const { refused } = 'ok' in answer ? (answer.ok as Result<'sign'>) : {};
    return refused?.[0]?.code ?? codeOf(answer);
  }

  /** A session of parties 1 and 2 at block 3 that party 1 sees overtaken, or not, by block 4. */
  async function runInto(change: Change): Promise<void> {
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node));
    change(network.world);
    okOf(await prove(network.nodes[0]!, 4));
    await deliverAll(network);
  }

  it('that says the same lets the block below it grant', async () => {
    expect(await signBelow(nothing)).to.equal('ok');
  });

  for (const [what, { change, code }] of Object.entries(CHANGES)) {
    it(`forbids a session where ${what}`, async () => {
      expect(await signBelow(change)).to.equal(code);
    });

    it(`forbids nothing where ${what}, and no node shows it`, async () => {
      expect(await signBelow(change, (block) => block === 4)).to.equal('ok');
    });

    it(`ends the session that runs where ${what}, and blames nobody`, async () => {
      await runInto(change);
      const [fault] = faults();
      expect(fault).to.deep.include({ code: 'overtaken', culprits: [], silent: [], disputes: [] });
      expect(fault?.detail).to.match(new RegExp(`^${code}: `));
      expect(network.nodes[0]!.events.some(({ event }) => event === 'signature')).to.equal(false);
      const { sessions, counters } = await statusOf(network.nodes[0]!);
      expect(sessions).to.equal(0);
      expect(counters).to.include({ 'fault overtaken': 1 });
    });
  }

  it('forbids by each word alone, whichever others are kept back', async () => {
    const { facts } = network.world;
    const shown = slotName(
      keySlot(facts.committee.keyId, 'word').contract,
      keySlot(facts.committee.keyId, 'word').slot,
    );
    const onlyTheKey: World['withheld'] = (block, slot) => block === 4 && slot !== shown;
    expect(await signBelow(CHANGES['the key is paused']!.change, onlyTheKey)).to.equal('KEY_PAUSED');
  });

  it('grants nothing: what only it allows is refused at the block below', async () => {
    network.world.facts.row.kinds = 0;
    expect(await signBelow(({ facts }) => (facts.row.kinds = 2))).to.equal('KIND_NOT_ALLOWED');
  });

  it('leaves a session alone that it does not forbid', async () => {
    await runInto(nothing);
    expect(faults()).to.deep.equal([]);
    expect(network.nodes[0]!.events.filter(({ event }) => event === 'signature')).to.have.length(1);
  });

  it('ends sessions pinned two blocks below it as well', async () => {
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node));
    okOf(await prove(network.nodes[0]!, 4));
    expect(faults()).to.deep.equal([]);
    network.world.facts.key.pausedUntil = NOW + 1;
    okOf(await prove(network.nodes[0]!, 5));
    expect(faults()).to.have.length(1);
  });

  it('is not asked again about sessions that are pinned to it: more of its nodes cost nothing', async () => {
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node));
    let reads = 0;
    const { contract, slot } = forkCountSlot();
    network.world.withheld = (_, name) => {
      if (name !== slotName(contract, slot)) reads += 1; // forks are no session's
      return false;
    };
    okOf(await prove(network.nodes[0]!, 3));
    expect(reads).to.equal(0);
    okOf(await prove(network.nodes[0]!, 4));
    expect(reads).to.be.greaterThan(0);
    expect(faults()).to.deep.equal([]);
  });

  it('is asked again as its nodes come: a pause may be in the last of them', async () => {
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node));
    network.world.facts.key.pausedUntil = NOW + 1;
    let isShown = false;
    network.world.withheld = (block) => block === 4 && !isShown;
    okOf(await prove(network.nodes[0]!, 4));
    expect(faults()).to.deep.equal([]);
    isShown = true;
    okOf(await prove(network.nodes[0]!, 4));
    expect(faults().map(({ code }) => code)).to.deep.equal(['overtaken']);
  });

  it('forbids the making and the activation of a key too', async () => {
    const node = network.nodes[0]!;
    pend(network.world);
    const block = await shownAt(node, 3);
    network.world.seats[1]!.status = STATUS.enclave.suspended;
    okOf(await prove(node, 4));
    const params = { committee: committee(network), block };
    expect(codeOf(await node.call('activateKey', { ...params, set: setOf(network, [1, 2]) }))).to.equal(
      'MEMBER_STATUS',
    );
    const making = await networkOf(3, 2);
    const open = await shownAt(making.nodes[0]!, 1);
    making.world.seats[2]!.status = STATUS.enclave.suspended;
    okOf(await prove(making.nodes[0]!, 2));
    const generation = { committee: committee(making), block: open };
    expect(codeOf(await making.nodes[0]!.call('generateKey', generation))).to.equal('MEMBER_STATUS');
  });

  it('lets two leaders run at two checkpoints, and no further back', async () => {
    const node = network.nodes[0]!;
    const requests = [requestOf(network, 1)];
    const [third, fourth] = [await shownAt(node, 3), await shownAt(node, 4)];
    const call = (block: typeof third, leader: number) =>
      node.call('sign', {
        ...{ committee: committee(network), block, requests, firsts: [] },
        set: { ...setOf(network, [1, 2]), leader: toHex(network.world.seats[leader - 1]!.id) },
      });
    const sessions = [await call(third, 1), await call(fourth, 2), await call(third, 2)].map(
      (answer) => okOf<Result<'sign'>>(answer).session,
    );
    expect(new Set(sessions).size).to.equal(3);
    await shownAt(node, 5);
    expect(codeOf(await call(third, 1))).to.equal('BLOCK_UNKNOWN');
    expect(codeOf(await call(fourth, 1))).to.equal('ok');
    expect((await statusOf(node)).sessions).to.equal(4);
  });

  it('lets ids be forgotten that name a block which nothing can be pinned to any more', async () => {
    const node = network.nodes[0]!;
    const ids: Hex[] = [];
    for (const block of [3, 4]) {
      const { session } = okOf<Result<'sign'>>(await sign(network, node, { block }));
      ids.push(session!);
      okOf(await node.call('abort', { session: session! }));
    }
    const fates = async () => Promise.all(ids.map(async (session) => codeOf(await node.call('abort', { session }))));
    expect(await fates()).to.deep.equal(['SESSION_ENDED', 'SESSION_ENDED']);
    await shownAt(node, 5);
    expect(await fates()).to.deep.equal(['SESSION_UNKNOWN', 'SESSION_ENDED']);
  });

  it('ends a session below it though a newer one says nothing about what it shows', async () => {
    okOf(await sign(network, network.nodes[0]!));
    let isShown = false;
    network.world.withheld = (block) => block === 5 || (block === 4 && !isShown);
    network.world.facts.network.pausedUntil = NOW + 1;
    okOf(await prove(network.nodes[0]!, 4));
    okOf(await prove(network.nodes[0]!, 5));
    expect(faults()).to.deep.equal([]);
    isShown = true;
    okOf(await prove(network.nodes[0]!, 4));
    expect(faults()[0]).to.deep.include({ code: 'overtaken', culprits: [], silent: [] });
  });

  it('wipes what the session that it ends has held', () => {
    const sessions = new Sessions(() => 0);
    let wiped = 0;
    const course = { giveUp: () => (wiped += 1) } as unknown as Course<Finish>;
    const session = { id: new Uint8Array(32), block: { number: 3, hash: new Uint8Array(32) } } as unknown as Session;
    sessions.add({ session, lifetime: 'pinned to its block', judge: () => refuse('KEY_PAUSED', 'now') }, course);
    const head = provenState({ ...network.world.facts.block, number: 4 }, () => undefined);
    endOvertaken({ sessions, counters: new Counters(), emit: () => undefined }, head);
    expect(wiped).to.equal(1);
    expect(sessions.size).to.equal(0);
  });

  it('lets a bug through that comes while it judges: nothing is signed after one', () => {
    const sessions = new Sessions(() => 0);
    const session = { id: new Uint8Array(32), block: { number: 3, hash: new Uint8Array(32) } } as unknown as Session;
    const judge = () => {
      throw new TypeError('a bug');
    };
    sessions.add({ session, lifetime: 'pinned to its block', judge }, {} as Course<Finish>);
    const head = provenState({ ...network.world.facts.block, number: 4 }, () => undefined);
    const end = () => endOvertaken({ sessions, counters: new Counters(), emit: () => undefined }, head);
    expect(end).to.throw(TypeError, 'a bug');
  });

  it('does not make a session id come back that was used at the block below', async () => {
    const node = network.nodes[0]!;
    const requests = [requestOf(network, 1)];
    const third = await shownAt(node, 3);
    const call = () =>
      node.call('sign', {
        committee: committee(network),
        set: setOf(network, [1, 2]),
        block: third,
        requests,
        firsts: [],
      });
    const { session } = okOf<Result<'sign'>>(await call());
    okOf(await node.call('abort', { session: session! }));
    await shownAt(node, 4);
    okOf(await sign(network, node, { block: 4 }));
    expect(codeOf(await call())).to.equal('SESSION_REPEATED');
    await shownAt(node, 5);
    okOf(await sign(network, node, { block: 5 }));
    expect(codeOf(await call())).to.equal('BLOCK_UNKNOWN');
  });
});
