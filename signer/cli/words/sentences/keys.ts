/** Calls of keys, rows, pauses and committees. */

import { SHAPES } from '../../../finality/config.ts';
import type { Hex } from '../../../formats/hex.ts';
import type { COMMITTEE_VOTES_ABI, KEYS_ABI, LIVENESS_GUARD_ABI } from '../../chain/abi.ts';
import { kindsOf } from '../../look/keys.ts';
import { schemeName } from '../../look/whyKey.ts';
import { duration, time } from '../named.ts';
import { bytesWords, type Checks, listWords, type Sentences, type Voice } from './voice.ts';

export const KEYS: Sentences<typeof KEYS_ABI> = {
  createKey: ([{ scheme, committee, rows }], voice) => [
    `a new key of scheme ${schemeName(scheme)}`,
    ...committeeWords(committee, voice),
    ...rows.flatMap((row) => rowLines(row, voice)),
    ...(rows.length === 0 ? ['nobody may ask it for anything yet'] : []),
  ],
  setRow: ([keyId, row], voice) => [`key ${keyId}:`, ...rowLines(row, voice), OVERTAKES],
  removeRow: ([keyId, requester], { who }) => [
    `${who(requester)} may ask key ${keyId} for nothing any more; what it asked for before is signed no more`,
  ],
  raise: ([keyId, requester], { who }) => [
    `what ${who(requester)} has asked of key ${keyId} before is signed no more; it may ask anew`,
  ],
  pause: ([keyId, until]) => [pauseWords(`key ${keyId}`, until)],
  pauseNetwork: ([until]) => [pauseWords('every key', until)],
  suspend: ([keyId, seconds]) => [`key ${keyId} signs nothing for ${exact(seconds)}`],
  suspendNetwork: ([seconds]) => [`no key signs anything for ${exact(seconds)}`],
  announceCommittee: ([keyId, hash]) => [`announces the committee of hash ${hash} for key ${keyId}`],
  withdrawCommittee: ([keyId]) => [`takes back the committee that is announced for key ${keyId}`],
  addFork: ([version, epoch, shape]) => [
    `from epoch ${epoch} of the home chain on, blocks count by fork version ${version}, in the format of ${SHAPES[shape - 1] ?? `unknown number ${shape}`}`,
  ],
  withdrawFork: ([epoch]) => [`takes back the last fork, of epoch ${epoch}, before it is in effect`],
  setBeat: ([beatBound, releasesPerBeat, margin]) => [
    `what an enclave has proven of the chain may be ${exact(beatBound)} old`,
    `it signs for ${releasesPerBeat} requests between two such proofs`,
    `between finalised time and deadline it wants ${exact(margin)}`,
  ],
  openAttempt: ([keyId]) => [`a new attempt to make key ${keyId}`],
  confirm: ([member, { keyId, epoch, attempt, committee, ...said }, signature]) => [
    `member ${member} confirms its share of key ${keyId}, epoch ${epoch}, attempt ${attempt}, committee ${committee}`,
    `public key ${said.publicKeyPrefix} ${said.publicKeyX}, commitments ${said.commitments}, transcript ${said.transcript}`,
    `signed ${bytesWords(signature)}`,
  ],
  activate: ([keyId, signature]) => [`key ${keyId} shows that it signs: ${bytesWords(signature)}`],
  recheck: ([keyId]) => [`what members of key ${keyId} have in common is counted again`],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

export const COMMITTEES: Sentences<typeof COMMITTEE_VOTES_ABI> = {
  propose: ([registry, keyId, committee], voice) => [
    `who shall hold key ${keyId} of ${voice.who(registry)} from its next epoch on`,
    ...committeeWords(committee, voice),
  ],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

export const LIVENESS: Checks<typeof LIVENESS_GUARD_ABI> = {
  requireLive: ([keys, margin]) => [
    `undo all of it unless enough members of ${listWords(keys, 'no key')} still serve, and ${margin} more`,
  ],
};

const OVERTAKES = 'what it asked for before is signed no more';

export function authorityWords(authority: string): string {
  return `from now on ${authority} decides who may call this contract`;
}

/** Every second counts, and people read days: seconds beside them where `duration` has dropped some. */
export function exact(seconds: number): string {
  const isRounded = (seconds >= 86_400 && seconds % 3_600 !== 0) || (seconds >= 3_600 && seconds % 60 !== 0);
  return isRounded ? `${duration(seconds)} (${seconds} s)` : duration(seconds);
}

function pauseWords(what: string, until: number): string {
  if (until === 0) return `the pause of ${what} ends`;
  return `${what} is paused until ${time(until)}: nothing is signed`;
}

type Committee = {
  readonly threshold: number;
  readonly operators: readonly Hex[];
  readonly reserves: readonly Hex[];
  readonly attemptWindow: number;
  readonly diversity: Readonly<Record<'region' | 'vendor' | 'platform' | 'sealing', number>>;
};

function committeeWords({ threshold, operators, reserves, attemptWindow, diversity }: Committee, { who }: Voice) {
  const most = (['region', 'vendor', 'platform', 'sealing'] as const).map((name) => {
    const what = name === 'sealing' ? 'sealing source' : name;
    return diversity[name] === 0 ? `any number of one ${what}` : `${diversity[name]} at most of one ${what}`;
  });
  return [
    `${threshold} of ${operators.length} sign together: ${listWords(operators.map(who), 'nobody')}`,
    reserves.length === 0 ? 'no reserves' : `reserves ${reserves.map(who).join(', ')}`,
    `members: ${most.join(', ')}; an attempt may take ${exact(attemptWindow)}`,
  ];
}

type Row = {
  readonly requester: Hex;
  readonly guard: Hex;
  readonly module: Hex;
  readonly kinds: number;
  readonly delay: number;
  readonly unguarded: boolean;
};

function rowLines({ requester, guard, module, kinds, delay, unguarded }: Row, { who }: Voice): string[] {
  const isFree = BigInt(guard) === 0n;
  const odd =
    unguarded === isFree ? '' : `; the row says otherwise (unguarded: ${unguarded}), so the registry refuses it`;
  return [
    `${who(requester)} may ask for ${listWords(kindsOf(kinds), 'nothing')}`,
    delay === 0
      ? 'at once, and nobody can cancel it'
      : `each request waits ${exact(delay)} and can be cancelled until then`,
    `${isFree ? 'no guard is asked' : `guard ${who(guard)} is asked`}${odd}`,
    BigInt(module) === 0n ? 'no module may ask in its name' : `module ${who(module)} may ask in its name`,
  ];
}
