/** What the contracts say: to a host at the latest block. */

import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
} from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { DERIVED_KEYS_ABI, ENCLAVE_REGISTRY_ABI, KEY_REGISTRY_ABI, SIGNING_REQUESTS_ABI } from '../chain/abi.ts';
import type { Deployment } from '../chain/deployment.ts';
import { isRetryable } from '../errors.ts';
import type { Chain } from '../ports/chain.ts';
import type { Rpc } from './rpc.ts';

type Views = Pick<Chain, 'ceremony' | 'enclave' | 'enclaveOf' | 'requestState' | 'isClaimed'>;

/** A payload kind that keys of every scheme sign (docs/formats.md). */
const RAW_DIGEST = 6;

export function createViews(rpc: Rpc, contracts: Deployment): Views {
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
  };
}

/** One call of a view, decoded. */
export async function view<const abi extends Abi, name extends ContractFunctionName<abi, 'view'>>(
  rpc: Rpc,
  to: Hex,
  abi: abi,
  functionName: name,
  args: ContractFunctionArgs<abi, 'view', name>,
  block: 'latest' | 'finalized' = 'latest',
): Promise<ContractFunctionReturnType<abi, 'view', name>> {
  const call = { abi, functionName, args } as unknown as EncodeFunctionDataParameters;
  const data = await rpc<Hex>('eth_call', [{ to, data: encodeFunctionData(call) }, block]);
  return decodeFunctionResult({ abi: abi as Abi, functionName, data } as never) as ContractFunctionReturnType<
    abi,
    'view',
    name
  >;
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
