/** What a member that broke its enclave can do with its own identity: get itself named. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { SIGNATURE_BYTES } from '../../../signer/enclave/identity.ts';
import { decodeEnvelope, encodeEnvelope, encodeRoute, type Route } from '../../../signer/enclave/peers/envelope.ts';
import { hpkeOpen, hpkeSeal } from '../../../signer/enclave/peers/hpke.ts';
import { signMessage } from '../../../signer/enclave/peers/message.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { messageHash } from '../../../signer/formats/session.ts';
import { ENVELOPE_INFO, MESSAGE_TAG } from '../../../signer/formats/tags.ts';
import { hash, keccak, uintWord } from '../../../signer/formats/words.ts';
import { portableSuites } from '../../../signer/protocol/ciphersuite/suites.ts';
import { committeeOf, type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { keygen } from '../../../signer/protocol/keygen/keygen.ts';
import type { RoundIn, RoundOut, Said } from '../../../signer/protocol/round.ts';
import { seeded } from '../../simulation/random.ts';
import { identities } from '../support/identities.ts';
import { generateKey } from '../support/life.ts';
import { malloryOf } from '../support/mallory.ts';
import {
  codeOf,
  deliverAll,
  type Envelope,
  fromHex,
  lastOf,
  type Network,
  networkOf,
  okOf,
  partyOf,
} from '../support/network.ts';

const random = seeded('lies');
const rngOf = (seed: string) => {
  const stream = seeded(seed);
  return (length: number) => stream.bytes(length);
};
const { identity: alice, key: alicesKey } = await malloryOf('lies', 1);

type Begun = Network & { readonly session: Uint8Array };

async function begun(): Promise<Begun> {
  const network = await networkOf(3, 2, 'bip340', 'lies');
  expect(network.nodes[0]!.status.identity).to.equal(toHex(alice.address));
  for (const node of network.nodes.slice(1)) {
    okOf(await generateKey(network, node, 1));
  }
  return { ...network, session: fromHex(network.post[0]!.session) };
}

async function fromAlice(network: Begun, payload: Uint8Array, route: Partial<Route> = {}): Promise<Hex> {
  const whole: Route = { session: network.session, round: 0, from: 1, to: 2, broadcast: true, ...route };
  const aad = encodeRoute(whole);
  const key = network.world.seats[whole.to - 1]!.encryptionKey;
  const sealed = await hpkeSeal(key, ENVELOPE_INFO, aad, signMessage(alice, whole, payload), (length) =>
    random.bytes(length),
  );
  return toHex(encodeEnvelope({ aad, ...sealed! }));
}

/** What alice's enclave would have heard. */
async function readByAlice({ envelope }: Envelope): Promise<[PartyId, Said]> {
  const decoded = decodeEnvelope(fromHex(envelope));
  const message = await hpkeOpen(alicesKey, ENVELOPE_INFO, decoded.aad, decoded);
  return [partyIdOf(decoded.route.from), { broadcast: message!.slice(SIGNATURE_BYTES) }];
}

/** Who signed a broadcast of round 0 by party 1 with this payload. */
function signerOf({ session }: Begun, payloadHash: string, signature: string): Uint8Array | undefined {
  const words = [MESSAGE_TAG, session, uintWord(0), uintWord(1), uintWord(0), fromHex(`0x${payloadHash}`)];
  return identities.recover(keccak(...words), fromHex(`0x${signature}`));
}

describe('a lying member', () => {
  it('that says two things in one slot is named, with proof that anybody can check', async () => {
    const network = await begun();
    const bob = network.nodes[1]!;
    const payloads = [new Uint8Array(64).fill(1), new Uint8Array(64).fill(2)];
    for (const payload of payloads) okOf(await bob.call('deliver', { envelope: await fromAlice(network, payload) }));

    const fault = lastOf(bob.events, 'fault');
    expect(fault).to.deep.include({ code: 'equivocation', culprits: [1], silent: [] });
    const proofs = [...fault.detail.matchAll(/([0-9a-f]{64}) \(([0-9a-f]{130})\)/g)];
    expect(proofs.map(([, payloadHash]) => payloadHash)).to.deep.equal(
      payloads.map((payload) => toHex(hash(payload)).slice(2)),
    );
    for (const [, payloadHash, signature] of proofs) {
      expect(signerOf(network, payloadHash!, signature!)).to.deep.equal(alice.address);
    }
  });

  it('that tells two members different things makes no key, and their testimonies together prove it', async () => {
    const network = await begun();
    const [bob, carol] = [network.nodes[1]!, network.nodes[2]!];
    const twins = ['for bob', 'for carol'].map((seed) =>
      keygen(committeeOf(1, [1, 2, 3], 2, network.session), portableSuites.bip340, rngOf(seed)),
    );
    let heard: RoundIn = new Map();
    for (const round of [0, 1, 2]) {
      const said = twins.map((twin) => (twin.next(heard).value as RoundOut).broadcast!);
      const mail = network.post.splice(0);
      heard = new Map(await Promise.all(mail.filter(({ to }) => partyOf(to) === 1).map(readByAlice)));
      okOf(await bob.call('deliver', { envelope: await fromAlice(network, said[0]!, { round, to: 2 }) }));
      okOf(await carol.call('deliver', { envelope: await fromAlice(network, said[1]!, { round, to: 3 }) }));
      for (const { to, envelope } of mail)
        if (partyOf(to) !== 1) await network.nodes[partyOf(to) - 1]!.call('deliver', { envelope });
    }
    const faults = [bob, carol].map(({ events }) => lastOf(events, 'fault'));
    expect(faults.map(({ code, culprits }) => [code, culprits])).to.deep.equal([
      ['equivocation', []],
      ['equivocation', []],
    ]);
    const heardIn = (detail: string) => /round 0, from 1 to all: ([0-9a-f]{64}) \(([0-9a-f]{130})\)/.exec(detail)!;
    const [one, other] = faults.map(({ detail }) => heardIn(detail));
    expect(one![1]).not.to.equal(other![1]);
    for (const [, payloadHash, signature] of [one!, other!]) {
      expect(signerOf(network, payloadHash!, signature!)).to.deep.equal(alice.address);
    }
  });

  it('that says what no honest member says is named', async () => {
    const network = await begun();
    const bob = network.nodes[1]!;
    await deliverAll(network);
    okOf(await bob.call('deliver', { envelope: await fromAlice(network, new Uint8Array(3)) }));
    expect(lastOf(bob.events, 'fault')).to.deep.include({ code: 'malformed', culprits: [1], silent: [] });
  });

  it('that whispers in a round that has no whispers is not heard', async () => {
    const network = await begun();
    const bob = network.nodes[1]!;
    await deliverAll(network);
    const whisper = await fromAlice(network, new Uint8Array(3), { broadcast: false });
    expect(codeOf(await bob.call('deliver', { envelope: whisper }))).to.equal('ENVELOPE_UNEXPECTED');
    expect(bob.events.some(({ event }) => event === 'fault')).to.equal(false);
  });

  it('cannot fill the memory with rounds to come', async () => {
    const network = await begun();
    const bob = network.nodes[1]!;
    const ahead = await fromAlice(network, new Uint8Array(64), { round: 2 });
    expect(codeOf(await bob.call('deliver', { envelope: ahead }))).to.equal('ENVELOPE_AHEAD');
    expect(
      codeOf(await bob.call('deliver', { envelope: await fromAlice(network, new Uint8Array(64), { round: 1 }) })),
    ).to.equal('ok');
  });

  it('cannot speak for another', async () => {
    const network = await begun();
    const envelope = await fromAlice(network, new Uint8Array(64), { from: 3 });
    expect(codeOf(await network.nodes[1]!.call('deliver', { envelope }))).to.equal('ENVELOPE_UNSIGNED');
  });
});

describe('an identity’s signature', () => {
  const digest = messageHash({ session: new Uint8Array(32), roundIndex: 0, from: 1, to: 0, payload: new Uint8Array() });
  const route: Route = { session: new Uint8Array(32), round: 0, from: 1, to: 2, broadcast: true };
  const signature = signMessage(alice, route, new Uint8Array());

  it('has one form: low s, v 27 or 28, 65 bytes', () => {
    expect(identities.recover(digest, signature)).to.deep.equal(alice.address);
    const s = secp256k1.Point.Fn.ORDER - BigInt(toHex(signature.slice(32, 64)));
    const highS = Uint8Array.of(...signature.slice(0, 32), ...uintWord(s), signature[64]! ^ 7); // 27 <-> 28
    const others = [
      highS,
      signature.with(64, signature[64]! - 27),
      signature.slice(0, 64),
      Uint8Array.of(...signature, 0),
      new Uint8Array(65),
      new Uint8Array(65).fill(255).with(64, 27),
    ];
    for (const other of others) expect(identities.recover(digest, other)).to.equal(undefined);
  });
});
