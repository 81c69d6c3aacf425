import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { toHex } from '../../../signer/formats/hex.ts';
import { measureAs } from '../../../signer/tee/measured.ts';
import { nitroRegisters, tdRegisters } from '../../../signer/tee/registers.ts';
import { intelEvidence, intelVerifier } from '../../evidence/support/intelWriter.ts';
import { nitroDocument, nitroVerifier } from '../../evidence/support/nitroWriter.ts';
import { accepted } from '../../evidence/support/verifier.ts';
import { quorate } from '../support/quorate.ts';

const STARTED = { code: Uint8Array.of(1, 2, 3), configuration: Uint8Array.of(4) };
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const PCRS = nitroRegisters(STARTED, 'i-1');
const pcr = (index: number) => hex(PCRS.get(index)!);
const NAMES = [
  'tdAttributes',
  'xfam',
  'mrtd',
  'mrConfigId',
  'mrOwner',
  'mrOwnerConfig',
  'rtmr0',
  'rtmr1',
  'rtmr2',
  'rtmr3',
];
const TD = Object.fromEntries(tdRegisters(STARTED).map((register, at) => [NAMES[at], hex(register)]));

describe('quorate verify measurement', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-measurement-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  const verify = async (tee: string, content: unknown, ...words: string[]) => {
    const file = join(directory, 'registers.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    const said = await quorate('verify', 'measurement', file, '--tee', tee, '--json', ...words);
    return { code: said.code, error: said.error, shown: said.out === '' ? null : JSON.parse(said.out) };
  };
  const NITRO = { Measurements: { HashAlgorithm: 'Sha384 { ... }', PCR0: pcr(0), PCR1: pcr(1), PCR2: pcr(2) } };

  it('says of registers what the development TEE measures itself as', async () => {
    for (const [kind, registers] of [
      ['nitro', NITRO],
      ['tdx', TD],
    ] as const) {
      const its = measureAs(kind, STARTED);
      const record = Object.fromEntries(Object.entries(its).map(([name, bytes]) => [name, toHex(bytes)]));
      expect(await verify(kind, registers)).to.deep.include({ code: 0, shown: { ...record, ok: true } });
    }
  });

  it('says of verified evidence what a verifier says', async () => {
    const nitro = accepted({ bytes: nitroDocument() }, nitroVerifier());
    const tdx = accepted(intelEvidence('tdx4'), intelVerifier());
    for (const its of [nitro, tdx]) {
      const { shown } = await verify(its.kind, { accepted: true, fields: its.fields });
      expect(shown.measurement).to.equal(toHex(its.measurement));
    }
  });

  it('is compared with what is expected: exit code 1 where it is another', async () => {
    const { measurement } = (await verify('nitro', NITRO)).shown;
    expect((await verify('nitro', NITRO, '--expect', measurement)).code).to.equal(0);
    const other = await verify('nitro', NITRO, '--expect', `0x${'00'.repeat(32)}`);
    expect([other.code, other.shown.ok]).to.deep.equal([1, false]);
  });

  const { Measurements: inner } = NITRO;
  const wrong: readonly [string, string, unknown, string][] = [
    ['no JSON', 'nitro', '{', 'it is not JSON'],
    ['no object', 'nitro', [], 'there are no registers'],
    ['no inner object', 'nitro', { Measurements: 5 }, 'there are no registers'],
    ['a register too few', 'nitro', { PCR0: pcr(0), PCR1: pcr(1) }, 'pcr2 is missing'],
    ['a register twice', 'nitro', { ...inner, pcr0: pcr(0) }, 'pcr0 stands twice'],
    ['a register that is short', 'nitro', { ...inner, PCR0: '00' }, 'pcr0 is no hexadecimal of 48 bytes'],
    ['a register that is a number', 'nitro', { ...inner, PCR0: 5 }, 'pcr0 is no hexadecimal of 48 bytes'],
    ['capital digits', 'nitro', { ...inner, PCR0: 'AA'.repeat(48) }, 'pcr0 is no hexadecimal of 48 bytes'],
    ['an enclave in debug mode', 'nitro', { ...inner, PCR1: '00'.repeat(48) }, 'pcr1 is zero'],
    ['a TD in debug mode', 'tdx', { ...TD, tdAttributes: '0100001000000000' }, 'the TD is in debug mode'],
    ['registers of the other kind', 'tdx', NITRO, 'tdattributes is missing'],
    ['more than any has', 'nitro', { ...inner, more: 'x'.repeat(65_536) }, 'it has over 65536 bytes'],
    ['another TEE', 'sgx', NITRO, '--tee is sgx'],
  ];
  for (const [what, tee, content, said] of wrong)
    it(`refuses ${what}`, async () => {
      const { code, error } = await verify(tee, content);
      expect(code).to.equal(64);
      expect(error).to.include(said);
    });
});
