/** Light-client data of real chains, which is not committed: `../shared/consensus` beside the repository, where it is there. */

import { existsSync, readFileSync } from 'node:fs';
import { hexToBytes } from '@noble/hashes/utils.js';
import { beaconBlockHeader } from '../../../signer/finality/containers.ts';
import { fromJson } from '../../../signer/finality/ssz/fromJson.ts';
import { hashTreeRoot } from '../../../signer/finality/ssz/hashTreeRoot.ts';

const FOLDER = new URL('../../../../shared/consensus/', import.meta.url);

/** A test over published files; where one is absent, the report says so. */
export function itWith(title: string, files: readonly string[], test: () => void): void {
  const absent = files.find((file) => !existsSync(new URL(file, FOLDER)));
  if (absent === undefined) it(title, test);
  else it.skip(`${title} [skipped: ../shared/consensus/${absent} is absent]`);
}

export function json(file: string) {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
}

export function raw(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, FOLDER)));
}

export function text(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

export function bytes(hex: string): Uint8Array {
  return hexToBytes(hex.replace(/^0x/, ''));
}

/** The root of a beacon header as the Beacon API spells it. */
export function rootOfJson(beacon: unknown): Uint8Array {
  return hashTreeRoot(beaconBlockHeader, fromJson(beaconBlockHeader, beacon, 'beacon'));
}
