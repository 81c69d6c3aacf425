import { join } from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';

describe('the evidence floor', () => {
  it('bundles for any engine, with signatures in plain JavaScript: nothing of Node is left to import', async () => {
    const floor = join(import.meta.dirname, '../../signer/evidence');
    const contents =
      "export { verifyEvidence } from './verifyEvidence.ts'; export { verifyWithNoble } from './signatures/noble.ts';";
    const stdin = { contents, resolveDir: floor, loader: 'ts' } as const;
    const { errors, outputFiles } = await build({
      stdin,
      bundle: true,
      platform: 'neutral',
      format: 'esm',
      write: false,
      logLevel: 'silent',
    });
    expect(errors).to.deep.equal([]);
    expect(outputFiles[0]?.text).not.to.match(/\bfrom ?"|\brequire\(|\bimport\(/);
  });
});
