/** What a local network of this machine says about itself in its folder, and the words of the process that runs it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, Fatal } from '../../host/errors.ts';
import { parseJson } from '../../host/plainJson.ts';

export type Devnet = {
  readonly rpc: string;
  /** Of the development beacon, which says what is final. */
  readonly beacon: string;
  /** The file with the record of the deployment. */
  readonly deployment: string;
  /** The file with the configuration that the enclaves are measured with. */
  readonly configuration: string;
  /** Has money and votes, and uses them itself. */
  readonly voter: { readonly address: string; readonly keyFile: string };
  readonly keys: readonly DevnetKey[];
  readonly nodes: readonly DevnetNode[];
};
export type DevnetKey = {
  readonly keyId: string;
  readonly scheme: string;
  /** Who may ask for signatures, and below which path its addresses are. */
  readonly requester: string;
  readonly path: string;
  /** By network. */
  readonly addresses: Readonly<Record<string, string>>;
};
export type DevnetNode = {
  readonly name: string;
  readonly operator: string;
  /** Where /livez, /readyz and /metrics are. */
  readonly health: string;
  /** Its quorate.json. */
  readonly config: string;
  readonly log: string;
};

/** Process ids; written before anything else, so that what a killed devnet left can be found. */
export type Processes = { readonly supervisor: number; readonly nodes: readonly number[] };
/** What the supervisor tells the command that started it. */
export type Saying =
  | { readonly step: string }
  | { readonly ready: Devnet }
  | { readonly failed: string; readonly advice: string };

export const DEVNET_FILES = { record: 'devnet.json', processes: 'devnet-processes.json', log: 'devnet.log' } as const;

/** Null while none is ready in this folder. */
export function readDevnet(directory: string): Devnet | null {
  return readJson<Devnet>(join(directory, DEVNET_FILES.record));
}

/** Null where there never was a devnet. */
export function readProcesses(directory: string): Processes | null {
  return readJson<Processes>(join(directory, DEVNET_FILES.processes));
}

/** @throws where it is there and cannot be read: a devnet of another account is no devnet that does not run. */
function readJson<T>(file: string): T | null {
  try {
    return parseJson(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const advice = 'Name another --directory, or remove this one and start anew.';
    throw new Fatal('CONFIG_INVALID', `cannot use ${file}: ${describe(cause)}`, advice, { cause });
  }
}
