/**
 * Echo broadcast: everybody repeats, per sender, a digest of what it heard, so that whoever told parties different things is found out.
 * A difference alone does not say who lies, the sender or the reporter: only their signed messages do.
 */
import { concatBytes, equalBytes } from '@noble/curves/utils.js';
import type { Committee, PartyId } from './committee.ts';
import { type Dispute, Fault } from './fault.ts';
import type { Reader } from './reader.ts';
import type { Broadcasts } from './round.ts';
import { transcriptHash } from './transcript.ts';

/** Per sender, a digest of all that it broadcast so far. */
export type Echo = ReadonlyMap<PartyId, Uint8Array>;

export const DIGEST_BYTES = 32;

export function echoOf({ parties, context }: Committee, ...rounds: readonly Broadcasts[]): Echo {
  const said = (id: PartyId) => rounds.map((round) => round.get(id) ?? new Uint8Array());
  return new Map(parties.map((id) => [id, transcriptHash('echo', context, id, said(id))]));
}

export function encodeEcho(echo: Echo): Uint8Array {
  return concatBytes(...echo.values());
}

export function readEcho(reader: Reader, { parties }: Committee): Echo {
  return new Map(parties.map((id) => [id, reader.take(DIGEST_BYTES)]));
}

/** @throws Fault naming whoever contradicts itself; otherwise, if anything differs, naming nobody but the disputes. */
export function requireSameEcho(round: string, mine: Echo, theirs: ReadonlyMap<PartyId, Echo>): void {
  const disputes = disputesOf(mine, theirs);
  if (disputes.length === 0) return;
  throw new Fault('equivocation', round, { culprits: selfContradictions(disputes), disputes });
}

export function disputesOf(mine: Echo, theirs: ReadonlyMap<PartyId, Echo>): readonly Dispute[] {
  return [...theirs].flatMap(([reporter, echo]) =>
    [...mine].filter(([about, digest]) => !sameDigest(digest, echo.get(about))).map(([about]) => ({ about, reporter })),
  );
}

/** Who echoes its own message differently than it sent it has signed both. */
function selfContradictions(disputes: readonly Dispute[]): readonly PartyId[] {
  return disputes.filter(({ about, reporter }) => about === reporter).map(({ about }) => about);
}

function sameDigest(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && equalBytes(a, b);
}
