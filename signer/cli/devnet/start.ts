/** Starts the process that a devnet is, in a folder of its own, and waits until all of it is ready. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fatal } from '../../host/errors.ts';
import { type Option, type Options, option } from '../command.ts';
import { requireFolder } from '../folder.ts';
import { endAll, livingOf } from './processes.ts';
import { DEVNET_FILES, type Devnet, type Saying } from './record.ts';

export const DIRECTORY: Option = { name: 'directory', means: 'where its state is kept', fallback: 'out/devnet' };
export const START_OPTIONS: readonly Option[] = [
  DIRECTORY,
  { name: 'operators', means: 'how many there are, each with a host and an enclave', fallback: '5' },
  { name: 'threshold', means: 'how many of them sign: 4, or all of fewer, unless said' },
  { name: 'port', means: 'of the chain, at 127.0.0.1; 0 is any that is free', fallback: '8545' },
  { name: 'block-time', means: 'seconds after which a block comes without transactions too', fallback: '2' },
];

export type Started = { readonly devnet: Devnet; readonly supervisor: ChildProcess };

const MAX_OPERATORS = 20;
const USUAL_THRESHOLD = 4;
const SUPERVISOR = fileURLToPath(new URL('../../../scripts/devnet/main.ts', import.meta.url));

export function directoryOf(options: Options): string {
  return resolve(option(options, 'directory'));
}

/** @param mode `stays` ends with this process, `leaves` goes on without it once all is ready */
export async function startDevnet(options: Options, mode: 'stays' | 'leaves'): Promise<Started> {
  const directory = directoryOf(options);
  const words = wordsOf(options);
  await requireFree(Number(words.port));
  await makeRoom(directory);
  const log = openSync(join(directory, DEVNET_FILES.log), 'a');
  const told = Object.entries(words).flatMap(([name, value]) => [`--${name}`, value]);
  const supervisor = spawn(process.execPath, [SUPERVISOR, '--directory', `${directory}/`, '--mode', mode, ...told], {
    detached: true, // a terminal's Ctrl-C reaches this process alone, which passes it on
    stdio: ['ignore', log, log, 'ipc'],
  });
  endOnSignal(supervisor);
  return { devnet: await untilReady(supervisor, directory), supervisor };
}

function wordsOf(options: Options) {
  const operators = whole(options, 'operators', 2, MAX_OPERATORS);
  return {
    operators,
    threshold: whole({ ...options, threshold: thresholdIn(options, operators) }, 'threshold', 2, Number(operators)),
    port: whole(options, 'port', 0, 65_535),
    'block-time': whole(options, 'block-time', 1, 3600),
  };
}

/** As many as make no vendor enough of five, where nobody says. */
function thresholdIn({ threshold }: Options, operators: string): string {
  return typeof threshold === 'string' ? threshold : String(Math.min(USUAL_THRESHOLD, Number(operators)));
}

function whole(options: Options, name: string, least: number, most: number): string {
  const text = option(options, name);
  if (/^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most) return text;
  const advice = `Name a whole number from ${least} to ${most}.`;
  throw new Fatal('CONFIG_INVALID', `--${name} cannot be ${text}`, advice);
}

async function requireFree(port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((listening, fail) => {
      server.once('error', fail);
      server.listen(port, '127.0.0.1', listening);
    });
  } catch (cause) {
    const advice = 'Name another with --port, or 0 for any that is free.';
    throw new Fatal('PORT_TAKEN', `something listens at port ${port} already`, advice, { cause });
  }
  await new Promise<void>((closed) => server.close(() => closed()));
}

/** What an earlier devnet left is of a chain that is gone. Nothing else is ever removed. */
async function makeRoom(directory: string): Promise<void> {
  const isEmpty = !existsSync(directory) || readdirSync(directory).length === 0;
  if (!isEmpty && !existsSync(join(directory, DEVNET_FILES.processes)))
    throw new Fatal('CONFIG_INVALID', `${directory} holds something else`, 'Name an empty --directory, or a new one.');
  if (livingOf(directory).supervisor !== null)
    throw new Fatal('CONFIG_INVALID', `a devnet runs in ${directory}`, 'End it with `quorate devnet down`.');
  await endAll(directory);
  rmSync(directory, { recursive: true, force: true });
  requireFolder(directory, 0o700);
}

function endOnSignal(supervisor: ChildProcess): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (supervisor.exitCode === null && supervisor.signalCode === null) supervisor.kill('SIGTERM');
    });
}

function untilReady(supervisor: ChildProcess, directory: string): Promise<Devnet> {
  return new Promise((ready, fail) => {
    const failed = (problem: string, advice: string) => fail(new Fatal('CONFIG_INVALID', problem, advice));
    supervisor.on('message', (saying: Saying) => {
      if ('step' in saying) process.stderr.write(`${saying.step}\n`);
      else if ('ready' in saying) ready(saying.ready);
      else failed(saying.failed, saying.advice);
    });
    supervisor.once('error', fail);
    supervisor.once('exit', (code, signal) =>
      code === 0
        ? failed('interrupted before the devnet was ready', 'Nothing of it is left running.')
        : failed(
            `the devnet ended before it was ready (${code ?? signal})`,
            `Its log is ${join(directory, DEVNET_FILES.log)}.`,
          ),
    );
  });
}
