/** One envelope from another member's enclave. */

import type { Result } from '../api.ts';
import { type Decoded, hexUpTo, object } from '../decode/decoder.ts';
import type { Rooted } from '../process.ts';
import { hearEnvelope } from '../sessions/converse.ts';

const MAX_ENVELOPE_BYTES = 256 * 1024;
export const deliverParams = object({ envelope: hexUpTo(MAX_ENVELOPE_BYTES) });

export async function deliver(life: Rooted, { envelope }: Decoded<typeof deliverParams>): Promise<Result<'deliver'>> {
  await hearEnvelope(life, envelope);
  return {};
}
