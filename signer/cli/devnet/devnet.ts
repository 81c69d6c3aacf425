/** `quorate devnet`: a whole network on this machine, until Ctrl-C. */

import type { Command } from '../command.ts';
import { START_OPTIONS, startDevnet } from './start.ts';
import { textOf } from './text.ts';

export const devnet: Command = {
  summary: 'run a chain, a DAO, operators and keys on this machine, until Ctrl-C',
  options: START_OPTIONS,
  run: async (options) => {
    const started = await startDevnet(options, 'stays');
    const shown = options.json === true ? JSON.stringify(started.devnet, null, 2) : textOf(started.devnet, options);
    process.stdout.write(`${shown}\n`);
    await new Promise((ended) => started.supervisor.once('exit', ended));
    return null;
  },
};
