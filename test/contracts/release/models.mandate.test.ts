/** test/contracts/smt/MandateMachine.sol must be a model of these contracts: what touches an announcement, and what the module makes of it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { calledName } from '../../../scripts/contracts/branches.ts';
import { type AstNode, treesOf, walk } from '../../../scripts/contracts/buildInfo.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MODEL = 'test/contracts/smt/MandateMachine.sol';
const CORE = 'contracts/requests/SigningRequests.sol';
const MODULE = 'contracts/requests/modules/Mandates.sol';
const ROWS = 'contracts/keys/KeyRows.sol';

type Functions = ReadonlyMap<string, AstNode>;

async function functionsIn(file: string): Promise<Functions> {
  const texts = new Map([[`project/${file}`, readFileSync(join(ROOT, file), 'utf8')]]);
  const trees = await treesOf(texts, ROOT);
  expect([...trees.keys()], 'not built as it is').to.deep.equal([...texts.keys()]);
  const functions = [...walk([...trees.values()])].filter(({ nodeType }) => nodeType === 'FunctionDefinition');
  return new Map(functions.map((node) => [String(node.name), node]));
}

/** What is in a function, and in those of the same contract that it calls. */
function* reached(name: string, functions: Functions, seen = new Set<string>()): Generator<AstNode> {
  const start = functions.get(name);
  if (start === undefined || seen.has(name)) return;
  seen.add(name);
  for (const node of walk(start)) {
    yield node;
    const called = node.nodeType === 'FunctionCall' ? calledName(node) : null;
    if (called !== null) yield* reached(called, functions, seen);
  }
}

const transactions = (functions: Functions) =>
  [...functions]
    .filter(([, { visibility, stateMutability }]) => visibility === 'external' && stateMutability === 'nonpayable')
    .map(([name]) => name);

/** The transactions that come to something of which `is` holds. */
const reaching = (functions: Functions, is: (node: AstNode) => boolean) =>
  transactions(functions)
    .filter((name) => [...reached(name, functions)].some(is))
    .sort();

const isVariable = (name: string) => (node: AstNode) => node.nodeType === 'Identifier' && node.name === name;
const isCall = (name: string) => (node: AstNode) => node.nodeType === 'FunctionCall' && calledName(node) === name;

describe(MODEL, () => {
  it('has what places, fills, withdraws and overtakes a mandate, and nothing else', async () => {
    const model = await functionsIn(MODEL);
    expect(transactions(model).sort()).to.deep.equal(['fill', 'pass', 'place', 'raise', 'withdraw']);
    for (const name of ['place', 'fill', 'withdraw'])
      expect([...reached(name, model)].some(isVariable('_announcedAt')), name).to.equal(true);
  });

  it('knows all that touches an announcement at the core', async () => {
    const touching = reaching(await functionsIn(CORE), isVariable('_announcements'));
    expect(touching).to.deep.equal(['announce', 'requestFor', 'withdraw']);
  });

  it('knows all that the module makes of it', async () => {
    const module = await functionsIn(MODULE);
    expect(transactions(module).sort()).to.deep.equal(['fill', 'place']);
    expect(reaching(module, isCall('announce'))).to.deep.equal(['place']);
    expect(reaching(module, isCall('requestFor'))).to.deep.equal(['fill']);
  });

  it('knows all that changes a row', async () => {
    const changing = reaching(
      await functionsIn(ROWS),
      (node) => isCall('_requireRow')(node) || isCall('_setRow')(node),
    );
    expect(changing).to.deep.equal(['raise', 'removeRow', 'setRow']);
  });
});
