import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bundleEnclave } from '../../../scripts/bundle.ts';
import type { Status } from '../../../signer/enclave/api.ts';
import { lastOf, okOf } from '../support/network.ts';
import { type Machine, machine, scrap, startTee } from '../support/teeProcess.ts';

describe('the enclave process under the development TEE', () => {
  let bundle: string;
  let place: Machine;
  before(async () => {
    place = machine();
    bundle = join(place.directory, 'enclave.bundle.mjs');
    writeFileSync(bundle, (await bundleEnclave()).code);
  });
  after(() => scrap(place));

  it('boots, answers and ends with its host', async () => {
    const host = startTee(place, bundle);
    const booted = okOf<Status>(await host.call('boot', { sealed: null }));
    expect(booted).to.include({ version: 1, head: null, sessions: 0 });
    expect(lastOf(host.events, 'seal').generation).to.equal(1);
    expect(await host.end()).to.equal(0);
    expect(host.stderr()).to.equal('');
  });
});
