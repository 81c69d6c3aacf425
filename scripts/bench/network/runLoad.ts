/** Runs the load as a process of its own, so that neither the chain nor this measurement holds it up. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SigningRequests__factory } from '../../../types/factories/contracts/requests/SigningRequests__factory.ts';
import type { Fulfilled, Load } from './load.ts';
import type { Signed } from './requests.ts';
import type { Site } from './site.ts';

export type { Fulfilled } from './load.ts';

const LOAD = join(import.meta.dirname, 'load.ts');

export async function runLoad(
  { chain, dao, machine }: Site,
  { transactions, gas, rate, patience }: Signed & Pick<Load, 'rate' | 'patience'>,
): Promise<Fulfilled> {
  const events = SigningRequests__factory.createInterface();
  const load: Load = {
    url: chain.url.replace('http', 'ws'),
    contract: await dao.signingRequests.getAddress(),
    requested: events.getEvent('SignatureRequested').topicHash,
    fulfilled: events.getEvent('SignatureFulfilled').topicHash,
    transactions,
    gas: `0x${gas.toString(16)}`,
    rate,
    patience,
  };
  const file = join(machine.directory, 'load.json');
  await writeFile(file, JSON.stringify(load));
  const child = spawn(process.execPath, [LOAD, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said = await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`the load ended with ${code}`);
  return JSON.parse(said) as Fulfilled;
}
