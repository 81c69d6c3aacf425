/**
 * Where the contracts are. Those that enclaves read are in the measured configuration, so that host and enclave cannot mean different
 * ones; those beside them are in the record of the deployment. A wrong one there costs a host its gas, and nobody a signature.
 */

import { bytesToHex, hexToBigInt, hexToBytes, hexToNumber, isAddress, keccak256, size, slice } from 'viem';
import type { FinalityConfig } from '../../finality/config.ts';
import { decodeConfig } from '../../finality/configBytes.ts';
import { isRejection } from '../../finality/rejection.ts';
import type { Hex } from '../../formats/hex.ts';
import { isLocalChain } from '../../formats/localChains.ts';
import { CONFIGURATION_TAG } from '../../formats/tags.ts';
import { Fatal } from '../errors.ts';
import { NotJson, parseJson } from '../plainJson.ts';

export type ContractName = 'measurementRegistry' | 'enclaveRegistry' | 'keyRegistry' | 'signingRequests';

/** What is read of the chain; a command line has no more. */
export type Located = {
  readonly chainId: number;
  readonly genesisHash: Hex;
  readonly measurementRegistry: Hex;
  readonly enclaveRegistry: Hex;
  readonly keyRegistry: Hex;
  readonly signingRequests: Hex;
  /** from the record */
  readonly derivedKeys: Hex;
  /** from the record; null where the DAO has none */
  readonly lateSignatures: Hex | null;
  /** from the record; null where it names none */
  readonly refusals: Hex | null;
  /** from the record; null where the DAO has none: the command line reads them, no host does */
  readonly lenses: { readonly keys: Hex; readonly enclaves: Hex } | null;
  /** Keccak-256 of the code at each address. */
  readonly codeHashes: Readonly<Record<ContractName, Hex>>;
  /** Keccak-256 of the configuration: what the enclave must report as its own. */
  readonly configuration: Hex;
};

export type Deployment = Located & {
  /** whose signatures make a block final */
  readonly finality: FinalityConfig;
};

const WORDS = 11;
const TAG = bytesToHex(CONFIGURATION_TAG);

type Measured = Omit<Deployment, 'derivedKeys' | 'lateSignatures' | 'refusals' | 'lenses'>;

/**
 * `record` is the JSON that a deployment leaves behind (`deployments/<chainId>.json`).
 * @throws Fatal CONFIG_INVALID unless both are well-formed and of one deployment
 */
export function parseDeployment(configuration: Uint8Array, record: string): Deployment {
  const measured = parseMeasured(bytesToHex(configuration));
  const addresses = addressesOf(record);
  for (const name of MEASURED_NAMES)
    if (addresses[name] !== measured[name])
      throw wrongRecord(
        `it has ${name} at ${addresses[name] ?? 'no address'}, the enclave is configured for ${measured[name]}`,
      );
  const { derivedKeys, lateSignatures = null, refusals = null, keyLens: keys, enclaveLens: enclaves } = addresses;
  if (derivedKeys === undefined) throw wrongRecord('it names no derivedKeys');
  const lenses = keys === undefined || enclaves === undefined ? null : { keys, enclaves };
  return { ...measured, derivedKeys, lateSignatures, refusals, lenses };
}

const MEASURED_NAMES: readonly ContractName[] = [
  'measurementRegistry',
  'enclaveRegistry',
  'keyRegistry',
  'signingRequests',
];

/** docs/formats.md, "Configuration". */
function parseMeasured(bytes: Hex): Measured {
  const word = (index: number) => slice(bytes, 32 * index, 32 * (index + 1));
  if (size(bytes) <= 32 * WORDS || word(0) !== TAG)
    throw invalid('it does not start with the tag of this version, or ends before its finality');
  const address = (index: number) => {
    if (hexToBigInt(slice(word(index), 0, 12)) !== 0n) throw invalid(`word ${index} is not an address`);
    return slice(word(index), 12);
  };
  return {
    ...{ chainId: hexToNumber(word(1)), genesisHash: word(2), configuration: keccak256(bytes) },
    ...{ measurementRegistry: address(3), enclaveRegistry: address(5) },
    ...{ keyRegistry: address(7), signingRequests: address(9) },
    finality: finalityIn(slice(bytes, 32 * WORDS), hexToBigInt(word(1))),
    codeHashes: {
      ...{ measurementRegistry: word(4), enclaveRegistry: word(6) },
      ...{ keyRegistry: word(8), signingRequests: word(10) },
    },
  };
}

function finalityIn(bytes: Hex, chainId: bigint): FinalityConfig {
  const config = decodeConfig(hexToBytes(bytes));
  if (isRejection(config)) throw invalid(`its finality: ${config.code}: ${config.field}`);
  if (!config.parentRoots && !isLocalChain(chainId))
    throw invalid(`its finality has no parent roots, on chain ${chainId}`);
  return config;
}

type Addresses = Readonly<Record<string, Hex | undefined>>;

/** Lower-case, by name. */
function addressesOf(record: string): Addresses {
  const { contracts } = objectOf(jsonOf(record));
  const entries = Object.entries(objectOf(contracts)).map(([name, entry]) => {
    const { address } = objectOf(entry);
    if (typeof address !== 'string' || !isAddress(address, { strict: false }))
      throw wrongRecord(`${name} has no address`);
    return [name, address.toLowerCase() as Hex];
  });
  return Object.fromEntries(entries);
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof NotJson)) throw cause;
    throw wrongRecord(cause.message, { cause });
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw wrongRecord('it has no addresses by name');
  return value as Readonly<Record<string, unknown>>;
}

function wrongRecord(detail: string, options?: ErrorOptions): Fatal {
  const advice = 'Fetch the record of this deployment from the DAO, and name it in chain.deploymentFile.';
  return new Fatal('CONFIG_INVALID', `the record of the deployment is not usable: ${detail}`, advice, options);
}

function invalid(detail: string): Fatal {
  const advice =
    'Fetch the configuration file that the DAO approved with the measurement, and name it in enclave.configurationFile.';
  return new Fatal('CONFIG_INVALID', `the enclave configuration is malformed: ${detail}`, advice);
}
