/** Whether votes let an enclave be on the machine that its evidence names, as EnclaveRegistry asks when it registers one. */

import {
  type ContractErrorArgs,
  type ContractErrorName,
  type EncodeErrorResultParameters,
  encodeErrorResult,
} from 'viem';
import type { Hex } from '../../formats/hex.ts';
import type { Rpc } from '../../host/adapters/rpc.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { ENCLAVE_REGISTRY_ABI, ERRORS_ABI } from '../../host/chain/abi.ts';
import { revertReason } from '../../host/chain/revertReason.ts';
import { ENCLAVES_ABI } from '../chain/abi.ts';

export type PlatformState = {
  readonly isRevoked: boolean;
  readonly isAdmitted: boolean;
  readonly onlyAdmitted: boolean;
  /** 0: none */
  readonly cap: number;
  /** other than the operator's own, whose place its next registration takes */
  readonly others: number;
};
export type Machine = { readonly tee: Hex; readonly platformId: Hex };

/** @param own the enclave that would attest anew, or zero where a new one would be registered */
export async function platformState(rpc: Rpc, registry: Hex, machine: Machine, own: Hex): Promise<PlatformState> {
  const { tee, platformId } = machine;
  const of = (name: 'isPlatformRevoked' | 'isPlatformAdmitted') =>
    view(rpc, registry, ENCLAVES_ABI, name, [platformId]);
  const [isRevoked, isAdmitted, onlyAdmitted, cap, enclaves, isOwn] = await Promise.all([
    ...([of('isPlatformRevoked'), of('isPlatformAdmitted')] as const),
    view(rpc, registry, ENCLAVES_ABI, 'onlyAdmittedPlatforms', [tee]),
    view(rpc, registry, ENCLAVES_ABI, 'platformCap', [tee]),
    view(rpc, registry, ENCLAVES_ABI, 'enclavesOn', [platformId]),
    isOn(rpc, registry, own, platformId),
  ]);
  return { isRevoked, isAdmitted, onlyAdmitted, cap, others: enclaves - (isOwn ? 1 : 0) };
}

const ACTIVE = 1;

async function isOn(rpc: Rpc, registry: Hex, id: Hex, platformId: Hex): Promise<boolean> {
  const enclave = await view(rpc, registry, ENCLAVE_REGISTRY_ABI, 'enclave', [id]);
  return enclave.status === ACTIVE && enclave.platformId === platformId;
}

/** In the order of Platforms.sol, in the words of its errors. @throws Error */
export function requirePlatform({ tee, platformId }: Machine, found: PlatformState): void {
  if (found.isRevoked) throw reverting('EnclaveRegistryPlatformRevoked', [platformId]);
  if (found.onlyAdmitted && !found.isAdmitted) throw reverting('EnclaveRegistryPlatformNotAdmitted', [tee, platformId]);
  const enclaves = found.others + 1;
  if (found.cap !== 0 && enclaves > found.cap)
    throw reverting('EnclaveRegistryPlatformFull', [platformId, enclaves, found.cap]);
}

type Refusal = ContractErrorName<typeof ERRORS_ABI>;

function reverting<const name extends Refusal>(
  errorName: name,
  args: ContractErrorArgs<typeof ERRORS_ABI, name>,
): Error {
  const refusal = { abi: ERRORS_ABI, errorName, args } as unknown as EncodeErrorResultParameters;
  return new Error(`it would not be registered: ${revertReason(encodeErrorResult(refusal))}`);
}
