/** The fault of a session that ended through nobody's fault who could be named. */

import { toHex } from '../../formats/hex.ts';
import type { Life } from '../life.ts';
import type { Session } from '../path/stages.ts';

export function endWithoutBlame(
  { counters, emit }: Pick<Life, 'counters' | 'emit'>,
  { id }: Pick<Session, 'id'>,
  code: 'unverified-signature' | 'overtaken',
  detail: string,
): void {
  counters.add(`fault ${code}`);
  emit({ event: 'fault', session: toHex(id), code, culprits: [], silent: [], disputes: [], detail });
}
