import { expect } from 'chai';
import { AbiCoder, concat, getBytes, hexlify, keccak256, toUtf8Bytes, zeroPadValue } from 'ethers';
import { parseConfiguration } from '../../signer/formats/configuration.ts';
import { address, word } from '../enclave/path/support/facts.ts';
import { outcome } from '../proof/support/refusals.ts';

const TAG = keccak256(toUtf8Bytes('quorate/configuration/3'));

function words(): string[] {
  const coder = AbiCoder.defaultAbiCoder();
  const contracts = [1, 2, 3, 4].flatMap((seed) => [
    zeroPadValue(address(seed), 32),
    coder.encode(['bytes32'], [word(0xc0 + seed)]),
  ]);
  const finality = Array.from({ length: 10 }, (_, at) => hexlify(word(at)));
  return [TAG, coder.encode(['uint256'], [31337n]), coder.encode(['bytes32'], [word(0x9e)]), ...contracts, ...finality];
}

function refusal(bend: (all: string[]) => void): string {
  const all = words();
  bend(all);
  return outcome(() => parseConfiguration(getBytes(concat(all))));
}

describe('parseConfiguration', () => {
  it('reads eleven words in the order of docs/formats.md, and leaves those of finality as they are', () => {
    const bytes = getBytes(concat(words()));
    const configuration = parseConfiguration(bytes);
    expect(configuration).to.deep.equal({
      hash: getBytes(keccak256(bytes)),
      chainId: 31337n,
      genesisHash: word(0x9e),
      contracts: {
        measurementRegistry: { address: address(1), codeHash: word(0xc1) },
        enclaveRegistry: { address: address(2), codeHash: word(0xc2) },
        keyRegistry: { address: address(3), codeHash: word(0xc3) },
        signingRequests: { address: address(4), codeHash: word(0xc4) },
      },
      finality: bytes.slice(11 * 32),
    });
  });

  it('refuses anything else', () => {
    const expected = 'CONFIGURATION_MALFORMED';
    expect(
      refusal((all) => all.pop()),
      'no fork',
    ).to.equal(expected);
    expect(refusal((all) => all.push(...Array<string>(64).fill(`0x${'00'.repeat(32)}`)))).to.equal(expected);
    expect(refusal((all) => all.push('0x00'))).to.equal(expected);
    expect(refusal((all) => all.splice(0, 1, keccak256('0x')))).to.equal(expected);
    for (let byte = 0; byte < 12; byte++) {
      const padded = getBytes(zeroPadValue(address(1), 32));
      padded[byte] = 1;
      expect(
        refusal((all) => all.splice(3, 1, hexlify(padded))),
        `padding ${byte}`,
      ).to.equal(expected);
    }
    for (let at = 1; at < 11; at++) {
      expect(
        refusal((all) => all.splice(at, 1, `0x${'00'.repeat(32)}`)),
        `word ${at}`,
      ).to.equal(expected);
    }
  });
});
