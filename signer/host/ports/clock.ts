/** Time as this machine believes it. Never evidence: enclaves take time from finalised blocks only. */

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `then` once after so many milliseconds, unless the returned function is called first. */
  after(milliseconds: number, then: () => void): () => void;
};

/** Resolves after so many milliseconds, or at once when `signal` aborts. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(milliseconds, wake);
    signal?.addEventListener('abort', wake, { once: true });
  });
}
