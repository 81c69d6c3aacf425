/** Which public chain a configuration is of, by its genesis, and whether its rules of finality are those that this release knows. */

import type { FinalityConfig } from '../finality/config.ts';
import { encodeConfig } from '../finality/configBytes.ts';
import { gnosis, mainnet, sepolia } from '../finality/networks.ts';
import { isEqual } from '../formats/equal.ts';

const NETWORKS = { mainnet, sepolia, gnosis };

export type Network = {
  readonly name: string;
  /** With all forks that this release knows: with fewer, blocks of a later one would be read in an earlier form. */
  readonly isSame: boolean;
};

/** Null: of no chain that this release knows, so that what its beacon signs proves nothing about one. */
export function networkOf(finality: FinalityConfig): Network | null {
  const known = Object.entries(NETWORKS).find(([, one]) =>
    isEqual(one.genesisValidatorsRoot, finality.genesisValidatorsRoot),
  );
  if (known === undefined) return null;
  const [name, network] = known;
  return { name, isSame: isEqual(encodeConfig(network), encodeConfig(finality)) };
}
