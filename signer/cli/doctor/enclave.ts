/** Whether the enclave starts, is the one that the host is set up for, and has evidence that the contracts accept: one is started for a moment. */

import { dirname, resolve } from 'node:path';
import { API_VERSION, type CallName, type Params, type Result } from '../../enclave/api.ts';
import type { VerifiedEvidence } from '../../evidence/verified.ts';
import { type Hex, toHex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { readText } from '../../host/adapters/assemble.ts';
import { tlsKeyOf } from '../../host/adapters/certificate.ts';
import { createEnclaveProcess } from '../../host/adapters/enclaveProcess.ts';
import { readAccount } from '../../host/adapters/keyFileWallet.ts';
import { createPcs } from '../../host/adapters/pcs.ts';
import type { Connection, Rpc } from '../../host/adapters/rpc.ts';
import { createRpcChain } from '../../host/adapters/rpcChain.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import { ATTESTATION_VERIFIER_ABI, ENCLAVE_REGISTRY_ABI, MEASUREMENT_REGISTRY_ABI } from '../../host/chain/abi.ts';
import type { Deployment } from '../../host/chain/deployment.ts';
import type { Config } from '../../host/config.ts';
import { findChild } from '../../host/life/findChild.ts';
import { Following } from '../../host/life/following.ts';
import { identified } from '../../host/life/identified.ts';
import type { Life } from '../../host/life/life.ts';
import { nameRoot } from '../../host/life/nameRoot.ts';
import { presentEvidence } from '../../host/life/present/present.ts';
import { createMetrics } from '../../host/metrics.ts';
import type { Beacon } from '../../host/ports/beacon.ts';
import type { Chain } from '../../host/ports/chain.ts';
import type { Enclave } from '../../host/ports/enclave.ts';
import { beaconOf } from './beacon.ts';
import type { Check } from './examine.ts';
import { judgeEvidence } from './judgeEvidence.ts';
import { platformState, requirePlatform } from './platform.ts';

type Attested = Result<'attest'>;

export function checksOfEnclave(
  file: string,
  connection: Connection,
  config: Config,
  deployment: Deployment,
): readonly Check[] {
  const enclave = createEnclaveProcess(config.enclave.command, dirname(resolve(file)), () => {});
  let attested: Attested | null = null;
  return [
    {
      name: 'enclave',
      advice: 'Correct enclave.command in the configuration file: programs, files and options are on it.',
      run: () => started(enclave, deployment),
    },
    {
      name: 'evidence',
      advice: 'The TEE gives no evidence: see its own documentation; it has to be the TEE that enclave.command names.',
      run: async () => {
        attested = await attest(enclave, connection, config, deployment).finally(enclave.stop);
        return `${(attested.evidence.length - 2) / 2} bytes about block ${attested.challengeBlock}`;
      },
    },
    {
      name: 'attestation',
      advice:
        'The DAO has to approve this measurement (`quorate bundle --configuration …` prints it), under a verifier that knows the root of this TEE, and to let enclaves be on this platform (`quorate propose platforms --admit …`).',
      run: async () => accepted(connection, config, deployment, attested),
    },
  ];
}

async function started(enclave: Enclave, deployment: Deployment): Promise<string> {
  await enclave.start({ event: () => {}, exited: () => {} });
  const { version, configuration, schemes } = await ask(enclave, 'boot', { sealed: null });
  if (version !== API_VERSION) throw new Error(`it speaks version ${version}, this host ${API_VERSION}`);
  if (configuration !== deployment.configuration)
    throw new Error(`it was measured with configuration ${configuration}, the host has ${deployment.configuration}`);
  return `starts and answers, knows schemes ${schemes.join(', ')}`;
}

/** For an identity that nobody sees again. */
async function attest(
  enclave: Enclave,
  { rpc }: Connection,
  { operator, peers, chain: { beacon, checkpoint } }: Config,
  deployment: Deployment,
): Promise<Attested> {
  const chain = createRpcChain(rpc, deployment);
  const hash = await followed(enclave, beaconOf(beacon, deployment), deployment, checkpoint);
  await ask(enclave, 'prove', { header: await chain.header(hash), nodes: [] });
  const account = readAccount(operator.keyFile).address.toLowerCase() as Hex;
  const tlsKey = tlsKeyOf(readText(peers.certFile, 'TLS certificate'));
  const { region } = operator;
  const child = deployment.finality.parentRoots ? await childOf(enclave, chain) : null;
  const subject = { operator: account, region, tlsKey, endpoint: peers.endpoint, epoch: 1 };
  return ask(enclave, 'attest', { ...subject, block: hash, child });
}

async function childOf(enclave: Enclave, chain: Chain): Promise<Hex> {
  const { trusted } = identified(await ask(enclave, 'status', {}));
  return (await findChild(chain, trusted)).header;
}

/** As a host brings it on. Hash of the newest block that it has verified to be final. */
async function followed(
  enclave: Enclave,
  beacon: Beacon,
  { finality }: Deployment,
  checkpoint: Hex | null,
): Promise<Hex> {
  const ports = { beacon, log: () => {}, metrics: createMetrics() };
  const view = { pin: async () => {}, reach: async () => {}, checkpoint: () => null };
  const asked: Life['ask'] = (name, params) => ask(enclave, name, params);
  const following = new Following(ports, view, finality, asked, await nameRoot(ports, asked, checkpoint));
  await following.follow();
  return following.finality.blockHash;
}

const STATUS = ['not approved', 'a canary', 'active', 'retiring', 'revoked'];
const [CANARY, ACTIVE] = [1, 2];

/** As the contracts will see it, before any gas is spent on it. */
async function accepted(
  { rpc }: Connection,
  config: Config,
  deployment: Deployment,
  attested: Attested | null,
): Promise<string> {
  if (attested === null) throw new Error('there is no evidence');
  const { tee, reportData } = attested;
  const chain = createRpcChain(rpc, deployment);
  const verifier = await chain.verifierOf(tee);
  if (verifier === null) throw new Error(`the DAO has no verifier of TEE ${tee}`);
  const ports = { chain, pcs: createPcs(config.enclave.collateral, systemClock) };
  const at = await timeOf(rpc);
  const { evidence, first } = await presentEvidence(tee, attested.evidence, at, ports);
  const found =
    first === null
      ? await view(rpc, verifier, ATTESTATION_VERIFIER_ABI, 'verify', [evidence])
      : saidBy(await judgeEvidence(tee, attested.evidence, verifier, at, ports));
  if (found.reportData !== reportData) throw new Error('the evidence is about something else');
  const status = await statusOf(rpc, deployment, found.measurement);
  const machine = { tee, platformId: found.platformId };
  const own = config.replaceIdentity ? NONE : await ownOf(rpc, config, deployment);
  requirePlatform(machine, await platformState(rpc, deployment.enclaveRegistry, machine, own));
  const when = first === null ? 'accepted' : 'accepted, once the host has brought its certificates and collateral';
  return `${when}; measurement ${found.measurement} is ${status}`;
}

const NONE: Hex = `0x${'00'.repeat(32)}`;

function ownOf(rpc: Rpc, { operator }: Config, { enclaveRegistry }: Deployment): Promise<Hex> {
  const { address } = readAccount(operator.keyFile);
  return view(rpc, enclaveRegistry, ENCLAVE_REGISTRY_ABI, 'enclaveOf', [address]);
}

/** Contracts compare 32 bytes of what was said. */
function saidBy({ measurement, platformId, reportData }: VerifiedEvidence) {
  const said = { measurement: toHex(measurement), platformId: toHex(platformId) };
  return { ...said, reportData: toHex(reportData.subarray(0, 32)) };
}

async function statusOf(rpc: Rpc, { measurementRegistry }: Deployment, measurement: Hex): Promise<string> {
  const status = await view(rpc, measurementRegistry, MEASUREMENT_REGISTRY_ABI, 'status', [measurement]);
  const name = STATUS[status] ?? String(status);
  if (status !== CANARY && status !== ACTIVE) throw new Error(`measurement ${measurement} is ${name}`);
  return name;
}

/** What contracts take for now, if a transaction is mined next. */
async function timeOf(rpc: Rpc): Promise<number> {
  const latest = answers.block(await rpc('eth_getBlockByNumber', ['latest', false]));
  return Math.max(latest?.timestamp ?? 0, Math.floor(systemClock.now() / 1000));
}

async function ask<N extends CallName>(enclave: Enclave, name: N, params: Params<N>): Promise<Result<N>> {
  const { ok, refusal } = await enclave.call(name, params);
  if (refusal !== undefined) throw new Error(`it refuses ${name}: ${refusal.code}: ${refusal.detail}`);
  return ok as Result<N>;
}
