/** `quorate devnet mine [BLOCKS]` and `quorate devnet fund ACCOUNT`: what a devnet has to be told, and no wallet of this project can say. */

import * as answers from '../../host/adapters/answers.ts';
import { createRpc, type Rpc } from '../../host/adapters/rpc.ts';
import { Fatal } from '../../host/errors.ts';
import { requireAddress } from '../chain/sender.ts';
import { reading } from '../chain/source.ts';
import type { Command, Options } from '../command.ts';
import { option } from '../command.ts';
import { countOf } from '../quantities.ts';
import { type Devnet, readDevnet } from './record.ts';
import { DIRECTORY, directoryOf } from './start.ts';

/** What a vote takes, with those before it and after it. */
const A_VOTE = '31';
const MOST = 10_000;
/** > 1 ether = 10^18 wei */
const ONE = `0x${(10n ** 18n).toString(16)}`;

export const devnetMine: Command = {
  summary: 'make blocks at once: as many as a vote takes, or so many',
  options: [DIRECTORY],
  file: { name: 'BLOCKS', means: `how many (default ${A_VOTE})`, isOptional: true },
  run: async (options) => {
    const blocks = countOf('BLOCKS', options.file ?? A_VOTE, MOST);
    const block = await asked(options, async (rpc) => {
      await rpc('hardhat_mine', [`0x${blocks.toString(16)}`]);
      return answers.count(await rpc('eth_blockNumber', []));
    });
    return { json: { blocks, block }, text: `${blocks} blocks made; the chain is at block ${block}`, ok: true };
  },
};

export const devnetFund: Command = {
  summary: 'send an account one coin, for gas',
  options: [DIRECTORY],
  file: { name: 'ACCOUNT', means: 'address of the account' },
  run: async (options) => {
    const to = requireAddress(option(options, 'file'));
    const hash = await asked(options, async (rpc, { voter }) =>
      answers.hash(await rpc('eth_sendTransaction', [{ from: voter.address, to, value: ONE }])),
    );
    return { json: { account: to, hash }, text: `sent 1 coin to ${to}: transaction ${hash}`, ok: true };
  },
};

async function asked<T>(options: Options, ask: (rpc: Rpc, devnet: Devnet) => Promise<T>): Promise<T> {
  const devnet = readDevnet(directoryOf(options));
  if (devnet === null)
    throw new Fatal('CONFIG_INVALID', 'no devnet runs in this folder', '`quorate devnet up` starts one; --directory.');
  return reading(() => ask(createRpc(devnet.rpc), devnet));
}
