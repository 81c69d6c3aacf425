/** This life of the enclave onto the chain, in place of its earlier ones: from then on only it may sign. */

import { encodeFunctionData, hexToBytes } from 'viem';
import { slotsFor } from '../../enclave/api.ts';
import { ENCLAVE_REGISTRY_ABI } from '../chain/abi.ts';
import { headFrom } from '../chain/head.ts';
import { ask, type Context, type Self } from '../context.ts';
import { want } from '../posting/want.ts';
import { proveSlots } from '../proof/proveSlots.ts';

export async function recordBoot(context: Context, self: Self): Promise<void> {
  const { wallet, deployment } = context;
  const head = await headFrom(context, 0);
  const proof = await proveSlots(context, slotsFor.recordBoot(hexToBytes(self.id)), head);
  context.shown = Math.max(context.shown, head.number);
  const boot = await ask(context, 'recordBoot', { operator: wallet.operator, proof });
  const { nonce, encryptionKey, counter, identitySignature } = boot;
  const data = encodeFunctionData({
    abi: ENCLAVE_REGISTRY_ABI,
    functionName: 'recordBoots',
    args: [[{ id: self.id, record: { nonce, encryptionKey, counter: BigInt(counter) }, signature: identitySignature }]],
  });
  want(context, {
    goal: { kind: 'record-boot', enclave: self.id, nonce, counter },
    to: deployment.enclaveRegistry,
    data,
    rank: 0,
  });
}
