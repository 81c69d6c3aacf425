/** How a new operator's enclave is started: a command that it names, or the development TEE with programs of its own. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, Fatal } from '../../host/errors.ts';
import { readRootKey } from '../../tee/rootKey.ts';
import type { Options } from '../command.ts';
import { readBytes } from '../namedFile.ts';
import { BUILD, ENCLAVE_BUNDLE, kindOf, TEE_BUNDLE } from './bundle.ts';

export type Enclave = {
  readonly command: unknown;
  /** What has to lie beside the configuration file, by name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
};

export function enclaveOf(options: Options): Enclave {
  const { tee, enclave } = options;
  if ((tee === undefined) === (enclave === undefined))
    throw wrong('either --tee or --enclave has to be there', 'Write --tee development, or --enclave with a command.');
  if (typeof enclave === 'string') return { command: commandOf(enclave), files: {} };
  if (tee === 'development') return developmentOf(options);
  throw wrong(`there is no TEE ${String(tee)} yet`, 'Write --tee development, or --enclave with a command.');
}

/** Options that are missing whatever else is. */
export function missingOfEnclave({ tee, enclave, 'root-key': rootKey }: Options): readonly string[] {
  if (tee === undefined && enclave === undefined) return ['--tee (or --enclave)'];
  return tee === 'development' && rootKey === undefined ? ['--root-key'] : [];
}

/**
 * The programs are copied: an enclave whose image changes under it cannot open what it has sealed. The root key is not: each copy is one more
 * that may leak.
 */
function developmentOf(options: Options): Enclave {
  const programs = typeof options.programs === 'string' ? resolve(options.programs) : BUILD;
  const missing = [TEE_BUNDLE, ENCLAVE_BUNDLE].find((name) => !existsSync(join(programs, name)));
  if (missing !== undefined)
    throw wrong(
      `there is no ${missing} in ${programs}`,
      '`quorate bundle` makes it, or name its place with --programs.',
    );
  const files = Object.fromEntries([TEE_BUNDLE, ENCLAVE_BUNDLE].map((name) => [name, readBytes(join(programs, name))]));
  const words = ['--bundle', ENCLAVE_BUNDLE, '--configuration', configurationFile(options)];
  const platform = randomBytes(32).toString('hex');
  const kind = options.kind === undefined ? [] : ['--kind', kindOf(options, 'kind')];
  return {
    command: ['node', TEE_BUNDLE, ...words, '--root-key', rootKeyOf(options), '--platform', platform, ...kind],
    files,
  };
}

function configurationFile({ configuration }: Options): string {
  return typeof configuration === 'string' ? resolve(configuration) : 'configuration';
}

function rootKeyOf({ 'root-key': file }: Options): string {
  const advice =
    "Name the key whose roots the DAO's verifiers were deployed with; on a devnet it lies beside the record.";
  if (typeof file !== 'string') throw wrong('--root-key is missing', advice);
  try {
    readRootKey(file);
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', `cannot use the root key ${file}: ${describe(cause)}`, advice, { cause });
  }
  return resolve(file);
}

function commandOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const advice = 'Write it like --enclave \'["node","tee.ts","--bundle","enclave.bundle.mjs"]\'.';
    throw new Fatal('CONFIG_INVALID', '--enclave is not a JSON list', advice);
  }
}

function wrong(detail: string, advice: string): Fatal {
  return new Fatal('CONFIG_INVALID', detail, advice);
}
