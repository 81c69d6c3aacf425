/** Intel's TDX and SGX: certificates below one root, what votes accept of platforms, and the verifiers that ask both. */

import type { IntelCertificates } from '../../types/contracts/attestation/verifiers/intel/IntelCertificates.ts';
import type { IntelTcb } from '../../types/contracts/attestation/verifiers/intel/IntelTcb.ts';
import type { SgxVerifier } from '../../types/contracts/attestation/verifiers/sgx/SgxVerifier.ts';
import type { TdxVerifier } from '../../types/contracts/attestation/verifiers/tdx/TdxVerifier.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import { IntelCertificates__factory } from '../../types/factories/contracts/attestation/verifiers/intel/IntelCertificates__factory.ts';
import { IntelTcb__factory } from '../../types/factories/contracts/attestation/verifiers/intel/IntelTcb__factory.ts';
import { TdxVerifier__factory } from '../../types/factories/contracts/attestation/verifiers/tdx/TdxVerifier__factory.ts';
import { type IntelOptions, tcbPolicyOf } from './options.ts';
import type { Steps } from './steps.ts';

export type Intel = {
  readonly intelCertificates: IntelCertificates | null;
  readonly intelTcb: IntelTcb | null;
  readonly tdxVerifier: TdxVerifier | null;
  readonly sgxVerifier: SgxVerifier | null;
};

export async function deployIntel(
  steps: Steps,
  authority: QuorateAccessManager,
  options: IntelOptions,
): Promise<Intel> {
  const { root, platformSalt } = options;
  const intelCertificates = await steps.create('intelCertificates', IntelCertificates__factory, authority, root);
  const intelTcb = await steps.create(
    'intelTcb',
    IntelTcb__factory,
    authority,
    intelCertificates,
    tcbPolicyOf(options),
  );
  const asked = [intelCertificates, intelTcb, platformSalt] as const;
  const tdxVerifier = await steps.create('tdxVerifier', TdxVerifier__factory, ...asked);
  const sgxVerifier = options.sgx ? await deploySgx(steps, asked) : null;
  return { intelCertificates, intelTcb, tdxVerifier, sgxVerifier };
}

/** Compiled, and loaded, only where somebody asks for it. */
async function deploySgx(steps: Steps, asked: readonly [IntelCertificates, IntelTcb, string]): Promise<SgxVerifier> {
  const { SgxVerifier__factory: factory } = await import(
    '../../types/factories/contracts/attestation/verifiers/sgx/SgxVerifier__factory.ts'
  );
  return steps.create('sgxVerifier', factory, ...asked);
}
