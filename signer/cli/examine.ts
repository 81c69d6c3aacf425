/** One thing that must be right, and what to do if it is not. */

import { describe } from '../host/errors.ts';

export type Check = { readonly name: string; readonly advice: string; readonly run: () => Promise<string> };
export type Finding = { readonly check: string; readonly ok: boolean; readonly detail: string };

export async function examine({ name, advice, run }: Check): Promise<Finding> {
  try {
    return { check: name, ok: true, detail: await run() };
  } catch (error) {
    return { check: name, ok: false, detail: `${describe(error)}. ${advice}` };
  }
}
