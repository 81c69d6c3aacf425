import { expect } from 'chai';
import { SCHEME_NUMBERS } from '../../../signer/formats/schemes.ts';
import { portableSuites } from '../../../signer/protocol/ciphersuite/suites.ts';
import { generate as generateShares } from '../../protocol/keys.ts';
import { STORE, TRUSTED } from '../support/finality.ts';
import { identities } from '../support/identities.ts';
import { activateKey, generateKey, restart, restartAnew, sealedBy, sign, statusOf } from '../support/life.ts';
import {
  bootNode,
  bootOf,
  codeOf,
  deliverAll,
  fromHex,
  generate,
  lastOf,
  networkOf,
  okOf,
} from '../support/network.ts';
import { openAttempt, pend, worldOf } from '../support/world.ts';

describe('a share', () => {
  it('is confirmed only after the host has kept it, and then once', async () => {
    const network = await networkOf(3, 2);
    for (const node of network.nodes) okOf(await generateKey(network, node));
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
    for (const node of network.nodes) okOf(await generateKey(network, node));
    await deliverAll(network);
    expect(codeOf(await generateKey(network, network.nodes[0]!))).to.equal('SHARE_EXISTS');
    expect(codeOf(await generateKey(network, await restart(network, 1), 2))).to.equal('SHARE_EXISTS');
  });

  it('of an attempt that a later one has taken the place of is dropped, unconfirmed', async () => {
    const network = await networkOf(3, 2);
    for (const node of network.nodes) okOf(await generateKey(network, node));
    await deliverAll(network);
    const { call, events } = network.nodes[0]!;
    const { generation } = lastOf(events, 'seal');
    openAttempt(network.world, 2);
    okOf(await generateKey(network, network.nodes[0]!, 2));
    expect((await statusOf(network.nodes[0]!)).shares).to.deep.equal([]);
    okOf(await call('kept', { generation }));
    expect(events.some(({ event }) => event === 'confirmation')).to.equal(false);
  });

  it('still in the making goes with the session when a later attempt opens', async () => {
    const network = await networkOf(3, 2);
    for (const node of network.nodes) okOf(await generateKey(network, node));
    openAttempt(network.world, 2);
    okOf(await generateKey(network, network.nodes[0]!, 2));
    expect(lastOf(network.nodes[0]!.events, 'fault').code).to.equal('silent');
    expect((await statusOf(network.nodes[0]!)).sessions).to.equal(1);
  });

  it('of the attempt that the chain chose is the only one left', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const chosen = await statusOf(network.nodes[0]!);
    pend(network.world);
    okOf(await activateKey(network, network.nodes[0]!));
    expect((await statusOf(network.nodes[0]!)).shares).to.deep.equal(chosen.shares);
    const again = await restart(network, 1);
    expect(again.events.some(({ event }) => event === 'confirmation')).to.equal(false);
  });

  it('must be there, and be one of the key that the chain knows', async () => {
    const network = await networkOf(2, 2);
    const other = await networkOf(2, 2);
    await generate(other);
    const stranger = await restartAnew(other, 1);
    expect(codeOf(await sign(other, stranger))).to.equal('SHARE_MISSING');
    await generate(network, 4);
    const { key, ceremony } = network.world.facts;
    key.publicKeyPrefix ^= 1;
    expect(codeOf(await sign(network, network.nodes[0]!, { block: 5 }))).to.equal('SHARE_DIFFERS');
    key.publicKeyPrefix ^= 1;
    pend(network.world);
    ceremony.commitments = new Uint8Array(32);
    expect(codeOf(await activateKey(network, network.nodes[0]!, { block: 6 }))).to.equal('SHARE_DIFFERS');
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
      status: 'chosen',
      keyShare: keyShare!,
    } as const;
    const shares = Array.from({ length: 256 }, (_, at) => ({ ...share, keyId: new Uint8Array(32).fill(at) }));
    const full = {
      identity: identities.of(word.map(() => 1)),
      isFrozen: false,
      head: null,
      trusted: TRUSTED,
      finality: STORE,
      forks: [],
      shares,
    };
    const node = await bootNode(network, 'full', sealedBy(1, full), 1);
    const seated = { identity: fromHex(node.status.identity), ...bootOf(node.status) };
    network.world = worldOf([seated, network.world.seats[1]!], 2, 'bip340');
    expect(codeOf(await generateKey(network, node))).to.equal('SHARE_LIMIT');
    network.world.facts.key.scheme = 1 + Math.max(...Object.values(SCHEME_NUMBERS));
    expect(codeOf(await generateKey(network, node, 2))).to.equal('SCHEME_UNKNOWN');
  });
});
