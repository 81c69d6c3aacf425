/** Proofs of real chains, where the fixtures are at hand. */

import { existsSync, readFileSync } from 'node:fs';
import { hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { findStorageRoot } from '../../signer/proof/account.ts';
import { Nodes } from '../../signer/proof/nodes.ts';
import { findWord } from '../../signer/proof/storage.ts';

const CONSENSUS = new URL('../../../shared/consensus/', import.meta.url);

/** An answer of `eth_getProof`. */
type Answer = {
  address: string;
  codeHash: string;
  storageHash: string;
  accountProof: string[];
  storageProof: { key: string; value: string; proof: string[] }[];
};

const bytes = (hex: string): Uint8Array => hexToBytes(hex.replace(/^0x/, ''));
const padded = (hex: string): Uint8Array => bytes(hex.replace(/^0x/, '').padStart(64, '0'));
const json = (path: string) => JSON.parse(readFileSync(new URL(path, CONSENSUS), 'utf8'));

type Case = { name: string; file: string; read: () => { answer: Answer; stateRoot: string | null } };
const COLIBRI =
  'mainnet-colibri/eth_getStorageAt1/eth_getProof_0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48___0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c.json';
const CASES: readonly Case[] = [
  {
    name: 'mainnet, the deposit contract',
    file: 'mainnet-rpc-21925176/proof.json',
    read: () => ({
      answer: json('mainnet-rpc-21925176/proof.json'),
      stateRoot: json('mainnet-rpc-21925176/block.json').stateRoot,
    }),
  },
  {
    name: 'mainnet, an account without storage',
    file: 'mainnet-rpc-21925176/block_miner_proof.json',
    read: () => ({
      answer: json('mainnet-rpc-21925176/block_miner_proof.json'),
      stateRoot: json('mainnet-rpc-21925176/block.json').stateRoot,
    }),
  },
  {
    name: 'Sepolia',
    file: 'sepolia-mpt/valid_storage_proof_sepolia.json',
    read: () => ({ answer: json('sepolia-mpt/valid_storage_proof_sepolia.json'), stateRoot: null }),
  },
  {
    name: 'anvil',
    file: 'local/anvil.json',
    read: () => ({ answer: json('local/anvil.json').proof, stateRoot: json('local/anvil.json').head.stateRoot }),
  },
  {
    name: 'mainnet, a token',
    file: COLIBRI,
    read: () => ({ answer: json(COLIBRI).result ?? json(COLIBRI), stateRoot: null }),
  },
];

/** All of an answer, each node once: slots share the upper ones. */
const nodesOf = (...proofs: readonly (readonly string[])[]): Nodes => {
  const nodes = new Nodes();
  nodes.add([...new Set(proofs.flat())].map(bytes));
  return nodes;
};

function storageRootOf(answer: Answer, stateRoot: string): Uint8Array | undefined {
  const contract = { address: bytes(answer.address), codeHash: bytes(answer.codeHash) };
  return findStorageRoot(bytes(stateRoot), contract, nodesOf(answer.accountProof));
}

describe('proofs of real chains', () => {
  for (const { name, file, read } of CASES) {
    it(name, function () {
      if (!existsSync(new URL(file, CONSENSUS))) {
        this.test!.title += ` [skipped: ${file} is absent]`;
        return this.skip();
      }
      const { answer, stateRoot } = read();
      if (stateRoot !== null) expect(storageRootOf(answer, stateRoot)).to.deep.equal(bytes(answer.storageHash));
      const root = bytes(answer.storageHash);
      const all = nodesOf(answer.accountProof, ...answer.storageProof.map(({ proof }) => proof));
      for (const { key, value, proof } of answer.storageProof) {
        expect(findWord(root, padded(key), nodesOf(proof))).to.equal(BigInt(value));
        expect(findWord(root, padded(key), nodesOf(proof.slice(0, -1)))).to.equal(undefined);
        expect(findWord(root, padded(key), all)).to.equal(BigInt(value));
      }
    });
  }

  for (const file of [
    'eureka-devnet/Test_ICS20TransferERC20TokenfromEthereumToCosmosAndBack.json',
    'eureka-devnet/Test_TimeoutPacketFromCosmos.json',
  ]) {
    it(`a Fulu devnet, ${file}`, function () {
      if (!existsSync(new URL(file, CONSENSUS))) {
        this.test!.title += ` [skipped: ${file} is absent]`;
        return this.skip();
      }
      const bodies = (json(file).steps as Step[]).flatMap(({ data }) => data.relayer_tx_body ?? []);
      const proofs = bodies.flatMap((body) => storageProofs(new TextDecoder('latin1').decode(hexToBytes(body))));
      expect(proofs).to.have.lengthOf.at.least(1);
      for (const { account_proof, storage_proof } of proofs) {
        const { key, value, proof } = storage_proof;
        expect(findWord(bytes(account_proof.storage_root), padded(key), nodesOf(proof))).to.equal(BigInt(value));
      }
    });
  }
});

type Step = { data: { relayer_tx_body?: string } };
type MembershipProof = {
  account_proof: { storage_root: string };
  storage_proof: { key: string; value: string; proof: string[] };
};

/** The proofs are JSON inside a relayer's protobuf message. */
function storageProofs(body: string): MembershipProof[] {
  return [...body.matchAll(/\{"account_proof":\{[^{}]*\},"storage_proof":\{[^{}]*\}\}/g)].map(([text]) =>
    JSON.parse(text),
  );
}
