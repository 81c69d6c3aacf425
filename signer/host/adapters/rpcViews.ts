/** What the contracts say: to a host at the latest block, or at one that it names. */

import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
} from 'viem';
import { teeOf } from '../../evidence/identity.ts';
import type { Hex } from '../../formats/hex.ts';
import { toHex } from '../../formats/hex.ts';
import {
  DERIVED_KEYS_ABI,
  ENCLAVE_REGISTRY_ABI,
  KEY_REGISTRY_ABI,
  NITRO_CERTIFICATES_ABI,
  NITRO_VERIFIER_ABI,
  SIGNING_REQUESTS_ABI,
} from '../chain/abi.ts';
import type { Places } from '../chain/deployment.ts';
import { isRetryable, Retryable } from '../errors.ts';
import type { BlockRef, Chain } from '../ports/chain.ts';
import * as answers from './answers.ts';
import { quantity, type Rpc } from './rpc.ts';

type Views = Pick<
  Chain,
  'ceremony' | 'enclave' | 'enclaveOf' | 'requestState' | 'isClaimed' | 'nitroCertificates' | 'isBrought' | 'counts'
>;

const NITRO_TEE = toHex(teeOf('nitro'));

/** A payload kind that keys of every scheme sign (docs/formats.md). */
const RAW_DIGEST = 6;

export function createViews(rpc: Rpc, contracts: Places): Views {
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
    nitroCertificates: async () => {
      const verifier = await view(rpc, enclaveRegistry, ENCLAVE_REGISTRY_ABI, 'verifierOf', [NITRO_TEE]);
      if (BigInt(verifier) === 0n) return null;
      return view(rpc, lower(verifier), NITRO_VERIFIER_ABI, 'certificates', []).then(lower);
    },
    isBrought: async (certificates, id) =>
      (await view(rpc, certificates, NITRO_CERTIFICATES_ABI, 'certificateOf', [id])).notAfter !== 0,
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

function lower(address: string): Hex {
  return address.toLowerCase() as Hex;
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
  const call = { abi, functionName, args } as unknown as EncodeFunctionDataParameters;
  const at = typeof block === 'string' ? block : quantity(block.number);
  const data = answers.data(
    await rpc('eth_call', [{ to, data: encodeFunctionData(call) }, at]),
    `what ${functionName} returns`,
  );
  try {
    return decodeFunctionResult({ abi: abi as Abi, functionName, data } as never) as ContractFunctionReturnType<
      abi,
      'view',
      name
    >;
  } catch (cause) {
    throw new Retryable('RPC_NONSENSE', `eth_call: ${functionName} does not return ${data.slice(0, SHOWN)}`, { cause });
  }
}

const SHOWN = 66;

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
