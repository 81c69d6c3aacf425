/** What every run has in common, made once: suites, keys of operators, and a chain with a DAO that approved the measurement. */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { hexlify, id, JsonRpcSigner, parseEther, Wallet } from 'ethers';
import { localOptions } from '../../scripts/deploy/options.ts';
import { type Deployment as Contracts, deploy } from '../../scripts/deploy.ts';
import { configurationOf } from '../../scripts/local/configuration.ts';
import { type Identities, loadIdentities } from '../../signer/enclave/identity.ts';
import { createWallet } from '../../signer/host/adapters/keyFileWallet.ts';
import { type Deployment, parseDeployment } from '../../signer/host/chain/deployment.ts';
import type { Wallet as OperatorWallet } from '../../signer/host/ports/wallet.ts';
import { loadSchemeSuites } from '../../signer/protocol/ciphersuite/load.ts';
import type { SchemeSuites } from '../../signer/protocol/ciphersuite/suites.ts';
import type { Measured } from '../../signer/tee/measured.ts';
import { secp256k1Wasm } from '../protocol/suites.ts';
import { believe, measuredIn } from './attestation.ts';
import { FINALITY, rememberedVerifiers } from './beacon.ts';
import { SimulatedChain } from './chain.ts';
import { seeded } from './random.ts';

export type Setting = {
  readonly chain: SimulatedChain;
  readonly contracts: Contracts;
  /** The timelock's powers, for this simulation without the days of a vote. */
  readonly governance: JsonRpcSigner;
  readonly requesters: Requesters;
  readonly deployment: Deployment;
  readonly configuration: Uint8Array;
  readonly measured: Measured;
  readonly rootKey: KeyObject;
  readonly identities: Identities;
  readonly suites: SchemeSuites;
  readonly finality: ReturnType<typeof rememberedVerifiers>;
  readonly wallets: readonly (readonly [name: string, wallet: OperatorWallet])[];
  readonly close: () => Promise<void>;
};

/** By what they do: their requests are READY at once, wait for a minute, wait while their row is raised; they ask much, or little. */
export type Requesters = Readonly<Record<(typeof REQUESTERS)[number], JsonRpcSigner>>;
const REQUESTERS = ['swift', 'slow', 'raised', 'flooding', 'modest', 'elsewhere'] as const;

const NAMES = ['alice', 'bob', 'carol'];

export async function prepare(): Promise<Setting> {
  const chain = await SimulatedChain.open();
  const [deployer, ...accounts] = await chain.accounts();
  if (!deployer || accounts.length < REQUESTERS.length) throw new Error('the chain has too few accounts');
  const rootKey = rootKeyOf(seeded('root').bytes(32));
  const options = localOptions([{ holder: deployer.address, amount: 1n }]);
  const contracts = await deploy(deployer, { ...options, promotionCount: NAMES.length, minimumCanaryTime: 0 });
  const configuration = await configurationOf(chain.provider, contracts.record, FINALITY);
  const measured = measuredIn(configuration);
  const governance = await impersonate(chain, await contracts.timelock.getAddress());
  await believe(contracts, governance);
  await approve(contracts, governance, measured);
  const deployment = parseDeployment(configuration, JSON.stringify(contracts.record));
  const wallets = operatorWallets(deployment);
  for (const [name, { operator }] of wallets) {
    await (await contracts.enclaveRegistry.connect(governance).setOperator(operator, regionOf(name), 1)).wait();
    await (await deployer.sendTransaction({ to: operator, value: parseEther('10') })).wait();
  }
  return {
    ...{ chain, contracts, governance, deployment, configuration, measured, rootKey, wallets },
    requesters: Object.fromEntries(REQUESTERS.map((name, at) => [name, accounts[at]])) as Requesters,
    identities: await loadIdentities(secp256k1Wasm, (length) => seeded('identities').bytes(length)),
    suites: await loadSchemeSuites(secp256k1Wasm, (length) => seeded('engines').bytes(length)),
    finality: rememberedVerifiers(),
    close: () => chain.close(),
  };
}

/** The same in every process, as all that is drawn. */
function rootKeyOf(secret: Uint8Array): KeyObject {
  const point = p256.getPublicKey(secret, false);
  const [d, x, y] = [secret, point.subarray(1, 33), point.subarray(33)].map((bytes) =>
    Buffer.from(bytes).toString('base64url'),
  ) as [string, string, string];
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d, x, y }, format: 'jwk' });
}

/** Each operator in a region of its own. */
export function regionOf(name: string): `0x${string}` {
  return `0x${name.charCodeAt(0).toString(16).padStart(64, '0')}`;
}

async function impersonate(chain: SimulatedChain, address: string): Promise<JsonRpcSigner> {
  await chain.request('hardhat_impersonateAccount', [address]);
  await chain.request('hardhat_setBalance', [address, '0x56bc75e2d63100000']);
  return new JsonRpcSigner(chain.provider, address);
}

async function approve(
  { measurementRegistry }: Contracts,
  governance: JsonRpcSigner,
  measured: Measured,
): Promise<void> {
  const record = {
    tee: hexlify(measured.tee),
    image: hexlify(measured.image),
    configuration: hexlify(measured.configuration),
    ...{ sealing: id('simulation'), sourceCommit: 'simulation', buildRecipe: 'none' },
  };
  await (await measurementRegistry.connect(governance).approve(record)).wait();
}

/** The same keys in every run, so that a seed decides everything. */
function operatorWallets(deployment: Deployment): [string, OperatorWallet][] {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-simulation-'));
  try {
    return NAMES.map((name) => {
      const file = join(directory, name);
      const secret = hexlify(seeded(`operator ${name}`).bytes(32));
      writeFileSync(file, new Wallet(secret).privateKey, { mode: 0o600 });
      return [name, createWallet(deployment, file, file)];
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
