/** `quorate run`: the host, until it is told to stop. */

import { runHost } from '../host/adapters/runHost.ts';
import { CONFIG, type Command, option } from './command.ts';

export const run: Command = {
  summary: 'run the host and its enclave',
  options: [CONFIG],
  run: async (options) => {
    await runHost(option(options, 'config'));
    return null;
  },
};
