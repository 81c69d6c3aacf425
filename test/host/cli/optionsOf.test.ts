/** What was mistyped is answered with what was meant, and nothing is guessed. */

import { expect } from 'chai';
import type { Command, Word } from '../../../signer/cli/command.ts';
import { optionsOf } from '../../../signer/cli/optionsOf.ts';
import { Fatal } from '../../../signer/host/errors.ts';

const word = (means: string): Word => ({ name: means.toUpperCase(), means });
const command = (file?: Word, target?: Word): Command => ({
  summary: '',
  options: [
    { name: 'valid', means: 'how long', fallback: '3d' },
    { name: 'region', means: 'where' },
    { name: 'watch', means: 'again', isSwitch: true },
  ],
  run: async () => null,
  ...(file === undefined ? {} : { file }),
  ...(target === undefined ? {} : { target }),
});
const read = (words: readonly string[], of = command({ ...word('file'), isOptional: true })) => optionsOf(of, words);

describe('options of a command', () => {
  it('are read, with their defaults', () => {
    expect(read(['-', '--region', '-1', '--watch', '--json'])).to.deep.equal({
      ...{ valid: '3d', region: '-1', watch: true, json: true, file: '-' },
    });
    expect(read(['--region=--x'])).to.include({ region: '--x' });
    expect(read(['one', 'two'], command(word('a'), word('b')))).to.include({ file: 'one', target: 'two' });
    expect(read(['--', '--region'])).to.include({ file: '--region' });
  });

  const wrong: Readonly<Record<string, [words: readonly string[], says: string, advice: string]>> = {
    'letters swapped': [['--vaild', '1d'], 'there is no option --vaild', 'Did you mean --valid?'],
    'letters swapped, with a value behind it': [
      ['--regoin=x'],
      'there is no option --regoin',
      'Did you mean --region?',
    ],
    'its first letters only': [['--reg', 'x'], 'there is no option --reg', 'Did you mean --region?'],
    'a word that nobody means': [['--colour'], 'there is no option --colour', '`quorate <command> --help` lists'],
    'an option with one dash': [['-v'], 'there is no option -v', '`quorate <command> --help` lists'],
    'no value': [['--valid'], '--valid has no value', 'It is how long.'],
    'another option for a value': [['--valid', '--watch'], '--valid has no value: --watch comes next', '--valid=…'],
    'a value for a switch': [['--watch=yes'], '--watch takes no value', 'Leave it out.'],
    'an empty word': [[''], 'FILE is empty', 'It is file.'],
    'more words': [['one', 'two', 'three'], 'it takes FILE, not 3: two three is one too many', 'Quote what has spaces'],
  };
  for (const [what, [words, says, advice]] of Object.entries(wrong))
    it(`are refused with ${what}`, () => {
      expect(() => read(words))
        .to.throw(Fatal, says)
        .with.property('advice')
        .that.includes(advice);
    });

  it('are not enough where a word is missing, which is named', () => {
    const both = command(word('id'), word('file'));
    for (const [words, says, advice] of [
      [[], 'ID is missing', 'it is id'],
      [['1'], 'FILE is missing', 'it is file'],
    ] as const)
      expect(() => read(words, both))
        .to.throw(Fatal, says)
        .with.property('advice')
        .that.includes(advice);
    expect(read([])).to.not.have.property('file');
  });

  it('take no file where there is none to take', () => {
    expect(() => read(['one'], command())).to.throw(Fatal, 'it takes no word without an option, not 1: one');
  });
});
