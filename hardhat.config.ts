import { createRequire } from 'node:module';
import hardhatEthers from '@nomicfoundation/hardhat-ethers';
import hardhatEthersChaiMatchers from '@nomicfoundation/hardhat-ethers-chai-matchers';
import hardhatMocha from '@nomicfoundation/hardhat-mocha';
import hardhatNetworkHelpers from '@nomicfoundation/hardhat-network-helpers';
import hardhatTypechain from '@nomicfoundation/hardhat-typechain';
import { defineConfig } from 'hardhat/config';

// The compiler comes from npm: nothing is downloaded while compiling, and the lockfile pins its hash.
const compiler = {
  version: '0.8.37',
  path: createRequire(import.meta.url).resolve('solc/soljson.js'),
};

const settings = {
  evmVersion: 'osaka', // an older compiler or version would silently test other gas prices
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: 'ipfs' }, // kept in the bytecode: explorers show a perfect match
  outputSelection: { '*': { '*': ['storageLayout'] } }, // enclaves read slots; tests compare them with the layout
};

/** Runs of every fuzz test; more where nobody waits for them (docs/releases.md). */
function fuzzRuns(): number {
  const told = process.env.QUORATE_FUZZ_RUNS ?? '1000';
  if (!/^[1-9]\d{0,6}$/.test(told)) throw new Error(`QUORATE_FUZZ_RUNS is no number of runs: ${told}`);
  return Number(told);
}

// Every call of a handler is valid by construction, so a revert is a failed assertion.
const invariant = { runs: Math.min(fuzzRuns(), 256), depth: 100, failOnRevert: true };

/** Too large, or too dear, without the optimizer that sees whole functions. It takes its time: only these. */
const throughIr = (runs: number) => ({
  ...compiler,
  settings: { ...settings, viaIR: true, optimizer: { enabled: true, runs } },
});
const overrides = {
  'contracts/governance/QuorateGovernor.sol': throughIr(200),
  'contracts/keys/KeyRegistry.sol': throughIr(200),
  'contracts/requests/SigningRequests.sol': throughIr(200),
  'contracts/attestation/verifiers/intel/IntelTcb.sol': throughIr(200),
  'contracts/attestation/verifiers/tdx/TdxVerifier.sol': throughIr(20_000),
  'contracts/attestation/verifiers/sgx/SgxVerifier.sol': throughIr(20_000),
};

// Contracts of packages that have no source here that inherits them, and yet are deployed as they are.
const npmFilesToBuild = ['@openzeppelin/contracts/governance/TimelockController.sol'];

export default defineConfig({
  plugins: [hardhatEthers, hardhatEthersChaiMatchers, hardhatNetworkHelpers, hardhatTypechain, hardhatMocha],
  solidity: {
    npmFilesToBuild,
    profiles: {
      default: { compilers: [{ ...compiler, settings }], overrides },
      quick: { ...compiler, settings }, // for what is built often and never deployed: mutants
      production: { ...compiler, settings: { ...settings, viaIR: true } },
    },
  },
  paths: {
    sources: 'contracts',
    tests: { mocha: 'test/contracts', solidity: 'test/contracts' },
    artifacts: 'artifacts',
    cache: 'cache',
  },
  typechain: { outDir: 'types', tsNocheck: true },
  test: { mocha: { timeout: 120_000 }, solidity: { fuzz: { runs: fuzzRuns() }, invariant } },
  networks: {
    // `network.create()`: a chain of its own in this process, for each test that asks.
    default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'osaka', chainId: 31337 },
    // `hardhat node`: the same chain, served to other processes.
    node: { type: 'edr-simulated', chainType: 'l1', hardfork: 'osaka', chainId: 31337 },
    // A chain that `hardhat node` serves on this machine.
    localhost: { type: 'http', chainType: 'l1', url: 'http://127.0.0.1:8545', chainId: 31337 },
  },
});
