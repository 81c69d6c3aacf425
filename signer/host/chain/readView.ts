/** One call of a view, encoded and decoded. */

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
import { Retryable } from '../errors.ts';
import type { Chain } from '../ports/chain.ts';

const SHOWN = 66;

/** @throws Retryable RPC_NONSENSE where the answer is none of this view's, and what the call throws */
export async function readView<const abi extends Abi, name extends ContractFunctionName<abi, 'view'>>(
  { call }: Pick<Chain, 'call'>,
  to: Hex,
  abi: abi,
  functionName: name,
  args: ContractFunctionArgs<abi, 'view', name>,
): Promise<ContractFunctionReturnType<abi, 'view', name>> {
  const asked = { abi, functionName, args } as unknown as EncodeFunctionDataParameters;
  const data = await call(to, encodeFunctionData(asked));
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
