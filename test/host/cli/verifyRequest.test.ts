/** What `quorate verify request` writes of a file that wants to write to the terminal itself. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyRequest } from '../../../signer/cli/audit/verifyRequest.ts';
import { quorate } from '../support/quorate.ts';

describe('quorate verify request', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-verify-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says that a file is not there, or is a folder, and that a person has to name another', async () => {
    for (const [file, why] of [
      [join(folder, 'nope.json'), 'ENOENT'],
      [folder, 'EISDIR'],
    ] as const) {
      const { code, out, error } = await quorate('verify', 'request', file, '--checkpoint', `0x${'11'.repeat(32)}`);
      expect([code, out, error.trimEnd().split('\n').length]).to.deep.equal([64, '', 2]);
      expect(error).to.include(`cannot read ${file}: ${why}`).and.include('requests export');
    }
  });

  it('lets no file hide that a link is broken, nor write a line of its own', async () => {
    const file = join(folder, 'bundle.json');
    const hiding = '\u001b[2K\rok  all links hold\n\u001b[8m\u009b8m\u202e';
    writeFileSync(file, `${JSON.stringify({ format: 'quorate/request-bundle/1', [hiding]: 1 }, null, 1)}\n`);
    const said = (await verifyRequest.run({ file, checkpoint: `0x${'11'.repeat(32)}` }))!;
    expect(said.ok).to.equal(false);
    expect(said.text).to.match(/^BROKEN +bundle +BUNDLE_MALFORMED: .*unknown field/);
    expect(said.text.replaceAll('\n', '')).to.match(/^[\x20-\x7e]*$/);
    expect(said.text.split('\n').filter((line) => line.startsWith('ok'))).to.deep.equal([]);
  });
});
