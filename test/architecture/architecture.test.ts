import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { circles } from './circles.ts';
import { importsOf, type SourceFile, violations } from './rules.ts';

const ROOT = join(import.meta.dirname, '../..');

function sources(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8') }));
}

function typesNamed(words: readonly string[], files: readonly SourceFile[]) {
  return words.map((word) => {
    const declares = new RegExp(`^(export )?(abstract )?(type|interface|class|enum) ${word}\\b`, 'm');
    return { word, paths: files.filter(({ text }) => declares.test(text)).map(({ path }) => path) };
  });
}

describe('architecture', () => {
  const all = sources('signer');

  it('sees the sources it judges', () => {
    for (const folder of [
      'formats',
      'protocol',
      'proof',
      'finality',
      'payload',
      'evidence',
      'audit',
      'enclave',
      'host',
    ])
      expect(
        all.filter((file) => file.path.startsWith(`signer/${folder}/`)),
        folder,
      ).to.have.length.above(5);
  });

  it('imports point one way, and nothing outside an adapter asks for time or chance', () => {
    expect(violations(all)).to.deep.equal([]);
  });

  it('has no circle of imports, of types neither', () => {
    expect(circles(all)).to.deep.equal([]);
  });

  it('would see a circle, however long, and nothing else', () => {
    const importing = (path: string, ...names: string[]) => ({
      path,
      text: names.map((name) => `import type { x } from '${name}';`).join('\n'),
    });
    const files = [
      importing('a/one.ts', './two.ts', '../b/four.ts'),
      importing('a/two.ts', '../b/three.ts'),
      importing('b/three.ts', '../a/one.ts', './four.ts'),
      importing('b/four.ts', 'viem'),
      importing('b/self.ts', './self.ts'),
    ];
    expect(circles(files)).to.deep.equal([['a/one.ts', 'a/two.ts', 'b/three.ts'], ['b/self.ts']]);
  });

  it('has one type of each of the words that once had several', () => {
    const words = ['Attempt', 'Life', 'Place', 'Run', 'Self', 'Standing'];
    expect(typesNamed(words, all).filter(({ paths }) => paths.length > 1)).to.deep.equal([]);
  });

  it('would see a second type of a word, exported or not', () => {
    const files = [
      { path: 'a.ts', text: 'export type Life = string;' },
      { path: 'b.ts', text: '// type Life = 1\nclass Life {}\ntype Lifetime = 2;' },
      { path: 'c.ts', text: "import type { Life } from './a.ts';" },
    ];
    expect(typesNamed(['Life'], files)).to.deep.equal([{ word: 'Life', paths: ['a.ts', 'b.ts'] }]);
  });

  const refused: [string, SourceFile][] = [
    [
      'the protocol importing the enclave',
      { path: 'signer/protocol/a.ts', text: "import { x } from '../enclave/b.ts';" },
    ],
    ['the protocol importing node', { path: 'signer/protocol/a.ts', text: "import fs from 'node:fs';" }],
    [
      'finality importing the enclave',
      { path: 'signer/finality/a.ts', text: "import { x } from '../enclave/life.ts';" },
    ],
    ['a proof importing finality', { path: 'signer/proof/a.ts', text: "import { x } from '../finality/b.ts';" }],
    ['formats importing a proof', { path: 'signer/formats/a.ts', text: "import { x } from '../proof/b.ts';" }],
    ['a payload importing evidence', { path: 'signer/payload/a.ts', text: "import { x } from '../evidence/b.ts';" }],
    ['a payload importing the enclave', { path: 'signer/payload/a.ts', text: "import { x } from '../enclave/b.ts';" }],
    ['finality importing viem', { path: 'signer/finality/a.ts', text: "import { x } from 'viem';" }],
    ['finality importing node', { path: 'signer/finality/a.ts', text: "import 'node:path';" }],
    ['a clock in finality', { path: 'signer/finality/spec/a.ts', text: 'const t = Date.now();' }],
    ['the enclave importing the host', { path: 'signer/enclave/a.ts', text: "import type { x } from '../host/b.ts';" }],
    ['the enclave importing viem', { path: 'signer/enclave/a.ts', text: "export { x } from 'viem';" }],
    ['the enclave importing node outside an adapter', { path: 'signer/enclave/a.ts', text: "import('node:crypto')" }],
    [
      'the host importing more of the enclave',
      { path: 'signer/host/a.ts', text: "import { x } from '../enclave/serve.ts';" },
    ],
    [
      'the host importing the protocol',
      { path: 'signer/host/a.ts', text: "import { x } from '../protocol/round.ts';" },
    ],
    ['an audit importing node', { path: 'signer/audit/a.ts', text: "import { x } from 'node:fs';" }],
    ['an audit importing the host', { path: 'signer/audit/links/a.ts', text: "import { x } from '../../host/b.ts';" }],
    ['an audit importing viem', { path: 'signer/audit/a.ts', text: "import { x } from 'viem';" }],
    ['the enclave importing an audit', { path: 'signer/enclave/a.ts', text: "import { x } from '../audit/b.ts';" }],
    ['evidence importing the enclave', { path: 'signer/evidence/a.ts', text: "import { x } from '../enclave/b.ts';" }],
    ['evidence importing node', { path: 'signer/evidence/tdx/a.ts', text: "import { x } from 'node:crypto';" }],
    ['a clock in evidence', { path: 'signer/evidence/nitro/a.ts', text: 'const t = Date.now();' }],
    ['a clock in the protocol', { path: 'signer/protocol/a.ts', text: 'const t = Date.now();' }],
    ['a timer in the host', { path: 'signer/host/path/a.ts', text: 'setTimeout(() => {}, 1);' }],
    ['chance in the enclave', { path: 'signer/enclave/peers/a.ts', text: 'crypto.getRandomValues(x)' }],
  ];
  for (const [what, file] of refused)
    it(`refuses ${what}`, () => {
      expect(violations([file])).to.have.lengthOf(1);
    });

  it('lets adapters touch the world and comments name what they like', () => {
    const adapter = {
      path: 'signer/host/adapters/clock.ts',
      text: "import { x } from 'node:timers'; setTimeout(f, 1);",
    };
    const comment = { path: 'signer/protocol/a.ts', text: "// Date.now()\n/* import x from 'viem' */" };
    expect(violations([adapter, comment])).to.deep.equal([]);
  });

  it('finds every form of import', () => {
    const text = "import 'a';\nimport x from \"b\"; export * from 'c'; await import('d'); require('e');";
    expect(importsOf({ path: 'x.ts', text })).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
  });
});
