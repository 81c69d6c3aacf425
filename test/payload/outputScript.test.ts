/** What people are told of an output, against @scure/btc-signer's reading of scripts and Bitcoin Core's dust limits. */

import { hexToBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import { expect } from 'chai';
import { dustThreshold, scriptNature } from '../../signer/payload/bitcoin/outputScript.ts';
import { bytes } from './support/rawPsbt.ts';
import { RECIPIENT, taprootScript } from './support/spends.ts';

const HASH = new Uint8Array(20).fill(7);
const WORD = new Uint8Array(32).fill(7);
const toKeyHash = bytes(0x76, 0xa9, 20, HASH, 0x88, 0xac);
const toScriptHash = bytes(0xa9, 20, HASH, 0x87);
const ANCHOR = hexToBytes('51024e73');

describe('an output script', () => {
  const natures: Record<string, [ReturnType<typeof scriptNature>, Uint8Array]> = {
    'of Taproot': ['address', RECIPIENT],
    'of a key hash': ['address', toKeyHash],
    'of a script hash': ['address', toScriptHash],
    'of a witness key hash': ['address', bytes(0x00, 20, HASH)],
    'of a witness script hash': ['address', bytes(0x00, 32, WORD)],
    'of a public key': ['bare', bytes(0x21, 2, RECIPIENT.slice(2), 0xac)],
    'of a key hash and a byte more': ['bare', bytes(toKeyHash, 0x51)],
    'that carries data': ['data', bytes(0x6a, 2, 1, 2)],
    'that is an anchor': ['anchor', ANCHOR],
    'of no byte': ['anyone', new Uint8Array()],
    'of Taproot with 31 bytes': ['anyone', bytes(0x51, 31, WORD.slice(1))],
    'of witness version 16': ['anyone', hexToBytes('60020102')],
    'of witness version 0 with 21 bytes': ['nobody', bytes(0x00, 21, HASH, 1)],
    'of Taproot beyond the field': ['nobody', taprootScript(new Uint8Array(32).fill(0xff))],
    'of Taproot off the curve': ['nobody', taprootScript(bytes(new Uint8Array(31), 5))],
  };
  for (const [name, [nature, script]] of Object.entries(natures))
    it(`${name} is ${nature}`, () => {
      expect(scriptNature(script)).to.equal(nature);
      const known = ['tr', 'pkh', 'sh', 'wpkh', 'wsh'].includes(readByScure(script));
      expect(known, readByScure(script)).to.equal(nature === 'address');
    });

  // > "Dust" is defined in terms of dustRelayFee (policy.cpp, GetDustThreshold, with its examples)
  it('is dust below what Bitcoin Core says', () => {
    const limits: [Uint8Array, bigint][] = [
      [toKeyHash, 546n],
      [toScriptHash, 540n],
      [bytes(0x00, 20, HASH), 294n],
      [bytes(0x00, 32, WORD), 330n],
      [RECIPIENT, 330n],
      [ANCHOR, 240n],
      [bytes(0x6a), 0n],
    ];
    for (const [script, limit] of limits) expect(dustThreshold(script)).to.equal(limit);
  });
});

function readByScure(script: Uint8Array): string {
  try {
    return btc.OutScript.decode(script).type;
  } catch {
    return 'none';
  }
}
