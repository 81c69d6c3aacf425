/**
 * `quorate verify measurement FILE`: what a vote has to admit, computed from registers, without the hardware that has them. FILE is what `nitro-cli
 * build-enclave` or `nitro-cli describe-eif` prints, or what `quorate verify evidence --json` prints of a quote or document.
 */

import { identityHash, teeOf } from '../../evidence/identity.ts';
import { measurement } from '../../formats/attestation.ts';
import { toHex } from '../../formats/hex.ts';
import { ZERO_WORD } from '../../formats/words.ts';
import { Fatal } from '../../host/errors.ts';
import { type Command, option, table } from '../command.ts';
import { readBytes } from '../namedFile.ts';

type Bytes = Uint8Array;
type Register = readonly [name: string, bytes: number];

const [EIGHT, DIGEST] = [8, 48];
const TDX: readonly Register[] = [
  ['tdattributes', EIGHT],
  ['xfam', EIGHT],
  ...['mrtd', 'mrconfigid', 'mrowner', 'mrownerconfig', 'rtmr0', 'rtmr1', 'rtmr2', 'rtmr3'].map(
    (name): Register => [name, DIGEST],
  ),
];
const NITRO = ['pcr0', 'pcr1', 'pcr2', 'pcr8'].map((name): Register => [name, DIGEST]);
/** Who signed the image; zero where nobody has. */
const SIGNER = 'pcr8';
const MOST_BYTES = 64 * 1024;

export const verifyMeasurement: Command = {
  summary: 'compute the measurement of registers: what a vote has to admit of a Nitro enclave or a TD',
  file: { name: 'FILE', means: 'JSON with the registers, by name' },
  options: [
    { name: 'tee', means: 'nitro or tdx', required: true },
    { name: 'expect', means: 'a measurement that it has to be, as a proposal or `quorate measurements` shows it' },
  ],
  run: async (options) => {
    const kind = kindOf(option(options, 'tee'));
    const file = option(options, 'file');
    const registers = registersIn(file, kind === 'tdx' ? TDX : NITRO);
    requireNoDebug(file, kind, registers);
    const [tee, image] = [teeOf(kind), identityHash(...registers.values())];
    const record = {
      measurement: toHex(measurement(tee, image, ZERO_WORD)),
      ...{ tee: toHex(tee), image: toHex(image), configuration: toHex(ZERO_WORD) },
    };
    const expected = options.expect ?? record.measurement;
    const ok = expected === record.measurement;
    const rows = table(Object.entries(record));
    return { json: { ...record, ok }, text: ok ? rows : `${rows}\n\nOTHER than expected: ${String(expected)}`, ok };
  },
};

function kindOf(text: string): 'nitro' | 'tdx' {
  if (text === 'nitro' || text === 'tdx') return text;
  throw new Fatal('CONFIG_INVALID', `--tee is ${text}`, 'Registers of nitro and tdx are known.');
}

/** In the order of the measurement. */
function registersIn(file: string, wanted: readonly Register[]): ReadonlyMap<string, Bytes> {
  const given = namesIn(file);
  return new Map(
    wanted.map(([name, bytes]) => {
      const text = given.get(name) ?? (name === SIGNER ? '00'.repeat(bytes) : undefined);
      if (text === undefined) throw unusable(file, `${name} is missing`);
      return [name, registerOf(file, name, text, bytes)];
    }),
  );
}

function registerOf(file: string, name: string, text: unknown, bytes: number): Bytes {
  const hex = typeof text === 'string' ? /^(?:0x)?([0-9a-f]+)$/.exec(text)?.[1] : undefined;
  if (hex?.length !== 2 * bytes) throw unusable(file, `${name} is no hexadecimal of ${bytes} bytes`);
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** Names in lower case: PCR0 of one program is pcr0 of another. */
function namesIn(file: string): ReadonlyMap<string, unknown> {
  const whole = objectOf(file, parsed(file));
  const { Measurements: printed, fields = printed } = whole;
  const names = new Map<string, unknown>();
  for (const [name, value] of Object.entries(fields === undefined ? whole : objectOf(file, fields))) {
    if (names.has(name.toLowerCase())) throw unusable(file, `${name} stands twice`);
    names.set(name.toLowerCase(), value);
  }
  return names;
}

function requireNoDebug(file: string, kind: 'nitro' | 'tdx', registers: ReadonlyMap<string, Bytes>): void {
  if (kind === 'tdx') {
    if (registers.get('tdattributes')?.[0] !== 0) throw unusable(file, 'the TD is in debug mode');
    return;
  }
  for (const [name, value] of registers)
    if (name !== SIGNER && value.every((byte) => byte === 0))
      throw unusable(file, `${name} is zero, as of an enclave in debug mode`);
}

function parsed(file: string): unknown {
  const bytes = readBytes(file, ADVICE);
  if (bytes.length > MOST_BYTES) throw unusable(file, `it has over ${MOST_BYTES} bytes`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw unusable(file, 'it is not JSON');
  }
}

function objectOf(file: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unusable(file, 'there are no registers by name in it');
}

function unusable(file: string, detail: string): Fatal {
  return new Fatal('CONFIG_INVALID', `${file}: ${detail}`, ADVICE);
}

const ADVICE = 'docs/operate-nitro.md and docs/operate-tdx.md say where registers come from.';
