/** Enclaves whose sources of randomness are stuck, or that are copies of one machine: what they draw is theirs all the same. */
import { expect } from 'chai';
import type { Result } from '../../../signer/enclave/api.ts';
import { decodeEnvelope } from '../../../signer/enclave/peers/envelope.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import type { Rng } from '../../../signer/protocol/committee.ts';
import { sign } from '../support/life.ts';
import {
  bootNode,
  bootOf,
  deliverAll,
  fromHex,
  generate,
  lastOf,
  type Network,
  networkOf,
  okOf,
  requestOf,
  shownAt,
} from '../support/network.ts';

const stuckSource = (): Rng => (length) => new Uint8Array(length).fill(7);
const stuckNetwork = () => networkOf(3, 2, 'bip340', 'stuck', stuckSource);

const allDiffer = (values: readonly unknown[]) => expect(new Set(values.map(String)).size).to.equal(values.length);

/** Where a blob has its nonce (signer/enclave/sealing/seal.ts). */
const nonceIn = (sealed: Hex) => fromHex(sealed).slice(29, 53);

describe('enclaves with a source of randomness that is stuck [HP-02]', () => {
  it('have identities, boot keys and boot nonces of their own, as their sealing keys differ', async () => {
    const { nodes } = await stuckNetwork();
    allDiffer(nodes.flatMap(({ status }) => [status.identity, status.encryptionKey, status.nonce]));
  });

  it('have another boot key and nonce in the next life, from a later seal', async () => {
    const network = await stuckNetwork();
    await generate(network);
    const { sealed } = lastOf(network.nodes[0]!.events, 'seal');
    const next = await bootNode(network, 'stuck', sealed, 1, stuckSource);
    expect(next.status.identity).to.equal(network.nodes[0]!.status.identity);
    allDiffer([network.nodes[0]!, next].flatMap(({ status }) => [status.encryptionKey, status.nonce]));
  });

  it('make a key and sign, and neither seals nor envelopes have a nonce or an ephemeral key twice', async () => {
    const network = await stuckNetwork();
    const carried: Hex[] = [];
    network.post.push = (...envelopes) => {
      carried.push(...envelopes.map(({ envelope }) => envelope));
      return Array.prototype.push.apply(network.post, envelopes);
    };
    await generate(network);
    for (const run of [0, 1]) {
      for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node, { run }));
      await deliverAll(network);
    }
    for (const node of network.nodes.slice(0, 2))
      expect(node.events.filter(({ event }) => event === 'signature')).to.have.length(2);
    expect(carried.length).to.be.above(30);
    allDiffer(carried.map((envelope) => decodeEnvelope(fromHex(envelope)).enc));
    const seals = network.nodes.flatMap(({ events }) =>
      events.flatMap((event) => (event.event === 'seal' ? [event.sealed] : [])),
    );
    expect(seals.length).to.be.above(6);
    allDiffer(seals.map(nonceIn));
  });
});

/** Two enclaves in one state with one source, each asked for something else. */
describe('copies of one enclave [HP-02]', () => {
  it('say nothing twice in sessions that differ, and seal under no nonce twice', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const { sealed } = lastOf(network.nodes[0]!.events, 'seal');
    const copies = [await copy(network, sealed), await copy(network, sealed)];
    expect(copies[0]!.status).to.deep.equal(copies[1]!.status);
    const seat = network.world.seats[0]!;
    const records: Result<'recordBoot'>[] = [];
    for (const node of copies)
      records.push(
        okOf(await node.call('recordBoot', { operator: toHex(seat.operator), block: await shownAt(node, 2) })),
      );
    expect(records[0]).to.deep.equal(records[1]);
    Object.assign(seat, { ...bootOf(records[0]!), counter: Number(records[0]!.counter) });
    for (const [at, node] of copies.entries())
      okOf(await sign(network, node, { block: 3 + at, requests: [requestOf(network, at + 1)] }));
    const envelopes = copies.map(({ events }) => fromHex(lastOf(events, 'envelope').envelope));
    allDiffer(envelopes.map((envelope) => decodeEnvelope(envelope).enc));
    allDiffer(copies.map(({ events }) => nonceIn(lastOf(events, 'seal').sealed)));
  });
});

function copy(network: Network, sealed: Hex) {
  return bootNode(network, 'one state', sealed, 1);
}
