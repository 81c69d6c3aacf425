/** The configuration file that is measured with the image: docs/formats.md, "Configuration". */

import { AbiCoder, concat, getBytes, hexlify, id, type Provider } from 'ethers';
import type { FinalityConfig } from '../../signer/finality/config.ts';
import { encodeConfig } from '../../signer/finality/configBytes.ts';
import type { DeploymentRecord } from '../deploy/record.ts';
import { developmentConfig } from './beacon/configuration.ts';

/** In the order of the configuration's words. */
const MEASURED = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'] as const;

/** @param finality whose signatures make blocks final: the development beacon's, whose keys everybody knows, unless said */
export async function configurationOf(
  provider: Provider,
  { chainId, contracts }: DeploymentRecord,
  finality: FinalityConfig = developmentConfig(),
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
    ['bytes32', id('quorate/configuration/3')],
    ['uint256', BigInt(chainId)],
    ['bytes32', genesis.hash],
    ...measured,
  ] as const;
  const encoded = AbiCoder.defaultAbiCoder().encode(
    words.map(([type]) => type),
    words.map(([, value]) => value),
  );
  return getBytes(concat([encoded, hexlify(encodeConfig(finality))]));
}
