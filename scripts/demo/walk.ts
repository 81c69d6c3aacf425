/** The whole path on this machine, step by step, on contracts that are compiled. */

import { execFileSync } from 'node:child_process';
import { toHex } from '../../signer/formats/hex.ts';
import { hash } from '../../signer/formats/words.ts';
import { checkpointOf } from '../local/beaconProcess.ts';
import { type Cast, castOf, FOUR_OF_FIVE } from '../local/five.ts';
import type { Narrator } from '../local/narrate.ts';
import { admit, createCast, type LocalNetwork, promoteMeasurement, startNetwork } from '../local/network.ts';
import { type Operator, type Running, startOperator, stopOnSignal, stopOperator } from '../local/operators.ts';
import { payOnBitcoin } from './bitcoinScenes.ts';
import { writeBundles } from './bundles.ts';
import { signElsewhere } from './evmScenes.ts';
import { type DemoReport, reportOf, writeReport } from './report.ts';
import { payOnSolana } from './solanaScene.ts';

const OUTPUT = 'out/demo.json';
const BUNDLES = 'out/bundles';

/** What this demo does not prove: docs/threat-model.md, "What does not hold yet". */
const SIMULATED = [
  '',
  'SIMULATED here (docs/threat-model.md says what follows from it):',
  '- the TEEs are ordinary processes; their TDX quotes and Nitro documents are real in form, under development roots that a local chain alone takes',
  '- finality is signed by a development sync committee whose keys everybody knows; enclaves verify it as they would the real one',
  '- shares are sealed under a development key that the host could read',
  '- the Bitcoin outputs being spent are made up; the transaction and its signatures follow Bitcoin consensus rules',
];

export async function walk(narrator: Narrator): Promise<void> {
  const { step, detail } = narrator;
  step(
    'Starting a Hardhat node with a development beacon, and founding a DAO: token, governor, timelock; the deployer keeps no power',
  );
  const running: Running[] = [];
  stopOnSignal(running);
  const network = await startNetwork('debug', ['tdx', 'nitro']);
  try {
    const checkpoint = await checkpointOf(network.machine.beacon);
    const stage = { ...narrator, network, operators: await attest(narrator, network, running) };
    const asked = [...(await payOnBitcoin(stage)), ...(await signElsewhere(stage)), ...(await payOnSolana(stage))];
    const report = await reportOf(network.dao, checkpoint, asked);
    await writeReport(OUTPUT, report);
    await bundle(narrator, network, report);
  } catch (cause) {
    for (const { operator, log } of running) console.error(`--- ${operator.name}\n${log.slice(-15).join('\n')}`);
    throw cause;
  } finally {
    await Promise.all(running.map((one) => stopOperator(one)));
    await network.close();
  }
  step(`Done; nothing is left running. Every figure of this run: ${OUTPUT}`);
  for (const line of SIMULATED) detail(line);
}

/** What somebody needs who believes none of this. */
async function bundle(
  { step, detail }: Narrator,
  { machine, dao }: LocalNetwork,
  { checkpoint, requests }: DemoReport,
): Promise<void> {
  const { rpc, beacon, deployment } = machine;
  const fulfilled = requests.filter(({ state }) => state === 'FULFILLED').map(({ requestId }) => requestId);
  const site = { rpc, beacon, deployment, configuration: dao.configuration };
  const [first] = await writeBundles(BUNDLES, site, checkpoint, fulfilled);
  step('Each fulfilled request as a bundle for auditors, who need no network and trust one block root');
  const configuration = toHex(hash(dao.configuration));
  detail(`npm run quorate -- verify request ${first} --checkpoint ${checkpoint} --configuration-hash ${configuration}`);
}

/** The vote admits the code; five operators start it; it counts once it has been seen to boot. */
async function attest(
  { step, detail }: Narrator,
  network: LocalNetwork,
  running: Running[],
): Promise<readonly Operator[]> {
  const { measurements } = network;
  const cast = castOf(FOUR_OF_FIVE.operators);
  const operators = await createCast(network, cast);
  const { proposalId } = await admit(network, operators, sourceCommit());
  step('The DAO voted: this code may attest as Intel TDX and as AWS Nitro, run by five operators in three regions');
  for (const kind of ['tdx', 'nitro'] as const) detail(`${kind.padEnd(5)} measurement ${measurements[kind].id}`);
  detail(
    `its registers hold code and configuration: chain, contract addresses, code hashes; proposal ${short(proposalId)}`,
  );

  running.push(...operators.map(startOperator));
  const ready = await Promise.all(running.map((one) => one.ready));
  step(
    'Each operator started a host and an enclave; the verifiers of Intel and AWS took every quote and document on chain',
  );
  for (const [at, { enclave }] of ready.entries()) detail(`${nameOf(cast[at])} enclave ${enclave}`);
  await promoteMeasurement(network, 'tdx', 'nitro');
  detail('the measurements have proven that they boot: promoted from canary (registers, holds no share) to active');
  return operators;
}

function nameOf(cast: Cast | undefined): string {
  return cast === undefined ? '' : `${cast.name.padEnd(6)}${cast.kind.padEnd(6)}${cast.region.padEnd(11)}`;
}

function sourceCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown: not a git checkout';
  }
}

function short(value: bigint): string {
  return `${value.toString().slice(0, 10)}…`;
}
