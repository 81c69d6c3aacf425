/** Who takes part in a session, and under which threshold. */

declare const partyId: unique symbol;
/** 1..64. A small integer, never a hash and never a scalar, so it is distinct and nonzero modulo every group order. */
export type PartyId = number & { readonly [partyId]: true };

/** `length` fresh unpredictable bytes, which are the caller's to overwrite. */
export type Rng = (length: number) => Uint8Array;

export interface Committee {
  readonly self: PartyId;
  /** Those taking part in this session, ascending. */
  readonly parties: readonly PartyId[];
  readonly threshold: number;
  /** 32 bytes that no other session has: binds key, epoch, attempt, set, boot nonces and what is signed. Made by the caller. */
  readonly context: Uint8Array;
}

/** Beyond this the security argument against adaptive corruption gets thin (ePrint 2025/1001). */
export const MAX_PARTIES = 64;
export const CONTEXT_BYTES = 32;

export function partyIdOf(id: number): PartyId {
  if (!Number.isSafeInteger(id) || id < 1 || id > MAX_PARTIES) throw new RangeError(`no such party id: ${id}`);
  return id as PartyId;
}

export function committeeOf(
  self: number,
  parties: readonly number[],
  threshold: number,
  context: Uint8Array,
): Committee {
  const committee = { self: partyIdOf(self), parties: parties.map(partyIdOf), threshold, context };
  requireCommittee(committee);
  return committee;
}

/** Throws a plain error: a committee is chosen by the caller, never by a peer. */
export function requireCommittee({ self, parties, threshold, context }: Committee): void {
  parties.forEach(partyIdOf);
  if (!parties.every((id, k) => k === 0 || id > (parties[k - 1] ?? id)))
    throw new RangeError('party ids repeat or are unsorted');
  if (!parties.includes(self)) throw new RangeError(`party ${self} is not in the session`);
  if (!Number.isSafeInteger(threshold) || threshold < 2 || threshold > MAX_PARTIES)
    throw new RangeError(`no such threshold: ${threshold}`);
  if (context.length !== CONTEXT_BYTES)
    throw new RangeError(`a context has ${CONTEXT_BYTES} bytes, not ${context.length}`);
}

export function othersOf({ self, parties }: Committee): readonly PartyId[] {
  return parties.filter((id) => id !== self);
}
