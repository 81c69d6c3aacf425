/** What a shell completes, and what is meant by a command in the wrong spelling. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { alike } from '../../../signer/cli/alike.ts';
import { option } from '../../../signer/cli/command.ts';
import { COMMANDS } from '../../../signer/cli/commands.ts';
import { parseJson } from '../../../signer/host/plainJson.ts';
import { MAIN, quorate, quorateIn } from '../support/quorate.ts';

const scriptFor = async (shell: string) => (await COMMANDS.completion!.run({ file: shell }))!.text;

/** What bash offers at the end of this line. */
async function offered(...words: string[]): Promise<string[]> {
  const line = [await scriptFor('bash'), `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})`];
  const ask = `COMP_CWORD=${words.length - 1}; _quorate; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', [...line, ask].join('\n')], { encoding: 'utf8' });
  expect(stderr).to.equal('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('the shell', () => {
  it('completes commands of one word and of two', async () => {
    expect(await offered('quorate', 'expl')).to.deep.equal(['explain']);
    expect(await offered('quorate', 'propose', 'gu')).to.deep.equal(['guard']);
    expect(await offered('quorate', 'devnet', '')).to.have.members(['up', 'down', 'status', 'mine', 'fund']);
  });

  it('completes the options of that command and of no other', async () => {
    expect(await offered('quorate', 'propose', 'guard', '--ca')).to.deep.equal(['--caps']);
    expect(await offered('quorate', 'keys', '--ca')).to.deep.equal([]);
    expect(await offered('quorate', 'request', '--wa')).to.deep.equal(['--watch']);
  });

  it('has every command and option for fish', async () => {
    const script = await scriptFor('fish');
    for (const [name, { options }] of Object.entries(COMMANDS)) {
      expect(script).to.include(` -a ${name.split(' ').at(-1)} -d `);
      for (const option of options) expect(script, name).to.include(` -l ${option.name} `);
    }
  });
});

describe('a command in the wrong spelling', () => {
  it('is answered with the one that is meant', async () => {
    const { code, error } = await quorate('propsoe', 'guard');
    expect(code).to.equal(64);
    expect(error).to.include('there is no command propsoe').and.include('Is it `quorate propose guard`?');
    expect((await quorate('propose')).error).to.include('`propose bitcoin`');
    expect((await quorate('propos')).error, 'what no command is by itself').to.include('Is it `quorate propose`?');
  });

  it('is answered so in its second word too', async () => {
    const { code, error } = await quorate('propose', 'bitcion', 'F');
    expect(code).to.equal(64);
    expect(error).to.match(
      /^quorate: there is no command propose bitcion\nIs it `quorate propose bitcoin`\? There are `/,
    );
    expect((await quorate('devnet', 'upp', '--json')).error)
      .to.include('no command devnet upp')
      .and.include('devnet up`?');
    expect((await quorate('verify', 'evidense', 'F')).error).to.include('Is it `quorate verify evidence`?');
    expect((await quorate('propose', 'xyzzyx')).error).to.match(/no command propose xyzzyx\nThere are `/);
  });

  it('has help for -h as for --help', async () => {
    expect((await quorate('-h')).out).to.equal((await quorate('--help')).out);
    expect(await quorate('keys', '-h')).to.deep.equal(await quorate('keys', '--help'));
  });

  it('without its word is told which one, by the name that --help has for it', async () => {
    const { code, error } = await quorate('explain');
    expect(code).to.equal(64);
    expect(error).to.include('FILE or ID is missing').and.not.include('--file');
    expect((await quorate('explain', '--help')).out).to.match(/^ {2}FILE or ID {2}/m);
    for (const [words, missing] of [
      [['devnet', 'fund'], 'ACCOUNT is missing'],
      [['completion'], 'SHELL is missing'],
      [['requests', 'export', '0x12'], 'FILE is missing'],
    ] as const)
      expect((await quorate(...words)).error).to.include(`quorate: ${missing}\n`);
    expect(() => option({}, 'rpc')).to.throw('--rpc is missing');
  });

  it('says that calldata is no hex, and does not look for a request or a file of that name', async () => {
    for (const text of ['0xa9059', '0xa9059czz'])
      expect((await quorate('explain', text, '--to', 'token')).error).to.include(`quorate: ${text} is no hex`);
  });

  it('is not guessed where nothing is near', () => {
    expect(alike('keyz', ['keys', 'run'])).to.equal('keys');
    expect(alike('yekz', ['keys', 'run'])).to.equal(null);
    expect(alike('x', ['keys', 'run'])).to.equal(null);
  });
});

describe('a file that is no JSON', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-garbage-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is answered in one line, without a byte of it', async () => {
    const file = join(folder, 'garbage\u001b[2K');
    writeFileSync(join(folder, 'binary'), Buffer.from([0x7b, 0x1b, 0x9b, 0x0a, 0x41]));
    writeFileSync(file, '# SECRET\n\nkeys \u001b[2K\n');
    const chain = ['--rpc', 'http://127.0.0.1:1', '--deployment'];
    for (const words of [
      ['doctor', '--config', file],
      ['status', '--config', join(folder, 'binary')],
      ['keys', ...chain, file],
      ['configuration', ...chain, file],
      ['deploy', '--options', file, '--rpc', 'http://127.0.0.1:1'],
      ['verify', '--report', file],
    ]) {
      const { code, out, error } = await quorate(...words);
      expect([code, out, error.trimEnd().split('\n').length], `${words}: ${error}`).to.deep.equal([64, '', 2]);
      expect(error).to.include('not JSON').and.not.include('SECRET');
      expect(error.replaceAll('\n', ''), 'nothing that a terminal obeys').to.not.match(/\p{Cc}/u);
    }
  });

  it('says where it stops being JSON', () => {
    expect(() => parseJson('{"a": 1,\n"b" 2}')).to.throw(/^it is not JSON: line 2, column 5$/);
    expect(() => parseJson('{"a"')).to.throw(/^it is not JSON/);
    expect(() => parseJson('')).to.throw('it is not JSON: it ends too early');
  });
});

describe('a command in a folder that is not the clone`s', () => {
  it('says what is wrong with its words, deploy too', async () => {
    for (const words of [
      ['deploy'],
      ['deploy', '--options', 'nowhere.json'],
      ['payload', 'bitcoin', 'x'],
      ['requests', 'export', '0x12', MAIN, '--beacon', 'http://127.0.0.1:1'],
      ['bundle', '--directory', MAIN],
      ['bundle', '--directory', '/proc/nope/deeper'],
    ]) {
      const { code, out, error } = await quorateIn(tmpdir(), ...words);
      expect([code, out, error.trim().split('\n').length], `${words}: ${error}`).to.deep.equal([64, '', 2]);
    }
  });
});
