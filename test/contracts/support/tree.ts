/** The cases of a test file as a tree, read from its source: what a reader sees before the tests, and what must stay true of them. */

type Node = { readonly title: string; readonly indent: number; readonly leaf: boolean; readonly children: Node[] };

const CASE = /^([ \t]*)(?:for \(.*\)\s*|\{\s*)*(describe|it)(?:\.skip)?\(\s*(['"`])((?:(?!\3)[^\\]|\\.)*)\3/gm;
const FUNCTION = /^ {4}function ((?:test|invariant_)\w+)\(/gm;

/** A `describe` holds what is indented further, up to the next line that is not. */
export function casesOf(source: string): Node[] {
  const root: Node = { title: '', indent: -1, leaf: false, children: [] };
  const open = [root];
  for (const [, space, kind, , text] of source.matchAll(CASE)) {
    const node = { title: readable(text!), indent: space!.length, leaf: kind === 'it', children: [] };
    while (open.at(-1)!.leaf || open.at(-1)!.indent >= node.indent) open.pop();
    open.at(-1)!.children.push(node);
    open.push(node);
  }
  return root.children;
}

/** `testFuzzAddsTheTweak` is the case `adds the tweak`. */
export function functionsOf(source: string): Node[] {
  return [...source.matchAll(FUNCTION)].map(([, name]) => {
    const words = name!
      .replace(/^(testFuzz|test|invariant_)/, '')
      .replace(/([a-z\d])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2 ');
    return { title: words.toLowerCase(), indent: 0, leaf: true, children: [] };
  });
}

export function draw(nodes: readonly Node[], prefix = ''): string {
  return nodes
    .map((node, i) => {
      const last = i === nodes.length - 1;
      const line = `${prefix}${last ? '└── ' : '├── '}${node.title}\n`;
      return line + draw(node.children, `${prefix}${last ? '    ' : '│   '}`);
    })
    .join('');
}

/** Templates show what varies by its name. */
function readable(title: string): string {
  return title.replace(/\$\{[^}]*?(\w+)(?:\([^)]*\))?\}/g, '<$1>').replace(/\\(['"`])/g, '$1');
}
