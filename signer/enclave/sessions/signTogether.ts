/** Signs approved messages with the other members of a session, and lets nothing out that does not verify. */

import { toHex } from '../../formats/hex.ts';
import { committeeOf } from '../../protocol/committee.ts';
import { frostRounds, frostSign } from '../../protocol/frost/frostSign.ts';
import type { Tweak } from '../../protocol/frost/signingKey.ts';
import type { Life } from '../life.ts';
import { type Expected, releaseSignature } from '../path/releaseSignature.ts';
import type { Session } from '../path/stages.ts';
import type { Share } from '../sealing/share.ts';
import { beginSession } from './converse.ts';
import { suiteFor } from './suiteFor.ts';

export type Order = { readonly expected: Expected; readonly tweaks: readonly Tweak[] };

export async function signTogether(
  life: Life,
  session: Session,
  { keyShare }: Share,
  { expected, tweaks }: Order,
  deliver: (signatures: readonly Uint8Array[]) => void,
): Promise<void> {
  const parties = session.members.map(({ party }) => party);
  const committee = committeeOf(session.self, parties, session.threshold, session.id);
  const suite = suiteFor(life.ports.suites, expected.scheme);
  const request = { orders: expected.messages.map((message) => ({ message, tweaks })) };
  const protocol = frostSign(committee, suite, keyShare, request, life.ports.rng);
  const conversation = { rounds: frostRounds(committee, suite, request), protocol };
  await beginSession(life, session, 'pinned to its block', conversation, (signatures) => {
    const released = releaseSignature(expected, signatures);
    if (released) deliver(released.signatures);
    else withhold(life, session);
  });
}

/** Nobody is to blame who can be named: every share was checked, and the sum is wrong all the same. */
function withhold(life: Life, session: Session): void {
  const code = 'unverified-signature';
  life.counters.add(`fault ${code}`);
  const detail = 'the signature does not verify under the approved key and was withheld';
  life.emit({ event: 'fault', session: toHex(session.id), code, culprits: [], silent: [], disputes: [], detail });
}
