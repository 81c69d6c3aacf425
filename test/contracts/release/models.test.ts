/** The models that test/contracts/smt proves things about must be models of these contracts. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { calledName } from '../../../scripts/contracts/branches.ts';
import { type AstNode, isNode, treesOf, walk } from '../../../scripts/contracts/buildInfo.ts';

const ROOT = join(import.meta.dirname, '../../..');

const models = [
  {
    model: 'test/contracts/smt/RequestMachine.sol',
    of: ['requests/SigningRequests.sol'],
    states: /^(RequestState|State)$/,
  },
  {
    model: 'test/contracts/smt/KeyMachine.sol',
    of: ['keys/KeyRegistry.sol', 'keys/KeyCeremonies.sol', 'keys/KeyStorage.sol'],
    states: /^(KeyStatus|Status|CeremonyStatus|Ceremony)$/,
  },
];

type Functions = Map<string, AstNode>;

async function functionsIn(files: readonly string[]): Promise<Functions> {
  const texts = new Map(files.map((file) => [`project/${file}`, readFileSync(join(ROOT, file), 'utf8')]));
  const trees = await treesOf(texts, ROOT);
  expect([...trees.keys()].sort(), 'not built as they are').to.deep.equal([...texts.keys()].sort());
  const functions = [...walk([...trees.values()])].filter(({ nodeType }) => nodeType === 'FunctionDefinition');
  return new Map(functions.map((node) => [String(node.name), node]));
}

/** The model's own assertions. */
const NOT_OF_THIS_ONE = new Set(['_check']);

/** The states that a function and those that it calls name. A new record has none, whatever it is called. */
function statesOf(name: string, functions: Functions, states: RegExp, seen = new Set<string>()): Set<string> {
  const found = new Set<string>();
  const start = functions.get(name);
  if (start === undefined || seen.has(name) || NOT_OF_THIS_ONE.has(name)) return found;
  seen.add(name);
  for (const node of walk(start)) {
    const owner = isNode(node.expression) ? String(node.expression.name) : '';
    if (node.nodeType === 'MemberAccess' && states.test(owner)) found.add(String(node.memberName));
    const called = node.nodeType === 'FunctionCall' ? calledName(node) : null;
    if (called !== null) for (const each of statesOf(called, functions, states, seen)) found.add(each);
  }
  found.delete('None');
  return found;
}

/** What anybody can call, and what may write. */
function transactions(functions: Functions): string[] {
  const writes = ({ visibility, stateMutability }: AstNode) =>
    visibility === 'external' && stateMutability === 'nonpayable';
  return [...functions].filter(([, node]) => writes(node)).map(([name]) => name);
}

for (const { model, of, states } of models)
  describe(model, () => {
    let real: Functions;
    let modelled: Functions;

    before(async () => {
      real = await functionsIn(of.map((file) => `contracts/${file}`));
      modelled = await functionsIn([model]);
    });

    it('models every function that changes a state', () => {
      const changing = transactions(real).filter((name) => statesOf(name, real, states).size > 0);
      expect(transactions(modelled)).to.include.members(changing);
    });

    it('models no function that is not there', () => {
      expect(transactions(real)).to.include.members(transactions(modelled).filter((name) => name !== 'pass'));
    });

    it('names the same states in each', () => {
      for (const name of transactions(modelled))
        expect([...statesOf(name, modelled, states)].sort(), name).to.deep.equal(
          [...statesOf(name, real, states)].sort(),
        );
    });
  });
