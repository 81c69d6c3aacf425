/** Every event of a contract since a block. */

import type { BaseContract, LogDescription, Provider } from 'ethers';

/** Nodes answer for some thousand blocks at a time. */
const PAGE = 5_000;

export async function logsOf(provider: Provider, contract: BaseContract, firstBlock: number) {
  const [address, last] = [await contract.getAddress(), await provider.getBlockNumber()];
  const found: LogDescription[] = [];
  for (let fromBlock = firstBlock; fromBlock <= last; fromBlock += PAGE) {
    const toBlock = Math.min(fromBlock + PAGE - 1, last);
    for (const log of await provider.getLogs({ address, fromBlock, toBlock })) {
      const parsed = contract.interface.parseLog(log);
      if (parsed === null) throw new Error(`${address} has an event ${log.topics[0]} that its build does not know`);
      found.push(parsed);
    }
  }
  return found;
}
