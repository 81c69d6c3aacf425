/** Signs approved messages with the other members of a session, and lets nothing out that does not verify. */

import type { Tweak } from '../../protocol/frost/signingKey.ts';
import { type Expected, releaseSignature } from '../path/releaseSignature.ts';
import type { Session } from '../path/stages.ts';
import type { Rooted } from '../process.ts';
import type { Share } from '../sealing/share.ts';
import { beginSession } from './converse.ts';
import { endWithoutBlame } from './endWithoutBlame.ts';
import type { Start } from './sessions.ts';
import { SIGN_WITH } from './signWith.ts';

/** One of the things that a session signs: messages under one key, whose signatures leave together or not at all. */
export type Order = {
  /** For people. */
  readonly name: string;
  readonly expected: Expected;
  readonly tweaks: readonly Tweak[];
  readonly release: (signatures: readonly Uint8Array[]) => void;
};

/** @param orders of one scheme, that of the share */
export async function signTogether(
  life: Rooted,
  start: Omit<Start, 'lifetime'>,
  { keyShare }: Share,
  orders: readonly Order[],
): Promise<void> {
  const { session } = start;
  const [first] = orders;
  if (first === undefined) throw new Error('a session that signs nothing');
  const each = orders.flatMap(({ expected, tweaks }) => expected.messages.map((message) => ({ message, tweaks })));
  const conversation = SIGN_WITH[first.expected.scheme](life, session, keyShare, each);
  await beginSession(life, { ...start, lifetime: 'pinned to its block' }, conversation, (signatures) =>
    releaseEach(life, session, orders, signatures),
  );
}

/** Every order by itself: a signature that does not verify keeps back its own and no other. */
export function releaseEach(
  life: Pick<Rooted, 'counters' | 'emit'>,
  session: Pick<Session, 'id'>,
  orders: readonly Order[],
  signatures: readonly Uint8Array[],
): void {
  let at = 0;
  const withheld = orders.filter(({ expected, release }) => {
    const own = signatures.slice(at, at + expected.messages.length);
    at += expected.messages.length;
    const released = releaseSignature(expected, own);
    if (released) release(released.signatures);
    return released === undefined;
  });
  if (withheld.length > 0) withhold(life, session, withheld);
}

/** Nobody is to blame who can be named: every share was checked, and the sum is wrong all the same. */
function withhold(
  life: Pick<Rooted, 'counters' | 'emit'>,
  session: Pick<Session, 'id'>,
  withheld: readonly Order[],
): void {
  const names = withheld.map(({ name }) => name).join(', ');
  const detail = `withheld, because it does not verify under the approved key: ${names}`;
  endWithoutBlame(life, session, 'unverified-signature', detail);
}
