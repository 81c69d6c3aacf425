/** `quorate status`: what the running host says of itself. */

import { readConfig } from '../../host/adapters/assemble.ts';
import { describe, Fatal } from '../../host/errors.ts';
import type { Readiness } from '../../host/host.ts';
import { CONFIG, type Command, option } from '../command.ts';

export const status: Command = {
  summary: 'ask the running host whether it is ready, and why not',
  options: [CONFIG],
  run: async (options) => {
    const { health } = readConfig(option(options, 'config'));
    const readiness = await ask(`http://${health.host}:${health.port}/readyz`);
    const { ready, enclave, reasons } = readiness;
    const text = [
      `${ready ? 'ready' : 'not ready'}  enclave ${enclave ?? 'down'}`,
      ...reasons.map((reason) => `  ${reason}`),
    ];
    return { json: readiness, text: text.join('\n'), ok: ready };
  },
};

async function ask(address: string): Promise<Readiness> {
  try {
    return (await (await fetch(address)).json()) as Readiness;
  } catch (cause) {
    const detail = `nobody answers at ${address}: ${describe(cause)}`;
    throw new Fatal(
      'CONFIG_INVALID',
      detail,
      'Start the host with `quorate run`, or correct health in the configuration.',
      { cause },
    );
  }
}
