/** What Hardhat keeps of a compilation: the compiler's whole input, and the syntax tree of each source. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StandardInput } from './compiler.ts';

/** A node of the compiler's syntax tree; `src` is "start:length:file" in bytes. */
export type AstNode = {
  readonly nodeType: string;
  readonly src: string;
  readonly id: number;
  readonly [field: string]: unknown;
};

export type BuildInfo = {
  /** For example `0.8.37+commit.f401782d`. */
  readonly compiler: string;
  readonly input: StandardInput;
  readonly trees: Readonly<Record<string, AstNode>>;
};

type Output = { readonly output: { readonly sources: Readonly<Record<string, { readonly ast: AstNode }>> } };
type Artifact = { readonly inputSourceName: string; readonly buildInfoId: string; readonly contractName: string };

/** Where a contract is: the compiler's name of its source, and its own. */
export type Target = { readonly source: string; readonly name: string };

const ROOT = join(import.meta.dirname, '../..');

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

/** Many contracts share one compilation, whose record takes a while to read. */
const read = new Map<string, Promise<BuildInfo>>();

/** `file` is as the user writes it: contracts/… or @openzeppelin/… */
export async function buildInfoOf(
  file: string,
  name: string,
  root = ROOT,
): Promise<BuildInfo & { readonly target: Target }> {
  const artifacts = join(root, 'artifacts');
  const artifact = await readJson<Artifact>(join(artifacts, file, `${name}.json`));
  const path = join(artifacts, 'build-info', artifact.buildInfoId);
  const info = read.get(path) ?? readBuildInfo(path);
  read.set(path, info);
  return { ...(await info), target: { source: artifact.inputSourceName, name } };
}

async function readBuildInfo(path: string): Promise<BuildInfo> {
  const { input, solcLongVersion: compiler } = await readJson<{ input: StandardInput; solcLongVersion: string }>(
    `${path}.json`,
  );
  const { output } = await readJson<Output>(`${path}.output.json`);
  return {
    compiler,
    input,
    trees: Object.fromEntries(Object.entries(output.sources).map(([name, { ast }]) => [name, ast])),
  };
}

/** The trees of these texts, by name, wherever they were compiled: Hardhat keeps what did not change in older files. */
export async function treesOf(texts: ReadonlyMap<string, string>, root: string): Promise<Map<string, AstNode>> {
  const folder = join(root, 'artifacts/build-info');
  const infos = (await readdir(folder)).filter((file) => file.endsWith('.output.json')).sort();
  const trees = new Map<string, AstNode>();
  for (const file of infos) {
    const { input } = await readJson<{ input: StandardInput }>(join(folder, file.replace('.output.json', '.json')));
    const same = [...texts].filter(([name, text]) => !trees.has(name) && input.sources[name]?.content === text);
    if (same.length === 0) continue;
    const { output } = await readJson<Output>(join(folder, file));
    for (const [name] of same) {
      const tree = output.sources[name]?.ast;
      if (tree !== undefined) trees.set(name, tree);
    }
  }
  return trees;
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'nodeType' in value && 'src' in value;
}

/** Every node below and with `node`, parents first. */
export function* walk(node: unknown): Generator<AstNode> {
  if (isNode(node)) yield node;
  if (typeof node === 'object' && node !== null) for (const child of Object.values(node)) yield* walk(child);
}

/** The sources that `source` imports, and those that these import: all that it takes to compile it. */
export function closure(trees: BuildInfo['trees'], source: string): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const node of (trees[name]?.nodes ?? []) as AstNode[])
      if (node.nodeType === 'ImportDirective') visit(String(node.absolutePath));
  };
  visit(source);
  return [...found].sort();
}
