import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { developmentTsm } from '../../../signer/tee/emulations/tsmFiles.ts';
import { type TsmFiles, tsmSource } from '../../../signer/tee/sources/tsm.ts';
import { codeOf, expectGenuine, MACHINE, REPORT } from './support.ts';

describe('evidence from the kernel', () => {
  /** The kernel's files, with one act changed; and what was done to them. */
  const changed = (change: (kernel: TsmFiles) => Partial<TsmFiles> = () => ({})) => {
    const kernel = developmentTsm(MACHINE);
    const files = { ...kernel, ...change(kernel) };
    const present = new Set<string>();
    const watched: TsmFiles = {
      ...files,
      makeDirectory: (path) => {
        files.makeDirectory(path);
        present.add(path);
      },
      removeDirectory: (path) => {
        files.removeDirectory(path);
        present.delete(path);
      },
    };
    return { source: tsmSource('/tsm', 'quorate-1', watched), present, kernel };
  };
  const reading = (name: string, content: string) => (kernel: TsmFiles) => ({
    read: (path: string) => (basename(path) === name ? Buffer.from(content) : kernel.read(path)),
  });

  it('is a quote over what was asked, twice in a row, and leaves nothing behind', async () => {
    const { source, present } = changed();
    await expectGenuine(source);
    await expectGenuine(source);
    expect([...present]).to.deep.equal([]);
  });

  it('comes with a key of this life alone', async () => {
    const { source } = changed();
    const key = await source.sealingKey();
    expect(await source.sealingKey()).to.deep.equal(key);
    expect(await changed().source.sealingKey()).not.to.deep.equal(key);
  });

  it('is made anew where somebody else has written in between, and given up where they go on', async () => {
    for (const [times, code] of [
      [2, 'answered'],
      [3, 'SOURCE_INTERRUPTED'],
    ] as const) {
      let left = times;
      const { source, present } = changed((kernel) => ({
        read: (path) => {
          if (basename(path) === 'outblob' && left-- > 0)
            kernel.write(join(dirname(path), 'inblob'), new Uint8Array(64).fill(9));
          return kernel.read(path);
        },
      }));
      expect(await codeOf(source.evidence(REPORT))).to.equal(code);
      expect([...present]).to.deep.equal([]);
    }
  });

  it('is made anew where the kernel says that it was disturbed', async () => {
    let left = 1;
    const { source } = changed((kernel) => ({
      read: (path) => {
        if (basename(path) === 'outblob' && left-- > 0) throw Object.assign(new Error('again'), { code: 'EAGAIN' });
        return kernel.read(path);
      },
    }));
    await expectGenuine(source);
  });

  it('is of no other maker of reports', async () => {
    const { source, present } = changed(reading('provider', 'sev_guest\n'));
    expect(await codeOf(source.evidence(REPORT))).to.equal('SOURCE_OTHER_PROVIDER');
    expect([...present]).to.deep.equal([]);
  });

  for (const [name, content, code] of [
    ['outblob', '', 'SOURCE_MALFORMED'],
    ['outblob', 'x'.repeat(16_385), 'SOURCE_TOO_LARGE'],
    ['generation', 'many\n', 'SOURCE_MALFORMED'],
    ['generation', '-1\n', 'SOURCE_MALFORMED'],
    ['generation', '01\n', 'SOURCE_MALFORMED'],
  ] as const)
    it(`is refused where ${name} is ${JSON.stringify(content.slice(0, 6))} of ${content.length} letters`, async () => {
      expect(await codeOf(changed(reading(name, content)).source.evidence(REPORT))).to.equal(code);
    });

  it('is made beside what a process of the same number has left behind', async () => {
    const left: string[] = [];
    const { source, kernel, present } = changed((its) => ({
      makeDirectory: (path) => {
        its.makeDirectory(path);
        left.push(path);
      },
    }));
    await expectGenuine(source);
    kernel.makeDirectory('/tsm/quorate-1');
    kernel.makeDirectory(left[0]!);
    await expectGenuine(source);
    expect(new Set(left).size).to.equal(left.length);
    expect([...present]).to.deep.equal([]);
  });

  it('is not there where the kernel has no such directory', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'quorate-tsm-'));
    expect(await codeOf(tsmSource(join(nowhere, 'report'), 'quorate-1').evidence(REPORT))).to.equal(
      'SOURCE_UNREACHABLE',
    );
    expect(await codeOf(tsmSource(nowhere, 'quorate-1').evidence(REPORT))).to.equal('SOURCE_UNREACHABLE');
    expect(readdirSync(nowhere), 'its directory goes with it').to.deep.equal([]);
    rmSync(nowhere, { recursive: true });
  });
});
