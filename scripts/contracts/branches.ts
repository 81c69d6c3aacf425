/**
 * Every place where a contract decides, read from the compiler's syntax tree.
 *
 *     node scripts/bootstrap.mjs scripts/contracts/branches.ts
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AstNode, isNode, treesOf, walk } from './buildInfo.ts';
import { Source, spanOf } from './source.ts';

export type Branch = {
  readonly file: string;
  readonly line: number;
  readonly kind: 'require' | 'if' | 'ternary' | 'revert';
  readonly condition: string;
  /** The custom error that the branch ends in, if it does. */
  readonly error: string | null;
};

export type DeclaredError = { readonly file: string; readonly name: string };
export type Tree = { readonly file: string; readonly source: Source; readonly root: AstNode };

const ROOT = join(import.meta.dirname, '../..');

/** The syntax trees of contracts/**, but for mocks, as they are now; fails if one is not built. */
export async function ownTrees(root = ROOT): Promise<Tree[]> {
  const files = (await readdir(join(root, 'contracts'), { recursive: true }))
    .map((file) => `contracts/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.sol') && !file.includes('/mocks/'));
  const texts = new Map(
    await Promise.all(files.sort().map(async (file) => [file, await readFile(join(root, file))] as const)),
  );
  const trees = await treesOf(
    new Map([...texts].map(([file, text]) => [`project/${file}`, text.toString('utf8')])),
    root,
  );
  return [...texts].map(([file, text]) => ({ file, source: new Source(text), root: found(trees, file) }));
}

function found(trees: Map<string, AstNode>, file: string): AstNode {
  const tree = trees.get(`project/${file}`);
  if (tree === undefined) throw new Error(`${file} is not built as it is: run "npm run build"`);
  return tree;
}

export function branchesOf({ file, source, root }: Tree): Branch[] {
  return [...walk(root)].flatMap((node) => {
    const found = branchAt(node);
    if (found === null) return [];
    const { start } = spanOf(node);
    const condition = found.condition === null ? '' : source.text(found.condition);
    return [{ file, line: source.lineAt(start), ...found, condition: condition.replace(/\s+/g, ' ') }];
  });
}

type Found = { kind: Branch['kind']; condition: AstNode | null; error: string | null };

function branchAt(node: AstNode): Found | null {
  if (node.nodeType === 'IfStatement') return { kind: 'if', condition: nodeIn(node.condition), error: null };
  if (node.nodeType === 'Conditional') return { kind: 'ternary', condition: nodeIn(node.condition), error: null };
  if (node.nodeType === 'RevertStatement')
    return { kind: 'revert', condition: null, error: calledName(node.errorCall) };
  if (node.nodeType !== 'FunctionCall' || calledName(node) !== 'require') return null;
  const [condition, error] = node.arguments as AstNode[];
  return { kind: 'require', condition: nodeIn(condition), error: error === undefined ? null : calledName(error) };
}

const nodeIn = (value: unknown): AstNode | null => (isNode(value) ? value : null);

/** `f` of `f(…)` and of `Library.f(…)`. */
export function calledName(call: unknown): string | null {
  const callee = isNode(call) ? nodeIn(call.expression) : null;
  const name = callee?.name ?? callee?.memberName;
  return typeof name === 'string' ? name : null;
}

export function errorsOf({ file, root }: Tree): DeclaredError[] {
  return [...walk(root)]
    .filter(({ nodeType }) => nodeType === 'ErrorDefinition')
    .map(({ name }) => ({ file, name: String(name) }));
}

async function main(): Promise<void> {
  const branches = (await ownTrees()).flatMap(branchesOf);
  for (const { file, line, kind, condition, error } of branches)
    console.log(`${file}:${line}\t${kind}\t${condition}${error === null ? '' : `\t${error}`}`);
}

if (import.meta.main) await main();
