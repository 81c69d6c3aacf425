/**
 * The OT set-ups of this life with lives of other enclaves: in memory only, for all keys, one for each peer. Of a peer that has booted again the
 * earlier one is gone; of one that failed a check, until set up anew (docs/ecdsa.md).
 */

import { toHex } from '../../formats/hex.ts';
import { refuse } from '../../formats/refusal.ts';
import { type Boot, bootId } from '../../formats/session.ts';
import { type PartyId, partyIdOf } from '../../protocol/committee.ts';
import type { Boots } from '../../protocol/ecdsa/ot/otSetup.ts';
import { OtPairs } from '../../protocol/ecdsa/ot/pairs.ts';
import type { ProvenMember } from '../path/stages.ts';

/** Sessions that a set-up still has to serve to be told of: it is made anew before it is used up. */
const SPARE = 256;

export class Pairs {
  readonly ot: OtPairs;
  /** By identity: a life that a set-up was made with. */
  readonly #met = new Map<string, ProvenMember>();

  constructor(self: Boot) {
    this.ot = new OtPairs(bootId(self));
  }

  /** A set-up with this life has begun: what there was with an earlier one of the same enclave is over. */
  meet(peer: ProvenMember): void {
    const name = toHex(peer.identity);
    const known = this.#met.get(name);
    if (known !== undefined && toHex(bootId(known)) !== toHex(bootId(peer))) this.ot.wipe(bootId(known));
    this.#met.set(name, peer);
  }

  /** Peers whose set-up is there, and will be for a while. */
  list(): readonly ProvenMember[] {
    return [...this.#met.values()].filter((peer) => this.ot.has(bootId(peer), SPARE));
  }

  /** @param messages each of which takes a session of every pair @throws Refused OT_SETUP_MISSING */
  require(members: readonly ProvenMember[], self: number, messages: number): void {
    const missing = members.filter(({ party, ...life }) => party !== self && !this.ot.has(bootId(life), messages));
    if (missing.length > 0) refuse('OT_SETUP_MISSING', `with ${missing.map(({ id }) => toHex(id)).join(', ')}`);
  }
}

/** Who booted when, by party. */
export function bootsOf(members: readonly ProvenMember[]): Boots {
  return new Map(members.map((member): [PartyId, Uint8Array] => [partyIdOf(member.party), bootId(member)]));
}
