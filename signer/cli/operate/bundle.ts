/** `quorate bundle`: the programs of a node, one file each, the same bytes everywhere; and what a TEE would measure. */

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toHex } from '../../formats/hex.ts';
import { Fatal } from '../../host/errors.ts';
import { KINDS, type Kind, measureAs } from '../../tee/measured.ts';
import { type Command, type Options, option, table } from '../command.ts';
import { requireFolder } from '../folder.ts';
import { readBytes } from '../namedFile.ts';
import { configurationIn, finalityIn } from './measuredConfiguration.ts';

export const ENCLAVE_BUNDLE = 'enclave.bundle.mjs';
export const TEE_BUNDLE = 'tee.mjs';

/** Where `npm run build` puts them. */
export const BUILD = join(import.meta.dirname, '../../../build');

export const bundle: Command = {
  summary: 'build enclave, TEE and host from the sources, and say what is measured',
  options: [
    { name: 'directory', means: 'where to put them', fallback: 'build' },
    {
      name: 'configuration',
      means: 'says the measurement of the enclave with this configuration, under the development TEE',
    },
    {
      name: 'tee',
      means: `with --configuration: what the development TEE plays, ${KINDS.join(' or ')}`,
      fallback: 'tdx',
    },
  ],
  run: async (options) => {
    const directory = resolve(option(options, 'directory'));
    const [file, kind] = [options.configuration, kindOf(options, 'tee')];
    if (typeof file === 'string') finalityIn(configurationIn(readBytes(file))); // before anything is built
    const programs = await build(directory);
    const measurement = typeof file === 'string' ? measurementOf(directory, file, kind) : null;
    const rows = programs.map(({ name, sha256, bytes }) => [sha256, join(directory, name), `${bytes} bytes`]);
    const text = [table(rows), ...(measurement === null ? [] : ['', table(Object.entries(measurement))])].join('\n');
    return { json: { directory, programs, measurement }, text, ok: true };
  },
};

/** What a development TEE plays. @throws Fatal */
export function kindOf(options: Options, name: string): Kind {
  const text = option(options, name);
  const kind = KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw new Fatal('CONFIG_INVALID', `--${name} is ${text}`, `It is one of ${KINDS.join(', ')}.`);
}

async function build(directory: string) {
  // The only command that needs what bundles: nobody else loads it.
  const { PROGRAMS } = await import('../../../scripts/bundle.ts');
  requireFolder(directory);
  return Promise.all(
    Object.entries(PROGRAMS).map(async ([name, make]) => {
      const { code, image } = await make();
      writeFileSync(join(directory, name), code);
      return { name, sha256: image, bytes: code.length };
    }),
  );
}

/** As MeasurementRegistry.approve takes it. */
export function measurementOf(directory: string, configurationFile: string, kind: Kind) {
  const [code, configured] = [readBytes(join(directory, ENCLAVE_BUNDLE)), readBytes(configurationFile)];
  const { tee, image, configuration, measurement } = measureAs(kind, { code, configuration: configured });
  return { measurement: toHex(measurement), tee: toHex(tee), image: toHex(image), configuration: toHex(configuration) };
}
