/** A Hardhat node of this process: a chain that other processes reach over HTTP, gone when it is closed. */

import { JsonRpcProvider, type JsonRpcSigner } from 'ethers';
import hre from 'hardhat';
import type { NetworkHooks } from 'hardhat/types/hooks';

export type Chain = {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  /** Funded, unlocked accounts of the node. */
  readonly accounts: readonly JsonRpcSigner[];
  readonly mine: (blocks: number) => Promise<void>;
  /** Moves the chain's clock, not ours. */
  readonly passTime: (seconds: number) => Promise<void>;
  /** Calls that it was asked for so far, by whomever. */
  readonly rpcCalls: () => number;
  readonly close: () => Promise<void>;
};

export async function startChain(): Promise<Chain> {
  const { rpcCalls, stopCounting } = countCalls();
  const server = await hre.network.createServer('node', '127.0.0.1', 0);
  const { address, port } = await server.listen();
  const url = `http://${address}:${port}`;
  const provider = new JsonRpcProvider(url, 31337, { staticNetwork: true, pollingInterval: 50, cacheTimeout: -1 });
  return {
    url,
    provider,
    accounts: await provider.listAccounts(),
    mine: async (blocks) => provider.send('hardhat_mine', [`0x${blocks.toString(16)}`]),
    passTime: async (seconds) => {
      await provider.send('evm_increaseTime', [seconds]);
      await provider.send('hardhat_mine', ['0x1']);
    },
    rpcCalls,
    close: async () => {
      stopCounting();
      provider.destroy();
      await server.close();
    },
  };
}

function countCalls() {
  let calls = 0;
  const handlers: Partial<NetworkHooks> = {
    onRequest: (context, connection, request, next) => {
      calls += 1;
      return next(context, connection, request);
    },
  };
  hre.hooks.registerHandlers('network', handlers);
  return { rpcCalls: () => calls, stopCounting: () => hre.hooks.unregisterHandlers('network', handlers) };
}
