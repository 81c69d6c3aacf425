/**
 * What a second reading of blocks changes in what was kept of the first. What ends or forbids stays only if all that answer show it: believed
 * too late it costs a session, for enclaves refuse by proof what it truly forbade; believed wrongly it costs what is not signed. What begins
 * something stays as long as anybody shows it; where there is one provider, absence is no evidence against it.
 */

import type { LocatedEvent } from '../ports/chain.ts';
import type { Heard } from './range.ts';
import { EVENTS } from './view/contracts.ts';

export type Changes = {
  readonly added: readonly LocatedEvent[];
  readonly removed: readonly LocatedEvent[];
  /** Enough were heard for what ends and forbids to be kept for good. */
  readonly isEnough: boolean;
};

/** `kept`: what is known of these blocks. The word of one of several is no second reading. */
export function compare(kept: readonly LocatedEvent[], { answers }: Pick<Heard, 'answers'>): Changes {
  const heard = answers.filter((answer) => answer !== null);
  const isOnlyOne = answers.length === 1;
  const isEnough = isOnlyOne || heard.length > 1;
  const known = new Map(kept.map((event) => [textOf(event), event]));
  const shown = countOf(heard);
  const holds = ({ event, by }: Shown) => (isEnding(event) ? isEnough && by === heard.length : by > 0);
  const isLost = ([text, event]: readonly [string, LocatedEvent]) =>
    isEnough && !holds(shown.get(text) ?? { event, by: 0 }) && !(isOnlyOne && !isEnding(event));
  return {
    isEnough,
    added: [...shown].filter(([text, said]) => !known.has(text) && holds(said)).map(([, { event }]) => event),
    removed: [...known].filter(isLost).map(([, event]) => event),
  };
}

/** Whether this reading would change what ends or forbids: worth asking again where there is nobody else to ask. */
export function isDisputed(kept: readonly LocatedEvent[], heard: Pick<Heard, 'answers'>): boolean {
  const { added, removed } = compare(kept, heard);
  return [...added, ...removed].some(isEnding);
}

type Shown = { readonly event: LocatedEvent; readonly by: number };

/** An answer that has one twice has it once. */
function countOf(answers: readonly (readonly LocatedEvent[])[]): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const answer of answers)
    for (const [text, event] of new Map(answer.map((event) => [textOf(event), event])))
      shown.set(text, { event, by: 1 + (shown.get(text)?.by ?? 0) });
  return shown;
}

function isEnding({ data }: LocatedEvent): boolean {
  return 'ends' in EVENTS[data.event];
}

/** In the order of its fields, as the decoder made them and the store keeps them. */
function textOf({ block, index, blockHash, data }: LocatedEvent): string {
  return JSON.stringify([block, index, blockHash, data]);
}
