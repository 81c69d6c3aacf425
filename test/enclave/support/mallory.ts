/** A member that broke its enclave: it has the identity and the boot key of its first life, and says whatever it likes. */

import { type Identity, SIGNATURE_BYTES } from '../../../signer/enclave/identity.ts';
import { decodeEnvelope, encodeEnvelope, encodeRoute, type Route } from '../../../signer/enclave/peers/envelope.ts';
import { type EncryptionKey, generateEncryptionKey, hpkeOpen, hpkeSeal } from '../../../signer/enclave/peers/hpke.ts';
import { signMessage } from '../../../signer/enclave/peers/message.ts';
import { randomOf } from '../../../signer/enclave/random.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { ENVELOPE_INFO } from '../../../signer/formats/tags.ts';
import { Secret } from '../../../signer/protocol/secret.ts';
import { seeded } from '../../simulation/random.ts';
import { TRUSTED } from './finality.ts';
import { identities } from './identities.ts';
import { type Envelope, fromHex, type Network, partyOf, seededSource } from './network.ts';
import { CONFIGURATION, sealingKeyOf } from './world.ts';

export type Mallory = { readonly party: number; readonly identity: Identity; readonly key: EncryptionKey };

/** @param seed that of the network, in which this party has a source of its own: identity and boot key are the first things that it draws */
export async function malloryOf(seed: string, party: number): Promise<Mallory> {
  const source = { rng: seededSource(`${seed}/${party}`), clock: () => 0 };
  const sealingKey = new Secret(sealingKeyOf(party));
  const { hash } = parseConfiguration(CONFIGURATION);
  const { root, blockHash } = TRUSTED;
  const identity = identities.generate(randomOf(source, 'birth', [sealingKey], hash, root, blockHash).of('identity'));
  const life = randomOf(source, 'life', [sealingKey, identity.key], hash, 'new', root, blockHash);
  return { party, identity, key: await generateEncryptionKey(life.of('boot key')) };
}

const noise = seeded('mallory');

/** An envelope that she signed and sealed for another member. */
export function says(
  mallory: Mallory,
  network: Network,
  payload: Uint8Array,
  route: Pick<Route, 'session' | 'round' | 'to'> & Partial<Route>,
): Promise<Hex> {
  const whole: Route = { from: mallory.party, broadcast: true, ...route };
  return carries(network, signMessage(mallory.identity, whole, payload), whole);
}

/** Any message, sealed for the receiver of any route: nobody needs a secret for that. */
export async function carries({ world }: Network, message: Uint8Array, route: Route): Promise<Hex> {
  const aad = encodeRoute(route);
  const key = world.seats[route.to - 1]!.encryptionKey;
  const sealed = await hpkeSeal(key, ENVELOPE_INFO, aad, message, (length) => noise.bytes(length));
  return toHex(encodeEnvelope({ aad, ...sealed! }));
}

export type Overheard = { readonly route: Route; readonly message: Uint8Array; readonly payload: Uint8Array };

/** What she hears: signed messages that are for her. They leave the post. */
export async function overhears({ party, key }: Mallory, network: Network): Promise<readonly Overheard[]> {
  const mine = network.post.filter(({ to }) => partyOf(to) === party);
  network.post.splice(0, network.post.length, ...network.post.filter(({ to }) => partyOf(to) !== party));
  return Promise.all(mine.map((envelope) => opens(key, envelope)));
}

/** The same, payloads by sender. */
export async function hears(mallory: Mallory, network: Network): Promise<Map<number, Uint8Array>> {
  return new Map((await overhears(mallory, network)).map(({ route, payload }) => [route.from, payload]));
}

/** What was sealed to this key. */
export async function opens(key: EncryptionKey, { envelope }: Envelope): Promise<Overheard> {
  const decoded = decodeEnvelope(fromHex(envelope));
  const message = (await hpkeOpen(key, ENVELOPE_INFO, decoded.aad, decoded))!;
  return { route: decoded.route, message, payload: message.slice(SIGNATURE_BYTES) };
}
