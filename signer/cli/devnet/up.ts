/** `quorate devnet up`: the same network in the background; returns when all of it is ready. */

import type { Command } from '../command.ts';
import { livingOf } from './processes.ts';
import { readDevnet } from './record.ts';
import { directoryOf, START_OPTIONS, startDevnet } from './start.ts';
import { textOf } from './text.ts';

export const devnetUp: Command = {
  summary: 'the same in the background; returns when all is ready',
  options: START_OPTIONS,
  run: async (options) => {
    const directory = directoryOf(options);
    const running = livingOf(directory).supervisor === null ? null : readDevnet(directory);
    const devnet = running ?? (await startDevnet(options, 'leaves')).devnet;
    return { json: devnet, text: textOf(devnet, options), ok: true };
  },
};
