/** Everything that must be right before a host can work, looked at in order: this machine, each provider, the vote that admits it, its enclave. */

import { readFileSync } from 'node:fs';
import { readConfig, readDeployment } from '../../host/adapters/assemble.ts';
import { type Connection, connect } from '../../host/adapters/rpc.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import type { Deployment } from '../../host/chain/deployment.ts';
import type { Config } from '../../host/config.ts';
import { UNMEASURED } from '../../host/metrics.ts';
import { firstBlockOf } from '../operate/configuration.ts';
import { behindBeacons, examineBeacon } from './beacon.ts';
import { checksOfEnclave } from './enclave.ts';
import { examine, examineAll, type Finding, told } from './examine.ts';
import { checkOfHost, checkOfIdentity } from './life.ts';
import { checksOfMachine } from './machine.ts';
import { checksOfOperator } from './operator.ts';
import { checksOfPeers } from './peers.ts';
import { checksOfProvider } from './provider.ts';

export async function examineNode(file: string): Promise<readonly Finding[]> {
  const config = readConfig(file);
  const here = await examineAll([...checksOfMachine(file, config), ...checksOfPeers(config), checkOfHost(config)]);
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
    const connection = connect(url, systemClock, UNMEASURED);
    const found = await examineProvider(connection, config, deployment);
    findings.push(...found);
    if (found.length > 1 && !isAsked) {
      isAsked = true;
      findings.push(...(await examineRest(file, connection, config, deployment)));
    }
    connection.close();
  }
  return findings;
}

/** What one provider that is in order is enough for. */
async function examineRest(file: string, connection: Connection, config: Config, deployment: Deployment) {
  const beacons: (readonly Finding[])[] = [];
  for (const beacon of config.chain.beacon) beacons.push(await examineBeacon(beacon, connection, config, deployment));
  const enclave = await examineAll(checksOfEnclave(file, connection, config, deployment));
  return [
    ...beacons.flat(),
    ...(await examineAll(checksOfOperator(connection, config, deployment))),
    await examine(checkOfIdentity(connection, config, deployment)),
    ...told(behindBeacons(beacons, enclave)),
  ];
}

async function examineProvider(connection: Connection, config: Config, deployment: Deployment) {
  const { first, rest } = checksOfProvider(connection, config, deployment);
  const found = await examine(first);
  return found.ok ? [found, ...(await examineAll(rest))] : [found];
}
