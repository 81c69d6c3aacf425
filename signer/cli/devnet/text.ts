/** A devnet in words: what there is, and what to try next. */

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type Options, option, table } from '../command.ts';
import type { Devnet } from './record.ts';

type Deployed = { readonly contracts: Readonly<Record<string, { readonly address: string }>> };

export function textOf(devnet: Devnet, options: Options): string {
  const keys = devnet.keys.flatMap(({ scheme, keyId, addresses, path }) => [
    [`key ${scheme}`, keyId],
    ...(BigInt(path) === 0n ? [] : [['  --path', path]]),
    ...Object.entries(addresses).map(([network, address]) => [`  ${network}`, address]),
  ]);
  const facts = [
    ['chain', devnet.rpc],
    ['beacon', devnet.beacon],
    ['contracts', short(devnet.deployment)],
    ...contractsOf(devnet),
    ['voter', `${devnet.voter.address}, its key in ${short(devnet.voter.keyFile)}`],
    ...keys,
    ...devnet.nodes.map(({ name, operator, health }) => [`node ${name}`, `${operator}, ${health}`]),
  ];
  const next = [
    // both together stand for --rpc and --deployment of every command
    `export QUORATE_RPC=${devnet.rpc} QUORATE_DEPLOYMENT=${short(devnet.deployment)}`,
    'npx quorate keys',
    ...trying(devnet),
    `npx quorate devnet status${folder(options)}`,
    `npx quorate devnet down${folder(options)}`,
  ];
  const votes = [
    `A vote takes 30 blocks, about a minute here: \`npx quorate devnet mine${folder(options)}\` makes them at once. \`propose\` prints the command that comes next,`,
    'and so do `vote`, `queue` and `execute`. A payload is signed by the account of its key and --path: name the path that is written above it.',
  ].join('\n');
  return `${table(facts)}\n\n${votes}\n\nNow try:\n${next.map((line) => `  ${line}`).join('\n')}`;
}

/** A proposal that anybody can look at, and nobody has to make. */
function trying({ keys, voter }: Devnet): readonly string[] {
  const [key] = keys;
  if (key === undefined) return [];
  const who = `--key-file ${short(voter.keyFile)}`;
  return [`npx quorate propose pause --title Rest --key ${key.keyId.slice(0, 12)} --for 1h ${who} --dry-run`];
}

/** Those that people call first. */
const SHOWN = ['token', 'governor', 'timelock', 'keyRegistry', 'enclaveRegistry', 'signingRequests'];

function contractsOf({ deployment }: Devnet): readonly (readonly string[])[] {
  const { contracts } = JSON.parse(readFileSync(deployment, 'utf8')) as Deployed;
  return SHOWN.map((name) => [`  ${name}`, contracts[name]?.address ?? 'not deployed']);
}

function folder(options: Options): string {
  const directory = option(options, 'directory');
  return directory === 'out/devnet' ? '' : ` --directory ${directory}`;
}

/** As one would type it here. */
function short(path: string): string {
  const from = relative('', path);
  return from.startsWith('..') ? path : from;
}
