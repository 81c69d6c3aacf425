/** Why a key is not ready to sign, and what to do: nothing of it is an event, all of it follows from what the chain says. */

import { SUPPORTED_SCHEMES } from '../../enclave/sessions/supported.ts';
import type { Hex } from '../../formats/hex.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import type { KeyRecord } from '../../host/chain/view/keys.ts';
import { type Ledger, pausedUntil, serves } from '../../host/chain/view/ledger.ts';
import { duration, short, time } from '../words/named.ts';

/** Null: nothing is in its way. `now` in seconds. */
export function whyNot(ledger: Ledger, key: KeyRecord, now: number): string | null {
  const paused = pausedUntil(ledger, key.id);
  if (paused > now) return `paused until ${time(paused)}: nothing becomes READY, and nothing is signed`;
  if (!isMade(key.scheme))
    return `no enclave of this release makes keys of scheme ${schemeName(key.scheme)}: it waits for a vote for an image that does`;
  const away = key.members.filter((id) => !serves(ledger, id, now));
  if (key.state === 'active') return whyNotSigning(key, away);
  if (key.attempt === 0)
    return 'no attempt is open: anybody may open one, hosts do so once enough operators have an enclave';
  return key.state === 'generating' ? whyNotMade(key, away, now) : whyNotActive(key, away);
}

export function isMade(scheme: number): boolean {
  const name = named(SCHEME_NUMBERS, scheme);
  return SUPPORTED_SCHEMES.some((supported) => supported === name);
}

export function schemeName(scheme: number): string {
  return named(SCHEME_NUMBERS, scheme) ?? `number ${scheme}`;
}

function whyNotSigning({ threshold, members }: KeyRecord, away: readonly Hex[]): string | null {
  const live = members.length - away.length;
  return live >= threshold
    ? null
    : `only ${live} of ${members.length} members serve, ${threshold} have to: ${absent(away)}`;
}

/** All members have to take part in making a key. */
function whyNotMade({ attempt, deadline, members, confirmedBy }: KeyRecord, away: readonly Hex[], now: number): string {
  const progress = `attempt ${attempt}: ${confirmedBy.length} of ${members.length} members have confirmed`;
  if (away.length > 0) return `${progress}; it takes all of them, and these do not serve: ${absent(away)}`;
  if (deadline <= now) return `${progress}; it ended at ${time(deadline)}, the next is opened by any host`;
  const missing = members.filter((id) => !confirmedBy.includes(id));
  return `${progress}; ${duration(deadline - now)} are left for ${missing.map(short).join(', ')}`;
}

function whyNotActive({ threshold, members }: KeyRecord, away: readonly Hex[]): string {
  const live = members.length - away.length;
  if (live < threshold) return `confirmed; to show that it signs it takes ${threshold} members, and ${live} serve`;
  return 'confirmed by all; it signs its own activation now';
}

function absent(ids: readonly Hex[]): string {
  return ids.map(short).join(', ');
}
