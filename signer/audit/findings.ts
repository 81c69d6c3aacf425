/** The links of one audit, in order: each holds or does not, and after the first that does not none is looked at. */

import { reasonOf } from './broken.ts';

export const LINKS = [
  'bundle',
  'configuration',
  'checkpoint',
  'periods',
  'finality',
  'header',
  'contracts',
  'request',
  'key',
  'committee',
  'registrations',
  'measurements',
  'row',
  'operation',
  'mandate',
  'proposal',
  'payload',
  'effects',
  'signatures',
  'nothing-else',
] as const;
export type Link = (typeof LINKS)[number];

export type Finding = { readonly link: Link; readonly ok: boolean; readonly detail: string };

const NOT_LOOKED_AT = 'not looked at: ';

/** Such a link is not `ok`, and nothing is known to be wrong with it. */
export function isLookedAt({ ok, detail }: Pick<Finding, 'ok' | 'detail'>): boolean {
  return ok || !detail.startsWith(NOT_LOOKED_AT);
}

/** Thrown by `Findings.check` alone, caught where the audit ends. */
export class Stopped extends Error {}

export class Findings {
  readonly #found: Finding[] = [];

  /** What the link proves; `say` puts it in words. @throws Stopped where it does not hold, and whatever is a bug */
  check<T>(link: Link, prove: () => T, say: (proven: T) => string): T {
    const proven = this.#tried(link, prove);
    this.#found.push({ link, ok: true, detail: say(proven) });
    return proven;
  }

  /** With the links that nobody came to. */
  all(): readonly Finding[] {
    const last = this.#found.at(-1);
    if (last === undefined || last.ok) return this.#found;
    const rest = LINKS.slice(LINKS.indexOf(last.link) + 1);
    const detail = `${NOT_LOOKED_AT}${last.link} is broken`;
    return [...this.#found, ...rest.map((link) => ({ link, ok: false, detail }))];
  }

  #tried<T>(link: Link, prove: () => T): T {
    try {
      return prove();
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null) throw error;
      this.#found.push({ link, ok: false, detail: reason });
      throw new Stopped(reason, { cause: error });
    }
  }
}
