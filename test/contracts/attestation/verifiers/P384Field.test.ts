/** Arithmetic modulo p as P384.sol has it, against BigInt: the very text of its functions, compiled into a contract that shows them. */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Contract, ContractFactory } from 'ethers';
import { network } from 'hardhat';
import { compile } from '../../../../scripts/contracts/compiler.ts';
import { uintOf } from '../../../../signer/evidence/formats/bytes.ts';
import { Fp, P, wide } from './support/p384.ts';

const SOURCE = readFileSync(
  join(import.meta.dirname, '../../../../contracts/attestation/verifiers/nitro/P384.sol'),
  'utf8',
);
const LIMIT = 1n << 384n;
const C = LIMIT - P;
const R = Fp.create(1n << 512n);
const INVERSE = Fp.inv(R);

/** One of its functions, to the brace that ends it. */
function text(name: string): string {
  const found = new RegExp(`^( +)function ${name}\\(.*?^\\1}$`, 'ms').exec(SOURCE);
  if (found === null) throw new Error(`no function ${name}`);
  return found[0];
}

function harness(): string {
  const constants = [...SOURCE.matchAll(/^ +uint256 private constant \w+ = .*?;$/gms)].map(([line]) => line);
  const shown = (name: string) => `
    function ${name}(uint256[4][] calldata all) external pure returns (uint256[2][] memory out) {
      out = new uint256[2][](all.length);
      for (uint256 i = 0; i < all.length; ++i) {
        uint256[4] calldata one = all[i];
        uint256 high; uint256 low;
        assembly {
          ${text(name)}
          high, low := ${name}(calldataload(one), calldataload(add(one, 32)), calldataload(add(one, 64)), calldataload(add(one, 96)))
        }
        out[i] = [high, low];
      }
    }`;
  return `pragma solidity ^0.8.37; contract Harness { ${constants.join('\n')} ${['times', 'minus', 'plus'].map(shown).join('\n')} }`;
}

const BORDERS = [0n, 1n, 2n, R, C, 1n << 128n, 1n << 255n, 1n << 256n, 1n << 383n, P, P >> 1n, P - (1n << 256n)];
const EDGES = [...new Set(BORDERS.flatMap((one) => [one - 1n, one, one + 1n]))].filter((one) => one >= 0n && one < P);
const ANY = [...EDGES, P, P + 1n, LIMIT - (1n << 32n), LIMIT - 2n, LIMIT - 1n];
const pairs = (numbers: readonly bigint[]) => numbers.flatMap((a) => numbers.map((b) => [a, b] as const));
const random = () => uintOf(randomBytes(48));

describe('P384, arithmetic modulo p', () => {
  let contract: Contract;

  before(async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const { contracts } = compile({
      language: 'Solidity',
      sources: { harness: { content: harness() } },
      settings: {
        evmVersion: 'osaka',
        optimizer: { enabled: true, runs: 200 },
        outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
      },
    });
    const { abi, evm } = contracts!.harness!.Harness!;
    contract = (await new ContractFactory(abi as [], evm.bytecode.object, deployer).deploy()) as Contract;
  });

  async function compare(
    name: string,
    all: readonly (readonly [bigint, bigint])[],
    wanted: (a: bigint, b: bigint) => bigint,
  ) {
    for (let from = 0; from < all.length; from += 500) {
      const some = all.slice(from, from + 500);
      const words = some.map(([a, b]) => [wide(a), wide(b)].flatMap(({ high, low }) => [high, low]));
      const found = (await contract.getFunction(name)(words)) as [bigint, bigint][];
      for (const [index, [high, low]] of found.entries()) {
        const [a, b] = some[index]!;
        expect((high << 256n) + low, `${name} ${a} ${b}`).to.equal(wanted(a, b));
      }
    }
  }

  const product = (a: bigint, b: bigint) => (((a * b) % P) * INVERSE) % P;

  it('multiplies numbers of 384 bits at every border, and is below p', async () => {
    await compare('times', pairs(ANY), product);
  });

  it('multiplies as BigInt does', async () => {
    await compare(
      'times',
      Array.from({ length: 1500 }, () => [random(), random()] as const),
      product,
    );
  });

  it('multiplies to just below and just above p', async () => {
    const wanted = EDGES.flatMap((result) => {
      const a = Fp.create(random());
      return [[a, Fp.mul(Fp.mul(result, R), Fp.inv(a))] as const];
    });
    await compare('times', wanted, product);
  });

  it('subtracts and adds at every border', async () => {
    await compare('minus', pairs(EDGES), (a, b) => Fp.sub(a, b));
    await compare('plus', pairs(EDGES), (a, b) => Fp.add(a, b));
  });
});
