import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Options } from '../../signer/cli/command.ts';
import { verifyEvidence } from '../../signer/cli/verify/evidence.ts';
import { quorate } from '../host/support/quorate.ts';
import { INTEL_AT, intelEvidence } from './support/intelWriter.ts';
import { NITRO_AT, nitroDocument } from './support/nitroWriter.ts';
import { describeSamples, sample } from './support/samples.ts';
import { snpEvidence } from './support/snpWriter.ts';

/** In this process: what is shown, and the exit code that it makes. */
const run = async (file: string, options: Options = {}) => {
  const shown = await verifyEvidence.run({ at: 'now', ...options, file });
  const said = shown?.json as Record<string, unknown> & { values: Record<string, unknown> };
  return { code: shown?.ok ? 0 : (shown?.exitCode ?? 1), said };
};

describe('quorate verify evidence', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-evidence-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  it('refuses what no vendor signed, says why, and ends with 1', async () => {
    const { code, said } = await run(put('doc.cbor', nitroDocument()), { at: new Date(NITRO_AT * 1000).toISOString() });
    expect(code).to.equal(1);
    expect(said).to.include({ accepted: false, reason: 'CHAIN_ROOT', kind: 'nitro', measurement: null });
    expect(said.values.root).to.equal('aws.nitro-enclaves');
  });

  it('asks the contracts too, whose constructors refuse a root that no vendor has made', async () => {
    const time = (at: number) => new Date(at * 1000).toISOString();
    const nitro = put('on-chain.cbor', nitroDocument());
    const { bytes, collateral = new Uint8Array() } = intelEvidence('tdx4');
    mkdirSync(join(folder, 'on-chain'), { recursive: true });
    put('on-chain/quote.bin', bytes);
    put('on-chain/collateral-2026-02-01.json', collateral);
    for (const [file, at] of [
      [nitro, NITRO_AT],
      [join(folder, 'on-chain'), INTEL_AT],
    ] as const) {
      const { code, said } = await run(file, { at: time(at), 'on-chain': true });
      expect([code, said.reason]).to.deep.equal([1, 'CHAIN_ROOT']);
      expect(said.onChain).to.include({ accepted: false, reason: 'ROOT_NOT_PINNED', gas: null });
    }
  }).timeout(60_000);

  it('reads what lies beside, or the collateral that is named', async () => {
    mkdirSync(join(folder, 'beside'), { recursive: true });
    const { bytes, collateral = new Uint8Array() } = intelEvidence('tdx4');
    put('beside/quote.bin', bytes);
    expect((await run(join(folder, 'beside'))).said.reason).to.equal('COLLATERAL_ABSENT');
    put('beside/collateral-2026-02-01.json', collateral);
    expect((await run(join(folder, 'beside'))).said.reason).to.equal('CHAIN_ROOT');
    const other = put('other.json', new TextEncoder().encode('{}'));
    expect((await run(join(folder, 'beside'), { collateral: other })).said.reason).to.equal('COLLATERAL_MALFORMED');
    const { bytes: report, vek = new Uint8Array() } = snpEvidence();
    put('beside/report.bin', report);
    expect((await run(join(folder, 'beside', 'report.bin'))).said.reason).to.equal('VEK_ABSENT');
    put('beside/vek.der', vek);
    expect((await run(join(folder, 'beside', 'report.bin'))).said).to.include({
      reason: 'CHAIN_SIGNATURE',
      kind: 'snp',
    });
  }).timeout(20_000);

  it('ends with 2 where there is nothing to verify', async () => {
    for (const file of [put('x', new TextEncoder().encode('hello')), put('empty', new Uint8Array())]) {
      const { code, said } = await run(file);
      expect(code, file).to.equal(2);
      expect(said).to.include({ accepted: false, kind: null });
    }
  }).timeout(20_000);

  it('ends with 64 where the file is not there, or none of them is in its folder', async () => {
    mkdirSync(join(folder, 'nothing'));
    const evidence = put('doc.cbor', nitroDocument());
    for (const [file, said] of [
      [join(folder, 'absent'), /^quorate: cannot read .*absent: ENOENT/],
      [join(folder, 'nothing'), /^quorate: there is no doc.cbor, no quote.bin, no report.bin in /],
      [join(evidence, 'x'), /^quorate: cannot read .*ENOTDIR/],
    ] as const) {
      const { code, out, error } = await quorate('verify', 'evidence', file);
      expect([code, out, error.trimEnd().split('\n').length]).to.deep.equal([64, '', 2]);
      expect(error).to.match(said);
    }
  }).timeout(20_000);

  it('says what is wrong with how it was called', async () => {
    expect(await quorate('verify', 'evidence', 'x', '--at', 'noon')).to.include({
      code: 64,
      error: 'quorate: --at noon is no time\nWrite it as 2026-01-03T20:41:07Z.\n',
    });
    expect((await quorate('verify', 'evidence')).error).to.include('FILE is missing');
    expect((await quorate('verify', 'evidence', 'x', 'y')).code).to.equal(64);
    expect((await quorate('verify', 'evidence', '--help')).out).to.match(/FILE .*--at .*--collateral /s);
  }).timeout(20_000);
});

for (const [kind, name, at] of [
  ['tdx', '709a3cc2', '2025-09-29T19:26:58Z'],
  ['nitro', '2025-04-15-prod', null],
] as const)
  describeSamples(`quorate verify evidence --on-chain, of a genuine ${kind}`, kind, (samples) => {
    it('asks the contracts under the vendor’s root, and both answers agree', async () => {
      const one = sample(samples, name);
      const time = at ?? new Date(Number(one.meta.validAtMs)).toISOString();
      const { code, said } = await run(one.folder, { at: time, 'on-chain': true });
      const { onChain, ...here } = said as typeof said & { onChain: Record<string, unknown> };
      expect([code, here.accepted, onChain.accepted]).to.deep.equal([0, true, true]);
      expect(here.gas).to.equal(onChain.gas).and.to.be.above(20_000);
      expect(onChain.measurement).to.equal(here.measurement);
    }).timeout(60_000);

    it('is refused by both at another time', async () => {
      const { code, said } = await run(sample(samples, name).folder, { at: '2040-01-01T00:00:00Z', 'on-chain': true });
      expect(code).to.equal(1);
      expect(said.reason).to.not.equal('ANSWERS_DIFFER');
      expect((said.onChain as unknown as { accepted: boolean }).accepted).to.equal(false);
    }).timeout(60_000);
  });

describeSamples('quorate verify evidence, of genuine quotes', 'tdx', (samples) => {
  const { folder } = sample(samples, '709a3cc2');

  it('takes the newest collateral of that time, and ends with 0', async () => {
    const good = await run(join(folder, 'quote.bin'), { at: '2025-09-29T19:26:58Z' });
    expect(good.code).to.equal(0);
    expect(good.said).to.include({
      accepted: true,
      reason: null,
      kind: 'tdx',
      tcbStatus: 'UpToDate',
      validUntil: '2025-10-02T07:03:51.000Z',
    });
    const late = await run(join(folder, 'quote.bin'), { at: '2026-08-13T11:45:38Z' });
    expect(late.code).to.equal(1);
    expect(late.said).to.include({
      accepted: false,
      reason: 'TCB_STATUS',
      kind: 'tdx',
      tcbStatus: 'OutOfDate',
      measurement: good.said.measurement,
    });
  }).timeout(20_000);

  it('tells people the same, without --json', async () => {
    const { out, code } = await quorate('verify', 'evidence', folder, '--at', '2025-09-29T19:26:58Z');
    expect(code).to.equal(0);
    expect(out).to.match(/^accepted\n {2}kind +tdx\n/);
    expect(out).to.include('rtmr3');
  });
});
