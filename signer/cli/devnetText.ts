/** A devnet in words: what there is, and what to try next. */

import { relative } from 'node:path';
import { type Options, option, table } from './command.ts';
import type { Devnet } from './devnetRecord.ts';

export function textOf(devnet: Devnet, options: Options): string {
  const [node] = devnet.nodes;
  const keys = devnet.keys.flatMap(({ scheme, keyId, addresses }) => [
    [`key ${scheme}`, keyId],
    ...Object.entries(addresses).map(([network, address]) => [`  ${network}`, address]),
  ]);
  const facts = [
    ['chain', devnet.rpc],
    ['contracts', short(devnet.deployment)],
    ['voter', `${devnet.voter.address}, its key in ${short(devnet.voter.keyFile)}`],
    ...keys,
    ...devnet.nodes.map(({ name, operator, health }) => [`node ${name}`, `${operator}, ${health}`]),
  ];
  const next = [
    ...(node === undefined ? [] : [`quorate keys --config ${short(node.config)}`]),
    `quorate devnet status${folder(options)}`,
    `quorate devnet down${folder(options)}`,
  ];
  return `${table(facts)}\n\nNow try:\n${next.map((line) => `  ${line}`).join('\n')}`;
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
