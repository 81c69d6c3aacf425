/** The two commands as people type them, over a real RPC and beacon routes: and what they say when something is missing. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { hexlify } from 'ethers';
import { quorate } from '../host/support/quorate.ts';
import { settle } from './support/gather.ts';
import { type Kind, type Scene, scene } from './support/scene.ts';

type Said = {
  readonly ok: boolean;
  readonly links: readonly { readonly link: string; readonly ok: boolean; readonly detail: string }[];
  readonly effects: readonly string[];
  readonly notProven: readonly string[];
};

function exportingOf({ files, urls }: Scene, id: string, file: string, ...more: string[]) {
  const where = ['--rpc', urls.rpc, '--deployment', files.deployment, '--configuration', files.configuration];
  return quorate('requests', 'export', id, file, ...where, '--beacon', urls.beacon, ...more);
}

describe('quorate requests export, quorate verify request', function () {
  this.timeout(300_000);
  let it_: Scene;
  before(async () => {
    it_ = await scene();
    await settle(it_);
  });
  after(() => it_.close());

  const fileOf = (name: string) => join(it_.files.directory, `${name}.json`);
  const checkpoint = () => hexlify(it_.checkpoint);

  function exporting(id: string, file: string, ...more: string[]) {
    return exportingOf(it_, id, file, ...more);
  }

  async function exported(kind: Kind): Promise<string> {
    const file = fileOf(kind);
    const { code, error } = await exporting(it_.requests[kind].id, file, '--checkpoint', checkpoint());
    expect(error).to.equal('');
    expect(code).to.equal(0);
    return file;
  }

  it('exports what was voted from a checkpoint, and verifies it without either', async () => {
    const file = await exported('vote');
    const words = ['verify', 'request', file, '--checkpoint', checkpoint(), '--deployment', it_.files.deployment];
    const { code, out } = await quorate(...words, '--json');
    const said = JSON.parse(out) as Said;
    expect(code).to.equal(0);
    expect(said.ok).to.equal(true);
    expect(said.links.every(({ ok }) => ok)).to.equal(true);
    expect(said.effects).to.deep.equal([
      'pays 0.00099300 BTC to bcrt1qxvenxvenxvenxvenxvenxvenxvenxvenztev8a',
      'pays a fee of 0.00000700 BTC',
    ]);
    expect(said.notProven.join()).to.match(/proves nothing to anybody else/);

    const text = await quorate(...words, '--request', it_.requests.vote.id);
    expect(text.code).to.equal(0);
    expect(text.out)
      .to.match(/^ok {2}bundle/)
      .and.to.match(/\nNOT PROVEN\n- that 0x/);

    const other = await quorate(...words, '--request', it_.requests.second.id, '--json');
    expect(other.code).to.equal(1);
    const [wrong] = (JSON.parse(other.out) as Said).links.filter(({ ok }) => !ok);
    expect(wrong).to.deep.equal({ link: 'request', ok: false, detail: `REQUEST_OTHER: it is ${it_.requests.vote.id}` });
  });

  it('ends with 1 for what does not hold, and for what is no bundle', async () => {
    const file = await exported('delegate');
    const changed = fileOf('changed');
    writeFileSync(changed, readFileSync(file, 'utf8').replace('"signatures": [\n  "0x', '"signatures": [\n  "0xff'));
    const broken = await quorate('verify', 'request', changed, '--checkpoint', checkpoint(), '--json');
    expect(broken.code).to.equal(1);
    const { links, notProven } = JSON.parse(broken.out) as Said;
    expect(links.find(({ ok }) => !ok)).to.deep.equal({
      link: 'signatures',
      ok: false,
      detail: 'SIGNATURE_WRONG: signature 0',
    });
    expect(notProven).to.deep.equal([]);

    const none = await quorate('verify', 'request', it_.files.deployment, '--checkpoint', checkpoint(), '--json');
    expect(none.code).to.equal(1);
    expect((JSON.parse(none.out) as Said).links[0]!.detail).to.match(/^UNREADABLE/);
  });

  it('starts from the newest final block where no checkpoint is named', async () => {
    const file = fileOf('newest');
    const { code, out } = await exporting(it_.requests.vote.id.slice(0, 12), file, '--json');
    expect(code).to.equal(0);
    const said = JSON.parse(out) as { readonly checkpoint: string; readonly id: string };
    expect(said.id).to.equal(it_.requests.vote.id);
    expect((await quorate('verify', 'request', file, '--checkpoint', said.checkpoint)).code).to.equal(0);
    const older = await quorate('verify', 'request', file, '--checkpoint', checkpoint(), '--json');
    const { links } = JSON.parse(older.out) as Said;
    expect(links.find(({ ok }) => !ok)!.detail).to.match(/^TRUSTED_ROOT/);
    const { out: told } = await quorate('verify', 'request', file, '--checkpoint', checkpoint());
    const marks = told.split('\n').map((line) => line.split(' ', 1).join());
    expect(marks.filter((mark) => mark === 'BROKEN')).to.have.lengthOf(1);
    expect(marks.filter((mark) => mark === '--')).to.have.lengthOf(links.filter(({ ok }) => !ok).length - 1);
  });

  it('says what is missing', async () => {
    const { requests, files } = it_;
    const cases: [RegExp, Promise<{ code: number | null; error: string }>][] = [
      [/there is no request/, exporting(`0x${'12'.repeat(32)}`, fileOf('none'))],
      [/--checkpoint is no hash/, exporting(requests.vote.id, fileOf('none'), '--checkpoint', '0x12')],
      [/beacon node is of no use/, exporting(requests.vote.id, fileOf('none'), '--checkpoint', `0x${'12'.repeat(32)}`)],
      [
        /cannot read the configuration/,
        exporting(requests.vote.id, fileOf('none'), '--configuration', fileOf('missing')),
      ],
      [/configuration is of no use/, exporting(requests.vote.id, fileOf('none'), '--configuration', files.deployment)],
      [/--checkpoint is missing/, quorate('verify', 'request', fileOf('vote'))],
      [/it takes ID and FILE, not 3/, quorate('requests', 'export', 'a', 'b', 'c')],
    ];
    for (const [expected, running] of cases) {
      const { code, error } = await running;
      expect(error).to.match(expected);
      expect(code).to.equal(64);
    }
  });
});

describe('quorate requests export, where registers hold the configuration', function () {
  this.timeout(300_000);
  let it_: Scene;
  before(async () => {
    it_ = await scene({ isInRegisters: true });
    await settle(it_);
  });
  after(() => it_.close());

  it('prints the command that verifies what it exports, which names the configuration; without its name that is not proven', async () => {
    const file = join(it_.files.directory, 'vote.json');
    const { code, out, error } = await exportingOf(it_, it_.requests.vote.id, file);
    expect(error).to.equal('');
    expect(code).to.equal(0);
    const words = /^quorate (verify request .*)$/m.exec(out)![1]!.split(' ');
    const named = await quorate(...words, '--deployment', it_.files.deployment);
    expect(named.code).to.equal(0);
    expect(named.out).to.match(/- that the registers .* hold the configuration that you have named: build the image/);
    expect(named.out).not.to.match(/--configuration-hash/);
    const unnamed = words.slice(0, words.indexOf('--configuration-hash'));
    const said = await quorate(...unnamed, '--json');
    expect(said.code).to.equal(0);
    const { notProven } = JSON.parse(said.out) as Said;
    expect(notProven.join()).to.match(/registers of the measured images .* name the one that you know/);
    const other = await quorate(...unnamed, '--configuration-hash', `0x${'11'.repeat(32)}`, '--json');
    expect(other.code).to.equal(1);
    expect((JSON.parse(other.out) as Said).links.find(({ ok }) => !ok)!.detail).to.match(/^CONFIGURATION_OTHER/);
  });
});
