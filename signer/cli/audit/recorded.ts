/** The record of a deployment, as an audit compares it. */

import type { Recorded } from '../../audit/trust.ts';
import { fromHex } from '../../formats/hex.ts';
import type { DeploymentRecord } from '../chain/deploymentRecord.ts';

export function recordedOf({ chainId, contracts }: DeploymentRecord): Recorded {
  const entries = Object.entries(contracts).map(([name, { address, codeHash }]) => [
    name,
    { address: fromHex(address), codeHash: fromHex(codeHash) },
  ]);
  return { chainId: BigInt(chainId), contracts: Object.fromEntries(entries) };
}
