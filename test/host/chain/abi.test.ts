import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Abi, toEventSelector, toFunctionSelector } from 'viem';
import { ENCLAVE_REGISTRY_ABI, KEY_REGISTRY_ABI, SIGNING_REQUESTS_ABI } from '../../../signer/host/chain/abi.ts';
import { ERRORS_ABI } from '../../../signer/host/chain/revertReason.ts';

const ROOT = join(import.meta.dirname, '../../..');
const compiled = (path: string): Abi => JSON.parse(readFileSync(join(ROOT, 'artifacts/contracts', path), 'utf8')).abi;

/** viem has none of this name: an error's selector is made like a function's. */
const toErrorSelector = (error: Extract<Abi[number], { readonly type: 'error' }>) =>
  toFunctionSelector({ ...error, type: 'function', outputs: [], stateMutability: 'view' });

/** Everything a caller or reader of logs depends on: names, types, order, what is indexed, what comes back. */
function shapes(abi: Abi): string[] {
  return abi.flatMap((item) => {
    if (item.type === 'event')
      return `${toEventSelector(item)} ${item.name} ${item.inputs.map(({ indexed }) => (indexed ? 'i' : '-')).join('')}`;
    if (item.type === 'error') return `${toErrorSelector(item)} ${item.name}`;
    if (item.type !== 'function') return [];
    return `${toFunctionSelector(item)} ${item.name} ${item.outputs.map(typeOf).join(',')}`;
  });
}

type Parameter = { readonly type: string; readonly components?: readonly Parameter[] };
const typeOf = (parameter: Parameter): string =>
  parameter.components === undefined
    ? parameter.type
    : `${parameter.type}(${parameter.components.map(typeOf).join(',')})`;

describe('the ABI that the host uses', () => {
  const pairs: [string, Abi, string][] = [
    ['SigningRequests', SIGNING_REQUESTS_ABI, 'signing/SigningRequests.sol/SigningRequests.json'],
    ['KeyRegistry', KEY_REGISTRY_ABI, 'keys/KeyRegistry.sol/KeyRegistry.json'],
    ['EnclaveRegistry', ENCLAVE_REGISTRY_ABI, 'attestation/EnclaveRegistry.sol/EnclaveRegistry.json'],
  ];
  it('names no error that the contracts do not have', () => {
    const others = [
      'attestation/DevelopmentVerifier.sol/DevelopmentVerifier.json',
      'keys/SignatureVerifier.sol/SignatureVerifier.json',
      'signing/SpendingLimits.sol/SpendingLimits.json',
    ];
    const all = [...pairs.map(([, , path]) => path), ...others].flatMap((path) => shapes(compiled(path)));
    expect(all).to.include.members(shapes(ERRORS_ABI));
  });

  for (const [name, abi, path] of pairs)
    it(`is part of the compiled ${name}`, () => {
      expect(shapes(compiled(path))).to.include.members(shapes(abi));
    });
});
