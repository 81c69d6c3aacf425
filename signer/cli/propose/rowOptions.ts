/** What a key allows one requester, as options say it. */

import type { Hex } from '../../formats/hex.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { requireSomebody } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import { type Option, type Options, option } from '../command.ts';
import { type Finding, warning } from '../finding.ts';
import { kindsOf } from '../look/keys.ts';
import { kindOf } from '../payload/intent.ts';
import { secondsOf } from '../quantities.ts';
import { duration } from '../words/named.ts';
import { listed } from './proposal.ts';

const NOBODY: Hex = `0x${'00'.repeat(20)}`;

export const ROW: readonly Option[] = [
  { name: 'requester', means: "who may ask; the DAO's timelock unless said" },
  { name: 'kinds', means: 'payload kinds that it may ask for, by commas', required: true },
  { name: 'delay', means: 'how long a request waits and can be cancelled', fallback: '0' },
  { name: 'guard', means: 'contract that is asked about each request' },
  { name: 'module', means: 'contract that may ask in its name' },
];

export type Row = ReturnType<typeof rowIn>;

export function rowIn({ record }: Pick<Source, 'record'>, options: Options) {
  const [guard, module, requester] = ['guard', 'module', 'requester'].map((name) => {
    const value = options[name];
    return typeof value === 'string' ? requireSomebody(name, value) : null;
  });
  const kinds = kindBits(option(options, 'kinds'));
  return {
    requester: requester ?? addressOf(record, 'timelock'),
    guard: guard ?? NOBODY,
    module: module ?? NOBODY,
    ...{ kinds, delay: secondsOf(option(options, 'delay')), unguarded: guard == null },
  };
}

/** Bit k for kind k (docs/formats.md). */
export function kindBits(text: string): number {
  return listed(text).reduce((bits, kind) => bits | (1 << kindOf(kind)), 0);
}

export function rowWords({ requester, kinds, delay, guard, unguarded }: Omit<Row, 'module'>): string[] {
  return [
    `${requester} may ask for ${kindsOf(kinds).join(', ')}`,
    delay === 0 ? 'at once' : `each request waits ${duration(delay)}`,
    unguarded ? 'no guard is asked' : `guard ${guard} is asked`,
  ];
}

/** @param timelock asks by votes alone: nobody else does */
export function rowWarnings({ delay, unguarded, requester }: Warned, timelock: Hex): Finding[] {
  const isFree = unguarded && requester !== timelock;
  return [
    ...(delay > 0
      ? []
      : [warning('without a delay the guardian has nothing to cancel: what is asked is READY at once')]),
    ...(isFree
      ? [warning(`no guard limits ${requester}: it may have everything spent that its addresses hold (propose guard)`)]
      : []),
  ];
}

type Warned = Pick<Row, 'delay' | 'unguarded' | 'requester'>;
