/** A whole Quorate network on this machine: chain, DAO, measured enclave, operators. What the demo shows and the path test tries. */

import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stop } from 'esbuild';
import { hexlify, id, parseEther } from 'ethers';
import { encodeConfig } from '../../signer/finality/configBytes.ts';
import type { Level } from '../../signer/host/log.ts';
import { intelAuthority } from '../../signer/tee/issuers/intel/authority.ts';
import { nitroAuthority } from '../../signer/tee/issuers/nitro/authority.ts';
import { type Kind, type Measured, measureAs } from '../../signer/tee/measured.ts';
import type { Started } from '../../signer/tee/registers.ts';
import { generateRootKey, readRootKey, scalarOf } from '../../signer/tee/rootKey.ts';
import { bundleEnclave, bundleHost, bundleTee } from '../bundle.ts';
import type { IntelOptions, NitroOptions, Vendors } from '../deploy/options.ts';
import { developmentConfig } from './beacon/configuration.ts';
import { startBeaconProcess } from './beaconProcess.ts';
import { type Chain, startChain } from './chain.ts';
import { type Dao, foundDao, type GovernorRules } from './dao.ts';
import type { Cast } from './five.ts';
import { createOperator, type Machine, type Operator } from './operators.ts';
import { startPcs } from './pcs.ts';
import { action, type Executed } from './vote.ts';

/** As contracts name it, with its parts. */
type Measurement = {
  readonly id: string;
  readonly tee: string;
  readonly image: string;
  readonly configuration: string;
};
export type LocalNetwork = {
  readonly chain: Chain;
  readonly dao: Dao;
  readonly machine: Machine;
  /** Of its enclaves, in each format that the development TEE attests in. */
  readonly measurements: Readonly<Record<Kind, Measurement>>;
  readonly close: () => Promise<void>;
};

/** A chain whose clock is set forward finds no registration stale. */
const EVIDENCE_AGE = 30 * 86_400;
/** Sealing keys of the development TEE all come from one root key. */
const DEVELOPMENT_SEALING = id('quorate/sealing/development');
/** Of a measurement, as the registry numbers it. */
const ACTIVE = 2n;
const GAS_MONEY = parseEther('10');

export type Site = {
  /** Empty, and of this network alone. */
  readonly directory: string;
  /** Of the chain; 0 is any that is free. */
  readonly port: number;
  /** How much its hosts say: a pipe full of words costs them time. */
  readonly log: Level;
  readonly rules: GovernorRules;
  /** Kinds of evidence that its contracts take. */
  readonly kinds: readonly Kind[];
};

/** In a folder that goes with it, and with this process: the root key of its TEEs is in there. */
export async function startNetwork(log: Level = 'debug', kinds: readonly Kind[] = ['tdx']): Promise<LocalNetwork> {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  const network = await startNetworkIn({ directory, port: 0, log, rules: {}, kinds });
  return {
    ...network,
    close: async () => {
      await network.close();
      remove();
      process.off('exit', remove);
    },
  };
}

export async function startNetworkIn(site: Site): Promise<LocalNetwork> {
  const chain = await startChain(site.port);
  generateRootKey(rootKeyIn(site));
  // Beside each other: the bundler and the beacon are processes of their own.
  const [beacon, pcs, dao, image] = await Promise.all([
    startBeaconProcess(chain.url),
    site.kinds.includes('tdx') ? startPcs(intelAuthority(seedIn(site)), timeOf(chain)) : null,
    foundDao(chain, vendorsIn(site), site.rules),
    writePrograms(programsIn(site)),
  ]);
  const machine = machineIn(site, chain.url, beacon.url, pcs?.url ?? null);
  await writeFile(machine.configuration, dao.configuration);
  await writeFile(machine.finality, encodeConfig(developmentConfig()));
  await writeFile(machine.deployment, JSON.stringify(dao.record));
  const close = async () => {
    await pcs?.close();
    await beacon.close();
    await chain.close();
  };
  const measurements = measurementsOf({ code: image, configuration: dao.configuration });
  return { chain, dao, machine, measurements, close };
}

function vendorsIn(site: Site): Vendors {
  const { kinds } = site;
  return {
    nitro: kinds.includes('nitro') ? nitroUnder(seedIn(site)) : null,
    intel: kinds.includes('tdx') ? intelUnder(seedIn(site)) : null,
  };
}

const platformSalt = id('quorate/platform-salt/development');

function nitroUnder(seed: Uint8Array): NitroOptions {
  const seconds = { documentSeconds: EVIDENCE_AGE, registrationSeconds: EVIDENCE_AGE };
  return { root: hexlify(nitroAuthority(seed).root), platformSalt, ...seconds };
}

function intelUnder(seed: Uint8Array): IntelOptions {
  const seconds = { registrationSeconds: EVIDENCE_AGE, overdueSeconds: 0, evaluationGraceSeconds: 0 };
  const policy = { ...seconds, leastTcbEvaluation: 0, leastQeEvaluation: 0 };
  return { root: hexlify(intelAuthority(seed).root), platformSalt, sgx: false, policy };
}

/** What every development authority's keys are drawn from. */
function seedIn(site: Site): Uint8Array {
  return scalarOf(readRootKey(rootKeyIn(site)));
}

function rootKeyIn({ directory }: Site): string {
  return join(directory, 'development-root.key');
}

function timeOf({ provider }: Chain): () => Promise<number> {
  return async () => (await provider.getBlock('latest'))?.timestamp ?? 0;
}

function machineIn(site: Site, rpc: string, beacon: string, pcs: string | null): Machine {
  const { directory, log } = site;
  return {
    directory,
    rpc,
    beacon,
    pcs,
    ...programsIn(site),
    configuration: join(directory, 'configuration'),
    finality: join(directory, 'finality'),
    deployment: join(directory, 'deployment.json'),
    rootKey: rootKeyIn(site),
    log,
  };
}

type Programs = Pick<Machine, 'host' | 'tee' | 'bundle'>;

function programsIn({ directory }: Site): Programs {
  return {
    host: join(directory, 'host.mjs'),
    tee: join(directory, 'tee.mjs'),
    bundle: join(directory, 'enclave.bundle.mjs'),
  };
}

/** The enclave's code: what is measured. */
async function writePrograms({ host, tee, bundle }: Programs): Promise<Uint8Array> {
  const { code } = await bundleEnclave();
  await writeFile(bundle, code);
  await writeFile(host, (await bundleHost()).code);
  await writeFile(tee, (await bundleTee()).code);
  await stop(); // the bundler would stay as long as this process does
  return code;
}

function measurementsOf(started: Started): LocalNetwork['measurements'] {
  const of = (kind: Kind) => measurementOf(measureAs(kind, started));
  return { tdx: of('tdx'), nitro: of('nitro') };
}

function measurementOf({ tee, image, configuration, measurement }: Measured): Measurement {
  return {
    id: hexlify(measurement),
    tee: hexlify(tee),
    image: hexlify(image),
    configuration: hexlify(configuration),
  };
}

/** A vote that lets enclaves of the measurements of these operators attest, and of those `also`, run by these operators, one each. */
export async function admit(
  { dao, measurements }: LocalNetwork,
  operators: readonly Operator[],
  sourceCommit: string,
  also: readonly Kind[] = [],
): Promise<Executed> {
  const actions = [];
  for (const kind of new Set([...operators.map((operator) => operator.kind), ...also])) {
    const { id: _, ...measured } = measurements[kind];
    const record = { ...measured, sealing: DEVELOPMENT_SEALING, sourceCommit, buildRecipe: 'node scripts/bundle.ts' };
    actions.push(await action(dao.measurementRegistry, 'approve', [record]));
  }
  for (const { address, region } of operators)
    actions.push(await action(dao.enclaveRegistry, 'setOperator', [address, region, 1]));
  return dao.decide('Approve the signer measurement and its operators', actions);
}

/** After their minimum time as canaries: from here on these measurements count. Anyone may do this. */
export async function promoteMeasurement(
  { chain, dao, measurements }: LocalNetwork,
  ...kinds: readonly Kind[]
): Promise<void> {
  await chain.passTime(Number(await dao.measurementRegistry.minimumCanaryTime()));
  for (const kind of kinds.length === 0 ? (['tdx'] as const) : new Set(kinds))
    await promoteOne(dao, measurements[kind].id);
}

/** A host may have been faster. */
async function promoteOne({ measurementRegistry }: Dao, measurement: string): Promise<void> {
  if ((await measurementRegistry.status(measurement)) === ACTIVE) return;
  await (await measurementRegistry.promote(measurement)).wait();
}

/** Operators with keys of their own and some money for gas; regions by name. */
export async function createOperators(
  network: LocalNetwork,
  named: Readonly<Record<string, string>>,
  kind: Kind = 'tdx',
): Promise<readonly Operator[]> {
  const operators: Operator[] = [];
  for (const [name, region] of Object.entries(named)) operators.push(await addOperator(network, name, region, kind));
  return operators;
}

/** One after the other: each has its own gas. */
export async function createCast(network: LocalNetwork, cast: readonly Cast[]): Promise<readonly Operator[]> {
  const operators: Operator[] = [];
  for (const { name, region, kind } of cast) operators.push(await addOperator(network, name, region, kind));
  return operators;
}

export async function addOperator(
  { chain, machine }: LocalNetwork,
  name: string,
  region: string,
  kind: Kind = 'tdx',
): Promise<Operator> {
  const operator = await createOperator(name, region, machine, kind);
  await (await payer(chain).sendTransaction({ to: operator.address, value: GAS_MONEY })).wait();
  return operator;
}

function payer({ accounts }: Chain) {
  const last = accounts.at(-1);
  if (last === undefined) throw new Error('the chain has no accounts');
  return last;
}
