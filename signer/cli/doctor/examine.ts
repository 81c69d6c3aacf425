/** One thing that must be right, and what to do if it is not. */

import { describe, Fatal } from '../../host/errors.ts';

export type Check = {
  readonly name: string;
  readonly advice: string;
  /** What goes wrong here may be fine all the same, and only a person can tell. */
  readonly isDoubtful?: true;
  readonly run: () => Promise<string>;
};
export type Finding = {
  readonly check: string;
  /** False makes the exit code 1. */
  readonly ok: boolean;
  readonly detail: string;
  /** Null where nothing is to be done. */
  readonly advice: string | null;
};

export async function examine({ name, advice, isDoubtful, run }: Check): Promise<Finding> {
  try {
    return { check: name, ok: true, detail: await run(), advice: null };
  } catch (error) {
    const own = error instanceof Fatal ? error.advice : advice;
    return { check: name, ok: isDoubtful === true, detail: describe(error), advice: own };
  }
}

export async function examineAll(checks: readonly Check[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(await examine(check));
  return findings;
}

/** What could not be looked at, because of what is wrong before it, is nothing to do. */
export function told(findings: readonly Finding[]): readonly Finding[] {
  const first = findings.findIndex(({ ok }) => !ok);
  return findings.map((finding, at) =>
    first === -1 || at <= first ? finding : behind(findings[first]?.check ?? '', finding),
  );
}

export function behind(first: string, finding: Finding): Finding {
  return { ...finding, ok: false, detail: `not looked at: ${first} comes first`, advice: null };
}
