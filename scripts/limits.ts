// Writes contracts/types/Limits.sol from signer/formats/limits.ts:  scripts/limits.ts
// The file is committed, for contracts are compiled and verified from what a reader sees; test/formats.test.ts holds the two together.

import { writeFileSync } from 'node:fs';
import * as limits from '../signer/formats/limits.ts';

export const LIMITS_FILE = new URL('../contracts/types/Limits.sol', import.meta.url);

const HEAD = `// SPDX-License-Identifier: MIT
// Generated from signer/formats/limits.ts: change it there.
pragma solidity ^0.8.37;

/// @dev What a request, a mandate and limits may hold: enclaves read no more of anything.
`;
/** Every limit, in the order of the file, and what its name leaves open. */
const REMARKS: Readonly<Record<keyof typeof limits, string | null>> = {
  MAX_PAYLOAD: null,
  MAX_DIGESTS: null,
  MAX_EFFECTS: null,
  MAX_MESSAGE: 'bytes of an Ed25519 message',
};

export function limitsSource(): string {
  const names = Object.keys(REMARKS) as (keyof typeof limits)[];
  const lines = names.map((name) => {
    const remark = REMARKS[name] === null ? '' : `/// @dev ${REMARKS[name]}\n`;
    return `${remark}uint256 constant ${name} = ${limits[name]};\n`;
  });
  return HEAD + lines.join('');
}

if (import.meta.main) writeFileSync(LIMITS_FILE, limitsSource());
