/** The TEE of a real machine, its sources played: what differs from the development TEE is where evidence and key come from. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { bundleEnclave } from '../../../scripts/bundle.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { hash } from '../../../signer/formats/words.ts';
import { startDstackAgent } from '../../../signer/tee/emulations/dstackAgent.ts';
import { intelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';
import { measureAs } from '../../../signer/tee/measured.ts';
import { readRootKey, scalarOf } from '../../../signer/tee/rootKey.ts';
import { accepted, rootsOf, verifierAt } from '../../evidence/support/verifier.ts';
import { headerFields, rlp } from '../../proof/support/chain.ts';
import { beaconOf } from '../support/finality.ts';
import { begin, codeOf, fromHex, lastOf, okOf } from '../support/network.ts';
import { type Host, type Machine, machine, scrap, startProgram } from '../support/teeProcess.ts';
import { CONFIGURATION } from '../support/world.ts';

const HEADER = toHex(rlp(headerFields(new Uint8Array(32).fill(4))));

describe('the enclave process under the TEE of a real machine', function () {
  this.timeout(20_000);
  let place: Machine;
  let bundle: string;
  let agent: Server | null;
  const beacon = beaconOf();
  const hosts: Host[] = [];
  const socket = () => join(place.directory, 'dstack.sock');
  const start = () => {
    const files = ['--bundle', bundle, '--configuration', place.configuration];
    const host = startProgram(place, 'signer/tee/machine.ts', [...files, '--source', 'dstack', '--socket', socket()]);
    hosts.push(host);
    return host;
  };
  const close = async () => {
    await new Promise<void>((closed) => (agent === null ? closed() : agent.close(() => closed())));
    agent = null;
  };

  before(async () => {
    place = machine();
    bundle = join(place.directory, 'enclave.bundle.mjs');
    writeFileSync(bundle, (await bundleEnclave()).code);
    const started = { code: readFileSync(bundle), configuration: CONFIGURATION };
    const [rootKey, platformId] = [readRootKey(place.rootKey), new Uint8Array(32).fill(0x11)];
    agent = await startDstackAgent(socket(), { rootKey, platformId, started, now: () => Date.now() });
  });
  after(async () => {
    for (const { child } of hosts) child.kill('SIGKILL');
    await close();
    scrap(place);
  });

  const attest = async (host: Host) => {
    okOf(await host.call('follow', { update: toHex(beacon.finalise(hash(fromHex(HEADER)))) }));
    const block = okOf<{ hash: Hex }>(await host.call('prove', { header: HEADER, nodes: [] })).hash;
    const [operator, region, tlsKey] = ['0a'.repeat(20), '0b'.repeat(32), '0c'.repeat(32)].map(
      (hex) => `0x${hex}` as const,
    );
    const subject = { operator: operator!, region: region!, tlsKey: tlsKey!, endpoint: 'wss://here' };
    return host.call('attest', { ...subject, epoch: 1, block, child: null });
  };

  it('attests with a quote of its source, and finds its seals again', async () => {
    const first = start();
    const { identity } = await begin(first.call, null, beacon.checkpoint);
    await first.until(() => first.events.length > 0);
    const { evidence } = okOf<{ evidence: Hex }>(await attest(first));
    const { root, collateralAt } = intelAuthority(scalarOf(readRootKey(place.rootKey)));
    const at = Math.floor(Date.now() / 1000);
    const its = accepted(
      { bytes: fromHex(evidence), collateral: collateralAt(at) },
      verifierAt(at, rootsOf({ intel: root })),
    );
    const measured = measureAs('tdx', { code: readFileSync(bundle), configuration: CONFIGURATION });
    expect(toHex(its.measurement)).to.equal(toHex(measured.measurement));
    const { sealed } = lastOf(first.events, 'seal');
    expect(await first.end()).to.equal(0);

    const second = start();
    expect((await begin(second.call, sealed, beacon.checkpoint)).identity).to.equal(identity);
    expect(await second.end()).to.equal(0);
  });

  it('lives on where its source is gone, and refuses what it has none of', async () => {
    const host = start();
    await begin(host.call, null, beacon.checkpoint);
    await close();
    expect(codeOf(await attest(host))).to.equal('TEE_UNAVAILABLE');
    expect(codeOf(await host.call('status', {}))).to.equal('ok');
    expect(await host.end()).to.equal(0);
    const late = start();
    expect(codeOf(await late.call('boot', { sealed: null }))).to.equal('TEE_UNAVAILABLE');
    expect(await late.end()).to.equal(0);
  });

  for (const [what, words, said] of [
    ['no source', [], '--source is missing'],
    ['a source that is none', ['--source', 'sgx'], '--source is none of dstack, tsm, nsm'],
    ['no helper', ['--source', 'nsm'], '--helper is missing'],
  ] as const)
    it(`says in one line that it was given ${what}`, () => {
      const files = ['--bundle', bundle, '--configuration', place.configuration];
      const args = ['signer/tee/machine.ts', ...files, ...words];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect([status, stderr]).to.deep.equal([64, `machine TEE: ${said}\n`]);
    });
});
