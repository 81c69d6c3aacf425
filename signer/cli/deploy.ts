/** `quorate deploy`: the contracts of a new DAO. What it does is loaded when it is asked for: nobody else needs compiled contracts. */

import type { Command } from './command.ts';

export const deploy: Command = {
  summary: 'deploy all contracts of a DAO; --dry-run says what that would send and cost, and sends nothing',
  options: [
    { name: 'options', means: 'what the DAO decides, JSON: scripts/deploy/options.example.json', required: true },
    { name: 'rpc', means: 'address of a node of the chain, http:// or https://; or QUORATE_RPC' },
    { name: 'key-file', means: 'file of mode 0600 with the private key of who deploys; or QUORATE_DEPLOYER_KEY' },
    { name: 'out', means: 'where the record goes, instead of deployments/<chainId>.json' },
    { name: 'dry-run', means: 'only the plan, tried on a chain of this process', isSwitch: true },
  ],
  run: async (options) => (await import('../../scripts/deploy/command.ts')).deployCommand(options),
};
