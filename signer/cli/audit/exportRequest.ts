/** `quorate requests export ID FILE`: all that an auditor needs to check one fulfilled request offline. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { toHex } from '../../formats/hex.ts';
import { hash } from '../../formats/words.ts';
import { addressWanted } from '../../host/configFields.ts';
import { describe, Fatal } from '../../host/errors.ts';
import { openSource, rpcAndRecord, SOURCE } from '../chain/source.ts';
import { type Command, type Options, option } from '../command.ts';
import { configurationOf, FINALITY, finalityFileOf, readRecord } from '../operate/configuration.ts';
import { configurationIn, finalityIn } from '../operate/measuredConfiguration.ts';
import { beaconRoutes } from './beaconRoutes.ts';
import { gatherBundle } from './gatherBundle.ts';
import { rootOf } from './verifyRequest.ts';

export const exportRequest: Command = {
  summary: 'write what an auditor needs to check one fulfilled request offline',
  file: { name: 'ID', means: 'id of the request, or its first characters' },
  target: { name: 'FILE', means: 'the file to write' },
  options: [
    ...SOURCE,
    { name: 'beacon', means: 'address of a beacon node of the home chain that serves light clients', required: true },
    { name: 'configuration', means: 'file of the measured configuration; without it, it is made from the record' },
    FINALITY,
    { name: 'checkpoint', means: "root of a block that the auditor trusts; without it, the newest final block's" },
  ],
  run: async (options) => {
    const target = option(options, 'target');
    refuseToOverwrite(target);
    const configuration = await measuredConfiguration(options);
    const beacon = beaconRoutes(requireUrl(option(options, 'beacon')), finalityIn(configurationIn(configuration)));
    const source = await openSource(options);
    const checkpoint = options.checkpoint === undefined ? await beacon.finalisedRoot() : rootOf(options, 'checkpoint');
    const { id, text } = await gatherBundle(source, beacon, configuration, { id: option(options, 'file'), checkpoint });
    write(target, text);
    const json = { id, file: target, checkpoint: toHex(checkpoint), bytes: text.length };
    const measured = toHex(hash(configuration));
    const next = `quorate verify request ${target} --checkpoint ${json.checkpoint} --configuration-hash ${measured}`;
    return { json, text: `${id} ${target}, from block ${json.checkpoint}\n${next}`, ok: true };
  },
};

/** The one that is named, or the one that the record and its chain make, where the chain's sync committees are known. */
async function measuredConfiguration(options: Options): Promise<Uint8Array> {
  if (typeof options.configuration === 'string') return readConfiguration(options.configuration);
  const { url, file } = rpcAndRecord(options);
  if (url !== null && file !== null) return configurationOf(url, readRecord(file), finalityFileOf(options));
  throw new Fatal(
    'CONFIG_INVALID',
    'there is no configuration: --configuration is missing, and so are --rpc and --deployment',
    'Name the configuration that enclaves are measured with, or an RPC and the record to make it from.',
  );
}

function readConfiguration(file: string): Uint8Array {
  try {
    return Uint8Array.from(readFileSync(file));
  } catch (cause) {
    const advice = '`quorate configuration` writes it; name it with --configuration.';
    throw new Fatal('CONFIG_INVALID', `cannot read the configuration ${file}: ${describe(cause)}`, advice, { cause });
  }
}

/** Before a chain is asked for minutes. */
function refuseToOverwrite(file: string): void {
  if (existsSync(file)) throw new Fatal('CONFIG_INVALID', `${file} exists already`, 'Name another file.');
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', `cannot write ${file}: ${describe(cause)}`, 'Name another file.', { cause });
  }
}

function requireUrl(url: string): string {
  const wanted = addressWanted(url, ['http:', 'https:']);
  if (wanted === null) return url;
  throw new Fatal('CONFIG_INVALID', '--beacon is no address', `It has to be ${wanted}.`);
}
