/** The whole path on this machine, step by step, on contracts that are compiled. */

import { execFileSync } from 'node:child_process';
import { keccak256 } from 'ethers';
import { checkpointOf } from '../local/beaconProcess.ts';
import type { Narrator } from '../local/narrate.ts';
import { admit, createOperators, type LocalNetwork, promoteMeasurement, startNetwork } from '../local/network.ts';
import { type Operator, type Running, startOperator, stopOnSignal, stopOperator } from '../local/operators.ts';
import { payOnBitcoin } from './bitcoinScenes.ts';
import { writeBundles } from './bundles.ts';
import { signElsewhere } from './evmScenes.ts';
import { type DemoReport, reportOf, writeReport } from './report.ts';
import { payOnSolana } from './solanaScene.ts';

const OUTPUT = 'out/demo.json';
const BUNDLES = 'out/bundles';
const OPERATORS = { alice: 'eu-central', bob: 'us-east', carol: 'ap-south' };

/** What this demo does not prove: docs/threat-model.md, "What does not hold yet". */
const SIMULATED = [
  '',
  'SIMULATED here (docs/threat-model.md says what follows from it):',
  '- the TEE is an ordinary process; its evidence has the format of a TDX quote, under a development root',
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
  const network = await startNetwork();
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
  const place = { rpc, beacon, deployment, configuration: dao.configuration };
  const [first] = await writeBundles(BUNDLES, place, checkpoint, fulfilled);
  step('Each fulfilled request as a bundle for auditors, who need no network and trust one block root');
  const words = `--checkpoint ${checkpoint} --configuration-hash ${keccak256(dao.configuration)}`;
  detail(`npm run quorate -- verify request ${first} ${words}`);
}

/** The vote admits the code; three operators start it; it counts once it has been seen to boot. */
async function attest(
  { step, detail }: Narrator,
  network: LocalNetwork,
  running: Running[],
): Promise<readonly Operator[]> {
  const measurement = network.measurements.tdx;
  detail(`enclave image ${measurement.image}`);
  detail(`measured with its configuration: chain, contract addresses, code hashes`);
  const operators = await createOperators(network, OPERATORS);
  const { proposalId } = await admit(network, operators, sourceCommit());
  step('The DAO voted: enclaves of this measurement may attest, run by three operators in as many regions');
  detail(`measurement ${measurement.id}, proposal ${short(proposalId)}`);

  running.push(...operators.map(startOperator));
  const ready = await Promise.all(running.map((one) => one.ready));
  step('Three operators started a host and an enclave each; every enclave is attested and registered on chain');
  for (const [i, { enclave }] of ready.entries()) detail(`${operators[i]?.name.padEnd(6)} enclave ${enclave}`);
  await promoteMeasurement(network);
  detail('the measurement has proven that it boots: promoted from canary to active');
  return operators;
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
