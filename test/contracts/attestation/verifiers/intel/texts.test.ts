/** PEM and JSON as contracts read them: one spelling of each, and the place of the first byte that is not of it. */

import { expect } from 'chai';
import { keccak256 } from 'ethers';
import { text } from '../../../../../signer/tee/issuers/der.ts';
import { tdxInfo } from '../../../../evidence/support/intelWriter.ts';
import { bareIntel, CHAIN, expectRefusal, showTcbInfo } from '../support/intelWorld.ts';

const BEGIN = '-----BEGIN CERTIFICATE-----\n';
const END = '-----END CERTIFICATE-----\n';
const END_LENGTH = END.length;

describe('a PCK chain, as text', () => {
  const intel = bareIntel();
  const show = (chain: string) => intel().certificates.bringPck.staticCall(text(chain));
  const firstEnd = CHAIN.indexOf(END);
  const lastLine = CHAIN.lastIndexOf('\n', firstEnd - 2) + 1;
  /** At `place`, `length` characters are others. */
  const at = (place: number, length: number, others: string) =>
    `${CHAIN.slice(0, place)}${others}${CHAIN.slice(place + length)}`;

  it('may lack the last newline', async () => {
    const chain = CHAIN.slice(0, -1);
    expect(await show(chain)).to.equal(keccak256(text(chain)));
  });

  const REFUSED: readonly (readonly [string, string, number])[] = [
    ['with a space in front', ` ${CHAIN}`, 0],
    ['that begins in another way', CHAIN.replace('BEGIN', 'begin'), 0],
    ['with lines of two characters', at(BEGIN.length - 1, 1, '\r\n'), 0],
    ['that ends in another way', at(firstEnd, END_LENGTH, '-----END CERTIFICATE----\n'), firstEnd],
    ['with text behind an end', at(firstEnd + END_LENGTH - 1, 1, ' \n'), firstEnd + END_LENGTH - 1],
    ['with a line between', at(firstEnd + END_LENGTH, 0, '\n'), firstEnd + END_LENGTH],
    ['with a character that is no digit', at(BEGIN.length + 8, 1, '*'), BEGIN.length + 8],
    ['with padding in its middle', at(BEGIN.length + 8, 1, '='), BEGIN.length + 8],
    ['with a digit too few', at(lastLine, 1, ''), BEGIN.length],
    ['without digits', `${BEGIN}${END}${CHAIN}`, BEGIN.length],
    ['that is cut within a line', CHAIN.slice(0, BEGIN.length + 8), BEGIN.length + 9],
  ];
  for (const [what, chain, offset] of REFUSED)
    it(`${what}: PemMalformed`, async () => {
      await expectRefusal(intel(), () => show(chain), 'PemMalformed', offset);
    });

  it('with unused bits that are in use: PemMalformed', async () => {
    const padded = (digits: string) => `${BEGIN}${digits}\n${END}`.repeat(3);
    for (const digits of ['AB==', 'AAB='])
      await expectRefusal(intel(), () => show(padded(digits)), 'PemMalformed', BEGIN.length);
  });
});

describe('TCB info, as text', () => {
  const intel = bareIntel();
  const INFO = JSON.stringify(tdxInfo());
  const show = (info: string) => showTcbInfo(intel(), info);
  const placeOf = (part: string) => INFO.indexOf(part);

  it('is read in any order, and with more in it', async () => {
    await show(INFO);
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(tdxInfo()).reverse()));
    await show(reversed);
    const more = {
      nested: [{ a: [] }, true, false, null, 'text', 12, {}],
      'a name that nobody knows and that is long': 1,
    };
    await show(JSON.stringify({ ...tdxInfo(), ...more }));
  });

  const REFUSED: readonly (readonly [string, string, number])[] = [
    ['of no bytes', '', 0],
    ['that is a list', '[]', 0],
    ['with a space in front', ` ${INFO}`, 0],
    ['with a space behind', `${INFO} `, INFO.length],
    ['that goes on', `${INFO}{}`, INFO.length],
    ['that is cut', INFO.slice(0, -1), INFO.length - 1],
    ['with a space before a name', INFO.replace('{"id"', '{ "id"'), 1],
    ['with a space behind a colon', INFO.replace('"version":', '"version": '), placeOf('3,"issueDate')],
    ['with a comma too many', INFO.replace('{"id"', '{,"id"'), 1],
    ['without a comma', INFO.replace(',"version"', '"version"'), placeOf(',"version"')],
    ['with a comma behind the last', `${INFO.slice(0, -1)},}`, INFO.length],
    ['with a name of no characters', INFO.replace('"id"', '""'), placeOf(':"TDX"') - 1],
    ['with an escape', INFO.replace('TDX"', '\\u0054DX"'), placeOf('TDX"')],
    ['with a character that is no ASCII', INFO.replace('TDX"', 'TDX\u00e9"'), placeOf('"TDX"') + 4],
    ['with a newline in a string', INFO.replace('TDX"', 'TDX\n"'), placeOf('"TDX"') + 4],
    ['with a string that goes on', INFO.slice(0, 8), 8],
    ['with a field twice', INFO.replace('"version":3', '"version":3,"version":3'), placeOf(',"issueDate"') + 12],
    ['with a padded number', INFO.replace('"version":3', '"version":03'), placeOf('3,"issueDate') + 2],
    ['with a negative number', INFO.replace('"version":3', '"version":-3'), placeOf('3,"issueDate')],
    ['with a fraction', INFO.replace('"version":3', '"version":3.0'), placeOf(',"issueDate')],
    ['with a number that is too large', INFO.replace('"version":3', '"version":256'), placeOf('3,"issueDate') + 3],
    ['with a number in a string', INFO.replace('"version":3', '"version":"3"'), placeOf('3,"issueDate')],
    ['with a name of 32 characters for its id', INFO.replace('TDX"', `${'T'.repeat(32)}"`), placeOf('"TDX"') + 34],
    ['with an FMSPC of five bytes', INFO.replace('00806F050000', '00806F0500'), placeOf('"00806F050000"') + 12],
    ['with an FMSPC of other digits', INFO.replace('00806F050000', '00806G050000'), placeOf(',"pceId"')],
    ['with a date of another shape', INFO.replace('T12:00:00Z', ' 12:00:00Z'), placeOf(',"nextUpdate"')],
    ['with a date that does not exist', INFO.replace('2026-01-31T', '2026-02-29T'), placeOf(',"nextUpdate"')],
    ['with a date of letters', INFO.replace('2026-01-31T', 'yyyy-01-31T'), placeOf(',"nextUpdate"')],
    ['with half a word', INFO.replace('{"id"', '{"x":tru,"id"'), 5],
  ];
  for (const [what, info, offset] of REFUSED)
    it(`${what}: JsonMalformed`, async () => {
      await expectRefusal(intel(), () => show(info), 'JsonMalformed', offset);
    });

  it('that is nested deeper than any: JsonMalformed', async () => {
    const deep = (levels: number) => INFO.replace('{"id"', `{"x":${'['.repeat(levels)}${']'.repeat(levels)},"id"`);
    await show(deep(17));
    await expectRefusal(intel(), () => show(deep(18)), 'JsonMalformed', 5 + 17);
  });

  it('larger than any: EvidenceTooLarge', async () => {
    await expectRefusal(intel(), () => show(INFO.padEnd(65_537)), 'EvidenceTooLarge', 65_537, 65_536);
  });
});
