/** Where the contracts are: read from the measured configuration, so that host and enclave cannot mean different ones. */

import { bytesToHex, hexToBigInt, hexToNumber, keccak256, size, slice, stringToHex } from 'viem';
import type { Hex } from '../../enclave/api.ts';
import { Fatal } from '../errors.ts';

export type ContractName = 'measurementRegistry' | 'enclaveRegistry' | 'keyRegistry' | 'signingRequests';

export type Deployment = {
  readonly chainId: number;
  readonly genesisHash: Hex;
  readonly measurementRegistry: Hex;
  readonly enclaveRegistry: Hex;
  readonly keyRegistry: Hex;
  readonly signingRequests: Hex;
  /** Keccak-256 of the code at each address. */
  readonly codeHashes: Readonly<Record<ContractName, Hex>>;
  /** Keccak-256 of the configuration: what the enclave must report as its own. */
  readonly configuration: Hex;
};

const WORDS = 11;
const TAG = keccak256(stringToHex('quorate/configuration/1'));

/** @throws Fatal CONFIG_INVALID unless the bytes are a configuration (docs/formats.md, "Configuration") */
export function parseDeployment(configuration: Uint8Array): Deployment {
  const bytes = bytesToHex(configuration);
  const word = (index: number) => slice(bytes, 32 * index, 32 * (index + 1));
  if (size(bytes) !== 32 * WORDS || word(0) !== TAG) throw invalid('it is not eleven words that start with the tag');
  const address = (index: number) => {
    if (hexToBigInt(slice(word(index), 0, 12)) !== 0n) throw invalid(`word ${index} is not an address`);
    return slice(word(index), 12);
  };
  return {
    chainId: hexToNumber(word(1)),
    genesisHash: word(2),
    measurementRegistry: address(3),
    enclaveRegistry: address(5),
    keyRegistry: address(7),
    signingRequests: address(9),
    codeHashes: {
      measurementRegistry: word(4),
      enclaveRegistry: word(6),
      keyRegistry: word(8),
      signingRequests: word(10),
    },
    configuration: keccak256(bytes),
  };
}

function invalid(detail: string): Fatal {
  const advice =
    'Fetch the configuration file that the DAO approved with the measurement, and name it in enclave.configuration.';
  return new Fatal('CONFIG_INVALID', `the enclave configuration is malformed: ${detail}`, advice);
}
