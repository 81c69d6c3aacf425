/** A session that its host gives up: a time-out, or a leader that said it has ended. */

import type { Result } from '../api.ts';
import { type Decoded, hexOf, object } from '../decode/decoder.ts';
import type { Rooted } from '../process.ts';
import { giveUpSession } from '../sessions/converse.ts';

export const abortParams = object({ session: hexOf(32) });

export function abort(life: Rooted, { session }: Decoded<typeof abortParams>): Result<'abort'> {
  giveUpSession(life, life.sessions.find(session));
  return {};
}
