import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { bundleEnclave } from '../../../scripts/bundle.ts';
import { API_VERSION, type Status } from '../../../signer/enclave/api.ts';
import { encodeFrame, frameOf } from '../../../signer/enclave/frames.ts';
import { reportData } from '../../../signer/formats/attestation.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { hash } from '../../../signer/formats/words.ts';
import { intelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';
import { nitroAuthority } from '../../../signer/tee/issuers/nitro/authority.ts';
import { type Kind, measureAs } from '../../../signer/tee/measured.ts';
import { readRootKey, scalarOf } from '../../../signer/tee/rootKey.ts';
import { startEnclave } from '../../../signer/tee/startEnclave.ts';
import { accepted, rootsOf, verifierAt } from '../../evidence/support/verifier.ts';
import { headerFields, rlp } from '../../proof/support/chain.ts';
import { beaconOf } from '../support/finality.ts';
import { begin, codeOf, fromHex, lastOf, okOf } from '../support/network.ts';
import { type Host, type Machine, machine, scrap, startTee } from '../support/teeProcess.ts';
import { CONFIGURATION } from '../support/world.ts';

const OPERATOR: Hex = `0x${'0a'.repeat(20)}`;
const PLATFORM = '11'.repeat(32);
/** Whom an enclave attests for. */
function subjectOf(identity: Hex) {
  const { chainId, contracts } = parseConfiguration(CONFIGURATION);
  const enclaveRegistry = contracts.enclaveRegistry.address;
  return { chainId, enclaveRegistry, operator: fromHex(OPERATOR), identity: fromHex(identity) };
}
const HEADER = toHex(rlp(headerFields(new Uint8Array(32).fill(4))));

/** Looks at processes through /proc. */
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('the enclave process under the development TEE', function () {
  this.timeout(20_000);
  let place: Machine;
  let bundle: string;
  let hosts: Host[];
  const beacon = beaconOf();
  const start = (...args: Parameters<typeof startTee> extends [Machine, ...infer Rest] ? Rest : never) => {
    const host = startTee(place, ...args);
    hosts.push(host);
    return host;
  };
  const boot = async (host: Host, sealed: Hex | null = null) => {
    const status = await begin(host.call, sealed, beacon.checkpoint);
    if (sealed === null) await host.until(() => host.events.length > 0);
    return status;
  };

  const attest = async (host: Host) => {
    okOf(await host.call('follow', { update: toHex(beacon.finalise(hash(fromHex(HEADER)))) }));
    const block = okOf<{ hash: Hex }>(await host.call('prove', { header: HEADER, nodes: [] })).hash;
    const [region, tlsKey] = [`0x${'0b'.repeat(32)}`, `0x${'0c'.repeat(32)}`] as const;
    const subject = { operator: OPERATOR, region, tlsKey, endpoint: 'wss://here', epoch: 1, block, child: null };
    return okOf<{ tee: Hex; reportData: Hex; evidence: Hex; challenge: Hex }>(await host.call('attest', subject));
  };

  before(async () => {
    place = machine();
    bundle = join(place.directory, 'enclave.bundle.mjs');
    writeFileSync(bundle, (await bundleEnclave()).code);
  });
  beforeEach(() => {
    hosts = [];
  });
  afterEach(() => {
    for (const { child } of hosts) child.kill('SIGKILL');
  });
  after(() => scrap(place));
  /** Private copies of bundles that enclaves left lying about. */
  const leftovers = () => readdirSync(place.directory).filter((name) => name.startsWith('quorate-tee-'));

  it('boots, answers, and ends with its host', async () => {
    const host = start(bundle);
    expect(await boot(host)).to.include({ version: API_VERSION, head: null, sessions: 0 });
    expect(lastOf(host.events, 'seal').generation).to.equal(1);
    expect(await host.end()).to.equal(0);
    expect(host.stderr()).to.equal('');
  });

  it('starts where the directory for temporary files is a link', async () => {
    const link = join(place.directory, 'link');
    mkdirSync(join(place.directory, 'linked'));
    symlinkSync(join(place.directory, 'linked'), link);
    const host = startTee({ ...place, directory: link }, bundle);
    hosts.push(host);
    await boot(host);
    expect(await host.end()).to.equal(0);
  });

  it('has the same identity and another boot key after a restart, on this platform only', async () => {
    const first = start(bundle);
    const before_ = await boot(first);
    const { sealed } = lastOf(first.events, 'seal');
    first.child.kill('SIGKILL');
    await first.ended;

    const second = start(bundle);
    const after_ = await boot(second, sealed);
    expect(after_.identity).to.equal(before_.identity);
    expect(after_.nonce).not.to.equal(before_.nonce);
    expect(after_.encryptionKey).not.to.equal(before_.encryptionKey);

    const elsewhere = start(bundle, '22'.repeat(32));
    expect(codeOf(await elsewhere.call('boot', { sealed }))).to.equal('SEALED_INVALID');
  });

  it('is another measurement with one byte changed, which cannot open the seals of the first', async () => {
    const first = start(bundle);
    await boot(first);
    const changed = join(place.directory, 'changed.mjs');
    writeFileSync(changed, Buffer.concat([readFileSync(bundle), Buffer.from('\n')]));
    const second = start(changed);
    expect(codeOf(await second.call('boot', { sealed: lastOf(first.events, 'seal').sealed }))).to.equal(
      'SEALED_INVALID',
    );
  });

  for (const kind of ['tdx', 'nitro'] as const) {
    it(`attests in the format of ${kind}, accepted under a root of its root key`, async () => {
      const host = start(bundle, PLATFORM, kind === 'tdx' ? [] : ['--kind', kind]);
      const { identity } = await boot(host);
      const { tee, reportData: asked, evidence, challenge } = await attest(host);
      expect(asked).to.equal(toHex(reportData({ ...subjectOf(identity), epoch: 1, challenge: fromHex(challenge) })));
      const seed = scalarOf(readRootKey(place.rootKey));
      const [intel, aws] = [intelAuthority(seed), nitroAuthority(seed).root];
      const at = Math.floor(Date.now() / 1000);
      const its = accepted(
        { bytes: fromHex(evidence), ...(kind === 'tdx' && { collateral: intel.collateralAt(at) }) },
        verifierAt(at, rootsOf({ intel: intel.root, aws })),
      );
      const measured = measureAs(kind, { code: readFileSync(bundle), configuration: CONFIGURATION });
      expect(its.kind).to.equal(kind);
      expect([tee, toHex(its.measurement)]).to.deep.equal([toHex(measured.tee), toHex(measured.measurement)]);
      expect(toHex(its.reportData.slice(0, 32))).to.equal(asked);
    });
  }

  it('says in one line what it cannot play', () => {
    const args = ['signer/tee/development.ts', '--kind', 'sgx'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([status, stderr]).to.deep.equal([64, 'development TEE: --kind is none of tdx, nitro\n']);
  });

  it('prints its measurement without starting anything', async () => {
    const files = ['--bundle', bundle, '--configuration', place.configuration];
    const printed = (...kind: string[]): unknown =>
      JSON.parse(
        execFileSync(process.execPath, ['signer/tee/development.ts', ...files, '--print-measurement', ...kind], {
          encoding: 'utf8',
        }),
      );
    const measured = (kind: Kind) => {
      const its = measureAs(kind, { code: readFileSync(bundle), configuration: CONFIGURATION });
      return Object.fromEntries(Object.entries(its).map(([name, bytes]) => [name, toHex(bytes)]));
    };
    expect(printed()).to.deep.equal(measured('tdx'));
    expect(printed('--kind', 'nitro')).to.deep.equal(measured('nitro'));
  });

  it('says in one line what it was not given', async () => {
    const { status, stderr } = spawnSync(process.execPath, ['signer/tee/development.ts'], { encoding: 'utf8' });
    expect([status, stderr]).to.deep.equal([64, 'development TEE: --bundle is missing\n']);
  });

  it('does not let a host speak on the TEE’s channel, or hear it', async () => {
    const host = start(bundle);
    await boot(host);
    const before = host.answers.length;
    host.send(encodeFrame(1, { id: 1, ok: { key: `0x${'00'.repeat(32)}` } }));
    host.send(encodeFrame(1, { id: 1, ask: 'sealingKey' }));
    await host.until(() => host.answers.length === before + 2);
    expect(host.answers.slice(before).map((answer) => [answer.id, codeOf(answer)])).to.deep.equal([
      [0, 'FRAME_MALFORMED'],
      [0, 'FRAME_MALFORMED'],
    ]);
    expect(okOf<Status>(await host.call('status', {})).counters).to.deep.equal({ FRAME_MALFORMED: 2 });
  });

  it('survives garbage, and ends cleanly after a frame without end', async () => {
    const host = start(bundle);
    await boot(host);
    host.send(Buffer.concat([frameOf(new Uint8Array()), frameOf(Uint8Array.of(0, 0x7b)), frameOf(Uint8Array.of(9))]));
    expect(okOf<Status>(await host.call('status', {})).counters).to.deep.equal({ FRAME_MALFORMED: 3 });
    host.send(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 1, 2, 3));
    expect(await host.ended).to.equal(0);
    expect(host.answers.slice(-1).map(codeOf)).to.deep.equal(['FRAME_TOO_LARGE']);
  });

  onLinux('leaves no orphan and no file when the TEE is killed in the middle of work', async () => {
    const host = start(bundle);
    await boot(host);
    const enclave = childrenOf(host.child.pid!)[0]!;
    for (let id = 100; id < 200; id++) host.send(encodeFrame(0, { id, call: 'status', params: {} }));
    host.child.kill('SIGKILL');
    await host.ended;
    expect(await isGone(enclave)).to.equal(true);
    expect(leftovers()).to.deep.equal([]);
  });

  onLinux('leaves no orphan when its host is killed', async () => {
    const tee = ['signer/tee/development.ts', '--bundle', bundle, '--configuration', place.configuration];
    const args = JSON.stringify([...tee, '--root-key', place.rootKey, '--platform', '11'.repeat(32)]);
    const host = spawn(process.execPath, [
      '--eval',
      `const tee = require('child_process').spawn(process.execPath, ${args}); console.log(tee.pid)`,
    ]);
    const [line] = (await once(host.stdout, 'data')) as [Buffer];
    const pid = Number(line);
    while (childrenOf(pid).length === 0) await setTimeout(20);
    const enclave = childrenOf(pid)[0]!;
    host.kill('SIGKILL');
    expect(await Promise.all([isGone(pid), isGone(enclave)])).to.deep.equal([true, true]);
  });

  onLinux('ends, with nothing left, when it is told to terminate', async () => {
    const host = start(bundle);
    await boot(host);
    const enclave = childrenOf(host.child.pid!)[0]!;
    host.child.kill('SIGTERM');
    expect(await host.ended).to.equal(0);
    expect(await isGone(enclave)).to.equal(true);
    expect(leftovers()).to.deep.equal([]);
  });

  it('gives an enclave two seconds to finish when its host is gone, and no more', async () => {
    const busy = join(place.directory, 'busy.mjs');
    writeFileSync(busy, "process.stdin.resume().on('end', () => { for (;;); });");
    expect(await start(busy).end()).to.equal(0);
  });

  onLinux('ends with its enclave', async () => {
    const host = start(bundle);
    await boot(host);
    process.kill(childrenOf(host.child.pid!)[0]!, 'SIGKILL');
    expect(await host.ended).to.equal(70);
  });

  it('after a bug ends with a code and one line that says where, not what', async () => {
    const { child, forgetBundle } = startEnclave(readFileSync(bundle));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.write(encodeFrame(1, { id: 5, ok: { key: 'a secret that a broken TEE sent' } }));
    const code = await new Promise((resolve) => child.on('close', resolve));
    forgetBundle();
    expect(code).to.equal(70);
    expect(stderr).to.match(/^enclave: bug: Error at .+\n$/);
    expect(stderr).not.to.contain('secret that');
  });
});

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 250; tries++) {
    if (!existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) return true;
    await setTimeout(20);
  }
  return false;
}
