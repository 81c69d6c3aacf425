/** A member that broke its enclave: it has the identity and the boot key of its first life, and says whatever it likes. */

import type { Hex } from '../../../signer/enclave/api.ts';
import { ENVELOPE_INFO } from '../../../signer/enclave/formats/tags.ts';
import { toHex } from '../../../signer/enclave/hex.ts';
import { generateIdentity, type Identity, SIGNATURE_BYTES } from '../../../signer/enclave/identity.ts';
import { decodeEnvelope, encodeEnvelope, encodeRoute, type Route } from '../../../signer/enclave/peers/envelope.ts';
import { type EncryptionKey, generateEncryptionKey, hpkeOpen, hpkeSeal } from '../../../signer/enclave/peers/hpke.ts';
import { signMessage } from '../../../signer/enclave/peers/message.ts';
import { type Envelope, fromHex, type Network, partyOf } from '../../enclave/support/network.ts';
import { seeded } from '../../simulation/random.ts';

export type Mallory = { readonly party: number; readonly identity: Identity; readonly key: EncryptionKey };

/** @param seed that of the network, in which this party has its own stream: identity and boot key come first */
export async function malloryOf(seed: string, party: number): Promise<Mallory> {
  const stream = seeded(`${seed}/${party}`);
  const rng = (length: number) => stream.bytes(length);
  const identity = generateIdentity(rng);
  return { party, identity, key: await generateEncryptionKey(rng) };
}

const noise = seeded('mallory');

/** An envelope that she signed and sealed for another member. */
export async function says(
  { party, identity }: Mallory,
  { world }: Network,
  payload: Uint8Array,
  route: Pick<Route, 'session' | 'round' | 'to'> & Partial<Route>,
): Promise<Hex> {
  const whole: Route = { from: party, broadcast: true, ...route };
  const aad = encodeRoute(whole);
  const message = signMessage(identity, whole, payload);
  const sealed = await hpkeSeal(world.seats[whole.to - 1]!.encryptionKey, ENVELOPE_INFO, aad, message, (length) =>
    noise.bytes(length),
  );
  return toHex(encodeEnvelope({ aad, ...sealed! }));
}

/** What she hears: payloads that are for her, by sender. They leave the post. */
export async function hears({ party, key }: Mallory, network: Network): Promise<Map<number, Uint8Array>> {
  const mine = network.post.filter(({ to }) => partyOf(to) === party);
  network.post.splice(0, network.post.length, ...network.post.filter(({ to }) => partyOf(to) !== party));
  return new Map(await Promise.all(mine.map((envelope) => read(key, envelope))));
}

async function read(key: EncryptionKey, { envelope }: Envelope): Promise<[number, Uint8Array]> {
  const decoded = decodeEnvelope(fromHex(envelope));
  const message = await hpkeOpen(key, ENVELOPE_INFO, decoded.aad, decoded);
  return [decoded.route.from, message!.slice(SIGNATURE_BYTES)];
}
