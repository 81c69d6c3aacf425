/** What an enclave pays to see a session's words under a block: accounts, code hashes and storage, in tries of 2^13 entries each. */

import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeRlp, getBytes, hexlify, toBeArray } from 'ethers';
import type { Configuration, ContractName } from '../../signer/formats/configuration.ts';
import { type Slot, slotsForKey, slotsForRequest } from '../../signer/proof/slots.ts';
import { verifyState } from '../../signer/proof/verifyState.ts';
import { median, rounded, timed } from './stopwatch.ts';

export interface ProofRow {
  readonly op: 'proof';
  /** a first session of a 3-of-5 key at a block, or what each further request of it adds */
  readonly of: 'session' | 'request';
  readonly slots: number;
  readonly nodes: number;
  readonly bytes: number;
  readonly ms: number;
  readonly runs: number;
}

type Trie = Awaited<ReturnType<typeof createMPT>>;

const ENTRIES = 2 ** 13;
const NAMES: readonly ContractName[] = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'];
const hash = (text: string): Uint8Array => keccak_256(new TextEncoder().encode(text));

export async function measureProofs(runs: number): Promise<ProofRow[]> {
  const keyId = hash('key');
  const members = [1, 2, 3, 4, 5].map((at) => ({ id: hash(`enclave ${at}`), measurement: hash('measurement') }));
  const request = (at: number) => ({ id: hash(`request ${at}`), keyId, requester: hash('requester').slice(12) });
  const ofSession = [...slotsForKey(keyId, members), ...slotsForRequest(request(0))];
  const ofRequest = slotsForRequest(request(1));

  const chain = await chainWith([...ofSession, ...ofRequest]);
  const shown = await chain.nodesFor(ofSession);
  const known = new Set(shown.map((node) => bytesToHex(node)));
  const more = (await chain.nodesFor(ofRequest)).filter((node) => !known.has(bytesToHex(node)));
  const session = () => read(chain, shown, ofSession);
  const measured = (run: () => { readonly ms: number }) =>
    rounded(median(Array.from({ length: runs }, () => run().ms)));
  return [
    row(
      'session',
      ofSession,
      shown,
      runs,
      measured(() => timed(session)),
    ),
    row(
      'request',
      ofRequest,
      more,
      runs,
      measured(() => further(session(), more, ofRequest)),
    ),
  ];
}

type Chain = Awaited<ReturnType<typeof chainWith>>;

function read({ header, configuration }: Chain, nodes: readonly Uint8Array[], slots: readonly Slot[]) {
  const proof = verifyState(header, configuration);
  proof.add(nodes);
  for (const { contract, slot } of slots) proof.state.word(contract, slot);
  return proof;
}

function further(proof: ReturnType<typeof read>, nodes: readonly Uint8Array[], slots: readonly Slot[]) {
  return timed(() => {
    proof.add(nodes);
    for (const { contract, slot } of slots) proof.state.word(contract, slot);
  });
}

function row(
  of: ProofRow['of'],
  slots: readonly Slot[],
  nodes: readonly Uint8Array[],
  runs: number,
  ms: number,
): ProofRow {
  const bytes = nodes.reduce((sum, { length }) => sum + length, 0);
  return { op: 'proof', of, slots: slots.length, nodes: nodes.length, bytes, ms, runs };
}

/** Each contract's storage has these slots among others, and the state these contracts. */
async function chainWith(slots: readonly Slot[]) {
  const state = await filled('account');
  const storage = new Map<ContractName, Trie>();
  const contracts = {} as Record<ContractName, { address: Uint8Array; codeHash: Uint8Array }>;
  for (const name of NAMES) {
    const trie = await filled(name);
    for (const { slot } of slots.filter(({ contract }) => contract === name))
      await trie.put(slot, getBytes(encodeRlp(toBeArray(1n))));
    const [address, codeHash] = [hash(`address ${name}`).slice(12), hash(`code ${name}`)];
    await state.put(address, rlp([toBeArray(1n), new Uint8Array(), trie.root(), codeHash]));
    storage.set(name, trie);
    contracts[name] = { address, codeHash };
  }
  const header = headerOver(state.root());
  const configuration: Configuration = {
    ...{ hash: hash('configuration'), chainId: 1n, genesisHash: hash('genesis') },
    ...{ contracts, finality: new Uint8Array() },
  };
  const nodesFor = async (wanted: readonly Slot[]): Promise<Uint8Array[]> => {
    const accounts = NAMES.map((name) => nodesOf(state, contracts[name].address));
    const words = wanted.map(({ contract, slot }) => nodesOf(storage.get(contract) ?? state, slot));
    const nodes = (await Promise.all([...accounts, ...words])).flat();
    return [...new Map(nodes.map((node) => [bytesToHex(node), node])).values()];
  };
  return { header, configuration, nodesFor };
}

async function filled(name: string): Promise<Trie> {
  const trie = await createMPT({ useKeyHashing: true });
  for (let at = 0; at < ENTRIES; at++) await trie.put(hash(`${name} ${at}`), getBytes(encodeRlp(hash('value'))));
  return trie;
}

/** The library also lists embedded nodes, which already stand in their parents; Ethereum's nodes do not. */
async function nodesOf(trie: Trie, key: Uint8Array): Promise<Uint8Array[]> {
  const nodes = await createMerkleProof(trie, key);
  return nodes.filter((node, at) => at === 0 || node.length >= 32);
}

function headerOver(stateRoot: Uint8Array): Uint8Array {
  const word = hash('a word');
  const [nothing, quantity] = [new Uint8Array(), toBeArray(1_800_000_000n)];
  return rlp([
    ...[word, word, word.slice(12), stateRoot, word, word, new Uint8Array(256), nothing],
    ...[quantity, quantity, quantity, quantity, nothing, word, new Uint8Array(8), quantity],
    ...[word, nothing, nothing, word, word],
  ]);
}

function rlp(fields: readonly Uint8Array[]): Uint8Array {
  return getBytes(encodeRlp(fields.map((field) => hexlify(field))));
}
