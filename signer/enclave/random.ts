/**
 * Where everything that an enclave draws comes from: hedged over secrets that only this enclave has, told apart by what it is drawn for, by a
 * counter of this life and by its clock. Calls see this and never the source, so none can forget it.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import { hedged, type Random } from '../protocol/random.ts';
import { type Secret, wipe } from '../protocol/secret.ts';
import type { Item } from '../protocol/transcript.ts';
import type { Ports } from './ports.ts';

type Source = Pick<Ports, 'rng' | 'clock'>;

/** @param secrets what the source is hashed with @param about what other lives have not */
export function randomOf(
  { rng, clock }: Source,
  purpose: 'birth' | 'life',
  secrets: readonly Secret<Uint8Array>[],
  ...about: readonly Item[]
): Random {
  const source = (length: number) => {
    const fresh = rng(length);
    const timed = concatBytes(fresh, timeBytes(clock()));
    wipe(fresh);
    return timed;
  };
  const secret = concatBytes(...secrets.map((each) => each.reveal()));
  const random = hedged(source, `enclave/${purpose}`, secret, ...about);
  wipe(secret);
  return random;
}

/** Lives and copies that run at different times differ by it, as far as their clock can tell. */
function timeBytes(milliseconds: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, milliseconds);
  return bytes;
}
