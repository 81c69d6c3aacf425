/** A Hardhat node of this process: a chain that other processes reach over HTTP, gone when it is closed. */

import { JsonRpcProvider, type JsonRpcSigner } from 'ethers';
import hre from 'hardhat';
import type { NetworkHooks } from 'hardhat/types/hooks';
import type { JsonRpcRequest } from 'hardhat/types/providers';

export type Chain = {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  /** Funded, unlocked accounts of the node. */
  readonly accounts: readonly JsonRpcSigner[];
  readonly mine: (blocks: number) => Promise<void>;
  /** Moves the chain's clock, not ours. */
  readonly passTime: (seconds: number) => Promise<void>;
  /** From now on a block comes each so many milliseconds too, not with transactions alone. */
  readonly mineEvery: (milliseconds: number) => Promise<void>;
  /** Calls that it was asked for so far, by whomever. */
  readonly rpcCalls: () => number;
  readonly close: () => Promise<void>;
};

const CHAIN_ID = 31_337;

/** @param wantedPort 0 is any that is free @param chainId another one is another chain, where no contract of Quorate is */
export async function startChain(wantedPort = 0, chainId = CHAIN_ID): Promise<Chain> {
  const { rpcCalls, stopCounting } = countCalls();
  // Hardhat's own default is when Hardhat was loaded: a chain that begins later would lag behind the clocks of its hosts
  const override = { type: 'edr-simulated', chainId, initialDate: new Date() } as const;
  const server = await hre.network.createServer({ network: 'node', override }, '127.0.0.1', wantedPort);
  const { address, port } = await server.listen();
  const url = `http://${address}:${port}`;
  const provider = new JsonRpcProvider(url, chainId, {
    staticNetwork: true,
    pollingInterval: 10,
    cacheTimeout: -1,
    batchMaxCount: 1,
  });
  return {
    url,
    provider,
    accounts: await provider.listAccounts(),
    mine: async (blocks) => provider.send('hardhat_mine', [`0x${blocks.toString(16)}`]),
    passTime: async (seconds) => {
      await provider.send('evm_increaseTime', [seconds]);
      await provider.send('hardhat_mine', ['0x1']);
    },
    mineEvery: async (milliseconds) => provider.send('evm_setIntervalMining', [milliseconds]),
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
      return next(context, connection, withOneInput(request));
    },
  };
  hre.hooks.registerHandlers('network', handlers);
  return { rpcCalls: () => calls, stopCounting: () => hre.hooks.unregisterHandlers('network', handlers) };
}

/**
 * `cast` and others send the data of a call under both of its names, `data` and `input`, as the specification lets them. Hardhat's node takes
 * them for one name twice ("duplicate field `data`"). Where they differ, it shall say so itself.
 */
function withOneInput(request: JsonRpcRequest): JsonRpcRequest {
  const { params } = request;
  return Array.isArray(params) ? { ...request, params: params.map(withoutEcho) } : request;
}

function withoutEcho(parameter: unknown): unknown {
  if (typeof parameter !== 'object' || parameter === null || !('input' in parameter) || !('data' in parameter))
    return parameter;
  const { input, ...others } = parameter;
  return input === others.data ? others : parameter;
}
