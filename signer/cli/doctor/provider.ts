/** What a provider must do before a host can work with it: it is asked all that a host will ask. */

import { formatEther, keccak256, size } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { readAccount } from '../../host/adapters/keyFileWallet.ts';
import type { Connection } from '../../host/adapters/rpc.ts';
import { createRpcChain } from '../../host/adapters/rpcChain.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import type { ContractName, Deployment } from '../../host/chain/deployment.ts';
import { missingIn } from '../../host/chain/gaps.ts';
import { eventReader } from '../../host/chain/range.ts';
import { createLedger } from '../../host/chain/view/ledger.ts';
import type { Config } from '../../host/config.ts';
import type { BlockRef, Chain, LocatedEvent } from '../../host/ports/chain.ts';
import type { Check } from './examine.ts';

export type ProviderChecks = {
  /** Without this one the others say nothing. */
  readonly first: Check;
  readonly rest: readonly Check[];
};

export function checksOfProvider({ name, rpc }: Connection, config: Config, deployment: Deployment): ProviderChecks {
  const chain = createRpcChain(rpc, deployment);
  const { startBlock } = config.chain;
  const code = async (address: Hex) => codeAt(address, answers.data(await rpc('eth_getCode', [address, 'latest'])));
  const latest = async () => answers.block(await rpc('eth_getBlockByNumber', ['latest', false]));
  const accounts = new Set(
    [config.operator.gasKeyFile, config.operator.secondGasKeyFile].filter((file) => file !== null),
  );
  return {
    first: {
      name: `chain of ${name}`,
      advice: 'Put an RPC of the home chain that answers into chain.rpc; nothing else was asked of this one.',
      run: () => homeChain(chain, deployment),
    },
    rest: [
      {
        name: 'finality',
        advice:
          'The node must follow the beacon chain and know `finalized`: nothing is signed from blocks that are not final.',
        run: async () => `block ${(await finalBlock(chain, startBlock)).number} is final`,
      },
      {
        name: 'headers',
        advice:
          'The node leaves out or changes fields of its blocks, or knows a fork that this release does not: use another node.',
        run: async () => {
          // Both ways in which a host is given headers: by the name `finalized`, and by hash.
          const { hash, parentHash } = await chain.finalized();
          await chain.header(parentHash);
          return `${size(await chain.header(hash))} bytes that hash to the final block`;
        },
      },
      {
        name: 'proofs',
        advice: 'Enclaves believe proofs only. Use a node that serves eth_getProof at the final block.',
        run: async () => `${(await proofAt(chain, deployment)).length} nodes of tries at the final block`,
      },
      {
        name: 'logs',
        advice: 'Hosts learn everything from logs. Use a node that keeps them from chain.startBlock on.',
        run: async () => logsSince(chain, startBlock),
      },
      {
        name: 'clock',
        ...clockAdvice(deployment),
        run: async () => drift(known(await latest(), 'latest').timestamp),
      },
      ...MEASURED.map((contract) => ({
        name: `contract ${contract}`,
        advice: 'The configuration file is of another deployment, or the node is of another chain.',
        run: async () => measuredCode(await code(deployment[contract]), deployment.codeHashes[contract]),
      })),
      ...beside(deployment).map(([contract, address]) => ({
        name: `contract ${contract}`,
        advice: 'The record in chain.deploymentFile is of another deployment, or the node is of another chain.',
        run: async () => `code of ${size(await code(address))} bytes at ${address}`,
      })),
      ...[...accounts].map((file) => ({
        name: 'gas account',
        advice: "Send it some of the chain's currency; without it this host signs, but cannot post.",
        run: async () => fundsOf(chain, readAccount(file).address),
      })),
    ],
  };
}

async function homeChain(chain: Chain, { chainId, genesisHash }: Deployment): Promise<string> {
  const found = await chain.chainId();
  if (found !== chainId) throw new Error(`it is ${found}, the enclave is configured for ${chainId}`);
  const genesis = await chain.genesis();
  if (genesis !== genesisHash)
    throw new Error(`its genesis is ${genesis}, the enclave is configured for ${genesisHash}`);
  return `${found}, genesis ${genesis}`;
}

async function finalBlock(chain: Chain, startBlock: number): Promise<BlockRef> {
  const block = await chain.finalized();
  if (block.number === 0) throw new Error('no block but the genesis is final');
  if (block.number < startBlock)
    throw new Error(`block ${block.number} is final, the deployment is said to be in block ${startBlock}`);
  return block;
}

async function proofAt(chain: Chain, { enclaveRegistry }: Deployment): Promise<readonly Hex[]> {
  return chain.nodes(enclaveRegistry, [`0x${'00'.repeat(32)}`], await chain.finalized());
}

/** Blocks that are asked for at once, and how often at most before it is enough. */
const LONGEST = 10_000;
const MOST_PIECES = 64;

/** The contracts count what they have announced: a node that leaves out those logs is found out. */
async function logsSince(chain: Chain, startBlock: number): Promise<string> {
  const head = await chain.finalized();
  const reader = eventReader(chain, LONGEST);
  const events: LocatedEvent[] = [];
  let next = startBlock;
  for (let count = 0; next <= head.number; count += 1) {
    if (count === MOST_PIECES) return `there up to block ${next - 1}; the rest was not asked for`;
    const piece = await reader.read(next, head.number, head);
    events.push(...piece.events);
    next = piece.last.number + 1;
  }
  const counts = await chain.counts(head);
  const missing = missingIn(createLedger(events), counts);
  if (missing !== null) throw new Error(`the contracts count ${missing} that no log has shown`);
  return `of ${counts.enclaves} enclaves, ${counts.keys} keys, ${counts.requests} requests`;
}

const MEASURED: readonly ContractName[] = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'];

/** What enclaves do not read, and hosts use. */
function beside({ derivedKeys, lateSignatures, refusals }: Deployment): readonly (readonly [string, Hex])[] {
  const named = { derivedKeys, lateSignatures, refusals };
  return Object.entries(named).flatMap(([name, address]) => (address === null ? [] : [[name, address] as const]));
}

function codeAt(address: Hex, code: Hex): Hex {
  if (code === '0x') throw new Error(`there is no code at ${address}`);
  return code;
}

/** Enclaves refuse contracts with any other code. */
function measuredCode(code: Hex, measured: Hex): string {
  if (keccak256(code) !== measured) throw new Error('the code is not the measured one');
  return `${size(code)} bytes, the measured ones`;
}

function known(block: answers.Block | null, tag: string): answers.Block {
  if (block === null) throw new Error(`the node knows no ${tag} block`);
  return block;
}

/** Blocks come every 12 seconds; some may be empty slots. */
const MOST_DRIFT = 120;
const LOCAL_CHAIN = 31_337;

function drift(timestamp: number): string {
  const seconds = Math.round(systemClock.now() / 1_000) - timestamp;
  if (Math.abs(seconds) > MOST_DRIFT)
    throw new Error(
      `the latest block is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'behind' : 'ahead of'} this machine`,
    );
  return `the latest block is ${seconds} seconds old`;
}

/** A chain of one machine has no clock but its blocks, which come as fast as somebody mines them. */
function clockAdvice({ chainId }: Deployment): Pick<Check, 'advice' | 'isDoubtful'> {
  if (chainId === LOCAL_CHAIN)
    return {
      isDoubtful: true,
      advice: 'Nothing, where blocks were mined faster than time goes, as by votes of a devnet.',
    };
  return { advice: 'Set the clock of this machine (NTP), or wait until the node has caught up.' };
}

async function fundsOf(chain: Chain, address: Hex): Promise<string> {
  const balance = await chain.balance(address);
  if (balance === 0n) throw new Error(`${address} is empty`);
  return `${formatEther(balance)} in ${address}`;
}
