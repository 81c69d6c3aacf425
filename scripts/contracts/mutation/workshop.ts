/** A private copy of the project, in which mutants are compiled and tested: nobody else's files are touched. */

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildInfoOf, closure } from '../buildInfo.ts';
import { type CompiledContract, compile, type StandardInput } from '../compiler.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SOURCES = [
  'contracts',
  'test',
  'scripts',
  'signer',
  'docs',
  'hardhat.config.ts',
  'package.json',
  'tsconfig.json',
];
const MADE = ['artifacts', 'cache', 'types'];

/** One contract with code, what it takes to compile it, and the files that hold its code for tests. */
type Built = {
  readonly source: string;
  readonly name: string;
  readonly input: StandardInput;
  readonly sources: readonly string[];
  readonly artifact: string;
  readonly factory: string;
};
export type Code = Map<Built, CompiledContract>;

/** `original` is filled as it is asked for. */
export type Workshop = { readonly root: string; readonly built: readonly Built[]; readonly original: Code };
type Change = { readonly source: string; readonly content: string };

export async function openWorkshop(root: string): Promise<Workshop> {
  await copyProject(root);
  return { root, built: await allBuilt(root), original: new Map() };
}

/** With what is built; whoever reads the trees finds out whether that is up to date. */
export async function copyProject(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  for (const name of [...SOURCES, ...MADE].filter((each) => existsSync(join(ROOT, each))))
    await cp(join(ROOT, name), join(root, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
}

async function allBuilt(root: string): Promise<Built[]> {
  const folder = join(root, 'artifacts/contracts');
  const files = await readdir(folder, { recursive: true });
  const built: Built[] = [];
  for (const file of files.filter((each) => each.endsWith('.json')).sort()) {
    const one = await builtOf(root, file);
    if (one !== null) built.push(one);
  }
  return built;
}

/** Null for interfaces and abstract contracts, which have no code. */
async function builtOf(root: string, file: string): Promise<Built | null> {
  const artifact = join(root, 'artifacts/contracts', file);
  const { bytecode } = JSON.parse(await readFile(artifact, 'utf8')) as { bytecode: string };
  if (bytecode === '0x') return null;
  const [, path = '', name = ''] = /^(.*\.sol)\/(\w+)\.json$/.exec(file) ?? [];
  const { input, trees, target } = await buildInfoOf(`contracts/${path}`, name, root);
  const folder = path.replace(/[^/]*\.sol$/, '');
  const factory = join(root, 'types/factories/contracts', folder, `${name}__factory.ts`);
  return { source: target.source, name, input, sources: closure(trees, target.source), artifact, factory };
}

/** Quicker than what is deployed, and without metadata, so that equal code is equal. */
const SETTINGS = {
  viaIR: false,
  optimizer: { enabled: true, runs: 1 },
  metadata: { bytecodeHash: 'none', appendCBOR: false },
};

/** The code of these contracts. */
function compileAll(built: readonly Built[], changed: Change | null): Code {
  const groups = Map.groupBy(built, ({ input }) => input);
  return new Map([...groups].flatMap(([input, group]) => compileGroup(input, group, changed)));
}

function compileGroup(
  input: StandardInput,
  group: readonly Built[],
  changed: Change | null,
): [Built, CompiledContract][] {
  const names = new Set(group.flatMap(({ sources }) => sources));
  const sources = Object.fromEntries(Object.entries(input.sources).filter(([name]) => names.has(name)));
  if (changed !== null) sources[changed.source] = { content: changed.content };
  const outputSelection: Record<string, Record<string, string[]>> = {};
  for (const { source, name } of group)
    outputSelection[source] = { ...outputSelection[source], [name]: ['evm.bytecode.object', 'evm.deployedBytecode'] };
  const output = compile({ ...input, sources, settings: { ...input.settings, ...SETTINGS, outputSelection } });
  return group.map((one) => {
    const compiled = output.contracts?.[one.source]?.[one.name];
    if (compiled === undefined) throw new Error(`the compiler made no ${one.name}`);
    return [one, compiled];
  });
}

/** Compiles and installs, once, the contracts that a file is part of: then a mutant differs from them in its change and nothing else. */
export async function prepare({ built, original }: Workshop, file: string): Promise<void> {
  const missing = built.filter((one) => one.sources.includes(`project/${file}`) && !original.has(one));
  const code = compileAll(missing, null);
  await install(code);
  for (const [one, compiled] of code) original.set(one, compiled);
}

/** The contracts whose code the change alters; throws what the compiler says if it refuses. Only after `prepare`. */
export function compileChanged({ built, original }: Workshop, file: string, content: string): Code {
  const source = `project/${file}`;
  const affected = built.filter(({ sources }) => sources.includes(source));
  const compiled = compileAll(affected, { source, content });
  const differs = ([one, { evm }]: [Built, CompiledContract]) =>
    evm.bytecode.object !== original.get(one)?.evm.bytecode.object;
  return new Map([...compiled].filter(differs));
}

/** Puts the code where tests take it from; the returned function puts back what was there. */
export async function install(code: Code): Promise<() => Promise<void>> {
  const before = new Map<string, string>();
  for (const [{ artifact, factory }, { evm }] of code) {
    const change = async (path: string, changed: (text: string) => string) => {
      const text = await readFile(path, 'utf8');
      before.set(path, text);
      await writeFile(path, changed(text));
    };
    await change(artifact, (text) => withCode(text, evm));
    const bytecode = `const _bytecode = "0x${evm.bytecode.object}"`;
    const isMade = existsSync(factory); // not for a library without external functions
    if (isMade) await change(factory, (text) => text.replace(/const _bytecode =\s*"0x[0-9a-f]*"/, bytecode));
  }
  return async () => {
    for (const [path, text] of before) await writeFile(path, text);
  };
}

function withCode(artifact: string, { bytecode, deployedBytecode }: CompiledContract['evm']): string {
  const changed = {
    ...(JSON.parse(artifact) as object),
    bytecode: `0x${bytecode.object}`,
    deployedBytecode: `0x${deployedBytecode.object}`,
    immutableReferences: deployedBytecode.immutableReferences ?? {},
  };
  return JSON.stringify(changed, null, 2);
}
