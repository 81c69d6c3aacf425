/** The code of every contract that is deployed stays small: what outgrows its bound is to be split, not its bound raised. */

import { expect } from 'chai';
import hre from 'hardhat';
import { DEPLOYED } from '../../../scripts/contracts/deployed.ts';

const KILOBYTE = 1024;
/** Bytes. EIP-170 ends at 24 KB; what comes near it can no longer be mended. */
const BOUND = 20 * KILOBYTE;
/** What no DAO can leave out, and nothing else. */
const CORE_BOUND = 14 * KILOBYTE;

describe('what is deployed', () => {
  const sizes = new Map<string, number>();

  before(async () => {
    for (const { file, name } of Object.values(DEPLOYED)) {
      const { deployedBytecode } = await hre.artifacts.readArtifact(`${file}:${name}`);
      sizes.set(name, deployedBytecode.length / 2 - 1);
    }
  });

  it('has less than 20 KB of code each', () => {
    expect([...sizes].filter(([, size]) => size === 0 || size >= BOUND)).to.deep.equal([]);
  });

  it('has less than 14 KB in the core of requests', () => {
    expect(sizes.get('SigningRequests')).to.be.lessThan(CORE_BOUND);
  });
});
