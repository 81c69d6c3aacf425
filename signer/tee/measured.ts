/** What the development TEE measures: exactly the bytes that it will start, and the configuration that it will hand to them. */
import { identityHash, teeOf } from '../evidence/identity.ts';
import { measurement } from '../formats/attestation.ts';
import { ZERO_WORD } from '../formats/words.ts';
import { IDENTITY_PCRS, nitroRegisters, type Started, tdRegisters } from './registers.ts';

/** As MeasurementRegistry.approve takes it, and its hash. */
export type Measured = {
  readonly tee: Uint8Array;
  /** The hash of all registers. */
  readonly image: Uint8Array;
  /** Zero: the registers hold it. */
  readonly configuration: Uint8Array;
  readonly measurement: Uint8Array;
};

/** Hardware that it plays: its evidence is in the format of that. */
export const KINDS = ['tdx', 'nitro'] as const;
export type Kind = (typeof KINDS)[number];

const IDENTITIES: Readonly<Record<Kind, (started: Started) => readonly Uint8Array[]>> = {
  tdx: tdRegisters,
  nitro: nitroIdentity,
};

export function measureAs(kind: Kind, started: Started): Measured {
  const [tee, image] = [teeOf(kind), identityHash(...IDENTITIES[kind](started))];
  return { tee, image, configuration: ZERO_WORD, measurement: measurement(tee, image, ZERO_WORD) };
}

/** On whatever instance: PCR4 is no part of it. */
function nitroIdentity(started: Started): readonly Uint8Array[] {
  const pcrs = nitroRegisters(started, '');
  return IDENTITY_PCRS.flatMap((index) => pcrs.get(index) ?? []);
}
