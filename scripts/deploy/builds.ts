/** The code that the build made of each contract that is deployed. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ASKED_FOR, type Contract, DEPLOYED } from '../contracts/deployed.ts';

const ALL = { ...DEPLOYED, ...ASKED_FOR.nitro, ...ASKED_FOR.intel, ...ASKED_FOR.sgx };

export type Name = keyof typeof ALL;
type Reference = { readonly start: number; readonly length: number };
type Artifact = {
  readonly bytecode: string;
  readonly deployedBytecode: string;
  readonly immutableReferences?: Readonly<Record<string, readonly Reference[]>>;
};

const ARTIFACTS = join(import.meta.dirname, '../../artifacts');

async function artifactOf({ file, name }: Contract): Promise<Artifact> {
  return JSON.parse(await readFile(join(ARTIFACTS, file, `${name}.json`), 'utf8')) as Artifact;
}

/** @param more of those that options ask for */
export async function creationCodes(more: Readonly<Record<string, Contract>>): Promise<Record<string, string>> {
  const codes: Record<string, string> = {};
  for (const [key, contract] of Object.entries({ ...DEPLOYED, ...more }))
    codes[key] = (await artifactOf(contract)).bytecode;
  return codes;
}

/** Whether a record's name is that of a contract that is deployed. */
export function isName(name: string): name is Name {
  return Object.hasOwn(ALL, name);
}

/** But for immutables, which the constructor writes. */
export async function isCodeOf(name: Name, runtime: string): Promise<boolean> {
  const { deployedBytecode, immutableReferences } = await artifactOf(ALL[name]);
  const code = Buffer.from(runtime.slice(2), 'hex');
  if (code.length !== deployedBytecode.length / 2 - 1) return false;
  for (const { start, length } of Object.values(immutableReferences ?? {}).flat()) code.fill(0, start, start + length);
  return code.equals(Buffer.from(deployedBytecode.slice(2), 'hex'));
}
