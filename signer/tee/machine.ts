/**
 * The TEE of a real machine: what is measured there starts this program, and this program starts the enclave.
 *   node signer/tee/machine.ts --bundle <file> --configuration <file> --source dstack [--socket <path>]
 *   node signer/tee/machine.ts --bundle <file> --configuration <file> --source tsm [--directory <path>]
 *   node signer/tee/machine.ts --bundle <file> --configuration <file> --source nsm --helper <program>
 *
 * It speaks frames on stdin and stdout, as the development TEE does; whatever connects those to a host (docs/operate-tdx.md,
 * docs/operate-nitro.md) sees no more than a host does. Evidence comes from the source, and so does the sealing key, where there is one.
 */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hash, keccak } from '../formats/words.ts';
import { orUsage, required, runEnclave } from './runEnclave.ts';
import { DSTACK_SOCKET, dstackSource } from './sources/dstack.ts';
import { nsmSource } from './sources/nsm.ts';
import { nsmHelper } from './sources/nsmHelper.ts';
import type { Source } from './sources/source.ts';
import { sourceTee } from './sources/sourceTee.ts';
import { TSM_DIRECTORY, tsmSource } from './sources/tsm.ts';

const NAME = 'machine TEE';

type Options = ReturnType<typeof options>;
type Measured = { readonly code: Uint8Array; readonly configuration: Uint8Array };

const SOURCES: Readonly<Record<string, (options: Options, measured: Measured) => Source>> = {
  dstack: ({ socket }, { code, configuration }) => dstackSource(socket, keccak(hash(code), hash(configuration))),
  tsm: ({ directory }) => tsmSource(directory, `quorate-${process.pid}`),
  nsm: ({ helper }) => nsmSource(nsmHelper([required('helper', helper)])),
};

function main(): void {
  const given = options();
  const make = SOURCES[required('source', given.source)];
  if (make === undefined) throw new Error(`--source is none of ${Object.keys(SOURCES).join(', ')}`);
  const code = readBytes(required('bundle', given.bundle));
  const configuration = readBytes(required('configuration', given.configuration));
  runEnclave(NAME, code, sourceTee(make(given, { code, configuration }), configuration));
}

function options() {
  return parseArgs({
    options: {
      bundle: { type: 'string' },
      configuration: { type: 'string' },
      source: { type: 'string' },
      socket: { type: 'string', default: DSTACK_SOCKET },
      directory: { type: 'string', default: TSM_DIRECTORY },
      helper: { type: 'string' },
    },
  }).values;
}

function readBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(file));
}

orUsage(NAME, main);
