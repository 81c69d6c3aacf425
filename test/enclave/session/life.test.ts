import { expect } from 'chai';
import type { CallName } from '../../../signer/enclave/api.ts';
import { createEnclave } from '../../../signer/enclave/enclave.ts';
import type { State } from '../../../signer/enclave/sealing/state.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { keccak } from '../../../signer/formats/words.ts';
import { beaconOf, CHECKPOINT, STORE, slotOf, TRUSTED, told } from '../support/finality.ts';
import { identities } from '../support/identities.ts';
import { generateKey, restart, restartAnew, sealedBy, sign, statusOf } from '../support/life.ts';
import {
  bootNode,
  codeOf,
  deliverAll,
  fromHex,
  generate,
  keepAll,
  lastOf,
  networkOf,
  okOf,
  portsOf,
  shownAt,
  wireOf,
} from '../support/network.ts';
import { PARAMS } from '../support/params.ts';
import { headerOf } from '../support/world.ts';

describe('a life', () => {
  it('begins with boot, once', async () => {
    const network = await networkOf(1, 2);
    const [node] = network.nodes;
    expect(codeOf(await node!.call('boot', { sealed: null }))).to.equal('ALREADY_BOOTED');
  });

  it('answers nothing before boot, and what is no call never', async () => {
    const network = await networkOf(1, 2);
    const node = network.nodes[0]!;
    const fresh = await bootNode(network, 'fresh', null, 1);
    expect(codeOf((await fresh.enclave.handle({ id: 1, call: 'explode', params: {} })).answer)).to.equal(
      'CALL_UNKNOWN',
    );
    expect(codeOf((await fresh.enclave.handle({ id: 1, call: 'status' })).answer)).to.equal('CALL_MALFORMED');
    expect((await fresh.enclave.handle([])).answer.id).to.equal(0);
    expect((await statusOf(fresh)).counters).to.deep.equal({ CALL_MALFORMED: 2, CALL_UNKNOWN: 1 });
    expect((await statusOf(node)).counters).to.deep.equal({});
  });

  it('goes on from the sealed state, with a new boot nonce and encryption key', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const before = await statusOf(network.nodes[0]!);
    const after = await statusOf(await restart(network, 1));
    expect(after).to.deep.include({ identity: before.identity, shares: before.shares, head: before.head });
    expect(after.generation).to.equal(before.generation);
    expect(after.nonce).not.to.equal(before.nonce);
    expect(after.encryptionKey).not.to.equal(before.encryptionKey);
  });

  it('never silently begins anew: a seal that does not open is refused, and the host may bring another', async () => {
    const network = await networkOf(2, 2);
    const [alices, bobs] = network.nodes.map(({ events }) => fromHex(lastOf(events, 'seal').sealed));
    const torn = alices!.subarray(0, -1);
    for (const sealed of [bobs!, torn, new Uint8Array()]) {
      await bootNode(network, 'refused', toHex(sealed), 1).then(
        () => expect.fail('booted'),
        (error: Error) => expect(error.message).to.match(/^refused: SEALED_INVALID/),
      );
    }
    const node = await bootNode(network, 'good', toHex(alices!), 1);
    expect(node.status.identity).to.equal(network.nodes[0]!.status.identity);
  });

  it('does not take a seal whose outside names another identity', async () => {
    const network = await networkOf(1, 2);
    const state: State = {
      identity: identities.of(new Uint8Array(32).fill(3)),
      isFrozen: false,
      head: null,
      trusted: TRUSTED,
      finality: STORE,
      forks: [],
      shares: [],
    };
    const other = { ...state, identity: { ...state.identity, address: new Uint8Array(20) } };
    await bootNode(network, 'x', sealedBy(1, other), 1).then(
      () => expect.fail('booted'),
      (error: Error) => expect(error.message).to.equal('refused: SEALED_INVALID: the identity inside is another'),
    );
  });
});

describe('the head', () => {
  it('moves only forward, in the next life too', async () => {
    const network = await networkOf(2, 2);
    okOf(await generateKey(network, network.nodes[0]!, 5));
    expect((await statusOf(network.nodes[0]!)).head?.number).to.equal(5);
    expect(codeOf(await generateKey(network, network.nodes[0]!, 4))).to.equal('BLOCK_NOT_FINAL');
  });

  it('begins once for an identity: no life of it takes another checkpoint, and none is sealed without', async () => {
    const network = await networkOf(3, 2);
    const other = beaconOf().checkpoint;
    for (const node of [network.nodes[0]!, await restartAnew(network, 1)])
      expect(codeOf(await node.call('bootstrap', wireOf(other)))).to.equal('CHECKPOINT_KEPT');
    const fresh = createEnclave(portsOf(network, 'fresh', 1));
    const { events } = await fresh.handle({ id: 1, call: 'boot', params: { sealed: null } });
    expect(events).to.deep.equal([]);
    const begun = await fresh.handle({ id: 2, call: 'bootstrap', params: wireOf(other) });
    expect(begun.events.map(({ event }) => event)).to.deep.equal(['seal']);
  });

  it('is where the next life goes on', async () => {
    const network = await networkOf(3, 2);
    await generate(network, 5);
    const node = await restart(network, 1);
    expect(codeOf(await generateKey(network, node, 4))).to.equal('BLOCK_NOT_FINAL');
    expect(codeOf(await node.call('bootstrap', wireOf(CHECKPOINT)))).to.equal('CHECKPOINT_KEPT');
    expect((await statusOf(node)).head?.number).to.equal(5);
  });

  it('confirms no key once two chains are signed: neither when its share is kept, nor in the next life', async () => {
    const network = await networkOf(3, 2);
    for (const each of network.nodes) okOf(await generateKey(network, each));
    await deliverAll(network);
    const [node, honest] = network.nodes;
    const other = { update: toHex(told(slotOf(1), new Uint8Array(32).fill(1))) };
    expect(codeOf(await node!.call('follow', other))).to.equal('UPDATE_CONFLICT');
    await keepAll(network);
    const { sealed } = lastOf(node!.events, 'seal');
    const again = await bootNode(network, 'frozen', sealed, 1);
    expect((await statusOf(again)).shares.length, 'shares').to.equal(1);
    const confirmed = [node!, again, honest!].map(({ events }) => events.some(({ event }) => event === 'confirmation'));
    expect(confirmed).to.deep.equal([false, false, true]);
  });

  it('leaves nothing to be called once two chains are signed: what is said then says nothing of any chain', async () => {
    const network = await networkOf(3, 2);
    const [node] = network.nodes;
    await shownAt(node!, 1);
    okOf(await node!.call('follow', { update: toHex(told(slotOf(5), keccak(headerOf(5)))) }));
    const block = toHex(keccak(headerOf(1)));
    const other = { update: toHex(told(slotOf(5), new Uint8Array(32).fill(1))) };
    expect(codeOf(await node!.call('follow', other))).to.equal('UPDATE_CONFLICT');
    const codes: Partial<Record<CallName, string>> = {
      ...{ boot: 'ALREADY_BOOTED', bootstrap: 'CHECKPOINT_KEPT', status: 'ok', kept: 'GENERATION_UNKNOWN' },
      ...{ deliver: 'ENVELOPE_MALFORMED', abort: 'SESSION_UNKNOWN' },
    };
    for (const call of Object.keys(PARAMS) as CallName[]) {
      const params = PARAMS[call] as object;
      const said = await node!.enclave.handle({
        id: 9,
        call,
        params: 'block' in params ? { ...params, block } : params,
      });
      expect([call, codeOf(said.answer), said.events]).to.deep.equal([call, codes[call] ?? 'ENCLAVE_FROZEN', []]);
    }
  });

  it('is one block of its slot: a second one that is signed as well freezes the enclave, in every life', async () => {
    const network = await networkOf(3, 2);
    await generate(network, 5);
    const other = { update: toHex(told(slotOf(5), new Uint8Array(32).fill(1))) };
    expect(codeOf(await network.nodes[0]!.call('follow', other))).to.equal('UPDATE_CONFLICT');
    expect(codeOf(await sign(network, network.nodes[0]!, { block: 6 }))).to.equal('ENCLAVE_FROZEN');
    const { sealed } = lastOf(network.nodes[0]!.events, 'seal');
    const node = await bootNode(network, 'frozen', sealed, 1);
    expect((await statusOf(node)).isFrozen).to.equal(true);
    expect(codeOf(await sign(network, node, { block: 6 }))).to.equal('ENCLAVE_FROZEN');
    expect(codeOf(await sign(network, network.nodes[1]!, { block: 6 }))).to.equal('ok');
  });
});

describe('the same seed and the same calls', () => {
  it('give the same bytes, in order', async () => {
    const runs = [];
    for (let time = 0; time < 2; time++) {
      const network = await networkOf(3, 2, 'bip340', 'twice');
      await generate(network);
      runs.push(network.nodes.map(({ events }) => events));
    }
    expect(runs[0]).to.deep.equal(runs[1]);
  });
});
