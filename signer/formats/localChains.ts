/** Chains on a developer's own machine, by chain id: Hardhat's and anvil's, and geth's. What is for demos and tests works there alone. */

const LOCAL_CHAINS: readonly bigint[] = [31_337n, 1_337n];

export function isLocalChain(chainId: bigint): boolean {
  return LOCAL_CHAINS.includes(chainId);
}
