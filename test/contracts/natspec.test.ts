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

  it('says the unit of every quantity in a struct of an interface', () => {
    const { named, silent } = quantities();
    expect(named).to.be.at.least(25);
    expect(silent).to.deep.equal([]);
  });
});

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
