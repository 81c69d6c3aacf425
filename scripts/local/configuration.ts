/** The configuration file that is measured with the image: docs/formats.md, "Configuration". */

import { AbiCoder, getBytes, id, type Provider } from 'ethers';
import type { DeploymentRecord } from '../deploy/record.ts';

/** In the order of the configuration's words. */
const MEASURED = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'] as const;

export async function configurationOf(
  provider: Provider,
  { chainId, contracts }: DeploymentRecord,
): Promise<Uint8Array> {
  const genesis = await provider.getBlock(0);
  if (genesis?.hash == null) throw new Error('the chain has no block 0');
  const measured = MEASURED.flatMap((name) => {
    const contract = contracts[name];
    if (contract === undefined) throw new Error(`the deployment has no ${name}`);
    return [
      ['address', contract.address],
      ['bytes32', contract.codeHash],
    ] as const;
  });
  const words = [
    ['bytes32', id('quorate/configuration/1')],
    ['uint256', BigInt(chainId)],
    ['bytes32', genesis.hash],
    ...measured,
  ] as const;
  const encoded = AbiCoder.defaultAbiCoder().encode(
    words.map(([type]) => type),
    words.map(([, value]) => value),
  );
  return getBytes(encoded);
}
