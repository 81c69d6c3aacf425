/** Payloads of wallets and tests elsewhere, which are not committed: `../shared/payloads` beside the repository, where it is there. */

import { existsSync, readFileSync } from 'node:fs';

/** A suite over one of the files; where it is absent, the report says so. */
export function describePayloads<Case>(title: string, file: string, suite: (cases: readonly Case[]) => void): void {
  const url = new URL(`../../../../shared/payloads/${file}`, import.meta.url);
  describe(title, () => {
    if (existsSync(url)) suite(JSON.parse(readFileSync(url, 'utf8')) as Case[]);
    else it.skip(`needs ../shared/payloads/${file}, which is absent here`);
  });
}
