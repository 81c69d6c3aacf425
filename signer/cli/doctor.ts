/** `quorate doctor`: everything that must be right before a host can work, each with what to do if it is not. */

import { readConfig, readDeployment } from '../host/adapters/assemble.ts';
import { type Connection, connect } from '../host/adapters/rpc.ts';
import { systemClock } from '../host/adapters/systemClock.ts';
import type { Deployment } from '../host/chain/deployment.ts';
import type { Config } from '../host/config.ts';
import { CONFIG, type Command, option, table } from './command.ts';
import { type Check, examine, type Finding } from './examine.ts';
import { checksOfMachine } from './examineMachine.ts';
import { checksOfProvider } from './examineProvider.ts';

export const doctor: Command = {
  summary: 'check RPC, chain, contracts, clock, ports and gas',
  options: [CONFIG],
  run: async (options) => {
    const file = option(options, 'config');
    const config = readConfig(file);
    const json = [...(await examineAll(checksOfMachine(file, config))), ...(await examineChain(config))];
    const rows = json.map(({ check, ok, detail }) => [ok ? 'ok' : 'NO', check, detail]);
    return { json, text: table(rows), ok: json.every(({ ok }) => ok) };
  },
};

async function examineChain(config: Config): Promise<readonly Finding[]> {
  const deployment = readDeployment(config);
  const findings: Finding[] = [];
  for (const url of config.chain.rpc) {
    const connection = connect(url, systemClock, { add: () => {} });
    findings.push(...(await examineProvider(connection, config, deployment)));
    connection.close();
  }
  return findings;
}

async function examineProvider(connection: Connection, config: Config, deployment: Deployment) {
  const { first, rest } = checksOfProvider(connection, config, deployment);
  const found = await examine(first);
  return found.ok ? [found, ...(await examineAll(rest))] : [found];
}

async function examineAll(checks: readonly Check[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(await examine(check));
  return findings;
}
