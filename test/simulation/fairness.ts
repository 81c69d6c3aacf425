/**
 * One run of two keys: a requester floods the first one, lies among what it asks; another requester of that key, and one of the other
 * key, ask little, right after it. In some runs the first key's leader leaves out whatever the modest one asks.
 */

import type { Call } from '../../signer/enclave/api.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { leaderOrder, termOf } from '../../signer/host/convene/order.ts';
import type { Chain, LocatedEvent } from '../../signer/host/ports/chain.ts';
import { CALM } from './faults.ts';
import { type Asked, Governance, STATE } from './governance.ts';
import { type Random, seeded } from './random.ts';
import type { Setting } from './setting.ts';
import { type Plot, play, type Run } from './world.ts';

export type FairOutcome = Run & {
  readonly asked: Readonly<Record<Group, readonly Asked[]>>;
  readonly states: Readonly<Record<string, number>>;
  /** Virtual milliseconds from asking to the end of the last of each group. */
  readonly waited: Readonly<Record<Group, number>>;
  /** Name of the node that leaves out what the modest one asks. */
  readonly censor: string | null;
};
export type Group = 'flood' | 'lies' | 'modest' | 'elsewhere';

export const FLOOD = 60;
const LIE_EVERY = 10;
const LITTLE = 3;
/** Virtual milliseconds: how exactly it is seen when something ends. */
const LOOK = 100;
/** Blocks after what is asked, so that all of it is final at once. */
const FINAL = '0x3';
/** Virtual milliseconds of an enclave: so a session of what is allowed at most takes some seconds. */
const EFFORT = { each: 1, request: 20 } as const;

export async function runFairly(
  setting: Setting,
  seed: string,
  how: { readonly censor: boolean },
): Promise<FairOutcome> {
  const random = seeded(seed);
  const story = new FairStory(setting, random.fork('story'), how.censor);
  const faults = { ...CALM, delay: { min: 1, max: 2 + random.below(300) }, finalityLag: random.below(3) };
  const { modest } = setting.requesters;
  const run = await play(setting, random, faults, story, {
    sight: ({ name }, chain) => censored(chain, () => story.censor === name, modest.address as Hex),
    step: LOOK,
    effort: ({ call, params }: Call) => EFFORT.each + (call === 'sign' ? EFFORT.request * params.requests.length : 0),
  });
  const { asked, states, waited, censor } = story;
  return { ...run, asked, states, waited, censor };
}

/** What a host sees that wants nothing of one requester to be signed, and leads as if that had never been asked. */
function censored(chain: Chain, isOn: () => boolean, requester: Hex): Chain {
  const hidden = new Set<Hex>();
  const seen = (events: readonly LocatedEvent[]) =>
    events.filter(({ data }) => {
      if (!isOn()) return true;
      if (data.event === 'SignatureRequested' && isSame(data.request?.requester, requester)) hidden.add(data.id);
      return !('id' in data && hidden.has(data.id));
    });
  return {
    ...chain,
    events: async (from, to) => seen(await chain.events(from, to)),
    eventsOfAll: async (from, to) => (await chain.eventsOfAll(from, to)).map((answer) => answer && seen(answer)),
    counts: async (block) => {
      const counts = await chain.counts(block);
      return { ...counts, requests: counts.requests - hidden.size };
    },
  };
}

const isSame = (one: string | undefined, other: string) => one?.toLowerCase() === other.toLowerCase();

class FairStory implements Plot {
  readonly #setting: Setting;
  readonly #governance: Governance;
  readonly #censors: boolean;
  #next: ((now: number) => Promise<void>) | null = () => this.#promote();
  #keys: readonly Hex[] = [];
  readonly #askedAt = new Map<Group, number>();
  readonly #endedAt = new Map<Group, number>();
  asked: Record<Group, readonly Asked[]> = { flood: [], lies: [], modest: [], elsewhere: [] };
  censor: string | null = null;

  constructor(setting: Setting, random: Random, censors: boolean) {
    this.#setting = setting;
    this.#governance = new Governance(setting, random);
    this.#censors = censors;
  }

  get states(): Readonly<Record<string, number>> {
    return this.#governance.states;
  }

  get waited(): Readonly<Record<Group, number>> {
    const of = (group: Group) =>
      (this.#endedAt.get(group) ?? Number.POSITIVE_INFINITY) - (this.#askedAt.get(group) ?? 0);
    return { flood: of('flood'), lies: of('lies'), modest: of('modest'), elsewhere: of('elsewhere') };
  }

  isOver(): boolean {
    return this.#endedAt.size === 4;
  }

  async step(now: number): Promise<void> {
    if (this.#next === null) await this.#look(now);
    else await this.#next(now);
  }

  async #look(now: number): Promise<void> {
    await this.#governance.look(Object.values(this.asked).flat());
    for (const [group, asked] of Object.entries(this.asked) as [Group, readonly Asked[]][]) {
      const end = group === 'lies' ? STATE.refused : STATE.fulfilled;
      const isEnded = asked.every(({ id }) => this.states[id] === end);
      if (isEnded && !this.#endedAt.has(group)) this.#endedAt.set(group, now);
    }
  }

  async #promote(): Promise<void> {
    if (await this.#governance.promote()) this.#next = () => this.#createKeys();
  }

  async #createKeys(): Promise<void> {
    const { flooding, modest, elsewhere } = this.#setting.requesters;
    const rowsOf = [[flooding, modest], [elsewhere]].map((row) => row.map((requester) => ({ requester, delay: 0 })));
    const [first, second] = rowsOf as [(typeof rowsOf)[0], (typeof rowsOf)[0]];
    const one = await this.#governance.createKey(first);
    if (one === null) return;
    this.#keys = [one, (await this.#governance.createKey(second)) as Hex];
    this.#next = (now) => this.#flood(now);
  }

  async #flood(now: number): Promise<void> {
    const [one, two] = await this.#activeKeys();
    if (one === null || two === null) return;
    if (this.#censors) this.censor = await this.#leaderOf(one.id);
    const { flooding } = this.#setting.requesters;
    const [flood, lies]: [Asked[], Asked[]] = [[], []];
    for (let i = 0; i < FLOOD; i++) {
      if (i % LIE_EVERY === 0) lies.push(await this.#governance.ask(one, flooding, { lie: true }));
      else flood.push(await this.#governance.ask(one, flooding));
    }
    this.asked = { ...this.asked, flood, lies };
    this.#note(now, 'flood', 'lies');
    await this.#askLittle(now);
  }

  async #askLittle(now: number): Promise<void> {
    const [one, two] = await this.#activeKeys();
    if (one === null || two === null) throw new Error('a key is active no more');
    const { modest, elsewhere } = this.#setting.requesters;
    const [little, other]: [Asked[], Asked[]] = [[], []];
    for (let i = 0; i < LITTLE; i++) {
      little.push(await this.#governance.ask(one, modest));
      other.push(await this.#governance.ask(two, elsewhere));
    }
    this.asked = { ...this.asked, modest: little, elsewhere: other };
    this.#note(now, 'modest', 'elsewhere');
    await this.#setting.chain.request('hardhat_mine', [FINAL]);
    this.#next = null;
  }

  async #activeKeys() {
    const [one, two] = this.#keys as [Hex, Hex];
    return [await this.#governance.activeKey(one), await this.#governance.activeKey(two)] as const;
  }

  /** Of the term in which the flood will be led. */
  async #leaderOf(keyId: Hex): Promise<string> {
    const { contracts, chain, wallets } = this.#setting;
    const names = new Map<Hex, string>();
    for (const [name, { operator }] of wallets)
      names.set((await contracts.enclaveRegistry.enclaveOf(operator)) as Hex, name);
    const { number } = await chain.request<{ number: Hex }>('eth_getBlockByNumber', ['latest', false]);
    const [leader] = leaderOrder(keyId, termOf(Number(number) + FLOOD), [...names.keys()]);
    return names.get(leader as Hex) as string;
  }

  #note(now: number, ...groups: readonly Group[]): void {
    for (const group of groups) this.#askedAt.set(group, now);
  }
}
