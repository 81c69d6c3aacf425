/** What the development TEE measures: exactly the bytes that it will start, and the configuration that it will hand to them. */
import { createHash } from 'node:crypto';
import { identityHash, teeOf } from '../evidence/identity.ts';
import { measurement } from '../formats/attestation.ts';
import { DEVELOPMENT_TEE } from '../formats/tags.ts';
import { hash } from '../formats/words.ts';
import { IDENTITY_PCRS, nitroRegisters, type Started, tdRegisters } from './registers.ts';

/** As MeasurementRegistry.approve takes it, and its hash. */
export type Measured = {
  readonly tee: Uint8Array;
  /** SHA-256 of the bundle; of hardware's formats the hash of all registers. */
  readonly image: Uint8Array;
  /** Keccak-256 of the configuration; zero where the registers hold it. */
  readonly configuration: Uint8Array;
  readonly measurement: Uint8Array;
};

/** Evidence in which words: of the development TEE's own, or of hardware that it plays. */
export const KINDS = ['development', 'tdx', 'nitro'] as const;
export type Kind = (typeof KINDS)[number];

const IN_REGISTERS = new Uint8Array(32);

export function measureAs(kind: Kind, started: Started): Measured {
  if (kind === 'development') return measure(started.code, started.configuration);
  return ofRegisters(kind, kind === 'tdx' ? tdRegisters(started) : nitroIdentity(started));
}

export function measure(bundle: Uint8Array, configurationBytes: Uint8Array): Measured {
  const image = new Uint8Array(createHash('sha256').update(bundle).digest());
  return recorded(DEVELOPMENT_TEE, image, hash(configurationBytes));
}

function ofRegisters(kind: 'tdx' | 'nitro', identity: readonly Uint8Array[]): Measured {
  return recorded(teeOf(kind), identityHash(...identity), IN_REGISTERS);
}

function recorded(tee: Uint8Array, image: Uint8Array, configuration: Uint8Array): Measured {
  return { tee, image, configuration, measurement: measurement(tee, image, configuration) };
}

/** On whatever instance: PCR4 is no part of it. */
function nitroIdentity(started: Started): readonly Uint8Array[] {
  const pcrs = nitroRegisters(started, '');
  return IDENTITY_PCRS.flatMap((index) => pcrs.get(index) ?? []);
}
