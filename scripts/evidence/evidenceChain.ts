/** What chains that evidence is shown to have in common: their clock, and how their contracts' errors are read. */

import type { BaseContract } from 'ethers';

/** As off chain, where no policy says another. */
export const SALT = `0x${'00'.repeat(32)}`;
/** Seconds before the time that is wanted, for transactions that come first. */
export const LEAD = 60;
/** Where alone a development root is taken. */
export const LOCAL = 31_337;

type Time = { latest(): Promise<number>; setNextBlockTimestamp(at: number): Promise<void> };
type Clocked = { readonly helpers: { readonly time: Time; mine(): Promise<void> } };

export async function setTime({ helpers }: Clocked, at: number): Promise<void> {
  if ((await helpers.time.latest()) >= at) return;
  await helpers.time.setNextBlockTimestamp(at);
  await helpers.mine();
}

/** The contracts' own error in what a call or a transaction threw; null: it is something else. */
export function refusalOf(problem: unknown, contracts: readonly Pick<BaseContract, 'interface'>[]) {
  for (let cause = problem as { data?: unknown; cause?: unknown; error?: unknown } | undefined; cause; ) {
    if (typeof cause.data === 'string' && cause.data !== '0x')
      for (const { interface: its } of contracts) {
        const parsed = its.parseError(cause.data);
        if (parsed !== null) return parsed;
      }
    cause = (cause.cause ?? cause.error) as typeof cause;
  }
  return null;
}

/** `QuoteVersion` as it is called off chain: QUOTE_VERSION. */
export function codeOf(name: string): string {
  return name.replaceAll(/(?<!^)([A-Z])/g, '_$1').toUpperCase();
}
