/** Which contract emits what: all that a host reads from logs, composed from the records. */

import type { Abi } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import type { ChainEvent } from '../../ports/chain.ts';
import {
  DERIVED_KEYS_ABI,
  ENCLAVE_REGISTRY_ABI,
  KEY_REGISTRY_ABI,
  LATE_SIGNATURES_ABI,
  MEASUREMENT_REGISTRY_ABI,
  REFUSALS_ABI,
  SIGNING_REQUESTS_ABI,
} from '../abi.ts';
import type { Located } from '../deployment.ts';
import { derivedKeyEvents } from './derivedKeys.ts';
import { enclaveEvents } from './enclaves.ts';
import { forkEvents } from './forks.ts';
import { keyEvents } from './keys.ts';
import { lateSignatureEvents } from './lateSignatures.ts';
import { measurementEvents } from './measurements.ts';
import { networkEvents } from './network.ts';
import { refusalEvents } from './refusals.ts';
import { requestEvents } from './requests.ts';
import { rowEvents } from './rows.ts';

const registryEvents = { ...keyEvents, ...rowEvents, ...networkEvents, ...forkEvents };

export const EVENTS = {
  ...requestEvents,
  ...lateSignatureEvents,
  ...refusalEvents,
  ...registryEvents,
  ...derivedKeyEvents,
  ...enclaveEvents,
  ...measurementEvents,
} satisfies { readonly [Name in ChainEvent['event']]: unknown };

type Source = { readonly address: Hex; readonly abi: Abi; readonly events: object };

/** The contracts of a deployment, those that it has. */
export function sourcesOf(deployment: Located): readonly Source[] {
  const sources: readonly { readonly address: Hex | null; readonly abi: Abi; readonly events: object }[] = [
    { address: deployment.signingRequests, abi: SIGNING_REQUESTS_ABI, events: requestEvents },
    { address: deployment.keyRegistry, abi: KEY_REGISTRY_ABI, events: registryEvents },
    { address: deployment.derivedKeys, abi: DERIVED_KEYS_ABI, events: derivedKeyEvents },
    { address: deployment.enclaveRegistry, abi: ENCLAVE_REGISTRY_ABI, events: enclaveEvents },
    { address: deployment.measurementRegistry, abi: MEASUREMENT_REGISTRY_ABI, events: measurementEvents },
    { address: deployment.lateSignatures, abi: LATE_SIGNATURES_ABI, events: lateSignatureEvents },
    { address: deployment.refusals, abi: REFUSALS_ABI, events: refusalEvents },
  ];
  return sources.flatMap(({ address, ...source }) => (address === null ? [] : [{ address, ...source }]));
}
