/**
 * Each member's measurement is that of a TEE and an image, and a vote has admitted it: with a configuration of these very contracts, or of registers that
 * hold the configuration with the image, which nobody can read out of them: then its rules of finality are those of its chain, or the auditor names it.
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
import type { Configured } from './requireConfiguration.ts';

type Bytes = Uint8Array;
export type ProvenMeasurement = {
  readonly id: Bytes;
  readonly tee: Bytes;
  readonly image: Bytes;
  readonly status: string;
};

/** @throws Broken MEASUREMENT_…, CONFIGURATION_UNNAMED, Refused */
export function requireMeasurements(
  state: ProvenState,
  { configuration: audited, isVouchedFor }: Pick<Configured, 'configuration' | 'isVouchedFor'>,
  enclaves: readonly EnclaveRecord[],
  bundle: Pick<Bundle, 'measurements' | 'configuration'>,
): readonly ProvenMeasurement[] {
  // else whoever made the bundle has chosen whose signatures make a block final
  const named = bundle.measurements.filter((one) => !isInRegisters(one));
  const isTied = named.some(({ configuration }) => isEqual(configuration, bundle.configuration));
  if (!isTied && (named.length > 0 || bundle.measurements.length === 0))
    broken('MEASUREMENT_CONFIGURATION', `no member is measured with configuration ${toHex(audited.hash)}`);
  if (!isTied && !isVouchedFor)
    broken(
      'CONFIGURATION_UNNAMED',
      `registers hold the members' configuration, which nobody can read out of them, and ${toHex(audited.hash)} has other rules of finality for its chain than this release. Name the one that \`quorate configuration\` makes of the DAO's record (--configuration-hash)`,
    );
  const found = bundle.measurements.map((one) => {
    if (isInRegisters(one)) return { ...one, id: measurement(one.tee, one.image, ZERO_WORD) };
    requireContractsOf(audited, parseConfiguration(one.configuration));
    return { ...one, id: measurement(one.tee, one.image, parseConfiguration(one.configuration).hash) };
  });
  const shown = new Set(found.map(({ id }) => bytesToHex(id)));
  const needed = new Set(enclaves.map((enclave) => bytesToHex(enclave.measurement)));
  for (const id of needed) if (!shown.has(id)) broken('MEASUREMENT_OTHER', `a member has 0x${id}, which is not shown`);
  for (const id of shown) if (!needed.has(id)) broken('MEASUREMENT_OTHER', `0x${id} is no member's`);
  return found.map(({ id, tee, image }) => ({ id, tee, image, status: statusOf(state, id) }));
}

/** A TEE's registers hold its configuration with its image, so the record that a vote admits names none. */
export function isInRegisters({ configuration }: Pick<Bundle['measurements'][number], 'configuration'>): boolean {
  return configuration.length === 0;
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
