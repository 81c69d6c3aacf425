/**
 * Each member's measurement is that of a TEE, an image and a configuration of these very contracts, and a vote has admitted it. Of hardware the
 * image holds the configuration, and does not say which: there the auditor has to bring its hash.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { measurement } from '../../formats/attestation.ts';
import { type Configuration, type ContractName, parseConfiguration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { ZERO_WORD } from '../../formats/words.ts';
import { STATUS } from '../../proof/layout.ts';
import { type EnclaveRecord, readMeasurement } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import { broken } from '../broken.ts';
import type { Bundle } from '../bundle.ts';
import type { Trust } from '../trust.ts';

type Bytes = Uint8Array;
export type ProvenMeasurement = {
  readonly id: Bytes;
  readonly tee: Bytes;
  readonly image: Bytes;
  readonly status: string;
};

/** @throws Broken MEASUREMENT_…, Refused */
export function requireMeasurements(
  state: ProvenState,
  audited: Configuration,
  enclaves: readonly EnclaveRecord[],
  bundle: Pick<Bundle, 'measurements' | 'configuration'>,
  trust: Pick<Trust, 'configuration'>,
): readonly ProvenMeasurement[] {
  // else whoever made the bundle has chosen whose signatures make a block final
  requireMeasuredWith(audited, bundle, trust);
  const found = bundle.measurements.map((one) => {
    const configuration = configurationIn(audited, one);
    return { ...one, id: measurement(one.tee, one.image, configuration) };
  });
  const shown = new Set(found.map(({ id }) => bytesToHex(id)));
  const needed = new Set(enclaves.map((enclave) => bytesToHex(enclave.measurement)));
  for (const id of needed) if (!shown.has(id)) broken('MEASUREMENT_OTHER', `a member has 0x${id}, which is not shown`);
  for (const id of shown) if (!needed.has(id)) broken('MEASUREMENT_OTHER', `0x${id} is no member's`);
  return found.map(({ id, tee, image }) => ({ id, tee, image, status: statusOf(state, id) }));
}

function requireMeasuredWith(
  { hash }: Configuration,
  { measurements, configuration: audited }: Pick<Bundle, 'measurements' | 'configuration'>,
  trust: Pick<Trust, 'configuration'>,
): void {
  if (measurements.some(({ configuration }) => isEqual(configuration, audited))) return;
  const isHeld = measurements.some(isHeldByImage);
  if (isHeld && trust.configuration !== null) return;
  const way = isHeld ? '; images of members hold theirs: name its hash (--configuration-hash)' : '';
  broken('MEASUREMENT_CONFIGURATION', `no member is measured with configuration ${toHex(hash)}${way}`);
}

type Measured = Bundle['measurements'][number];

export function isHeldByImage({ configuration }: Pick<Measured, 'configuration'>): boolean {
  return configuration.length === 0;
}

/** Its hash, in the words of the registry. */
function configurationIn(audited: Configuration, one: Measured): Bytes {
  if (isHeldByImage(one)) return ZERO_WORD;
  const configuration = parseConfiguration(one.configuration);
  requireContractsOf(audited, configuration);
  return configuration.hash;
}

/** A later configuration may know more forks; other contracts make it another network. */
function requireContractsOf(audited: Configuration, one: Configuration): void {
  const names = Object.keys(audited.contracts) as ContractName[];
  const isSame =
    one.chainId === audited.chainId &&
    isEqual(one.genesisHash, audited.genesisHash) &&
    names.every((name) => isEqual(one.contracts[name].address, audited.contracts[name].address)) &&
    names.every((name) => isEqual(one.contracts[name].codeHash, audited.contracts[name].codeHash));
  if (!isSame) broken('MEASUREMENT_CONTRACTS', `configuration ${toHex(one.hash)} is of other contracts`);
}

/** As it is at the block; what was revoked since has signed before. */
function statusOf(state: ProvenState, id: Bytes): string {
  const status = readMeasurement(state, id);
  const name = Object.entries(STATUS.measurement).find(([, number]) => number === status)?.[0];
  if (name === undefined || status === STATUS.measurement.none)
    return broken('MEASUREMENT_UNVOTED', `${toHex(id)} has status ${status}`);
  return name;
}
