/** What the registry would say of a machine, before a transaction is sent. */

import { expect } from 'chai';
import { decodeFunctionData, encodeFunctionResult, zeroHash } from 'viem';
import { ENCLAVES_ABI } from '../../../signer/cli/chain/abi.ts';
import { type PlatformState, platformState, requirePlatform } from '../../../signer/cli/doctor/platform.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { ENCLAVE_REGISTRY_ABI } from '../../../signer/host/chain/abi.ts';

const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
const [TEE, PLATFORM, ELSEWHERE, ID] = [word('7e'), word('91'), word('92'), word('1d')];
const REGISTRY: Hex = `0x${'e1'.repeat(20)}`;
const ABI = [...ENCLAVES_ABI, ...ENCLAVE_REGISTRY_ABI];

const FREE: PlatformState = { isRevoked: false, isAdmitted: false, onlyAdmitted: false, cap: 0, others: 9 };
const refusal = (change: Partial<PlatformState>, platformId = PLATFORM): string => {
  try {
    requirePlatform({ tee: TEE, platformId }, { ...FREE, ...change });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a machine', () => {
  it('is taken where votes rule nothing, where it is on the list, and where there is a place', () => {
    for (const change of [{}, { onlyAdmitted: true, isAdmitted: true }, { cap: 10 }])
      expect(refusal(change)).to.equal('');
  });

  const refused: Readonly<Record<string, [Partial<PlatformState>, string]>> = {
    'that is not on the list': [
      { onlyAdmitted: true },
      `EnclaveRegistryPlatformNotAdmitted: votes ask for platforms on a list, and ${PLATFORM} is not on it; let the DAO admit it (\`quorate propose platforms --admit ${PLATFORM}\`)`,
    ],
    'that is revoked, on the list or not': [
      { isRevoked: true, onlyAdmitted: true, isAdmitted: true },
      `EnclaveRegistryPlatformRevoked: platform ${PLATFORM} is revoked; move to another machine`,
    ],
    'that is full': [{ cap: 9 }, `EnclaveRegistryPlatformFull (platform id ${PLATFORM}, enclaves 10, cap 9)`],
  };
  for (const [what, [change, says]] of Object.entries(refused))
    it(`is refused ${what}, in the words of the contract, its id whole`, () => {
      expect(refusal(change)).to.equal(`it would not be registered: ${says}`);
    });

  it('that evidence does not name is on no list', () => {
    expect(refusal({ onlyAdmitted: true }, zeroHash)).to.include('EnclaveRegistryPlatformNotAdmitted');
  });

  const views = (enclave: object) => {
    const shown = {
      ...{ id: ID, operator: REGISTRY, identity: REGISTRY, epoch: 1, validUntil: 0, measurement: zeroHash },
      ...{ encryptionKey: zeroHash, bootNonce: `0x${'00'.repeat(16)}`, bootCounter: 0n, bootRecordedAt: 0n },
      ...{ tlsKey: zeroHash, region: zeroHash, tee: TEE, endpoint: '', status: 1, platformId: PLATFORM, ...enclave },
    };
    const answers: Readonly<Record<string, unknown>> = {
      ...{ isPlatformRevoked: false, isPlatformAdmitted: true, onlyAdmittedPlatforms: true },
      ...{ platformCap: 3, enclavesOn: 3, enclave: shown },
    };
    return async (_: string, params: readonly unknown[]) => {
      const [{ to, data }] = params as [{ to: Hex; data: Hex }];
      expect(to).to.equal(REGISTRY);
      const { functionName, args } = decodeFunctionData({ abi: ABI, data });
      const asked: Readonly<Record<string, Hex>> = { onlyAdmittedPlatforms: TEE, platformCap: TEE, enclave: ID };
      expect(args, functionName).to.deep.equal([asked[functionName] ?? PLATFORM]);
      return encodeFunctionResult({ abi: ABI, functionName, result: answers[functionName] } as never);
    };
  };

  it('is asked for by its id and its TEE; the enclave that attests anew there leaves its own place first', async () => {
    const machine = { tee: TEE, platformId: PLATFORM };
    const read = { isRevoked: false, isAdmitted: true, onlyAdmitted: true, cap: 3 };
    for (const [enclave, others] of [
      [{}, 2],
      [{ status: 2 }, 3],
      [{ platformId: ELSEWHERE }, 3],
    ] as const)
      expect(await platformState(views(enclave), REGISTRY, machine, ID)).to.deep.equal({ ...read, others });
  });
});
