import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import type { Hex, Status } from '../../../signer/enclave/api.ts';
import { parseConfiguration } from '../../../signer/enclave/formats/configuration.ts';
import { toHex } from '../../../signer/enclave/hex.ts';
import { identityOf } from '../../../signer/enclave/identity.ts';
import { sealState } from '../../../signer/enclave/sealing/seal.ts';
import { encodeState, type State } from '../../../signer/enclave/sealing/state.ts';
import { portableSuites } from '../../../signer/protocol/ciphersuite/suites.ts';
import { Secret } from '../../../signer/protocol/secret.ts';
import { generate as generateShares } from '../../protocol/keys.ts';
import { seeded } from '../../simulation/random.ts';
import {
  bootNode,
  bootOf,
  codeOf,
  committee,
  deliverAll,
  fromHex,
  generate,
  keepAll,
  lastOf,
  type Network,
  type Node,
  networkOf,
  okOf,
  proofAt,
  requestOf,
  setOf,
} from '../support/network.ts';
import { CONFIGURATION } from '../support/world.ts';

const statusOf = async (node: Node): Promise<Status> => okOf(await node.call('status', {}));
const generateKey = (node: Node, block = 1) =>
  node.call('generateKey', { committee: committee(), proof: proofAt(block) });
const sign = (node: Node, { block = 3, run = 0 } = {}) =>
  node.call('sign', { request: requestOf(1), committee: committee(), set: setOf([1, 2], run), proof: proofAt(block) });

/** The node's next life, from what its host kept last; its boot record is on chain. */
async function restart(network: Network, party: number): Promise<Node> {
  const { sealed } = lastOf(network.nodes[party - 1]!.events, 'seal');
  const node = await bootNode(network, `next life of ${party}`, sealed, party);
  network.nodes[party - 1] = node;
  Object.assign(network.world.seats[party - 1]!, bootOf(node.status));
  return node;
}

function sealedBy(party: number, state: State): Hex {
  const key = new Secret(new Uint8Array(32).fill(party));
  const context = { key, configuration: parseConfiguration(CONFIGURATION).hash };
  const header = { generation: 9, identity: state.identity.address };
  return toHex(sealState(context, header, encodeState(state), (length) => seeded('seal').bytes(length)));
}

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
    const state: State = { identity: identityOf(new Uint8Array(32).fill(3)), head: null, shares: [] };
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
    okOf(await generateKey(network.nodes[0]!, 5));
    expect((await statusOf(network.nodes[0]!)).head?.number).to.equal(5);
    expect(codeOf(await generateKey(network.nodes[0]!, 4))).to.equal('HEAD_OLDER');
    const node = await restart(network, 1);
    expect(codeOf(await generateKey(node, 4))).to.equal('HEAD_OLDER');
    expect(codeOf(await generateKey(node, 5))).to.equal('ok');
  });

  it('is one block of its number', async () => {
    const network = await networkOf(2, 2);
    okOf(await generateKey(network.nodes[0]!, 5));
    const header = toHex(Uint8Array.of(1, ...fromHex(proofAt(5).header).subarray(1)));
    const forked = await network.nodes[0]!.call('generateKey', {
      committee: committee(),
      proof: { header, accounts: [] },
    });
    expect(codeOf(forked)).to.equal('HEAD_CONFLICT');
  });
});

describe('a share', () => {
  it('is confirmed only after the host has kept it, and then once', async () => {
    const network = await networkOf(3, 2);
    for (const node of network.nodes) okOf(await generateKey(node));
    await deliverAll(network);
    const { call, events } = network.nodes[0]!;
    const confirmations = () => events.filter(({ event }) => event === 'confirmation');
    const { generation } = lastOf(events, 'seal');
    expect(confirmations()).to.deep.equal([]);
    expect(codeOf(await call('kept', { generation: generation + 1 }))).to.equal('GENERATION_UNKNOWN');
    okOf(await call('kept', { generation: generation - 1 }));
    expect(confirmations()).to.deep.equal([]);
    okOf(await call('kept', { generation }));
    expect(confirmations()).to.have.length(1);
    okOf(await call('kept', { generation }));
    expect(confirmations()).to.have.length(1);
  });

  it('is confirmed in the same words after a crash between keeping and confirming', async () => {
    const network = await networkOf(3, 2);
    const confirmations = await generate(network);
    const node = await restart(network, 1);
    expect(lastOf(node.events, 'confirmation')).to.deep.equal(confirmations[0]);
  });

  it('is made once per attempt, by all lives together', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    expect(codeOf(await generateKey(network.nodes[0]!))).to.equal('SHARE_EXISTS');
    expect(codeOf(await generateKey(await restart(network, 1)))).to.equal('SHARE_EXISTS');
  });

  it('of an attempt that a later one has taken the place of is dropped, unconfirmed', async () => {
    const network = await networkOf(3, 2);
    for (const node of network.nodes) okOf(await generateKey(node));
    await deliverAll(network);
    const { call, events } = network.nodes[0]!;
    const { generation } = lastOf(events, 'seal');
    network.world.attempt = 2;
    okOf(await generateKey(network.nodes[0]!, 2));
    expect((await statusOf(network.nodes[0]!)).shares).to.deep.equal([]);
    okOf(await call('kept', { generation }));
    expect(events.some(({ event }) => event === 'confirmation')).to.equal(false);
  });

  it('still in the making goes with the session when a later attempt opens', async () => {
    const network = await networkOf(3, 2);
    for (const node of network.nodes) okOf(await generateKey(node));
    network.world.attempt = 2;
    okOf(await generateKey(network.nodes[0]!, 2));
    expect(lastOf(network.nodes[0]!.events, 'fault').code).to.equal('silent');
    expect((await statusOf(network.nodes[0]!)).sessions).to.equal(1);
  });

  it('of the attempt that the chain chose is the only one left', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const chosen = await statusOf(network.nodes[0]!);
    okOf(
      await network.nodes[0]!.call('activateKey', { committee: committee(), set: setOf([1, 2]), proof: proofAt(2) }),
    );
    expect((await statusOf(network.nodes[0]!)).shares).to.deep.equal(chosen.shares);
    const again = await restart(network, 1);
    expect(again.events.some(({ event }) => event === 'confirmation')).to.equal(false);
  });

  it('must be there, and be one of the key that the chain knows', async () => {
    const network = await networkOf(2, 2);
    expect(codeOf(await sign(network.nodes[0]!))).to.equal('SHARE_MISSING');
    await generate(network, 4);
    const { publicKey } = network.world;
    network.world.publicKey = { ...publicKey, prefix: publicKey.prefix ^ 1 };
    expect(codeOf(await sign(network.nodes[0]!, { block: 5 }))).to.equal('SHARE_DIFFERS');
    network.world.publicKey = publicKey;
    network.world.commitments = new Uint8Array(32);
    const activate = { committee: committee(), set: setOf([1, 2]), proof: proofAt(6) };
    expect(codeOf(await network.nodes[0]!.call('activateKey', activate))).to.equal('SHARE_DIFFERS');
  });

  it('is not made when there are too many, nor for a scheme without a protocol', async () => {
    const network = await networkOf(2, 2);
    const [keyShare] = [...generateShares(portableSuites.bip340, 2, 2).values()];
    const word = new Uint8Array(32);
    const share = {
      keyId: word,
      epoch: 1,
      attempt: 1,
      committee: word,
      session: word,
      member: word,
      standing: 'settled',
      keyShare: keyShare!,
    } as const;
    const shares = Array.from({ length: 256 }, (_, at) => ({ ...share, keyId: new Uint8Array(32).fill(at) }));
    const shareOfKey = { ...share, keyId: new Uint8Array(32) };
    const full = {
      identity: identityOf(word.map(() => 1)),
      head: null,
      shares: shares.map((each) => (each.keyId[0] === 0x6b ? shareOfKey : each)),
    };
    const node = await bootNode(network, 'full', sealedBy(1, full), 1);
    network.world.seats[0] = {
      ...network.world.seats[0]!,
      identity: fromHex(node.status.identity),
      ...bootOf(node.status),
    };
    expect(codeOf(await generateKey(node))).to.equal('SHARE_LIMIT');
    network.world.scheme = 'ecdsa-secp256k1';
    expect(codeOf(await generateKey(node))).to.equal('SCHEME_UNSUPPORTED');
  });
});

describe('a session', () => {
  it('begins once in a life, whatever became of it', async () => {
    const network = await networkOf(2, 2);
    const node = network.nodes[0]!;
    const { session } = okOf<{ session: Hex }>(await generateKey(node));
    expect(codeOf(await generateKey(node))).to.equal('SESSION_REPEATED');
    okOf(await node.call('abort', { session }));
    expect(codeOf(await generateKey(node, 2))).to.equal('SESSION_REPEATED');
  });

  it('of a signature can be run again under another number only', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const { session } = okOf<{ session: Hex }>(await sign(network.nodes[0]!));
    okOf(await network.nodes[0]!.call('abort', { session }));
    expect(lastOf(network.nodes[0]!.events, 'fault')).to.deep.include({
      session,
      code: 'silent',
      culprits: [],
      silent: [2],
    });
    expect(codeOf(await sign(network.nodes[0]!))).to.equal('SESSION_REPEATED');
    expect(codeOf(await sign(network.nodes[0]!, { run: 1 }))).to.equal('ok');
  });

  it('says other things every time: no nonce comes back', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const commitments = new Set<string>();
    for (let run = 0; run < 5; run++) {
      for (const node of network.nodes) okOf(await sign(node, { run }));
      await deliverAll(network);
      commitments.add(lastOf(network.nodes[0]!.events, 'signature').signatures[0]!.slice(0, 66));
    }
    expect(commitments.size).to.equal(5);
  });

  it('is one of 64; one that was idle for a minute makes room, and none before', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const node = network.nodes[0]!;
    const first = okOf<{ session: Hex }>(await sign(node, { run: 0 }));
    for (let run = 1; run < 64; run++) okOf(await sign(node, { run }));
    network.now = 59_999;
    expect(codeOf(await sign(node, { run: 64 }))).to.equal('SESSION_LIMIT');
    network.now = 60_000;
    expect(codeOf(await sign(node, { run: 64 }))).to.equal('ok');
    expect(lastOf(node.events, 'fault')).to.include({ session: first.session, code: 'silent' });
    expect((await statusOf(node)).sessions).to.equal(64);
  });

  it('lets nothing out that does not verify under the approved key (A37)', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    network.world.verifyingKey = schnorr.getPublicKey(new Uint8Array(32).fill(1));
    for (const node of network.nodes) okOf(await sign(node));
    await deliverAll(network);
    for (const node of network.nodes) {
      expect(lastOf(node.events, 'fault')).to.deep.include({ code: 'unverified-signature', culprits: [], silent: [] });
      expect(node.events.some(({ event }) => event === 'signature')).to.equal(false);
      expect((await statusOf(node)).counters).to.include({ 'fault unverified-signature': 1 });
    }
  });

  it('dies with the life: a restart has none, and no answer to it is understood', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    for (const node of network.nodes) okOf(await sign(node));
    const node = await restart(network, 1);
    expect((await statusOf(node)).sessions).to.equal(0);
    await deliverAll(network);
    expect((await statusOf(node)).counters).to.deep.equal({ SESSION_UNKNOWN: 2 });
    await keepAll(network);
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
