/** `quorate verify request FILE`: one fulfilled request, checked offline from a trusted block root to its signatures. */

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { MAX_BUNDLE_LENGTH } from '../../audit/bundle.ts';
import { type Finding, isLookedAt } from '../../audit/findings.ts';
import type { Trust } from '../../audit/trust.ts';
import { type Audit, verifyBundle } from '../../audit/verifyBundle.ts';
import { parseConfiguration } from '../../formats/configuration.ts';
import { fromHex, type Hex, toHex } from '../../formats/hex.ts';
import { Refused } from '../../formats/refusal.ts';
import { describe, Fatal } from '../../host/errors.ts';
import { printable } from '../../host/printable.ts';
import { type DeploymentRecord, parseRecord } from '../chain/deploymentRecord.ts';
import { type Command, type Options, option, type Shown, table } from '../command.ts';
import { asNamed } from '../namedFile.ts';
import { effectWords, NETWORK, type Telling, tellingOf } from '../words/effectWords.ts';
import { recordedOf } from './recorded.ts';

export const verifyRequest: Command = {
  summary: 'check one fulfilled request offline, from a trusted block root to its signatures, link by link',
  file: { name: 'FILE', means: 'what `quorate requests export` wrote' },
  options: [
    { name: 'checkpoint', means: 'root of a beacon block that you trust: 0x and 64 characters', required: true },
    { name: 'deployment', means: "the DAO's record (deployments/<chainId>.json): whose contracts these have to be" },
    {
      name: 'configuration-hash',
      means: 'Keccak-256 of the measured configuration: where registers hold it (TDX, Nitro), nothing holds without',
    },
    { name: 'request', means: 'id of the request that it has to be' },
    NETWORK,
  ],
  run: async (options) => {
    const record = typeof options.deployment === 'string' ? parseRecord(readRecord(options.deployment)) : null;
    const trust = trustOf(options, record);
    const wanted = options.request === undefined ? null : rootOf(options, 'request');
    const read = readBundle(option(options, 'file'));
    if ('unreadable' in read) return unreadable(read.unreadable);
    const audit = verifyBundle(read.text, trust);
    if (audit === null)
      return unreadable('no bundle of this format, byte for byte as `quorate requests export` writes it');
    return shown(audit, wanted, await tellingOf(options, record ?? homeOf(audit)));
  },
};

function trustOf(options: Options, record: DeploymentRecord | null): Trust {
  return {
    checkpoint: rootOf(options, 'checkpoint'),
    deployment: record && recordedOf(record),
    configuration: options['configuration-hash'] === undefined ? null : rootOf(options, 'configuration-hash'),
  };
}

export function rootOf(options: Options, name: string): Uint8Array {
  const text = option(options, name).toLowerCase();
  if (/^0x[0-9a-f]{64}$/.test(text)) return fromHex(text as Hex);
  throw new Fatal('CONFIG_INVALID', `--${name} is no hash`, 'It is 0x and 64 characters 0-9, a-f.');
}

/** The bundle's own chain says which network its addresses are of. */
function homeOf({ bundle }: Audit): Pick<DeploymentRecord, 'chainId'> | null {
  try {
    return bundle === null ? null : { chainId: Number(parseConfiguration(bundle.configuration).chainId) };
  } catch (error) {
    if (error instanceof Refused) return null; // its link says so
    throw error;
  }
}

type Read = { readonly text: string } | { readonly unreadable: string };

/** Nothing is proven by what is no bundle; what is not there says nothing at all. @throws Fatal CONFIG_INVALID */
function readBundle(file: string): Read {
  return asNamed(file, 'Name the file that `quorate requests export` wrote.', () => {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      if (size > MAX_BUNDLE_LENGTH)
        return { unreadable: `it has ${size} bytes, a bundle at most ${MAX_BUNDLE_LENGTH}` };
      return { text: readFileSync(descriptor, 'utf8') };
    } finally {
      closeSync(descriptor);
    }
  });
}

function readRecord(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const detail = `cannot read the record of the deployment ${file}: ${describe(cause)}`;
    throw new Fatal('CONFIG_INVALID', detail, "Name the DAO's record, or leave --deployment out.", { cause });
  }
}

function unreadable(why: string): Shown {
  const links: readonly Finding[] = [{ link: 'bundle', ok: false, detail: `UNREADABLE: ${why}` }];
  return { json: { ok: false, id: null, links, effects: [], notProven: [] }, text: linesOf(links), ok: false };
}

function shown({ bundle, ...audit }: Audit, wanted: Uint8Array | null, telling: Telling): Shown {
  const id = bundle === null ? null : toHex(bundle.id);
  const isOther = wanted !== null && id !== null && id !== toHex(wanted);
  const links = isOther
    ? audit.links.map((one) =>
        one.link === 'request' ? { ...one, ok: false, detail: `REQUEST_OTHER: it is ${id}` } : one,
      )
    : audit.links;
  const ok = audit.ok && !isOther;
  const effects = bundle === null || !ok ? [] : bundle.request.effects.map((effect) => effectWords(effect, telling));
  const json = { ok, id, links, effects, notProven: ok ? audit.notProven : [] };
  const text = [
    linesOf(links),
    ...(ok ? ['', `request ${id}`, ...effects.map((one) => `  ${one}`)] : []),
    ...(ok ? ['', 'NOT PROVEN', ...audit.notProven.map((one) => `- ${one}`)] : []),
  ];
  return { json, text: text.join('\n'), ok };
}

/** Whoever made the bundle has chosen some of these words: names of fields, for one. */
function linesOf(links: readonly Finding[]): string {
  return table(links.map((one) => [markOf(one), one.link, printable(one.detail)]));
}

function markOf(one: Finding): string {
  if (one.ok) return 'ok';
  return isLookedAt(one) ? 'BROKEN' : '--';
}
