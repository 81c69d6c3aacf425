/** Raises a devnet step by step, each of which can be interrupted. */

import { openSync } from 'node:fs';
import { join } from 'node:path';
import { DEVNET_FILES, type Devnet, type DevnetNode } from '../../signer/cli/devnet/record.ts';
import { castOf } from '../local/five.ts';
import { admit, createCast, type LocalNetwork, promoteMeasurement, startNetworkIn } from '../local/network.ts';
import { type Operator, type Running, startOperatorLoggingTo, stopOperator } from '../local/operators.ts';
import { makeKeys } from './keys.ts';
import { voterOf } from './voter.ts';
import { writeWhole } from './writeWhole.ts';

export type Wanted = {
  readonly directory: string;
  readonly operators: number;
  readonly threshold: number;
  readonly port: number;
  readonly blockSeconds: number;
  readonly step: (text: string) => void;
};
export type Raised = { readonly ready: Promise<Devnet>; readonly close: () => Promise<void> };

/** Blocks: time enough to look, vote, and wait. */
const VOTING_PERIOD = 30;

export function raise(wanted: Wanted): Raised {
  const running: Running[] = [];
  let network: LocalNetwork | null = null;
  const build = async () => {
    recordProcesses(wanted.directory, running);
    wanted.step('Starting a chain and founding a DAO');
    const { directory, port } = wanted;
    network = await startNetworkIn({
      directory,
      port,
      log: 'info',
      rules: { votingPeriod: VOTING_PERIOD },
      kinds: ['tdx', 'nitro'],
    });
    return furnish(network, wanted, running);
  };
  return {
    ready: build(),
    close: async () => {
      await Promise.all(running.map((one) => stopOperator(one)));
      await network?.close();
    },
  };
}

async function furnish(network: LocalNetwork, wanted: Wanted, running: Running[]): Promise<Devnet> {
  const cast = castOf(wanted.operators);
  const operators = await createCast(network, cast);
  await admit(network, operators, 'of this machine', ['nitro']); // what a node of one's own attests as, which brings nothing along
  wanted.step(`The DAO admitted ${operators.length} operators; each starts a host and an enclave`);
  await startAll(wanted.directory, operators, running);
  await promoteMeasurement(network, ...cast.map(({ kind }) => kind));
  wanted.step('All enclaves are attested and registered; they make a key for each scheme');
  const keys = await makeKeys(network.dao, operators, wanted.threshold);
  await network.chain.mineEvery(wanted.blockSeconds * 1000);
  const devnet: Devnet = {
    rpc: network.chain.url,
    beacon: network.machine.beacon,
    deployment: network.machine.deployment,
    configuration: network.machine.configuration,
    voter: voterOf(network, wanted.directory),
    keys,
    nodes: operators.map(nodeOf),
  };
  writeWhole(join(wanted.directory, DEVNET_FILES.record), devnet);
  return devnet;
}

async function startAll(directory: string, operators: readonly Operator[], running: Running[]): Promise<void> {
  for (const operator of operators) running.push(startOperatorLoggingTo(openSync(logOf(operator), 'a'), operator));
  recordProcesses(directory, running);
  await Promise.all(running.map(({ ready }) => ready));
}

function recordProcesses(directory: string, running: readonly Running[]): void {
  const nodes = running.flatMap(({ process: { pid } }) => (pid === undefined ? [] : [pid]));
  writeWhole(join(directory, DEVNET_FILES.processes), { supervisor: process.pid, nodes });
}

function nodeOf(operator: Operator): DevnetNode {
  const { name, address, health, configFile } = operator;
  return {
    name,
    operator: address,
    health: `http://127.0.0.1:${health}`,
    config: configFile,
    log: logOf(operator),
  };
}

function logOf({ directory }: Operator): string {
  return join(directory, 'host.log');
}
