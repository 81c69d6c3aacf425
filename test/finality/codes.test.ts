/** Every reason to refuse is used, tested and explained. */

import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REJECTION_CODES } from '../../signer/finality/rejection.ts';

const ROOT = join(import.meta.dirname, '../..');

function textIn(folder: string, but: string): string {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== but)
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
    .join('\n');
}

describe('the codes of rejections', () => {
  it('are each given somewhere, and no other is', () => {
    const code = textIn('signer/finality', 'rejection.ts');
    deepEqual(
      REJECTION_CODES.filter((each) => !code.includes(`'${each}'`)),
      [],
    );
  });

  it('are each expected by a test', () => {
    const tests = textIn('test/finality', 'codes.test.ts');
    deepEqual(
      REJECTION_CODES.filter((each) => !tests.includes(`'${each}'`)),
      [],
    );
  });

  it('are each explained in docs/finality.md, in this order', () => {
    const page = readFileSync(join(ROOT, 'docs/finality.md'), 'utf8');
    deepEqual(
      [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code),
      [...REJECTION_CODES],
    );
  });
});
