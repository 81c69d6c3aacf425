/** One thing that was recomputed, or could not be, and how it came out. */

export type Check = {
  readonly what: string;
  /** `unproven`: nothing here can tell. */
  readonly is: 'ok' | 'wrong' | 'unproven';
  readonly detail: string;
};

export const holds = (what: string, detail: string): Check => ({ what, is: 'ok', detail });
export const wrong = (what: string, detail: string): Check => ({ what, is: 'wrong', detail });
export const unproven = (what: string, detail: string): Check => ({ what, is: 'unproven', detail });

/** Holds where nothing differs. */
export function compared(what: string, differences: readonly string[], detail: string): Check {
  return differences.length === 0 ? holds(what, detail) : wrong(what, differences.join('; '));
}
