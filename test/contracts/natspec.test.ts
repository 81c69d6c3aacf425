/** What an explorer shows of a function, an event, an error or a field: all of it says what it means, in the sources themselves. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ownTrees, type Tree } from '../../scripts/contracts/branches.ts';
import { type AstNode, walk } from '../../scripts/contracts/buildInfo.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Numbers that mean nothing without a unit, by the names that they have here. */
const QUANTITY =
  /^(.*(At|Until|[dD]eadline|[dD]elay|[wW]indow|[gG]as|[tT]hreshold|[pP]eriod|[pP]ercent|Extension|Block)|amount|capacity|since|notBefore)$/;

const COLUMNS = 120;

const KINDS: Readonly<Record<string, string>> = {
  FunctionDefinition: 'function',
  EventDefinition: 'event',
  ErrorDefinition: 'error',
  VariableDeclaration: 'variable',
};

/** Whether others can call, hear or see it. */
function isShown(node: AstNode): boolean {
  if (node.nodeType === 'FunctionDefinition')
    return node.kind === 'function' && (node.visibility === 'external' || node.visibility === 'public');
  if (node.nodeType === 'VariableDeclaration') return node.stateVariable === true && node.visibility === 'public';
  return node.nodeType in KINDS;
}

/** `@notice`, or that of what it implements: the compiler refuses an `@inheritdoc` of nothing. */
function isSaid(node: AstNode): boolean {
  const { text = '' } = (node.documentation ?? {}) as { text?: string };
  return /@(notice|inheritdoc) \S/.test(text) || /^\s*[^@\s]/.test(text);
}

describe('NatSpec', () => {
  let trees: Tree[];

  before(async () => {
    trees = await ownTrees();
  });

  const shownBy = (kind: string) =>
    trees.flatMap(({ file, root }) =>
      [...walk(root)]
        .filter((node) => KINDS[node.nodeType] === kind && isShown(node))
        .map((node) => ({ name: `${file}: ${node.name}`, node })),
    );

  for (const [kind, atLeast] of [
    ['function', 200],
    ['event', 35],
    ['error', 90],
    ['variable', 1],
  ] as const)
    it(`says what every ${kind} of the contracts is for`, () => {
      const shown = shownBy(kind);
      expect(shown.length).to.be.at.least(atLeast);
      expect(shown.filter(({ node }) => !isSaid(node)).map(({ name }) => name)).to.deep.equal([]);
    });

  /** What docs/terms.md, or the notice of the function, says whole. */
  const SELF_EXPLAINING = [
    'keyId',
    'id',
    'requester',
    'path',
    'measurement',
    'tee',
    'operator',
    'platformId',
    'position',
    'index',
    'requests',
    'account',
    'committee',
  ];

  it('says what every parameter of an interface is, where its name does not', () => {
    const { functions } = said(trees);
    expect(functions.length).to.be.at.least(150);
    const silent = functions.flatMap(({ name, text, parameters }) =>
      parameters
        .filter((each) => !SELF_EXPLAINING.includes(each) && !new RegExp(`@param ${each} \\S`).test(text))
        .map((each) => `${name}: ${each}`),
    );
    expect(silent).to.deep.equal([]);
  });

  it('says what functions of an interface return, where they change something or return several things', () => {
    const silent = said(trees).functions.filter(
      ({ text, returned, isView }) =>
        (returned > 1 || (returned === 1 && !isView)) && (text.match(/@return \S/g) ?? []).length !== returned,
    );
    expect(silent.map(({ name }) => name)).to.deep.equal([]);
  });

  it('keeps every line of Solidity within 120 columns, so that two fit beside each other', () => {
    const files = ['contracts', 'test/contracts'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.sol'))
        .map((file) => join(folder, file)),
    );
    expect(files.length).to.be.at.least(100);
    const wide = files.flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => ([...line].length > COLUMNS ? [`${file}:${index + 1}`] : [])),
    );
    expect(wide).to.deep.equal([]);
  });

  it('says the unit of every quantity in a struct of an interface', () => {
    const { named, silent } = quantities();
    expect(named).to.be.at.least(25);
    expect(silent).to.deep.equal([]);
  });
});

type Said = {
  readonly name: string;
  readonly text: string;
  readonly parameters: readonly string[];
  readonly returned: number;
  readonly isView: boolean;
};

/** The functions of interfaces, each with what it says of itself. */
function said(trees: readonly Tree[]): { readonly functions: Said[] } {
  const interfaces = trees.flatMap(({ root }) =>
    [...walk(root)].filter((node) => node.nodeType === 'ContractDefinition' && node.contractKind === 'interface'),
  );
  return { functions: interfaces.flatMap((its) => functionsOf(its)) };
}

function functionsOf(its: AstNode): Said[] {
  return [...walk(its)]
    .filter((node) => node.nodeType === 'FunctionDefinition')
    .map((node) => ({
      name: `${its.name}.${node.name}`,
      text: ((node.documentation ?? {}) as { text?: string }).text ?? '',
      parameters: namesIn(node.parameters),
      returned: namesIn(node.returnParameters).length,
      isView: node.stateMutability === 'view' || node.stateMutability === 'pure',
    }))
    .filter(({ text }) => !text.includes('@inheritdoc'));
}

function namesIn(list: unknown): string[] {
  return (list as { parameters: { name: string }[] }).parameters.map(({ name }) => name);
}

/** Fields with such names, and those without a line of their own above them. */
function quantities(): { readonly named: number; readonly silent: string[] } {
  const files = readdirSync(join(ROOT, 'contracts'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^(?!mocks).*(^|[\\/])(I[A-Z]\w*|QuorateGovernor|QuorateToken)\.sol$/.test(file),
  );
  let named = 0;
  const silent: string[] = [];
  for (const file of files) {
    const source = readFileSync(join(ROOT, 'contracts', file), 'utf8');
    for (const [, struct, body] of source.matchAll(/^struct (\w+) \{\n(.*?)^\}/gms))
      for (const [, above, field] of body!.matchAll(/^(.*\n)?^ {4}u?int\d+ (\w+);/gm)) {
        if (!QUANTITY.test(field!)) continue;
        named += 1;
        if (!above?.trim().startsWith('///')) silent.push(`${struct}.${field}`);
      }
  }
  return { named, silent };
}
