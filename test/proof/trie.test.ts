/** Merkle-Patricia proofs: random tries against @ethereumjs/mpt, and every malformed node that has a root of its own. */

import { createMerkleProof, createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { concat, encodeRlp, getBytes, type RlpStructuredData } from 'ethers';
import fc from 'fast-check';
import { Nodes } from '../../signer/proof/nodes.ts';
import { EMPTY_ROOT, findInTrie } from '../../signer/proof/trie.ts';
import { outcome } from './support/refusals.ts';

type Entries = ReadonlyMap<string, Uint8Array>;
type Oracle = { root: Uint8Array; trie: MerklePatriciaTrie; entries: Entries };

const hexOf = (bytes: Uint8Array): string => bytesToHex(bytes);
const bytesOf = (hex: string): Uint8Array => getBytes(`0x${hex}`);

/** Keys of one length: 2 bytes make deep tries with embedded nodes, 32 bytes are Ethereum's. */
const entriesOf = (keyBytes: number) =>
  fc
    .array(
      fc.tuple(
        fc.uint8Array({ minLength: keyBytes, maxLength: keyBytes }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
      ),
      { maxLength: 40 },
    )
    .map((pairs) => new Map(pairs.map(([key, value]) => [hexOf(key), value])));

async function oracle(entries: Entries): Promise<Oracle> {
  const trie = await createMPT({ useKeyHashing: false });
  for (const [key, value] of entries) await trie.put(bytesOf(key), value);
  return { root: trie.root(), trie, entries };
}

/** The oracle also lists embedded nodes, which already stand in their parents; Ethereum's nodes do not. */
async function proofOf({ trie }: Oracle, key: Uint8Array): Promise<Uint8Array[]> {
  const nodes = await createMerkleProof(trie, key);
  return nodes.filter((node, at) => at === 0 || node.length >= 32);
}

/** What nodes tell: a value, null for none, `missing` where they do not tell, or what they are refused with. */
function answer(root: Uint8Array, key: Uint8Array, shown: readonly Uint8Array[]): Uint8Array | null | string {
  const nodes = new Nodes();
  let found: Uint8Array | null | undefined;
  const code = outcome(() => {
    nodes.add(shown);
    found = findInTrie(root, key, nodes);
  });
  if (code !== 'accepted') return code;
  return found === undefined ? 'missing' : found;
}

const distinct = (nodes: readonly Uint8Array[]): Uint8Array[] => [
  ...new Map(nodes.map((each) => [hexOf(each), each])).values(),
];

describe('findInTrie', () => {
  for (const keyBytes of [1, 2, 32]) {
    it(`finds what is there and what is not, with keys of ${keyBytes} bytes, in one set of nodes`, async () => {
      const absent = fc.array(fc.uint8Array({ minLength: keyBytes, maxLength: keyBytes }), {
        minLength: 3,
        maxLength: 10,
      });
      await fc.assert(
        fc.asyncProperty(entriesOf(keyBytes), absent, async (entries, others) => {
          const known = await oracle(entries);
          const keys = [...[...entries.keys()].map(bytesOf), ...others];
          const proofs = await Promise.all(keys.map((key) => proofOf(known, key)));
          const all = distinct(proofs.flat());
          for (const [at, key] of keys.entries()) {
            const expected = entries.get(hexOf(key)) ?? null;
            expect(answer(known.root, key, proofs[at]!)).to.deep.equal(expected);
            expect(answer(known.root, key, all)).to.deep.equal(expected);
            expect(answer(known.root, key, all.toReversed())).to.deep.equal(expected);
          }
        }),
        { numRuns: 25 },
      );
    });
  }

  it('answers as the trie does, or not at all, whatever nodes of it are shown', async () => {
    const scenario = fc.record({
      entries: entriesOf(2),
      asked: fc.uint8Array({ minLength: 2, maxLength: 2 }),
      shown: fc.array(fc.nat(), { maxLength: 12 }),
    });
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async ({ entries, asked, shown }) => {
        const known = await oracle(entries);
        const keys = [...entries.keys()].map(bytesOf);
        const nodes = distinct((await Promise.all(keys.map((key) => proofOf(known, key)))).flat());
        const some = nodes.length === 0 ? [] : distinct(shown.map((at) => nodes[at % nodes.length]!));
        for (const key of [asked, ...keys.slice(0, 3)]) {
          const said = answer(known.root, key, some);
          if (said === 'missing') continue;
          answered += 1;
          expect(said).to.deep.equal(entries.get(hexOf(key)) ?? null);
        }
      }),
      { numRuns: 200 },
    );
    expect(answered).to.be.greaterThan(50);
  });

  it('does not tell without a node of the path, and with one doubled, bent or strange tells the same or refuses', async () => {
    const bend = fc.record({ entries: entriesOf(2), pick: fc.nat(), at: fc.nat(), bit: fc.nat() });
    await fc.assert(
      fc.asyncProperty(bend, async ({ entries, pick, at, bit }) => {
        fc.pre(entries.size > 0);
        const known = await oracle(entries);
        const key = bytesOf([...entries.keys()][pick % entries.size]!);
        const value = entries.get(hexOf(key));
        const proof = await proofOf(known, key);
        const node = proof[at % proof.length]!;
        const flipped = node.with((bit >> 3) % node.length, node[(bit >> 3) % node.length]! ^ (1 << (bit & 7)));
        const say = (nodes: readonly Uint8Array[]) => answer(known.root, key, nodes);
        expect(say(proof)).to.deep.equal(value);
        expect(say(proof.toSpliced(at % proof.length, 1))).to.equal('missing');
        expect(say(proof.with(at % proof.length, flipped))).to.equal('missing');
        expect(say(proof.slice(0, -1))).to.equal('missing');
        expect(say([])).to.equal('missing');
        expect(say([...proof, node])).to.equal('PROOF_NODE_REPEATED');
        expect(say([...proof, flipped, Uint8Array.of(0x80), new Uint8Array()])).to.deep.equal(value);
        expect(say(proof.toReversed())).to.deep.equal(value);
      }),
      { numRuns: 100 },
    );
  });

  it('shows an empty trie by its root alone', () => {
    const key = new Uint8Array(32).fill(7);
    expect(answer(EMPTY_ROOT, key, [])).to.equal(null);
    expect(answer(EMPTY_ROOT, key, [Uint8Array.of(0x80)])).to.equal(null);
    expect(answer(EMPTY_ROOT, key, [Uint8Array.of(0xc0)])).to.equal(null);
    const other = new Uint8Array(32).fill(9);
    expect(answer(other, key, [])).to.equal('missing');
    expect(answer(other, key, [Uint8Array.of(0x80)])).to.equal('missing');
    expect(answer(new Uint8Array(32), key, [])).to.equal('missing');
  });
});

/** A node's RLP; hex-prefixed paths are written out as in the Yellow Paper. */
const node = (data: RlpStructuredData): Uint8Array => getBytes(encodeRlp(data));
const hash = (bytes: Uint8Array): string => `0x${hexOf(keccak_256(bytes))}`;
const LONG = `0x${'ab'.repeat(40)}`;
const branch = (children: Record<number, RlpStructuredData>, value = '0x'): RlpStructuredData => [
  ...Array.from({ length: 16 }, (_, at) => children[at] ?? '0x'),
  value,
];
/** The leaf below nibbles that were already taken; key 0x1234. */
const leaf = (prefixed: string, value = LONG): RlpStructuredData => [prefixed, value];

describe('findInTrie, with keys of two bytes and the key 0x1234', () => {
  const KEY = Uint8Array.of(0x12, 0x34);
  /** Nodes from the root down, the last one given whole; each names the next by its hash. */
  const said = (...nodes: Uint8Array[]): string => {
    const found = answer(keccak_256(nodes[0]!), KEY, nodes);
    return typeof found === 'string' ? found : found === null ? 'none' : 'value';
  };
  const below = node(leaf('0x20' + '34'));
  const wide = node(branch({ 1: hash(node(leaf('0x3234'))), 2: hash(below) }));

  it('accepts leaf, extension and branch in their places', () => {
    expect(said(node(leaf('0x201234')))).to.equal('value');
    const two = node(branch({ 2: hash(below), 3: hash(below) }));
    expect(said(node(['0x11', hash(two)]), two, below)).to.equal('value');
    const short = ['0x2034', '0x07'] as const;
    expect(said(node(['0x11', branch({ 2: [...short], 9: [...short] })]))).to.equal('value');
  });

  const cases: Record<string, [string, Uint8Array[]]> = {
    'a node that is a string': ['TRIE_NODE_MALFORMED', [node(LONG)]],
    'a node of three items': ['TRIE_NODE_MALFORMED', [node(['0x20', LONG, '0x01'])]],
    'an empty list': ['TRIE_NODE_MALFORMED', [node([])]],
    'a branch of 16 items': ['TRIE_NODE_MALFORMED', [node(Array<string>(16).fill('0x'))]],
    'a branch with a value': ['TRIE_BRANCH_VALUE', [node(branch({ 1: hash(below), 2: hash(below) }, '0x01'))]],
    'a branch with a list for its value': [
      'RLP_WRONG_KIND',
      [node([...(branch({ 1: hash(below), 2: hash(below) }) as string[]).slice(0, 16), []])],
    ],
    'a branch with one child': ['TRIE_BRANCH_SPARSE', [node(branch({ 1: hash(below) }))]],
    'a branch without children': ['TRIE_BRANCH_SPARSE', [node(branch({}))]],
    'a child of 31 bytes': ['TRIE_NODE_MALFORMED', [node(branch({ 1: hash(below), 2: `0x${'11'.repeat(31)}` }))]],
    'a child of 33 bytes': ['TRIE_NODE_MALFORMED', [node(branch({ 1: hash(below), 2: `0x${'11'.repeat(33)}` }))]],
    'an embedded node of 32 bytes': [
      'TRIE_EMBEDDED_TOO_LONG',
      [node(branch({ 1: leaf('0x3234', `0x${'ab'.repeat(27)}`), 2: hash(below) }))],
    ],
    'an embedded node that is malformed, beside the path': [
      'TRIE_NODE_MALFORMED',
      [node(branch({ 1: hash(below), 2: ['0x20'] }))],
    ],
    'an embedded leaf with a bad path, beside the path': [
      'TRIE_HEX_PREFIX',
      [node(branch({ 1: hash(below), 2: ['0x40', '0x01'] }))],
    ],
    'a hashed node of under 32 bytes': [
      'TRIE_NODE_TOO_SHORT',
      [node(branch({ 1: hash(node(leaf('0x3234', '0x01'))), 2: hash(below) })), node(leaf('0x3234', '0x01'))],
    ],
    'an extension to an extension': [
      'TRIE_EXTENSION_CHILD',
      [node(['0x11', hash(node(['0x12', hash(wide)]))]), node(['0x12', hash(wide)]), wide],
    ],
    'an extension to a leaf': [
      'TRIE_EXTENSION_CHILD',
      [node(['0x11', hash(node(leaf('0x3234')))]), node(leaf('0x3234'))],
    ],
    'an extension to an embedded leaf': ['TRIE_EXTENSION_CHILD', [node(['0x11', ['0x3234', '0x01']])]],
    'an extension to an embedded leaf, off the path': ['TRIE_EXTENSION_CHILD', [node(['0x15', ['0x3234', '0x01']])]],
    'an extension to nothing': ['TRIE_EXTENSION_EMPTY', [node(['0x11', '0x'])]],
    'an extension without path': ['TRIE_EXTENSION_EMPTY', [node(['0x00', hash(wide)]), wide]],
    'an extension to the end of the key': ['TRIE_WRONG_DEPTH', [node(['0x001234', hash(wide)]), wide]],
    'an extension to the end of another key': ['TRIE_WRONG_DEPTH', [node(['0x001299', hash(wide)])]],
    'an extension beyond the end of the key': ['TRIE_WRONG_DEPTH', [node(['0x00123456', hash(wide)]), wide]],
    'a leaf above the end of the key': ['TRIE_WRONG_DEPTH', [node(leaf('0x2012'))]],
    'a leaf above the end of the key, off the path': ['TRIE_WRONG_DEPTH', [node(leaf('0x2099'))]],
    'a leaf below the end of the key': ['TRIE_WRONG_DEPTH', [node(leaf('0x20123456'))]],
    'a path without flag': ['TRIE_HEX_PREFIX', [node(['0x', LONG])]],
    'a path with flag 4': ['TRIE_HEX_PREFIX', [node(['0x401234', LONG])]],
    'a path with flag 15': ['TRIE_HEX_PREFIX', [node(['0xf1', LONG])]],
    'an even leaf path with padding': ['TRIE_HEX_PREFIX', [node(['0x211234', LONG])]],
    'an even extension path with padding': ['TRIE_HEX_PREFIX', [node(['0x0112', hash(wide)])]],
    'a path that is a list': ['RLP_WRONG_KIND', [node([[], LONG])]],
    'a leaf whose value is a list': ['RLP_WRONG_KIND', [node(['0x201234', ['0x01', LONG]])]],
    'a node with bytes behind it': ['RLP_TRAILING_BYTES', [getBytes(concat([node(leaf('0x201234')), '0x00']))]],
    'a node over the cap': ['TRIE_NODE_TOO_LARGE', [new Uint8Array(533)]],
    'a node of one megabyte': ['TRIE_NODE_TOO_LARGE', [new Uint8Array(1 << 20)]],
    'the same node twice': ['PROOF_NODE_REPEATED', [node(leaf('0x201234')), node(leaf('0x201234'))]],
  };
  for (const [name, [code, nodes]] of Object.entries(cases)) {
    it(`refuses ${name}`, () => expect(said(...nodes)).to.equal(code));
  }

  it('takes no heed of nodes that lie beside the path, however bad', () => {
    const bad = [node(LONG), node([]), Uint8Array.of(0xff), new Uint8Array(532)];
    expect(said(node(leaf('0x201234')), below, ...bad)).to.equal('value');
    expect(said(node(leaf('0x209999')), below, ...bad)).to.equal('none');
    expect(said(node(branch({ 1: hash(wide), 2: hash(wide) })), below, ...bad)).to.equal('missing');
    expect(said(node(branch({ 1: hash(below), 2: hash(below) })))).to.equal('missing');
    expect(said(node(['0x11', hash(wide)]))).to.equal('missing');
  });

  it('takes a node of under 32 bytes for a root, and nowhere else, in whichever order it is asked', () => {
    const short = node(leaf('0x3234', '0x01'));
    const parent = node(branch({ 1: hash(short), 2: hash(below) }));
    const nodes = new Nodes();
    nodes.add([short, parent]);
    const asRoot = () => findInTrie(keccak_256(short), Uint8Array.of(0x23, 0x40), nodes);
    const asChild = () => outcome(() => findInTrie(keccak_256(parent), KEY, nodes));
    expect(outcome(asRoot)).to.equal('TRIE_WRONG_DEPTH');
    expect(asChild()).to.equal('TRIE_NODE_TOO_SHORT');
    expect(outcome(asRoot)).to.equal('TRIE_WRONG_DEPTH');
  });

  it('refuses a branch below the end of the key', () => {
    const deep = (nibbles: number): Uint8Array[] => {
      const rest = nibbles > 0 ? deep(nibbles - 1) : [node(branch({ 1: hash(below), 2: hash(below) }))];
      const [next] = rest;
      const at = [1, 2, 3, 4][4 - nibbles] ?? 0;
      return nibbles > 0 ? [node(branch({ [at]: hash(next!), 15: hash(below) })), ...rest] : rest;
    };
    expect(said(...deep(4))).to.equal('TRIE_WRONG_DEPTH');
  });

  it('throws nothing but refusals, whatever the root commits to', () => {
    const { item } = fc.letrec<{ item: RlpStructuredData }>((tie) => ({
      item: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('0x', '0x20', '0x11', '0x201234', '0x1112', LONG, hash(below)),
        fc.uint8Array({ maxLength: 34 }).map((bytes) => `0x${hexOf(bytes)}`),
        fc.array(tie('item'), { minLength: 2, maxLength: 2 }),
        fc.array(tie('item'), { minLength: 17, maxLength: 17 }),
      ),
    }));
    fc.assert(
      fc.property(item, fc.array(fc.constantFrom(below, wide), { maxLength: 3 }), (data, rest) => {
        answer(keccak_256(node(data)), KEY, [node(data), ...rest]);
      }),
      { numRuns: 2000 },
    );
  });
});
