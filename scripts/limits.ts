// Writes contracts/types/Limits.sol from signer/formats/limits.ts:  scripts/limits.ts
// The file is committed, for contracts are compiled and verified from what a reader sees; test/formats/documented.test.ts holds the two together.

import { writeFileSync } from 'node:fs';
import {
  MAX_DIGESTS,
  MAX_EFFECTS,
  MAX_FORKS,
  MAX_MESSAGE,
  MAX_PAYLOAD,
  MAX_RECIPIENT,
} from '../signer/formats/limits.ts';

export const LIMITS_FILE = new URL('../contracts/types/Limits.sol', import.meta.url);

const HEAD = `// SPDX-License-Identifier: MIT
// Generated from signer/formats/limits.ts: change it there.
pragma solidity ^0.8.37;

/// @dev What a request, a mandate and limits may hold: enclaves read no more of anything.
`;
const LIMITS = { MAX_PAYLOAD, MAX_DIGESTS, MAX_EFFECTS, MAX_RECIPIENT, MAX_MESSAGE, MAX_FORKS };
const REMARKS: Readonly<Record<string, string>> = {
  MAX_FORKS: '/// @dev forks that votes add\n',
  MAX_MESSAGE: '/// @dev bytes of an Ed25519 message\n',
  MAX_RECIPIENT: '/// @dev bytes\n',
};

export function limitsSource(): string {
  const lines = Object.entries(LIMITS).map(
    ([name, value]) => `${REMARKS[name] ?? ''}uint256 constant ${name} = ${value};\n`,
  );
  return HEAD + lines.join('');
}

if (import.meta.main) writeFileSync(LIMITS_FILE, limitsSource());
