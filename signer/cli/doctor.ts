/** `quorate doctor`: everything that must be right before a host can work, each with what to do if it is not. Runs beside a running host too. */

import { readFileSync } from 'node:fs';
import { readConfig, readDeployment } from '../host/adapters/assemble.ts';
import { type Connection, connect } from '../host/adapters/rpc.ts';
import { systemClock } from '../host/adapters/systemClock.ts';
import type { Deployment } from '../host/chain/deployment.ts';
import type { Config } from '../host/config.ts';
import { CONFIG, type Command, option, table } from './command.ts';
import { firstBlockOf } from './configuration.ts';
import { examine, examineAll, type Finding } from './examine.ts';
import { checksOfEnclave } from './examineEnclave.ts';
import { checksOfMachine } from './examineMachine.ts';
import { checksOfOperator } from './examineOperator.ts';
import { checksOfPeers } from './examinePeers.ts';
import { checksOfProvider } from './examineProvider.ts';

export const doctor: Command = {
  summary: 'check files, ports, RPC, chain, contracts, gas, admission and enclave; end with what to do',
  options: [CONFIG],
  run: async (options) => {
    const file = option(options, 'config');
    const json = await examineNode(file);
    const rows = json.map(({ check, ok, detail, advice }) => [!ok ? 'NO' : advice ? '??' : 'ok', check, detail]);
    const ok = json.every((finding) => finding.ok);
    return { json, text: `${table(rows)}\n\n${nextOf(file, json)}`, ok };
  },
};

export async function examineNode(file: string): Promise<readonly Finding[]> {
  const config = readConfig(file);
  const here = await examineAll([...checksOfMachine(file, config), ...checksOfPeers(config)]);
  const deployment = await examine({ name: 'deployment', advice: '', run: async () => deployed(config) });
  return [...here, deployment, ...(deployment.ok ? await examineChain(file, config, readDeployment(config)) : [])];
}

/** The record says where the deployment began: what lies before it is needless, what lies after it is missed. */
function deployed(config: Config): string {
  const { chainId } = readDeployment(config);
  const [first, { startBlock }] = [firstBlockOf(readFileSync(config.chain.deploymentFile, 'utf8')), config.chain];
  if (first === 0 || startBlock <= first) return `record and configuration of chain ${chainId} agree`;
  throw new Error(`chain.startBlock is ${startBlock}, the deployment began at ${first}: set chain.startBlock to that`);
}

async function examineChain(file: string, config: Config, deployment: Deployment): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let isAsked = false;
  for (const url of config.chain.rpc) {
    const connection = connect(url, systemClock, { add: () => {} });
    const found = await examineProvider(connection, config, deployment);
    findings.push(...found);
    if (found.length > 1 && !isAsked) {
      isAsked = true;
      findings.push(...(await examineAll(checksOfOperator(connection, config, deployment))));
      findings.push(...(await examineAll(checksOfEnclave(file, connection, config, deployment))));
    }
    connection.close();
  }
  return findings;
}

async function examineProvider(connection: Connection, config: Config, deployment: Deployment) {
  const { first, rest } = checksOfProvider(connection, config, deployment);
  const found = await examine(first);
  return found.ok ? [found, ...(await examineAll(rest))] : [found];
}

function nextOf(file: string, findings: readonly Finding[]): string {
  const wrong = findings.filter(({ advice }) => advice !== null);
  const steps = new Set(wrong.map(({ check, advice }) => `${check}: ${advice}`));
  if (steps.size > 0) return ['To do:', ...[...steps].map((step, at) => `  ${at + 1}. ${step}`)].join('\n');
  return `Nothing to do. Next: quorate run --config ${file}, or, if it runs, quorate status --config ${file}`;
}
