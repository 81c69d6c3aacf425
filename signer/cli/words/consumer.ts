/** Whether the contract that is to be called with the signatures can be: nobody notices otherwise before it is too late. */

import { encodeFunctionData, type Hex, parseAbi, toFunctionSelector } from 'viem';
import * as answers from '../../host/adapters/answers.ts';
import { quantity } from '../../host/adapters/rpc.ts';
import { isRetryable } from '../../host/errors.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import { type Finding, fine, problem, warning } from '../finding.ts';

/** As contracts/requests/ISignatureConsumer.sol has it; a test holds both against each other. */
export const CONSUMER_ABI = parseAbi([
  'function onSignature(bytes32 id, bytes32 keyId, bytes[] signatures)',
  'function supportsInterface(bytes4 interfaceId) view returns (bool)',
]);
/** > the XOR of all function selectors in the interface (ERC-165): it has one */
export const CONSUMER_INTERFACE = toFunctionSelector(CONSUMER_ABI[0]);

type Asked = { readonly consumer: Hex; readonly callbackGas: number; readonly keyId: Hex };

/** Who is called with the signatures, and how. */
export function calledWith({ consumer, callbackGas }: Pick<Asked, 'consumer' | 'callbackGas'>): string[] {
  return BigInt(consumer) === 0n ? [] : [`then calls consumer ${consumer} with the signatures and ${callbackGas} gas`];
}

export async function consumerFindings(
  { rpc, record }: Pick<Source, 'rpc' | 'record'>,
  { consumer, callbackGas, keyId }: Asked,
): Promise<Finding[]> {
  if (BigInt(consumer) === 0n)
    return callbackGas === 0
      ? []
      : [problem('there is gas for a call of nobody: name a --consumer, or no --callback-gas')];
  const code = answers.data(await rpc('eth_getCode', [consumer, 'latest']), 'the code of a contract');
  if (code === '0x') return [problem(`the consumer ${consumer} has no code: nothing takes the signatures`)];
  const gas =
    callbackGas === 0
      ? [problem('the consumer is called with no gas, so it takes nothing: say how much, --callback-gas')]
      : [];
  const from = addressOf(record, 'signingRequests');
  const call = async (data: Hex): Promise<Hex | null> => {
    try {
      return answers.data(await rpc('eth_call', [{ from, to: consumer, data, gas: quantity(MOST_GAS) }, 'latest']));
    } catch (error) {
      if (isRetryable(error, 'TRANSACTION_REVERTS')) return null;
      throw error;
    }
  };
  if (isTrue(await call(SUPPORTS))) return [...gas, fine(`the consumer ${consumer} says that it takes signatures`)];
  const args = [NOTHING, keyId, []] as const;
  const taken = await call(encodeFunctionData({ abi: CONSUMER_ABI, functionName: 'onSignature', args }));
  const words = `nobody can say whether the consumer ${consumer} takes signatures: it does not name ISignatureConsumer (ERC-165)`;
  return [...gas, warning(taken === null ? `${words}, and it refuses a try of onSignature` : words)];
}

const NOTHING: Hex = `0x${'00'.repeat(32)}`;
/** > the maximum of a callback (RequestRules.sol) */
const MOST_GAS = 4_000_000;
const SUPPORTS = encodeFunctionData({
  ...{ abi: CONSUMER_ABI, functionName: 'supportsInterface', args: [CONSUMER_INTERFACE] },
});

function isTrue(answer: Hex | null): boolean {
  return answer !== null && answer.length === 66 && BigInt(answer) === 1n;
}
