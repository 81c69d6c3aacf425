/** `quorate devnet down`: ends what runs, or what a killed devnet left. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../command.ts';
import { endAll, livingOf } from './processes.ts';
import { DEVNET_FILES } from './record.ts';
import { DIRECTORY, directoryOf } from './start.ts';

export const devnetDown: Command = {
  summary: 'end the devnet of a folder, also what one that was killed has left; its logs stay',
  options: [DIRECTORY],
  run: async (options) => {
    const directory = directoryOf(options);
    const ended = await endAll(directory);
    const { supervisor, nodes } = livingOf(directory);
    const left = nodes.length + (supervisor === null ? 0 : 1);
    rmSync(join(directory, DEVNET_FILES.record), { force: true });
    const text = ended === 0 ? `no devnet runs in ${directory}` : `ended ${ended - left} processes, ${left} are left`;
    return { json: { ended: ended - left, left }, text, ok: left === 0 };
  },
};
