/** Where the contracts are: the measured ones from the configuration, the others from the record of the same deployment. */

import { expect } from 'chai';
import { bytesToHex, concat, type Hex, hexToBytes, keccak256, pad, stringToHex } from 'viem';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import { parseDeployment } from '../../../signer/host/chain/deployment.ts';
import { Fatal } from '../../../signer/host/errors.ts';
import { BEACON_CONFIG } from '../support/fakeBeacon.ts';
import { word } from '../support/fakeChain.ts';

const address = (seed: string) => `0x${seed.repeat(20)}` as Hex;
const NAMES = [
  'measurementRegistry',
  'enclaveRegistry',
  'keyRegistry',
  'signingRequests',
  'derivedKeys',
  'lateSignatures',
  'refusals',
];
const SEEDS = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'];
const MEASURED = SEEDS.slice(0, 4).flatMap((seed) => [pad(address(seed), { size: 32 }), word(9)]);
const FINALITY = bytesToHex(encodeConfig(BEACON_CONFIG));
const CONFIGURATION = concat([
  keccak256(stringToHex('quorate/configuration/3')),
  word(31_337),
  word(1),
  ...MEASURED,
  FINALITY,
]);

type Contracts = Record<string, unknown>;
const contracts = (): Contracts =>
  Object.fromEntries(
    NAMES.map((name, at) => [
      name,
      { address: address(SEEDS[at]!.toUpperCase()).replace('0X', '0x'), codeHash: word(9) },
    ]),
  );
const parse = (bend: (contracts: Contracts) => void = () => {}) => {
  const found = contracts();
  bend(found);
  return parseDeployment(hexToBytes(CONFIGURATION), JSON.stringify({ chainId: '31337', block: 7, contracts: found }));
};
const problem = (text: string) => {
  try {
    parseDeployment(hexToBytes(CONFIGURATION), text);
  } catch (error) {
    if (error instanceof Fatal) return error.message;
    throw error;
  }
  return 'none';
};

describe('the deployment', () => {
  it('is the measured contracts, and those beside them from the record', () => {
    expect(parse()).to.include({ chainId: 31_337, keyRegistry: address('a3'), signingRequests: address('a4') });
    expect(parse()).to.include({ derivedKeys: address('a5'), lateSignatures: address('a6') });
  });

  it('says whose signatures make blocks final, strictly', () => {
    expect(parse().finality).to.deep.equal(BEACON_CONFIG);
    const record = JSON.stringify({ contracts: contracts() });
    const cut = (bytes: number) => () => parseDeployment(hexToBytes(CONFIGURATION).slice(0, bytes), record);
    expect(cut(32 * 11)).to.throw(Fatal, 'ends before its finality');
    expect(cut(32 * 19)).to.throw(Fatal, 'its finality: CONFIG_MALFORMED');
    const older = concat([keccak256(stringToHex('quorate/configuration/1')), `0x${CONFIGURATION.slice(66)}`]);
    expect(() => parseDeployment(hexToBytes(older), record)).to.throw(Fatal, 'the tag of this version');
  });

  it('is none without parent roots but on a local chain', () => {
    const record = JSON.stringify({ contracts: contracts() });
    const on = (chainId: number, parentRoots: boolean) => {
      const finality = bytesToHex(encodeConfig({ ...BEACON_CONFIG, parentRoots }));
      const [tag, rest] = [
        CONFIGURATION.slice(0, 66) as Hex,
        `0x${CONFIGURATION.slice(130, -FINALITY.length + 2)}` as Hex,
      ];
      return parseDeployment(hexToBytes(concat([tag, word(chainId), rest, finality])), record).finality.parentRoots;
    };
    for (const local of [31_337, 1_337]) expect([on(local, false), on(local, true)]).to.deep.equal([false, true]);
    for (const chainId of [1, 100, 31_338, 11_155_111]) {
      expect(on(chainId, true)).to.equal(true);
      expect(() => on(chainId, false)).to.throw(Fatal, `no parent roots, on chain ${chainId}`);
    }
  });

  it('needs no place for late signatures, nor one for refusals', () => {
    expect(parse()).to.include({ refusals: address('a7') });
    expect(parse((found) => delete found.lateSignatures).lateSignatures).to.equal(null);
    expect(parse((found) => delete found.refusals).refusals).to.equal(null);
  });

  for (const name of NAMES.slice(0, 4))
    it(`is refused where the record has another ${name} than what is measured, or none`, () => {
      expect(() => parse((found) => (found[name] = { address: address('ee') }))).to.throw(Fatal, `it has ${name} at`);
      expect(() => parse((found) => delete found[name])).to.throw(Fatal, `it has ${name} at no address`);
    });

  it('is refused where the record is none', () => {
    expect(() => parse((found) => delete found.derivedKeys)).to.throw(Fatal, 'it names no derivedKeys');
    expect(() => parse((found) => (found.derivedKeys = { address: '0x12' }))).to.throw(
      Fatal,
      'derivedKeys has no address',
    );
    expect(problem('{')).to.include('it is not JSON');
    expect(problem('null')).to.include('it has no addresses by name');
    expect(problem('{"contracts":{"derivedKeys":null}}')).to.include('it has no addresses by name');
  });
});
