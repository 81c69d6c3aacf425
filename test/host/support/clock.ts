/** A clock that moves only when it is told to. */

import type { Clock } from '../../../signer/host/ports/clock.ts';

type Timer = { readonly at: number; readonly order: number; readonly then: () => void };
export type ManualClock = Clock & { advance(milliseconds: number): Promise<void> };

export function manualClock(start = 1_000_000): ManualClock {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();
  const next = (until: number) =>
    [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  return {
    now: () => now,
    after: (milliseconds, then) => {
      order += 1;
      const timer = { at: now + milliseconds, order, then };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance: async (milliseconds) => {
      const until = now + milliseconds;
      await settled();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.then();
        await settled();
      }
      now = until;
      await settled();
    },
  };
}

/** Lets everything run that waits for nothing but promises. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
