/** Evidence and signatures onto the chain: this operator runs this enclave, which has seen the chain up to this block. */

import { encodeFunctionData } from 'viem';
import { ENCLAVE_REGISTRY_ABI } from '../chain/abi.ts';
import { headFrom } from '../chain/head.ts';
import { ask, type Context, type Self } from '../context.ts';
import { want } from '../posting/want.ts';

/** `epoch` is 1 for the first registration, one more for each later one. */
export async function registerEnclave(context: Context, self: Self, epoch: number): Promise<void> {
  const { chain, wallet, settings, deployment } = context;
  const { region, tlsKey, endpoint } = settings;
  const { operator } = wallet;
  const head = await headFrom(context, 0);
  const header = await chain.header(head.hash);
  context.shown = Math.max(context.shown, head.number);
  const attested = await ask(context, 'attest', { operator, region, tlsKey, endpoint, epoch, header });
  const { challenge, challengeBlock, tee, evidence, identitySignature } = attested;
  const { identity } = self.status;
  const registration = { operator, identity, region, tlsKey, endpoint, epoch, challengeBlock, challenge, tee };
  const operatorSignature = await wallet.signRegistration(registration);
  const data = encodeFunctionData({
    abi: ENCLAVE_REGISTRY_ABI,
    functionName: 'register',
    args: [{ ...registration, challengeBlock: BigInt(challengeBlock) }, evidence, identitySignature, operatorSignature],
  });
  want(context, { goal: { kind: 'register', enclave: self.id, epoch }, to: deployment.enclaveRegistry, data, rank: 0 });
}
