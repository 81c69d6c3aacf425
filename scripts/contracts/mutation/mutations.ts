/** Small wrong changes to a contract, each of which some test should notice. */

import type { Tree } from '../branches.ts';
import { calledName } from '../branches.ts';
import { type AstNode, isNode, walk } from '../buildInfo.ts';
import { type Span, spanOf } from '../source.ts';

export type Mutant = {
  /** Stable as long as the source is: what a resumed run knows it by. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly operator: Operator;
  readonly before: string;
  readonly after: string;
  readonly span: Span;
};

export type Operator =
  | 'negate condition'
  | 'swap comparison'
  | 'swap && and ||'
  | 'off by one'
  | 'replace constant'
  | 'drop require'
  | 'drop call'
  | 'drop write'
  | 'drop emit'
  | 'drop modifier';

type Change = { readonly operator: Operator; readonly span: Span; readonly after: string };
type Mutation = (node: AstNode, tree: Tree) => Change[];

/** The boundary first: `<` and `<=` differ in one value, which is what tests forget. */
const COMPARISONS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
};
const JUNCTIONS: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };
const STEPS: Readonly<Record<string, string>> = { '+': '- 1 +', '-': '+ 1 -' };

/** The operator alone, between its operands: what stands around it stays as it is. */
function replaceOperator(node: AstNode, { source }: Tree, operator: Operator, after: string | undefined): Change[] {
  if (after === undefined || !isNode(node.leftExpression) || !isNode(node.rightExpression)) return [];
  const text = String(node.operator);
  const end = spanOf(node.rightExpression).start;
  const start = source.find(text, spanOf(node.leftExpression).end, end);
  return start < 0 ? [] : [{ operator, span: { start, end: start + text.length }, after }];
}

const binary: Mutation = (node, tree) => {
  if (node.nodeType !== 'BinaryOperation') return [];
  const operator = String(node.operator);
  return [
    ...replaceOperator(node, tree, 'swap comparison', COMPARISONS[operator]),
    ...replaceOperator(node, tree, 'swap && and ||', JUNCTIONS[operator]),
    ...(isNumber(node) ? replaceOperator(node, tree, 'off by one', STEPS[operator]) : []),
  ];
};

function isNumber(node: AstNode): boolean {
  const { typeString } = (node.typeDescriptions ?? {}) as { typeString?: string };
  return /^u?int\d+$/.test(typeString ?? '');
}

/** Conditions of if and ternary; those of require are dropped, and their comparisons swapped. */
const condition: Mutation = (node, { source }) => {
  if (node.nodeType !== 'IfStatement' && node.nodeType !== 'Conditional') return [];
  if (!isNode(node.condition)) return [];
  const after = `!(${source.text(node.condition)})`;
  return [{ operator: 'negate condition', span: spanOf(node.condition), after }];
};

const literal: Mutation = (node, { source }) => {
  if (node.nodeType !== 'Literal' || node.kind !== 'number') return [];
  if (!/^\d+$/.test(source.text(node))) return [];
  const value = Number(node.value);
  return [{ operator: 'replace constant', span: spanOf(node), after: String(value === 0 ? 1 : value + 1) }];
};

const statement: Mutation = (node, { source }) => {
  const operator = droppable(node);
  if (operator === null) return [];
  const { start, end } = spanOf(node);
  const semicolon = source.find(';', end, end + 1);
  return [{ operator, span: { start, end: semicolon < 0 ? end : semicolon + 1 }, after: '{}' }];
};

function droppable(node: AstNode): Operator | null {
  if (node.nodeType === 'EmitStatement') return 'drop emit';
  if (node.nodeType !== 'ExpressionStatement' || !isNode(node.expression)) return null;
  const { expression } = node;
  if (expression.nodeType === 'Assignment') return 'drop write';
  if (expression.nodeType === 'UnaryOperation') return 'drop write';
  if (expression.nodeType !== 'FunctionCall') return null;
  return calledName(expression) === 'require' ? 'drop require' : 'drop call';
}

/** Modifiers of functions; a constructor's are calls of base constructors. */
const modifier: Mutation = (node) => {
  if (node.nodeType !== 'FunctionDefinition' || node.kind === 'constructor') return [];
  const used = (node.modifiers ?? []) as AstNode[];
  return used.map((each) => ({ operator: 'drop modifier', span: spanOf(each), after: '' }));
};

const MUTATIONS: readonly Mutation[] = [condition, binary, literal, statement, modifier];

/** Every mutant of one file, in the order of its text; each differs from the source in one place. */
export function mutantsOf(tree: Tree): Mutant[] {
  const code = [...walk(tree.root)].filter(({ nodeType }) => nodeType === 'FunctionDefinition');
  const constants = [...walk(tree.root)].filter((node) => node.nodeType === 'VariableDeclaration' && node.constant);
  const nodes = new Set([...code, ...constants].flatMap((node) => [...walk(node)]));
  const changes = [...nodes].flatMap((node) => MUTATIONS.flatMap((mutation) => mutation(node, tree)));
  return changes.sort((a, b) => a.span.start - b.span.start).map((change) => describe(tree, change));
}

function describe({ file, source }: Tree, { operator, span, after }: Change): Mutant {
  const line = source.lineAt(span.start);
  const before = source.between(span.start, span.end).replace(/\s+/g, ' ');
  return { id: `${file}@${source.fingerprint}:${span.start}:${operator}`, file, line, operator, before, after, span };
}
