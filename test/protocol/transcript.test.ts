/** What is hashed has one encoding, and two inputs never share it. */

import { deepEqual, notDeepEqual, throws } from 'node:assert/strict';
import { encodeItem, transcriptHash } from '../../signer/protocol/transcript.ts';

describe('a transcript', () => {
  it('tells texts, bytes, numbers and lists apart, wherever they are cut', () => {
    const items = ['ab', ['ab'], ['a', 'b'], [['a'], 'b'], Uint8Array.of(97, 98), 24930, ['ab', ''], []];
    const hashes = items.map((item) => transcriptHash('label', item).join());
    deepEqual(new Set(hashes).size, items.length);
    notDeepEqual(transcriptHash('ab', 'c'), transcriptHash('a', 'bc'));
  });

  it('takes no half of a character, which would read as another one [HP-12]', () => {
    for (const half of ['\ud800', 'a\udfff', '\udc00\ud800'])
      for (const act of [() => encodeItem(half), () => encodeItem([[half]]), () => transcriptHash(half)])
        throws(act, RangeError);
    notDeepEqual(encodeItem('\ufffd'), encodeItem('\u{1f511}'));
  });
});
