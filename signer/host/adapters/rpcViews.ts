/** What the contracts say: to a host at the latest block, or at one that it names. */

import type { Abi, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { DERIVED_KEYS_ABI, ENCLAVE_REGISTRY_ABI, KEY_REGISTRY_ABI, SIGNING_REQUESTS_ABI } from '../chain/abi.ts';
import type { Located } from '../chain/deployment.ts';
import { readView } from '../chain/readView.ts';
import { lower } from '../chain/view/events.ts';
import { isRetryable } from '../errors.ts';
import type { BlockRef, Chain } from '../ports/chain.ts';
import * as answers from './answers.ts';
import { quantity, type Rpc } from './rpc.ts';

type Views = Pick<
  Chain,
  'ceremony' | 'enclave' | 'enclaveOf' | 'requestState' | 'isClaimed' | 'verifierOf' | 'call' | 'counts'
>;

/** A payload kind that keys of every scheme sign (docs/formats.md). */
const RAW_DIGEST = 6;

export function createViews(rpc: Rpc, contracts: Located): Views {
  const { enclaveRegistry, keyRegistry, signingRequests, derivedKeys } = contracts;
  return {
    ceremony: async (keyId) => {
      const { status, attempt, deadline } = await view(rpc, keyRegistry, KEY_REGISTRY_ABI, 'ceremonyOf', [keyId]);
      return { status, attempt, deadline };
    },
    enclave: async (id) => {
      const { status, epoch, validUntil, bootCounter, bootNonce } = await view(
        rpc,
        enclaveRegistry,
        ENCLAVE_REGISTRY_ABI,
        'enclave',
        [id],
      );
      return { status, epoch, validUntil, bootCounter, bootNonce };
    },
    enclaveOf: async (operator) => {
      const id = await view(rpc, enclaveRegistry, ENCLAVE_REGISTRY_ABI, 'enclaveOf', [operator]);
      return BigInt(id) === 0n ? null : id;
    },
    requestState: (id) => view(rpc, signingRequests, SIGNING_REQUESTS_ABI, 'stateOf', [id]),
    isClaimed: (keyId, requester, path) =>
      holds(view(rpc, derivedKeys, DERIVED_KEYS_ABI, 'verifyingKey', [keyId, requester, path, RAW_DIGEST])),
    verifierOf: async (tee) => {
      const verifier = await view(rpc, enclaveRegistry, ENCLAVE_REGISTRY_ABI, 'verifierOf', [tee]);
      return BigInt(verifier) === 0n ? null : lower(verifier);
    },
    call: (to, data) => callAt(rpc, to, data, 'latest', 'what a view returns'),
    counts: async (block) => {
      const [requests, keys, enclaves] = await Promise.all([
        view(rpc, signingRequests, SIGNING_REQUESTS_ABI, 'requestCount', [], block),
        view(rpc, keyRegistry, KEY_REGISTRY_ABI, 'keyCount', [], block),
        view(rpc, enclaveRegistry, ENCLAVE_REGISTRY_ABI, 'enclaveCount', [], block),
      ]);
      return { requests: countOf(requests), keys: countOf(keys), enclaves: countOf(enclaves) };
    },
  };
}

function countOf(value: bigint): number {
  return answers.count(quantity(value));
}

/** One call of a view, decoded. */
export async function view<const abi extends Abi, name extends ContractFunctionName<abi, 'view'>>(
  rpc: Rpc,
  to: Hex,
  abi: abi,
  functionName: name,
  args: ContractFunctionArgs<abi, 'view', name>,
  block: 'latest' | 'finalized' | BlockRef = 'latest',
): Promise<ContractFunctionReturnType<abi, 'view', name>> {
  const call = (target: Hex, data: Hex) => callAt(rpc, target, data, block, `what ${functionName} returns`);
  return readView({ call }, to, abi, functionName, args);
}

async function callAt(
  rpc: Rpc,
  to: Hex,
  data: Hex,
  block: 'latest' | 'finalized' | BlockRef,
  what: string,
): Promise<Hex> {
  const at = typeof block === 'string' ? block : quantity(block.number);
  return answers.data(await rpc('eth_call', [{ to, data }, at]), what);
}

/** Whether a view answers instead of reverting. */
async function holds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isRetryable(error, 'TRANSACTION_REVERTS')) return false;
    throw error;
  }
}
