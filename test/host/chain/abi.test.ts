import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ABI_FILE, abiSource, VOTES_ABI_FILE, votesAbiSource } from '../../../scripts/abi.ts';
import { ENCLAVE_REGISTRY_ABI, ERRORS_ABI, KEY_REGISTRY_ABI } from '../../../signer/host/chain/abi.ts';

describe('the ABI that the host uses', () => {
  it('is that of the compiled contracts: the build writes it, and the written one is committed', () => {
    expect(readFileSync(ABI_FILE, 'utf8')).to.equal(abiSource());
    expect(readFileSync(VOTES_ABI_FILE, 'utf8')).to.equal(votesAbiSource());
  });

  it('knows the errors of every contract that a host posts to, each once', () => {
    const names = ERRORS_ABI.map(({ name }) => name);
    expect(names).to.include.members(['KeyRegistryNotServing', 'DerivedKeysUnclaimed', 'LateSignaturesNotLate']);
    expect(names).to.include.members(['SigningRequestsOvertaken', 'EnclaveRegistryUnknownTee']);
    expect(new Set(ERRORS_ABI.map((error) => JSON.stringify(error))).size).to.equal(ERRORS_ABI.length);
  });

  it('has nothing beside what it names', () => {
    const names = (abi: readonly { readonly type: string; readonly name: string }[], type: string) =>
      abi.filter((item) => item.type === type).map(({ name }) => name);
    expect(names(KEY_REGISTRY_ABI, 'function')).to.deep.equal([
      'openAttempt',
      'confirm',
      'activate',
      'ceremonyOf',
      'keyCount',
    ]);
    expect(names(ENCLAVE_REGISTRY_ABI, 'error')).to.deep.equal([]);
  });
});
