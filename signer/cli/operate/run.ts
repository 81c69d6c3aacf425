/** `quorate run`: the host, until it is told to stop. */

import { CONFIG, type Command, option } from '../command.ts';

export const run: Command = {
  summary: 'run the host and its enclave',
  options: [CONFIG],
  run: async (options) => {
    // The only command that needs all of a host: the others start without it.
    const { runHost } = await import('../../host/adapters/runHost.ts');
    await runHost(option(options, 'config'));
    return null;
  },
};
