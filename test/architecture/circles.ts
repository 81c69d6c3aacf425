/** Files that import each other in a circle, types included: none of them can be read, moved or tested without the others. */

import { dirname, join, normalize } from 'node:path/posix';
import { importsOf, type SourceFile } from './rules.ts';

/** Each circle once, as the files of a strongly connected component (Tarjan 1972), in alphabetical order. */
export function circles(files: readonly SourceFile[]): string[][] {
  const edges = new Map(files.map((file) => [file.path, targetsOf(file)]));
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];

  const visit = (path: string): void => {
    index.set(path, index.size);
    low.set(path, index.get(path) ?? 0);
    stack.push(path);
    for (const target of edges.get(path) ?? []) {
      if (!edges.has(target)) continue;
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(path, Math.min(low.get(path) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(path) !== index.get(path)) return;
    const component = stack.splice(stack.indexOf(path)).sort();
    if (component.length > 1 || edges.get(path)?.includes(path)) found.push(component);
  };

  for (const { path } of files) if (!index.has(path)) visit(path);
  return found.sort();
}

function targetsOf(file: SourceFile): readonly string[] {
  const local = importsOf(file).filter((name) => name.startsWith('.'));
  return local.map((name) => normalize(join(dirname(file.path), name)));
}
