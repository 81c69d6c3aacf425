/** What the DAO must have decided before a host can register its enclave. */

import type { Hex } from '../../formats/hex.ts';
import { readAccount } from '../../host/adapters/keyFileWallet.ts';
import type { Connection } from '../../host/adapters/rpc.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { ENCLAVE_REGISTRY_ABI } from '../../host/chain/abi.ts';
import type { Deployment } from '../../host/chain/deployment.ts';
import type { Config } from '../../host/config.ts';
import type { Check } from './examine.ts';

export function checksOfOperator({ rpc }: Connection, config: Config, deployment: Deployment): readonly Check[] {
  const { region } = config.operator;
  const operator = () => readAccount(config.operator.keyFile).address;
  return [
    {
      name: 'admission',
      advice: `Let the DAO admit it in this region, by vote: \`quorate propose admit --title Admission --operator ${named(operator)} --region ${region}\` (EnclaveRegistry.setOperator); or correct operator.region.`,
      run: async () =>
        admitted(region, await view(rpc, deployment.enclaveRegistry, ENCLAVE_REGISTRY_ABI, 'operator', [operator()])),
    },
  ];
}

/** What is wrong with its key file is told in its own line. */
function named(operator: () => Hex): Hex | 'ADDRESS' {
  try {
    return operator();
  } catch {
    return 'ADDRESS';
  }
}

type Admission = {
  readonly operator: Hex;
  readonly region: Hex;
  readonly cap: number;
  readonly enclaves: number;
  readonly chosen: Hex;
};

function admitted(region: Hex, { operator, cap, enclaves, chosen, ...vote }: Admission): string {
  if (cap === 0) throw new Error(`no vote lets ${operator} run enclaves`);
  if (vote.region !== region) throw new Error(`the vote admits ${operator} in region ${vote.region}, not in ${region}`);
  return `${operator} has ${enclaves} of ${cap} enclaves${BigInt(chosen) === 0n ? '' : `, ${chosen} among them`}`;
}
