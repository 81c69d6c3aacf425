/** What the contracts say at the latest block. */

import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
} from 'viem';
import type { Hex } from '../../enclave/api.ts';
import { ENCLAVE_REGISTRY_ABI, KEY_REGISTRY_ABI, SIGNING_REQUESTS_ABI } from '../chain/abi.ts';
import type { Deployment } from '../chain/deployment.ts';
import { isRetryable } from '../errors.ts';
import type { Chain } from '../ports/chain.ts';
import type { Rpc } from './rpc.ts';

type Views = Pick<Chain, 'key' | 'enclave' | 'enclaveOf' | 'requestState' | 'hasLateSignatures' | 'isClaimed'>;

/** Any payload kind that is signed with the derived key. */
const EVM_TRANSACTION = 3;

export function createViews(rpc: Rpc, { enclaveRegistry, keyRegistry, signingRequests }: Deployment): Views {
  const key = (keyId: Hex) => view(rpc, keyRegistry, KEY_REGISTRY_ABI, 'key', [keyId]);
  return {
    key: async (keyId) => {
      const { status, attempt, attemptDeadline } = await key(keyId);
      return { status, attempt, attemptDeadline };
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
    hasLateSignatures: async (id) =>
      BigInt(await view(rpc, signingRequests, SIGNING_REQUESTS_ABI, 'lateSignatures', [id])) !== 0n,
    isClaimed: (keyId, requester, path) =>
      holds(view(rpc, keyRegistry, KEY_REGISTRY_ABI, 'verifyingKey', [keyId, requester, path, EVM_TRANSACTION])),
  };
}

async function view<const abi extends Abi, name extends ContractFunctionName<abi, 'view'>>(
  rpc: Rpc,
  to: Hex,
  abi: abi,
  functionName: name,
  args: ContractFunctionArgs<abi, 'view', name>,
): Promise<ContractFunctionReturnType<abi, 'view', name>> {
  const call = { abi, functionName, args } as unknown as EncodeFunctionDataParameters;
  const data = await rpc<Hex>('eth_call', [{ to, data: encodeFunctionData(call) }, 'latest']);
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
