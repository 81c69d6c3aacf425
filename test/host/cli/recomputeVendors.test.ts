/** What an auditor is told of the verifiers: where they look things up, and under whose root. */

import { expect } from 'chai';
import { decodeFunctionData, encodeFunctionResult } from 'viem';
import { recomputeVendors } from '../../../signer/cli/verify/recomputeVendors.ts';
import { teeOf } from '../../../signer/evidence/identity.ts';
import { INTEL_ROOT } from '../../../signer/evidence/roots.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { ENCLAVE_REGISTRY_ABI, NITRO_CERTIFICATES_ABI, NITRO_VERIFIER_ABI } from '../../../signer/host/chain/abi.ts';
import { word } from '../support/fakeChain.ts';
import { CERTIFICATES, intelKeepers, TCB, VERIFIER } from '../support/intelKeepers.ts';

const [REGISTRY, NITRO, NITRO_CERTIFICATES, STRANGER]: Hex[] = ['1a', '1b', '1c', '66'].map(
  (byte): Hex => `0x${byte.repeat(20)}`,
);
const NOBODY: Hex = `0x${'00'.repeat(20)}`;
const of = (address: Hex) => ({ address, codeHash: word(1) });

describe('verifiers of a deployment, computed again', () => {
  const world = (chainId = 1, root = Uint8Array.from(Buffer.from(INTEL_ROOT, 'hex'))) => {
    const keepers = intelKeepers(root);
    const verifiers = new Map<Hex, Hex>([
      [toHex(teeOf('tdx')), VERIFIER],
      [toHex(teeOf('nitro')), NITRO!],
    ]);
    const contracts: Record<string, { address: Hex; codeHash: Hex }> = {
      ...{ enclaveRegistry: of(REGISTRY!), tdxVerifier: of(VERIFIER), nitroVerifier: of(NITRO!) },
      ...{ intelCertificates: of(CERTIFICATES), intelTcb: of(TCB), nitroCertificates: of(NITRO_CERTIFICATES!) },
    };
    const answer = (to: Hex, data: Hex): Hex => {
      if (to === REGISTRY) {
        const { args } = decodeFunctionData({ abi: ENCLAVE_REGISTRY_ABI, data });
        const result = verifiers.get(args![0] as Hex) ?? NOBODY;
        return encodeFunctionResult({ abi: ENCLAVE_REGISTRY_ABI, functionName: 'verifierOf', result });
      }
      if (to === NITRO)
        return encodeFunctionResult({
          ...{ abi: NITRO_VERIFIER_ABI, functionName: 'certificates', result: NITRO_CERTIFICATES! },
        });
      if (to === NITRO_CERTIFICATES)
        return encodeFunctionResult({ abi: NITRO_CERTIFICATES_ABI, functionName: 'root', result: word(9) });
      return keepers.call(to, data);
    };
    const rpc = async (_method: string, params: readonly unknown[]) => {
      const [{ to, data }, block] = params as [{ to: Hex; data: Hex }, string];
      expect(block).to.equal('finalized');
      return answer(to, data);
    };
    const checks = async () =>
      Object.fromEntries(
        (await recomputeVendors({ rpc, record: { chainId, firstBlock: 0, contracts } })).map(({ what, is, detail }) => [
          what,
          `${is}: ${detail}`,
        ]),
      );
    return { keepers, verifiers, contracts, checks };
  };

  it('are as they should be under the vendors’ roots, with what votes accept', async () => {
    const { checks, keepers } = world();
    keepers.voted.allowed.set(1, 0n);
    expect(await checks()).to.deep.equal({
      'evidence of tdx': "ok: under Intel's root; accepted: UpToDate, SWHardeningNeeded",
      'evidence of nitro': `ok: under root ${word(9)}`,
    });
  });

  it('are wrong under another root than Intel’s, but on a local chain', async () => {
    const root = new Uint8Array(32).fill(3);
    for (const chain of [1, 1_337])
      expect((await world(chain, root).checks())['evidence of tdx']).to.equal(
        `wrong: its root ${toHex(root)} is not Intel's`,
      );
    expect((await world(31_337, root).checks())['evidence of tdx']).to.contain('ok: under a development root');
  });

  it('are wrong where they ask others than the record has', async () => {
    for (const [name, tee] of [
      ['intelCertificates', 'tdx'],
      ['intelTcb', 'tdx'],
      ['nitroCertificates', 'nitro'],
    ] as const) {
      const { checks, contracts } = world();
      contracts[name] = of(STRANGER!);
      expect((await checks())[`evidence of ${tee}`]).to.match(new RegExp(`^wrong: it asks 0x\\w+, and not ${name}$`));
    }
  });

  it('are nothing that this can tell where a vote has named another', async () => {
    const { checks, verifiers } = world();
    verifiers.set(toHex(teeOf('tdx')), STRANGER!);
    expect((await checks())['evidence of tdx']).to.contain(`unproven: ${STRANGER} verifies it`);
  });

  it('are not spoken of where the registry takes no such evidence', async () => {
    const { checks, verifiers } = world();
    verifiers.clear();
    expect(await checks()).to.deep.equal({});
  });
});
