/** ristretto255 against RFC 9496, Appendix A, on both engines. */
import { equal, throws } from 'node:assert/strict';
import { sha512 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { Malformed } from '../../../signer/protocol/reader.ts';
import { fastEcdsa, portableEcdsa } from '../suites.ts';
import { hex } from './shared.ts';

/** A.1: the generator, 0 to 3 times. */
const MULTIPLES = [
  '00'.repeat(32),
  'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76',
  '6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919',
  '94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259',
];

/** A.2: not canonical, negative, not a square, and s = -1. */
const INVALID = [
  `00${'ff'.repeat(31)}`,
  `${'ff'.repeat(31)}7f`,
  `f3${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `01${'00'.repeat(31)}`,
  `01${'ff'.repeat(30)}7f`,
  'ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20',
  '26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371',
  `ec${'ff'.repeat(30)}7f`,
];

for (const [engine, { otGroup }] of [
  ['libsodium', fastEcdsa],
  ['noble', portableEcdsa],
] as const) {
  describe(`ristretto255 on ${engine}`, () => {
    it('has the generator of RFC 9496', () => {
      for (const [k, encoded] of MULTIPLES.entries())
        equal(hex(otGroup.multiplyBase(otGroup.scalars.from(k))), encoded);
    });

    it('takes no encoding but the canonical ones, and not the identity', () => {
      for (const encoded of [...INVALID, MULTIPLES[0]!])
        throws(() => otGroup.decodeElement(hexToBytes(encoded)), Malformed, encoded);
    });

    it('hashes to the element of RFC 9496', () => {
      const uniform = sha512(utf8ToBytes('Ristretto is traditionally a short shot of espresso coffee'));
      equal(hex(otGroup.hashToElement(uniform)), '3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46');
    });
  });
}
