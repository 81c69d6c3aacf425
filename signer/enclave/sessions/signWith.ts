/** How the keys of each scheme sign: the one table of protocols. */

import type { Scheme } from '../../formats/schemes.ts';
import type { SuiteName } from '../../protocol/ciphersuite/ciphersuite.ts';
import { committeeOf } from '../../protocol/committee.ts';
import { ecdsaEachRounds, ecdsaSignEach } from '../../protocol/ecdsa/ecdsaSignEach.ts';
import { frostRounds, frostSign } from '../../protocol/frost/frostSign.ts';
import type { Order } from '../../protocol/frost/session.ts';
import type { KeyShare } from '../../protocol/keygen/keyShare.ts';
import type { Conversation } from '../../protocol/round.ts';
import type { Session } from '../path/stages.ts';
import { MAX_MESSAGE_BYTES } from '../peers/envelope.ts';
import type { Rooted } from '../process.ts';
import { bootsOf } from './pairs.ts';

/** Messages with the tweaks that lead to their keys, in an order that all signers have: a signature of each. @throws Refused before anything is drawn */
type SignWith = (
  life: Pick<Rooted, 'ports' | 'random' | 'heard' | 'pairs'>,
  session: Session,
  keyShare: KeyShare,
  orders: readonly Order[],
) => Conversation<readonly Uint8Array[]>;

export const SIGN_WITH: Readonly<Record<Scheme, SignWith>> = {
  bip340: frost('bip340'),
  ed25519: frost('ed25519'),
  'ecdsa-secp256k1': ecdsa,
};

function frost(name: SuiteName): SignWith {
  return ({ ports, random, heard }, session, keyShare, orders) => {
    const committee = signersOf(session);
    const suite = ports.suites[name];
    return {
      rounds: frostRounds(committee, suite, { orders }),
      protocol: frostSign(committee, suite, keyShare, { orders }, random.of('signing', session.id), heard),
    };
  };
}

function ecdsa(
  { ports, random, pairs }: Parameters<SignWith>[0],
  session: Session,
  keyShare: KeyShare,
  orders: readonly Order[],
): Conversation<readonly Uint8Array[]> {
  pairs.require(session.members, session.self, orders.length);
  const committee = signersOf(session);
  const suite = ports.suites['ecdsa-secp256k1'];
  const requests = orders.map(({ message, tweaks }) => ({ digest: message, tweaks }));
  const rng = random.of('signing', session.id);
  const boots = bootsOf(session.members);
  return {
    rounds: ecdsaEachRounds(committee, suite, requests.length, MAX_MESSAGE_BYTES),
    protocol: ecdsaSignEach(committee, suite, keyShare, requests, boots, pairs.ot, rng, MAX_MESSAGE_BYTES),
  };
}

function signersOf({ self, members, threshold, id }: Session) {
  const parties = members.map(({ party }) => party);
  return committeeOf(self, parties, threshold, id);
}
