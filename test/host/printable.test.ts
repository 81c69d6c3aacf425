/** What a stranger wrote is shown in whatever language it is, and takes no hold of the terminal or of what stands beside it. */

import { expect } from 'chai';
import fc from 'fast-check';
import { printable, printableStart } from '../../signer/host/printable.ts';

/** What makes a terminal that shows both directions keep right-to-left letters to themselves. */
const isolated = (text: string) => `\u2068${text}\u2069`;

describe('what a stranger wrote', () => {
  it('is shown in every language', () => {
    for (const text of [
      'Admit Zürich',
      'Впустить «Юпитер»',
      '承认运营商',
      '運営者を認める',
      'चुनाव',
      'ผู้ดูแล',
      'Ngôi sao',
      '100 € ✓ 🚀',
    ])
      expect(printable(text)).to.equal(text);
    for (const text of ['שלום', 'مرحبا 12']) expect(printable(text)).to.equal(isolated(text));
  });

  const hostile: Readonly<Record<string, [text: string, shown: string]>> = {
    'an escape that clears the line': ['a\u001b[2K\rb', 'a.[2K.b'],
    'an escape in one character (C1)': ['a\u009b8mb', 'a.8mb'],
    'a title of the window': ['\u001b]0;x\u0007', '.]0;x.'],
    'lines of its own': ['a\nok\r\nb\u2028c\u2029d\u0085e\u000bf', 'a.ok..b.c.d.e.f'],
    'a change of direction': ['pay \u202e001\u202c \u2066x\u2069\u200f\u061c', 'pay .001. .x...'],
    'characters of no width': ['a\u200bb\u200dc\ufeffd\u2060e\u00adf\u180eg', 'a.b.c.d.e.f.g'],
    'letters that are blank': ['a\u3164b\u115fc\u2800d', 'a.b.c.d'],
    'tags and selectors': ['a\u{e0041}b\ufe0fc\u{e0100}d', 'a.b.c.d'],
    'half a character': ['a\ud800b\udc00', 'a.b.'],
    'characters of nobody': ['a\ue000b\u{10ffff}', 'a.b.'],
    'wide spaces': ['a\u00a0b\u3000c', 'a b c'],
    'a mark for the letter before it': ['\u0336\u0336x', '.x'],
    'a tower of marks': [`z${'\u0301'.repeat(40)}y`, `z${'\u0301'.repeat(4)}.y`],
  };
  for (const [what, [text, shown]] of Object.entries(hostile))
    it(`shows no ${what}`, () => expect(printable(text)).to.equal(shown));

  it('is cut between characters, and ends its own isolation', () => {
    expect(printableStart('🚀🚀🚀', 2)).to.equal('🚀🚀');
    expect(printableStart('אבגד', 2)).to.equal(isolated('אב'));
    expect(printableStart('abc', 3)).to.equal('abc');
  });

  it('never has a control, a format, half a character or a line more, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text).replace(/^\u2068|\u2069$/g, '')).to.not.match(
          /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
        );
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
