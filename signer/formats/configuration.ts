/** The measured configuration: words that the TEE hands to the enclave (docs/formats.md, "Configuration"). */

import { isEqual, isZero } from './equal.ts';
import { refuse } from './refusal.ts';
import { CONFIGURATION_TAG } from './tags.ts';
import { hash, uintOf, WORD_BYTES } from './words.ts';

type Bytes = Uint8Array;

/** What is measured besides the image: docs/formats.md, "Configuration". */
export type Configuration = {
  readonly hash: Bytes;
  readonly chainId: bigint;
  readonly genesisHash: Bytes;
  readonly contracts: Readonly<Record<ContractName, { readonly address: Bytes; readonly codeHash: Bytes }>>;
  /** whose signatures make a block final: `encodeConfig` of signer/finality */
  readonly finality: Bytes;
};
export type ContractName = 'measurementRegistry' | 'enclaveRegistry' | 'keyRegistry' | 'signingRequests';

/** Before those of finality, of which there are at least ten: nine and a fork. */
const WORDS = 11;
const LEAST = (WORDS + 10) * WORD_BYTES;
const MOST = (WORDS + 9 + 64) * WORD_BYTES;

export function parseConfiguration(bytes: Bytes): Configuration {
  if (bytes.length < LEAST || bytes.length > MOST || bytes.length % WORD_BYTES !== 0)
    refuse('CONFIGURATION_MALFORMED', `${bytes.length} bytes, expected whole words, ${LEAST} to ${MOST} bytes`);
  const word = (index: number): Bytes => bytes.slice(index * WORD_BYTES, (index + 1) * WORD_BYTES);
  if (!isEqual(word(0), CONFIGURATION_TAG)) refuse('CONFIGURATION_MALFORMED', 'another tag');
  const contract = (index: number) => ({ address: address(word(index)), codeHash: nonZero(word(index + 1)) });
  return {
    hash: hash(bytes),
    chainId: uintOf(nonZero(word(1))),
    genesisHash: nonZero(word(2)),
    contracts: {
      measurementRegistry: contract(3),
      enclaveRegistry: contract(5),
      keyRegistry: contract(7),
      signingRequests: contract(9),
    },
    finality: bytes.slice(WORDS * WORD_BYTES),
  };
}

function address(word: Bytes): Bytes {
  if (!isZero(word.subarray(0, 12))) refuse('CONFIGURATION_MALFORMED', 'an address longer than 20 bytes');
  return nonZero(word.slice(12));
}

function nonZero(word: Bytes): Bytes {
  if (isZero(word)) refuse('CONFIGURATION_MALFORMED', 'a zero word');
  return word;
}
