import { expect } from 'chai';
import { encodeEnvelope, encodeRoute, MAX_ENVELOPE_BYTES, type Route } from '../../../signer/enclave/peers/envelope.ts';
import { hpkeSeal } from '../../../signer/enclave/peers/hpke.ts';
import { signMessage } from '../../../signer/enclave/peers/message.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { ENVELOPE_INFO } from '../../../signer/formats/tags.ts';
import { seeded } from '../../simulation/random.ts';
import { identities } from '../support/identities.ts';
import { generateKey } from '../support/life.ts';
import {
  bootNode,
  bootOf,
  codeOf,
  deliverAll,
  type Envelope,
  fromHex,
  keepAll,
  lastOf,
  type Network,
  networkOf,
  okOf,
  partyOf,
} from '../support/network.ts';

const random = seeded('envelopes');
const rng = (length: number) => random.bytes(length);

/** Three members that have begun a key generation; their first envelopes lie in the post. */
async function begun(): Promise<Network> {
  const network = await networkOf(3, 2);
  for (const node of network.nodes) okOf(await generateKey(network, node, 1));
  return network;
}

function fromTo({ post }: Network, from: number, to: number): Envelope {
  const found = post.find((envelope) => partyOf(envelope.to) === to && fromHex(envelope.envelope)[36] === from);
  if (found === undefined) throw new Error(`nothing from ${from} to ${to}`);
  return found;
}

function altered(envelope: Hex, change: (bytes: Uint8Array) => Uint8Array): Hex {
  return toHex(change(fromHex(envelope)));
}

/** The route and ephemeral key of one with the ciphertext of another. */
function swapped(one: Envelope, other: Envelope): Hex {
  return toHex(Buffer.concat([fromHex(one.envelope).subarray(0, 72), fromHex(other.envelope).subarray(72)]));
}

/** What a member with this identity could seal to party 2 by itself. */
async function forged(network: Network, route: Partial<Route>, identity = identities.generate(rng)): Promise<Hex> {
  const session = fromHex(network.post[0]!.session);
  const whole: Route = { session, round: 0, from: 1, to: 2, broadcast: true, ...route };
  const aad = encodeRoute(whole);
  const key = network.world.seats[1]!.encryptionKey;
  const sealed = (await hpkeSeal(key, ENVELOPE_INFO, aad, signMessage(identity, whole, Uint8Array.of(1)), rng))!;
  return toHex(encodeEnvelope({ aad, ...sealed }));
}

describe('envelopes', () => {
  const first = (change: (bytes: Uint8Array) => Uint8Array) => (network: Network) =>
    altered(fromTo(network, 1, 2).envelope, change);
  const cases: readonly [string, string, (network: Network) => Hex | Promise<Hex>][] = [
    ['of another version', 'ENVELOPE_MALFORMED', first((bytes) => bytes.with(0, 2))],
    ['of another kind', 'ENVELOPE_MALFORMED', first((bytes) => bytes.with(39, 2))],
    ['cut short', 'ENVELOPE_MALFORMED', first((bytes) => bytes.slice(0, 87))],
    ['without their last byte', 'ENVELOPE_UNOPENED', first((bytes) => bytes.slice(0, -1))],
    ['with a byte more', 'ENVELOPE_TOO_LARGE', first((bytes) => Uint8Array.of(...bytes, 0))],
    ['of another session', 'SESSION_UNKNOWN', first((bytes) => bytes.with(1, bytes[1]! ^ 1))],
    ['of another round', 'ENVELOPE_UNOPENED', first((bytes) => bytes.with(34, 1))],
    ['of another sender', 'ENVELOPE_UNOPENED', first((bytes) => bytes.with(36, 3))],
    ['of no member', 'ENVELOPE_MISROUTED', first((bytes) => bytes.with(36, 4))],
    ['of this enclave itself', 'ENVELOPE_MISROUTED', first((bytes) => bytes.with(36, 2))],
    ['direct instead of broadcast', 'ENVELOPE_UNEXPECTED', first((bytes) => bytes.with(39, 0))],
    ['with another ephemeral key', 'ENVELOPE_UNOPENED', first((bytes) => bytes.with(40, bytes[40]! ^ 1))],
    ['with another ciphertext', 'ENVELOPE_UNOPENED', first((bytes) => bytes.with(80, bytes[80]! ^ 1))],
    ['longer than their round allows', 'ENVELOPE_TOO_LARGE', first((bytes) => new Uint8Array([...bytes, ...bytes]))],
    ['to another receiver', 'ENVELOPE_MISROUTED', (network) => fromTo(network, 1, 3).envelope],
    [
      'to another receiver, readdressed',
      'ENVELOPE_UNOPENED',
      (network) => altered(fromTo(network, 1, 3).envelope, (bytes) => bytes.with(38, 2)),
    ],
    ['of two halves', 'ENVELOPE_UNOPENED', (network) => swapped(fromTo(network, 1, 2), fromTo(network, 3, 2))],
    ['that a stranger sealed', 'ENVELOPE_UNSIGNED', (network) => forged(network, {})],
    ['that a stranger sealed for a round far ahead', 'ENVELOPE_AHEAD', (network) => forged(network, { round: 7 })],
  ];

  for (const [what, code, make] of cases) {
    it(`${what} are refused as ${code}, counted, and change nothing`, async () => {
      const network = await begun();
      const bob = network.nodes[1]!;
      const envelope = await make(network);
      for (let time = 1; time <= 2; time++) {
        expect(codeOf(await bob.call('deliver', { envelope }))).to.equal(code);
        expect(okOf<typeof bob.status>(await bob.call('status', {})).counters[code]).to.equal(time);
      }
      await deliverAll(network);
      await keepAll(network);
      expect(new Set(network.nodes.map(({ events }) => lastOf(events, 'confirmation').transcript)).size).to.equal(1);
    });
  }

  it('are too large by the frame’s own rule before anything else is looked at', async () => {
    const network = await begun();
    const envelope = toHex(new Uint8Array(MAX_ENVELOPE_BYTES + 1));
    expect(codeOf(await network.nodes[1]!.call('deliver', { envelope }))).to.equal('CALL_MALFORMED');
  });

  it('may come twice, and in any order of senders', async () => {
    const network = await begun();
    network.post.push(...network.post);
    network.post.reverse();
    await deliverAll(network);
    await keepAll(network);
    expect(new Set(network.nodes.map(({ events }) => lastOf(events, 'confirmation').transcript)).size).to.equal(1);
  });

  it('of a session that has not begun here wait outside, and count when it has', async () => {
    const network = await networkOf(3, 2);
    const [alice, bob] = [network.nodes[0]!, network.nodes[1]!];
    okOf(await generateKey(network, alice, 1));
    const { envelope } = fromTo(network, 1, 2);
    expect(codeOf(await bob.call('deliver', { envelope }))).to.equal('SESSION_UNKNOWN');
    okOf(await generateKey(network, bob, 1));
    expect(codeOf(await bob.call('deliver', { envelope }))).to.equal('ok');
    expect(codeOf(await bob.call('deliver', { envelope }))).to.equal('ENVELOPE_DUPLICATE');
  });

  it('of a session that is over are refused as SESSION_ENDED', async () => {
    const network = await begun();
    const [bob, { session, envelope }] = [network.nodes[1]!, fromTo(network, 1, 2)];
    okOf(await bob.call('abort', { session }));
    expect(codeOf(await bob.call('deliver', { envelope }))).to.equal('SESSION_ENDED');
    expect(codeOf(await bob.call('abort', { session }))).to.equal('SESSION_ENDED');
  });

  it('of an earlier life do not open in the next', async () => {
    const network = await begun();
    const { envelope } = fromTo(network, 1, 2);
    network.nodes[1] = await bootNode(network, 'second life', lastOf(network.nodes[1]!.events, 'seal').sealed, 2);
    Object.assign(network.world.seats[1]!, bootOf(network.nodes[1]!.status));
    const { session } = okOf<{ session: Hex }>(await generateKey(network, network.nodes[1]!, 1));
    expect(codeOf(await network.nodes[1]!.call('deliver', { envelope }))).to.equal('SESSION_UNKNOWN');
    const readdressed = fromHex(envelope);
    readdressed.set(fromHex(session), 1);
    const answer = await network.nodes[1]!.call('deliver', { envelope: toHex(readdressed) });
    expect(codeOf(answer)).to.equal('ENVELOPE_UNOPENED');
  });

  it('never go to a member whose recorded key is none; it is to blame', async () => {
    const network = await networkOf(3, 2);
    network.world.seats[2]!.encryptionKey = new Uint8Array(32).with(0, 1); // a point of small order
    okOf(await generateKey(network, network.nodes[0]!, 1));
    expect(lastOf(network.nodes[0]!.events, 'fault')).to.deep.include({ code: 'malformed', culprits: [3], silent: [] });
  });
});
