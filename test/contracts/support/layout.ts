/** Storage layouts as the compiler reports them. */

import { readFile } from 'node:fs/promises';
import hre from 'hardhat';

type Slot = { readonly label: string; readonly offset: number; readonly slot: string; readonly type: string };
type Type = {
  readonly label: string;
  readonly numberOfBytes: string;
  readonly members?: Slot[];
  readonly value?: string;
};
export type Layout = { readonly storage: Slot[]; readonly types: Readonly<Record<string, Type>> };
export type Field = { readonly name: string; readonly type: string; readonly slot: number; readonly bits: number };

type Output = { readonly output: { contracts: Record<string, Record<string, { storageLayout: Layout }>> } };

export async function layoutOf(source: string, contract: string): Promise<Layout> {
  const build = await hre.artifacts.getBuildInfoId(`${source}:${contract}`);
  const path = build && (await hre.artifacts.getBuildInfoOutputPath(build));
  if (path === undefined) throw new Error(`${contract} is not built`);
  const { output } = JSON.parse(await readFile(path, 'utf8')) as Output;
  const own = Object.keys(output.contracts).find((name) => name === `project/${source}` || isOfPackage(name, source));
  const layout = output.contracts[own ?? '']?.[contract]?.storageLayout;
  if (layout === undefined) throw new Error(`no layout of ${contract} in ${path}`);
  return layout;
}

/** Those of packages have their version in their name: npm/@openzeppelin/contracts@5.7.0/governance/… */
function isOfPackage(name: string, source: string): boolean {
  return name.startsWith('npm/') && name.slice('npm/'.length).replace(/(?<=.)@[^/]+/, '') === source;
}

/** The slot of a variable of the contract. */
export function slotOf(layout: Layout, variable: string): number {
  return Number(find(layout, variable).slot);
}

/** The fields of a struct, or of a mapping's values, nested structs laid open, in order of slot and offset. What is neither is its own. */
export function fieldsOf(layout: Layout, variable: string): Field[] {
  const held = heldBy(layout, find(layout, variable).type);
  const fields = open(layout, held, 0);
  if (fields.length > 0) return fields;
  return [{ name: variable.replace(/^_/, ''), type: layout.types[held]?.label ?? held, slot: 0, bits: 0 }];
}

/** Of a mapping in a mapping, what the inner one holds. */
function heldBy(layout: Layout, type: string): string {
  const value = layout.types[type]?.value;
  return value === undefined ? type : heldBy(layout, value);
}

function open(layout: Layout, type: string, base: number): Field[] {
  return (layout.types[type]?.members ?? []).flatMap((member) => {
    const slot = base + Number(member.slot);
    const inner = layout.types[member.type];
    if (inner?.members !== undefined) return open(layout, member.type, slot);
    return [{ name: member.label, type: inner?.label ?? member.type, slot, bits: member.offset * 8 }];
  });
}

function find(layout: Layout, variable: string): Slot {
  const found = layout.storage.find(({ label }) => label === variable);
  if (found === undefined) throw new Error(`no variable ${variable}`);
  return found;
}
