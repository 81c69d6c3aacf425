/**
 * What was checked changes type, and only the stage that checked it can say so: elsewhere the cast is not written. An audit proves states for itself,
 * and no enclave imports it (test/architecture).
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const SIGNER = new URL('../../../signer/', import.meta.url).pathname;
const MAKERS: Readonly<Record<string, string>> = {
  ProvenState: 'proof/verifyState.ts',
  Session: 'enclave/path/verifySession.ts',
  VerifiedCeremony: 'enclave/path/verifyCeremony.ts',
  VerifiedActivation: 'enclave/path/verifyActivation.ts',
  VerifiedSigners: 'enclave/path/verifySigners.ts',
  VerifiedRequest: 'enclave/path/verifyRequest.ts',
  ApprovedRequest: 'enclave/path/decideRequest.ts',
};

const files = readdirSync(SIGNER, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('audit/'),
);

describe('stages', () => {
  for (const [type, maker] of Object.entries(MAKERS)) {
    it(`${type} is made in ${maker} alone`, () => {
      const cast = new RegExp(`\\bas (?:unknown as )?${type}\\b`);
      const makers = files.filter((file) => cast.test(readFileSync(join(SIGNER, file), 'utf8')));
      expect(makers).to.deep.equal([maker]);
    });
  }
});
