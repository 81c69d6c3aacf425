/** Merkle-Patricia proofs: random tries against @ethereumjs/mpt, and every malformed node that has a root of its own. */

import { createMerkleProof, createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { concat, encodeRlp, getBytes, type RlpStructuredData } from 'ethers';
import fc from 'fast-check';
import { EMPTY_ROOT, verifyTrie } from '../../signer/proof/trie.ts';
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

describe('verifyTrie', () => {
  for (const keyBytes of [1, 2, 32]) {
    it(`proves what is there and what is not, with keys of ${keyBytes} bytes`, async () => {
      const absent = fc.array(fc.uint8Array({ minLength: keyBytes, maxLength: keyBytes }), {
        minLength: 3,
        maxLength: 10,
      });
      await fc.assert(
        fc.asyncProperty(entriesOf(keyBytes), absent, async (entries, others) => {
          const known = await oracle(entries);
          for (const [key, value] of entries) {
            expect(verifyTrie(known.root, bytesOf(key), await proofOf(known, bytesOf(key)))).to.deep.equal(value);
          }
          for (const key of others) {
            const expected = entries.get(hexOf(key)) ?? null;
            expect(verifyTrie(known.root, key, await proofOf(known, key))).to.deep.equal(expected);
          }
        }),
        { numRuns: 25 },
      );
    });
  }

  it('answers as the trie does, or refuses, whatever nodes of it are shown', async () => {
    const scenario = fc.record({
      entries: entriesOf(2),
      asked: fc.uint8Array({ minLength: 2, maxLength: 2 }),
      shown: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ entries, asked, shown }) => {
        const known = await oracle(entries);
        const keys = [...entries.keys()].map(bytesOf);
        const proofs = await Promise.all(keys.map((key) => proofOf(known, key)));
        const nodes = proofs.flat();
        const proof = nodes.length === 0 ? [] : shown.map(([at]) => nodes[at % nodes.length]!);
        for (const key of [asked, ...keys.slice(0, 3)]) {
          const expected = entries.get(hexOf(key)) ?? null;
          if (outcome(() => verifyTrie(known.root, key, proof)) === 'accepted') {
            expect(verifyTrie(known.root, key, proof)).to.deep.equal(expected);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('answers for another key than the proof was made for only what is true', async () => {
    await fc.assert(
      fc.asyncProperty(entriesOf(2), fc.uint8Array({ minLength: 2, maxLength: 2 }), async (entries, absent) => {
        const known = await oracle(entries);
        const keys = [...[...entries.keys()].map(bytesOf), absent];
        for (const key of keys) {
          const proof = await proofOf(known, key);
          for (const other of keys) {
            if (outcome(() => verifyTrie(known.root, other, proof)) !== 'accepted') continue;
            expect(verifyTrie(known.root, other, proof)).to.deep.equal(entries.get(hexOf(other)) ?? null);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a right proof with a node taken away, doubled, added, moved, or changed by one bit', async () => {
    const bend = fc.record({ entries: entriesOf(2), pick: fc.nat(), at: fc.nat(), bit: fc.nat() });
    await fc.assert(
      fc.asyncProperty(bend, async ({ entries, pick, at, bit }) => {
        fc.pre(entries.size > 0);
        const known = await oracle(entries);
        const key = bytesOf([...entries.keys()][pick % entries.size]!);
        const proof = await proofOf(known, key);
        const node = proof[at % proof.length]!;
        const flipped = Uint8Array.from(node);
        flipped[bit % node.length]! ^= 1 << (bit % 8);
        const bent = [
          proof.toSpliced(at % proof.length, 1),
          proof.toSpliced(at % proof.length, 0, node),
          [...proof, node],
          [...proof, Uint8Array.of(0x80)],
          proof.with(at % proof.length, flipped),
          proof.slice(0, -1),
          [],
          ...(proof.length > 1 ? [proof.toReversed()] : []),
        ];
        for (const nodes of bent) expect(outcome(() => verifyTrie(known.root, key, nodes))).to.not.equal('accepted');
      }),
      { numRuns: 100 },
    );
  });

  it('shows an empty trie by its root alone', () => {
    const key = new Uint8Array(32).fill(7);
    expect(verifyTrie(EMPTY_ROOT, key, [])).to.equal(null);
    expect(verifyTrie(EMPTY_ROOT, key, [Uint8Array.of(0x80)])).to.equal(null);
    expect(outcome(() => verifyTrie(EMPTY_ROOT, key, [Uint8Array.of(0x80), Uint8Array.of(0x80)]))).to.equal(
      'TRIE_UNUSED_NODES',
    );
    expect(outcome(() => verifyTrie(EMPTY_ROOT, key, [Uint8Array.of(0xc0)]))).to.equal('TRIE_UNUSED_NODES');
    const other = new Uint8Array(32).fill(9);
    expect(outcome(() => verifyTrie(other, key, []))).to.equal('TRIE_TRUNCATED');
    expect(outcome(() => verifyTrie(other, key, [Uint8Array.of(0x80)]))).to.equal('TRIE_HASH_MISMATCH');
    expect(outcome(() => verifyTrie(new Uint8Array(32), key, []))).to.equal('TRIE_TRUNCATED');
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

describe('verifyTrie, with keys of two bytes and the key 0x1234', () => {
  const KEY = Uint8Array.of(0x12, 0x34);
  /** Nodes from the root down, the last one given whole; each names the next by its hash. */
  const refusal = (...nodes: Uint8Array[]): string => outcome(() => verifyTrie(keccak_256(nodes[0]!), KEY, nodes));
  const below = node(leaf('0x20' + '34'));
  const wide = node(branch({ 1: hash(node(leaf('0x3234'))), 2: hash(below) }));

  it('accepts leaf, extension and branch in their places', () => {
    expect(refusal(node(leaf('0x201234')))).to.equal('accepted');
    const two = node(branch({ 2: hash(below), 3: hash(below) }));
    expect(refusal(node(['0x11', hash(two)]), two, below)).to.equal('accepted');
    const short = ['0x2034', '0x07'] as const;
    expect(refusal(node(['0x11', branch({ 2: [...short], 9: [...short] })]))).to.equal('accepted');
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
    'another node than the root names': ['TRIE_HASH_MISMATCH', [node(branch({ 1: hash(wide), 2: hash(wide) })), below]],
    'nodes after the value': ['TRIE_UNUSED_NODES', [node(leaf('0x201234')), below]],
    'nodes after an absence': ['TRIE_UNUSED_NODES', [node(leaf('0x209999')), below]],
    'the same node twice': ['TRIE_UNUSED_NODES', [node(leaf('0x201234')), node(leaf('0x201234'))]],
    'a proof that ends in a branch': ['TRIE_TRUNCATED', [node(branch({ 1: hash(below), 2: hash(below) }))]],
    'a proof that ends in an extension': ['TRIE_TRUNCATED', [node(['0x11', hash(wide)])]],
    'a node over the cap': ['TRIE_NODE_TOO_LARGE', [new Uint8Array(533)]],
    'a node of one megabyte': ['TRIE_NODE_TOO_LARGE', [new Uint8Array(1 << 20)]],
    'a thousand nodes': ['TRIE_TOO_MANY_NODES', Array<Uint8Array>(1000).fill(below)],
    'one node too many': ['TRIE_TOO_MANY_NODES', Array<Uint8Array>(6).fill(below)],
  };
  for (const [name, [code, nodes]] of Object.entries(cases)) {
    it(`refuses ${name}`, () => expect(refusal(...nodes)).to.equal(code));
  }

  it('refuses a branch below the end of the key', () => {
    const deep = (nibbles: number): Uint8Array[] => {
      const rest = nibbles > 0 ? deep(nibbles - 1) : [node(branch({ 1: hash(below), 2: hash(below) }))];
      const [next] = rest;
      const at = [1, 2, 3, 4][4 - nibbles] ?? 0;
      return nibbles > 0 ? [node(branch({ [at]: hash(next!), 15: hash(below) })), ...rest] : rest;
    };
    expect(refusal(...deep(4))).to.equal('TRIE_WRONG_DEPTH');
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
        outcome(() => verifyTrie(keccak_256(node(data)), KEY, [node(data), ...rest]));
      }),
      { numRuns: 2000 },
    );
  });
});
