/**
 * The development TEE, a process of its own:
 *   node signer/tee/development.ts --bundle <file> --configuration <file> --root-key <file> --platform <32 bytes hex> [--kind tdx|nitro]
 *   node signer/tee/development.ts --bundle <file> --configuration <file> --print-measurement [--kind tdx|nitro]
 *
 * A kind is the format of its evidence: that of hardware, under a development root; where none is said, that of a TD.
 * It measures and starts the enclave, speaks frames on stdin and stdout, and ends with its host; the enclave ends with it.
 * DANGER: a process that root can read protects nothing. It shows the shape of a TEE, so that all else is real.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { toHex } from '../formats/hex.ts';
import { developmentTee } from './developmentTee.ts';
import { evidenceOf } from './emulations/evidenceOf.ts';
import { KINDS, type Kind, type Measured, measureAs } from './measured.ts';
import { readRootKey } from './rootKey.ts';
import { orUsage, required, runEnclave } from './runEnclave.ts';

const NAME = 'development TEE';

function main(): void {
  const { bundle, configuration, 'root-key': rootKeyFile, platform, 'print-measurement': print, ...rest } = options();
  const kind = kindOf(rest.kind);
  const code = readBytes(required('bundle', bundle));
  const started = { code, configuration: readBytes(required('configuration', configuration)) };
  const measured = measureAs(kind, started);
  if (print) {
    process.stdout.write(`${JSON.stringify(printable(measured))}\n`);
    return;
  }
  const rootKey = readRootKey(required('root-key', rootKeyFile));
  const platformId = platformOf(required('platform', platform));
  const issue = evidenceOf(kind, { rootKey, platformId, started, now: () => Date.now() });
  runEnclave(
    NAME,
    code,
    developmentTee({ measured, configurationBytes: started.configuration, rootKey, platformId, issue }),
  );
}

function options() {
  return parseArgs({
    options: {
      bundle: { type: 'string' },
      configuration: { type: 'string' },
      'root-key': { type: 'string' },
      platform: { type: 'string' },
      kind: { type: 'string', default: 'tdx' },
      'print-measurement': { type: 'boolean', default: false },
    },
  }).values;
}

function kindOf(text: string): Kind {
  const kind = KINDS.find((one) => one === text);
  if (kind === undefined) throw new Error(`--kind is none of ${KINDS.join(', ')}`);
  return kind;
}

function platformOf(text: string): Uint8Array {
  if (!/^(0x)?[0-9a-f]{64}$/.test(text)) throw new Error('--platform is not 32 bytes of lower-case hex');
  return new Uint8Array(Buffer.from(text.replace(/^0x/, ''), 'hex'));
}

function printable({ tee, image, configuration, measurement }: Measured) {
  return { tee: toHex(tee), image: toHex(image), configuration: toHex(configuration), measurement: toHex(measurement) };
}

function readBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(file));
}

orUsage(NAME, main);
