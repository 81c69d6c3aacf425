/** What a real TEE would do in hardware, done in software: evidence under a development root, and a sealing key. */
import { hkdfSync, type KeyObject } from 'node:crypto';
import type { Tee } from '../enclave/tee/tee.ts';
import type { Issue } from './emulations/evidenceOf.ts';
import type { Measured } from './measured.ts';
import { scalarOf } from './rootKey.ts';

export type Platform = {
  readonly measured: Measured;
  readonly configurationBytes: Uint8Array;
  readonly rootKey: KeyObject;
  /** Which machine this pretends to be. */
  readonly platformId: Uint8Array;
  readonly issue: Issue;
};

const SEALING_INFO = 'quorate/sealing/1';
const SEALING_KEY_BYTES = 32;

export function developmentTee(platform: Platform): Tee {
  return {
    configuration: async () => ({ tee: platform.measured.tee, configuration: platform.configurationBytes }),
    evidence: platform.issue,
    sealingKey: async () => sealingKey(platform),
  };
}

/** DANGER: the host has the root key's file, so it can compute this too. A real TEE's sealing key never leaves the TEE. */
function sealingKey({ measured, rootKey, platformId }: Platform): Uint8Array {
  const info = Buffer.concat([Buffer.from(SEALING_INFO), platformId]);
  return new Uint8Array(hkdfSync('sha256', scalarOf(rootKey), measured.measurement, info, SEALING_KEY_BYTES));
}
