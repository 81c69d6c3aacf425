/** What a member can do with what others have signed and said to it, and with keys that are none. */

import { hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { encodeRoute, type Route } from '../../../signer/enclave/peers/envelope.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { generateKey, sign } from '../support/life.ts';
import { carries, type Mallory, malloryOf, type Overheard, overhears, says } from '../support/mallory.ts';
import { codeOf, fromHex, generate, lastOf, type Network, networkOf, okOf } from '../support/network.ts';

type Stage = {
  readonly network: Network;
  readonly mallory: Mallory;
  /** Bob's commitments in each of two sessions of one request, as he signed them. */
  readonly bobs: readonly Overheard[];
  deliver(party: number, message: Uint8Array, route: Route): Promise<string>;
};

/** Three of three sign one request in two sessions at once. */
async function stage(): Promise<Stage> {
  const network = await networkOf(3, 3, 'bip340', 'envelopes');
  const mallory = await malloryOf('envelopes', 1);
  await generate(network);
  for (const run of [0, 1]) {
    for (const node of network.nodes.slice(1)) okOf(await sign(network, node, { parties: [1, 2, 3], run }));
  }
  const bobs = (await overhears(mallory, network)).filter(({ route }) => route.from === 2);
  const deliver = async (party: number, message: Uint8Array, route: Route) => {
    const envelope = await carries(network, message, { ...route, to: party });
    return codeOf(await network.nodes[party - 1]!.call('deliver', { envelope }));
  };
  return { network, mallory, bobs, deliver };
}

describe('what another has signed', () => {
  it('counts in its own session, round and kind only, whoever carries it', async () => {
    const { bobs, deliver } = await stage();
    const [one, other] = bobs;
    const lies: [Partial<Route>, string][] = [
      [{ session: other!.route.session }, 'ENVELOPE_UNSIGNED'],
      // Longer than anything of that round, so it is not even opened.
      [{ round: 1 }, 'ENVELOPE_TOO_LARGE'],
      [{ round: 2 }, 'ENVELOPE_AHEAD'],
      [{ broadcast: false }, 'ENVELOPE_UNEXPECTED'],
      [{ from: 1 }, 'ENVELOPE_UNSIGNED'],
      [{ from: 3 }, 'ENVELOPE_MISROUTED'],
      [{ from: 4 }, 'ENVELOPE_MISROUTED'],
      [{ from: 0 }, 'ENVELOPE_MISROUTED'],
    ];
    for (const [lie, code] of lies)
      expect(await deliver(3, one!.message, { ...one!.route, ...lie }), JSON.stringify(lie)).to.equal(code);
    const shorter = { ...one!.route, round: 1 };
    expect(await deliver(3, one!.message.slice(0, 65 + 96 + 32), shorter)).to.equal('ENVELOPE_UNSIGNED');
    expect(await deliver(3, one!.message, one!.route)).to.equal('ok');
    expect(await deliver(3, one!.message, one!.route)).to.equal('ENVELOPE_DUPLICATE');
  });

  it('does not come back to it', async () => {
    const { bobs, deliver } = await stage();
    expect(await deliver(2, bobs[0]!.message, bobs[0]!.route)).to.equal('ENVELOPE_MISROUTED');
  });

  it('in two sessions of one request are different nonces', async () => {
    const { bobs } = await stage();
    expect(bobs).to.have.length(2);
    expect(toHex(bobs[0]!.payload)).not.to.equal(toHex(bobs[1]!.payload));
  });
});

describe('what no protocol has', () => {
  it('is not opened and not kept, in whatever round: the session goes on without it', async () => {
    const { network, mallory, bobs, deliver } = await stage();
    const { session } = bobs[0]!.route;
    const carol = network.nodes[2]!;
    const junk = async (round: number, broadcast: boolean, bytes: number) => {
      const envelope = await says(mallory, network, new Uint8Array(bytes), { session, round, to: 3, broadcast });
      return codeOf(await carol.call('deliver', { envelope }));
    };
    expect(await junk(0, false, 0)).to.equal('ENVELOPE_UNEXPECTED');
    expect(await junk(1, false, 0)).to.equal('ENVELOPE_UNEXPECTED');
    expect(await junk(1, true, 200_000)).to.equal('ENVELOPE_TOO_LARGE');
    expect(await junk(1, true, 3 * 32 + 32 + 1)).to.equal('ENVELOPE_TOO_LARGE');
    expect(await junk(2, true, 0)).to.equal('ENVELOPE_AHEAD');
    expect(await deliver(3, bobs[0]!.message, bobs[0]!.route)).to.equal('ok');
    const aloud = await says(mallory, network, bobs[0]!.payload, { session, round: 0, to: 3 });
    okOf(await carol.call('deliver', { envelope: aloud }));
    expect(await junk(0, false, 200_000)).to.equal('ENVELOPE_UNEXPECTED');
    expect(await junk(2, true, 0)).to.equal('ENVELOPE_UNEXPECTED');
    expect(carol.events.some(({ event }) => event === 'fault')).to.equal(false);
  });
});

describe('junk of a member', () => {
  it('holds no more of an enclave than honest messages would, and keeps no session alive', async () => {
    const { network, mallory, bobs, deliver } = await stage();
    const carol = network.nodes[2]!;
    const begin = (run: number) => sign(network, carol, { parties: [1, 2, 3], run });
    const sessions = bobs.map(({ route }) => route.session);
    for (let run = 2; run < 64; run++) sessions.push(fromHex(okOf<{ session: Hex }>(await begin(run)).session));
    network.now = 59_999;
    const [one, other] = sessions;
    expect(await deliver(3, bobs[0]!.message, bobs[0]!.route)).to.equal('ok');
    const aloud = { session: one!, round: 0, to: 3 };
    okOf(await carol.call('deliver', { envelope: await says(mallory, network, bobs[0]!.payload, aloud) }));
    for (const session of sessions.slice(1))
      for (const round of [0, 1]) {
        const envelope = await says(mallory, network, new Uint8Array(3 * 32 + 32), { session, round, to: 3 });
        okOf(await carol.call('deliver', { envelope }));
      }
    expect(codeOf(await begin(64))).to.equal('SESSION_LIMIT');
    network.now = 60_000;
    expect(codeOf(await begin(64))).to.equal('ok');
    // The one that heard a whole round lives on.
    expect(lastOf(carol.events, 'fault')).to.include({ session: toHex(other!), code: 'silent' });
  });
});

describe('an envelope with a key that is none', () => {
  const POINTS = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'ff'.repeat(32),
  ].map(hexToBytes);

  it('is refused, and the session goes on', async () => {
    const { network, bobs } = await stage();
    const carol = network.nodes[2]!;
    const aad = encodeRoute({ ...bobs[0]!.route, to: 3 });
    for (const enc of POINTS)
      for (const length of [16, 17, 200]) {
        const envelope = toHex(Uint8Array.of(...aad, ...enc, ...new Uint8Array(length)));
        const code = codeOf(await carol.call('deliver', { envelope }));
        expect(code, `${toHex(enc)} ${length}`).to.be.oneOf(['ENVELOPE_UNOPENED', 'ENVELOPE_TOO_LARGE']);
      }
    expect(carol.events.some(({ event }) => event === 'fault')).to.equal(false);
  });

  it('of a member is its own fault', async () => {
    for (const point of POINTS.slice(1, 5)) {
      const network = await networkOf(3, 2, 'bip340', 'envelopes');
      Object.assign(network.world.seats[0]!, { encryptionKey: point });
      okOf(await generateKey(network, network.nodes[1]!, 1));
      expect(lastOf(network.nodes[1]!.events, 'fault'), toHex(point)).to.deep.include({ culprits: [1], silent: [] });
    }
  });
});
