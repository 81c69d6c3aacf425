/** The fault of a session that ended through nobody's fault who could be named. */

import { toHex } from '../../formats/hex.ts';
import type { Session } from '../path/stages.ts';
import type { Rooted } from '../process.ts';

export function endWithoutBlame(
  { counters, emit }: Pick<Rooted, 'counters' | 'emit'>,
  { id }: Pick<Session, 'id'>,
  code: 'unverified-signature' | 'overtaken',
  detail: string,
): void {
  counters.add(`fault ${code}`);
  emit({ event: 'fault', session: toHex(id), code, culprits: [], silent: [], disputes: [], detail });
}
