// Writes contracts/types/Limits.sol from signer/formats/limits.ts:  scripts/limits.ts
// The file is committed, for contracts are compiled and verified from what a reader sees; test/formats.test.ts holds the two together.

import { writeFileSync } from 'node:fs';
import * as limits from '../signer/formats/limits.ts';

export const LIMITS_FILE = new URL('../contracts/types/Limits.sol', import.meta.url);

const MEANINGS: Readonly<Record<keyof typeof limits, string>> = {
  MAX_EFFECTS: 'declared effects of a request, and of a mandate',
  MAX_DIGESTS: 'what one request has signed: one for each input of a Bitcoin transaction',
  MAX_PAYLOAD: 'bytes of a payload',
  MAX_MESSAGE: 'bytes of an Ed25519 message, which is its own digest',
};

export function limitsSource(): string {
  const names = Object.keys(MEANINGS) as (keyof typeof limits)[];
  const constants = names.map((name) => `/// @dev ${MEANINGS[name]}\nuint256 constant ${name} = ${limits[name]};\n`);
  return [
    '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.37;\n\n',
    '// Made by scripts/limits.ts from signer/formats/limits.ts: change it there.\n\n',
    constants.join('\n'),
  ].join('');
}

if (import.meta.main) writeFileSync(LIMITS_FILE, limitsSource());
