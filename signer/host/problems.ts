/** Why this host is not ready, by topic: one line each, in words that say what to do. */

export type Problems = {
  set(topic: string, words: string): void;
  clear(topic: string): void;
  has(topic: string): boolean;
  list(): readonly string[];
};

export function createProblems(): Problems {
  const problems = new Map<string, string>();
  return {
    set: (topic, words) => void problems.set(topic, words),
    clear: (topic) => void problems.delete(topic),
    has: (topic) => problems.has(topic),
    list: () => [...problems.values()],
  };
}
