/** How much one peer may send: a bucket that refills. */

export type Quota = (bytes: number, now: number) => boolean;

/** Per second, and at once after a silence. */
const FRAMES = { rate: 500, burst: 4_000 };
const BYTES = { rate: 8 * 1024 * 1024, burst: 64 * 1024 * 1024 };

/** Returns whether this frame is still within what the peer may send. */
export function createQuota(): Quota {
  const frames = createBucket(FRAMES);
  const bytes = createBucket(BYTES);
  return (size, now) => frames(1, now) && bytes(size, now);
}

function createBucket({ rate, burst }: { readonly rate: number; readonly burst: number }): Quota {
  let level = burst;
  let at: number | null = null;
  return (amount, now) => {
    level = Math.min(burst, level + (Math.max(0, now - (at ?? now)) * rate) / 1_000);
    at = now;
    if (amount > level) return false;
    level -= amount;
    return true;
  };
}
