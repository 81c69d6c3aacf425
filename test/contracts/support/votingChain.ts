/** A simulated chain as the scripts that vote see one. */

import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types';
import type { NetworkHelpers } from '@nomicfoundation/hardhat-network-helpers/types';
import type { VotingChain } from '../../../scripts/local/vote.ts';

/** Blocks are `interval` seconds apart. */
export function votingChain(ethers: HardhatEthers, helpers: NetworkHelpers, interval = 1): VotingChain {
  return {
    provider: ethers.provider,
    mine: (blocks) => helpers.mine(blocks, { interval }),
    passTime: async (seconds) => void (await helpers.time.increase(seconds)),
  };
}
