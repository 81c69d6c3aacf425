/** Every event of a contract since a block. */

import type { BaseContract, Log, LogDescription, Provider } from 'ethers';

/** Nodes answer for some thousand blocks at a time; for how many, each says in words of its own, so fewer are asked for whatever it says. */
const MOST_BLOCKS = 5_000;

export type Found = Pick<LogDescription, 'name' | 'args'> & { readonly transaction: string };

/** @throws what the node says of a single block */
export async function logsOf(provider: Provider, contract: BaseContract, firstBlock: number) {
  const [address, last] = [await contract.getAddress(), await provider.getBlockNumber()];
  const found: Found[] = [];
  let blocks = MOST_BLOCKS;
  for (let fromBlock = firstBlock; fromBlock <= last; ) {
    const toBlock = Math.min(fromBlock + blocks - 1, last);
    const logs = await provider.getLogs({ address, fromBlock, toBlock }).catch((cause: unknown) => {
      if (blocks === 1) throw cause;
      return null;
    });
    if (logs === null) blocks = Math.ceil(blocks / 2);
    else {
      found.push(...logs.map((log) => parsed(contract, log)));
      fromBlock = toBlock + 1;
    }
  }
  return found;
}

function parsed(contract: BaseContract, { address, transactionHash: transaction, ...log }: Log): Found {
  const event = contract.interface.parseLog(log);
  if (event === null) throw new Error(`${address} has an event ${log.topics[0]} that its build does not know`);
  return { name: event.name, args: event.args, transaction };
}
