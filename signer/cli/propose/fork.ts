/** `quorate propose fork`: a vote that tells enclaves of a fork of the home chain that their image does not know, before it begins. */

import { encodeFunctionData } from 'viem';
import { SHAPES } from '../../finality/config.ts';
import type { Hex } from '../../formats/hex.ts';
import { Fatal } from '../../host/errors.ts';
import { KEYS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { type Command, option } from '../command.ts';
import { warning } from '../finding.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';

export const proposeFork: Command = {
  summary: 'propose that enclaves know a fork of the home chain from its epoch on',
  options: [
    { name: 'version', means: 'the fork version that sync committees sign under: 0x and 8 digits', required: true },
    { name: 'epoch', means: 'the first epoch of the fork', required: true },
    { name: 'shape', means: `the format of light-client data: ${SHAPES.join(', ')}`, required: true },
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

const MOST_EPOCH = 2 ** 40 - 1;

async function draft({ source, options }: Drafting): Promise<Draft> {
  const version = versionIn(option(options, 'version'));
  const epoch = epochIn(option(options, 'epoch'));
  const shape = option(options, 'shape');
  const target = addressOf(source.record, 'keyRegistry');
  const data = encodeFunctionData({ abi: KEYS_ABI, functionName: 'addFork', args: [version, epoch, numberOf(shape)] });
  const words = [`from epoch ${epoch} on, blocks count by fork version ${version}, in the format of ${shape}`];
  return { actions: [{ contract: 'keyRegistry.addFork', target, data, words }], findings: [late(epoch)] };
}

/** The chain does not know the beacon chain's epochs: whether there is time is the voters' to see. */
function late(epoch: number) {
  return warning(
    `a fork is worth nothing unless it is in effect some finalities before epoch ${epoch}, and the delay of trust roots counts from execution on; a wrong one stops every request from that epoch on`,
  );
}

function versionIn(text: string): Hex {
  if (/^0x[0-9a-fA-F]{8}$/.test(text)) return text.toLowerCase() as Hex;
  throw new Fatal('CONFIG_INVALID', `${text} is no fork version`, 'Give 0x and 8 hexadecimal digits: 0x06000000.');
}

function epochIn(text: string): number {
  const epoch = /^\d{1,13}$/.test(text) ? Number(text) : Number.NaN;
  if (epoch <= MOST_EPOCH) return epoch;
  throw new Fatal('CONFIG_INVALID', `${text} is no epoch`, `Give a whole number up to ${MOST_EPOCH}.`);
}

/** As the contract numbers formats, from 1 on. */
function numberOf(shape: string): number {
  const at = (SHAPES as readonly string[]).indexOf(shape);
  if (at !== -1) return at + 1;
  throw new Fatal('CONFIG_INVALID', `${shape} is no format`, `Give one of ${SHAPES.join(', ')}.`);
}
