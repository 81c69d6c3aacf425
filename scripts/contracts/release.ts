/**
 * Writes what a release publishes of each contract that scripts/deploy.ts deploys.
 *
 *     node scripts/bootstrap.mjs scripts/contracts/release.ts [--out DIR] [--record FILE --rpc URL]
 *
 * DIR is out/release. With a deployment record and a node of its chain it also compares what is there, and writes the constructor
 * arguments; a contract that is no perfect match fails. The same sources give the same bytes.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { JsonRpcProvider, type Provider } from 'ethers';
import type { DeploymentRecord } from '../deploy/record.ts';
import { type Artefacts, artefactsOf } from './artefacts.ts';
import { compilerVersion } from './compiler.ts';
import { type Creation, creationsOf } from './creations.ts';
import { type Contract, DEPLOYED } from './deployed.ts';
import { constructorArguments, mismatches } from './perfectMatch.ts';

/** File names and texts. */
export type Files = Readonly<Record<string, string>>;

export function filesOf({ input, compiled }: Artefacts): Files {
  return {
    'standard-input.json': json(input),
    'metadata.json': compiled.metadata, // byte for byte: its hash is in the code
    'abi.json': json(compiled.abi),
  };
}

/** The file for a deployed contract; fails unless the code on chain is a perfect match. */
export async function deployedFiles(provider: Provider, creation: Creation, artefacts: Artefacts): Promise<Files> {
  const onChain = { creation: creation.data, runtime: await provider.getCode(creation.address) };
  const found = mismatches(onChain, artefacts.input, artefacts.compiled);
  if (found.length > 0) throw new Error(`${artefacts.name} at ${creation.address}: other ${found.join(', ')}`);
  const given = constructorArguments(creation.data, artefacts.compiled);
  return {
    'constructor-arguments.json': json({ ...creation, data: undefined, compiler: compilerVersion(), ...given }),
  };
}

function json(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each), 2);
  return `${text}\n`;
}

async function write(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, record: { type: 'string' }, rpc: { type: 'string' } },
  });
  if ((values.record === undefined) !== (values.rpc === undefined)) throw new Error('--record and --rpc go together');
  const provider = values.rpc === undefined ? null : new JsonRpcProvider(values.rpc);
  const record = values.record && (JSON.parse(await readFile(values.record, 'utf8')) as DeploymentRecord);
  const creations = provider && record ? await creationsOf(provider, record) : null;

  for (const [key, contract] of Object.entries<Contract>(DEPLOYED)) {
    const artefacts = await artefactsOf(contract);
    const creation = creations?.get(key);
    const deployed = provider && creation ? await deployedFiles(provider, creation, artefacts) : {};
    await write(join(values.out ?? 'out/release', contract.name), { ...filesOf(artefacts), ...deployed });
    console.log(`${contract.name}${creation ? `: perfect match at ${creation.address}` : ''}`);
  }
  provider?.destroy();
}

if (import.meta.main) await main();
