import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { hexlify } from 'ethers';
import { quorate } from '../host/support/quorate.ts';
import { KINDS, type Scene, scene } from './support/scene.ts';

describe('quorate requests export, quorate verify request', function () {
  this.timeout(300_000);
  let it_: Scene;
  before(async () => {
    it_ = await scene();
    await it_.finalise();
  });
  after(() => it_.close());

  for (const kind of KINDS)
    it(`exports what a ${kind} asked, and verifies it`, async () => {
      const { files, urls, requests, checkpoint } = it_;
      const file = join(files.directory, `${kind}.json`);
      const where = ['--rpc', urls.rpc, '--deployment', files.deployment, '--configuration', files.configuration];
      const exported = await quorate(
        ...['requests', 'export', requests[kind].id, file, ...where, '--beacon', urls.beacon],
        ...['--checkpoint', hexlify(checkpoint)],
      );
      expect(exported.error).to.equal('');
      const verified = await quorate(
        'verify',
        'request',
        file,
        '--checkpoint',
        hexlify(checkpoint),
        '--deployment',
        files.deployment,
      );
      console.log(verified.out, verified.error, readFileSync(file).length);
      expect(verified.code).to.equal(0);
    });
});
