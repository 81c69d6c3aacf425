/** `quorate limits`: what delegates may ask for without a vote, and what is left of it. */

import { decodeEventLog, encodeEventTopics } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { PAYLOAD_KINDS } from '../../formats/kinds.ts';
import { SPENDING_LIMITS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { knownKey } from '../chain/knownKey.ts';
import { logsOf } from '../chain/logsOf.ts';
import { requireAddress } from '../chain/sender.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import type { Command, Options } from '../command.ts';
import { findingLines, warning } from '../finding.ts';
import { kindsOf } from '../look/keys.ts';
import { accountOf, type KeyPoint } from '../payload/account.ts';
import { keyNow } from '../payload/judgePayload.ts';
import { usedPaths } from '../payload/usedPaths.ts';
import { amountWords } from '../words/assets.ts';
import { NETWORK, type Telling, tellingOf } from '../words/effectWords.ts';
import { duration, pathOf, short } from '../words/named.ts';
import { latestBlock, latestTime } from '../words/timing.ts';
import { type CapLeft, type Delegate, type LimitsLeft, limitsLeft, placesTaken } from './limitsLeft.ts';
import { limitWords } from './limitWords.ts';

export const limits: Command = {
  summary: 'list what delegates may ask for without a vote, and how much of it is left now',
  options: [
    { name: 'key', means: 'of this key alone: its id, or its first characters' },
    { name: 'requester', means: 'of this delegate alone' },
    {
      name: 'path',
      means: 'tell the accounts at this path too, where nothing was asked yet: 32 bytes in hex, or words',
    },
    NETWORK,
    ...SOURCE,
  ],
  run: async (options) => {
    const source = await openSource(options);
    const telling = await tellingOf(options, source.record);
    const more = typeof options.path === 'string' ? [pathOf(options.path)] : [];
    return reading(async () => {
      const delegates = await delegatesOf(source, options);
      const now = await latestTime(source);
      const found = await Promise.all(delegates.map((one) => standingOf(source, one, now)));
      const text = found.length === 0 ? 'no vote has set limits for such a delegate' : found.map(worded).join('\n\n');
      return { json: found.map(({ words: _, ...json }) => json), text, ok: true };
    });

    async function standingOf(place: Source, delegate: Delegate, now: number) {
      const left = await limitsLeft(place, delegate);
      const paths = [...new Set([...(await usedPaths(place, delegate)), ...more])];
      const accounts = accountsOf(await keyNow(place, delegate.keyId), delegate, left.limits?.kinds ?? 0, telling);
      const places = (await placesTaken(place, delegate, paths)).map((one) => ({ ...one, ...accounts(one.path) }));
      return { ...shown(left, now), places, words: wordsOf(left, telling) };
    }
  },
};

/** Everybody for whom a vote ever set limits. */
async function delegatesOf(source: Source, options: Options): Promise<readonly Delegate[]> {
  const args = {
    requests: addressOf(source.record, 'signingRequests'),
    ...(typeof options.key === 'string' ? { keyId: await knownKey(source, options.key) } : {}),
    ...(typeof options.requester === 'string' ? { requester: requireAddress(options.requester) } : {}),
  };
  const event = { abi: SPENDING_LIMITS_ABI, eventName: 'LimitsSet' } as const;
  const topics = encodeEventTopics({ ...event, args }) as (Hex | null)[];
  const range = { from: source.startBlock, to: await latestBlock(source) };
  const logs = await logsOf(source, addressOf(source.record, 'spendingLimits'), topics, range);
  const found = logs.map(({ topics: named, data }) => {
    const { keyId, requester } = decodeEventLog({ ...event, data, topics: named as [Hex, ...Hex[]] }).args;
    return { keyId, requester: requester.toLowerCase() as Hex };
  });
  return [...new Map(found.map((one) => [`${one.keyId} ${one.requester}`, one])).values()];
}

/** Where the delegate's coins are, for each kind of payload that it may ask for. */
function accountsOf(key: KeyPoint, { requester }: Delegate, kinds: number, telling: Telling) {
  const numbers = Object.values(PAYLOAD_KINDS).flatMap(({ number }) => ((kinds >> number) % 2 === 1 ? [number] : []));
  return (path: Hex) => {
    const found = numbers.map((kind) => accountOf(key, { requester, path, kind }, telling));
    return { accounts: [...new Set(found)].filter((one) => one !== null) };
  };
}

function shown({ limits: now, caps, ...rest }: LimitsLeft, time: number) {
  const { expiresAt = 0, kinds = 0, maxUnsettled = 0, recipients = [], targets = [] } = now ?? {};
  return {
    ...rest,
    ...{ expiresAt, isOver: expiresAt <= time, kinds: kindsOf(kinds), maxUnsettled, recipients, targets },
    caps: caps.map((cap) => ({ ...cap, fullIn: fullIn(cap) })),
  };
}

/** Seconds, rounded up. */
export function fullIn({ capacity, left, window }: Pick<CapLeft, 'capacity' | 'left' | 'window'>): number {
  return Number(((capacity - left) * BigInt(window) + capacity - 1n) / capacity);
}

function wordsOf({ limits: now, caps }: LimitsLeft, telling: Telling): readonly string[] {
  return now === null ? ['no limits: it may ask for nothing'] : [...limitWords(now, telling), ...caps.map(leftWords)];
}

export function leftWords(cap: CapLeft): string {
  const [left, whole] = [amountWords(cap.left, cap.asset), amountWords(cap.capacity, cap.asset)];
  return `left now: ${left} of ${whole}${cap.left === cap.capacity ? '' : `, all of it again in ${duration(fullIn(cap))}`}`;
}

type ShownLimits = ReturnType<typeof shown> & {
  readonly places: readonly { readonly path: Hex; readonly taken: number; readonly accounts: readonly string[] }[];
  readonly words: readonly string[];
};

function worded({ keyId, requester, guard, binds, isOver, version, maxUnsettled, places, words }: ShownLimits): string {
  const taken = places.map(({ path, taken: number, accounts }) =>
    [`path ${path}: ${number} of ${maxUnsettled} places taken`, ...accounts].join(', '),
  );
  const asked = BigInt(guard) === 0n ? 'no guard' : `guard ${guard}`;
  const odd = [
    ...(binds ? [] : [warning(`these limits bind nobody: the row of this delegate asks ${asked}`)]),
    ...(isOver && words.length > 1 ? [warning('they are over: it may ask for nothing')] : []),
  ];
  return [
    `delegate ${requester}, key ${short(keyId)}, version ${version} of its limits`,
    ...[...words, ...taken].map((line) => `  ${line}`),
    ...findingLines(odd),
  ].join('\n');
}
