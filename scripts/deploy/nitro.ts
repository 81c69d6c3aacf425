/** AWS's Nitro: certificates below one root, and the verifier that asks them. */

import type { NitroCertificates } from '../../types/contracts/attestation/verifiers/nitro/NitroCertificates.ts';
import type { NitroVerifier } from '../../types/contracts/attestation/verifiers/nitro/NitroVerifier.ts';
import type { P384Verifier } from '../../types/contracts/attestation/verifiers/nitro/P384Verifier.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import { NitroCertificates__factory } from '../../types/factories/contracts/attestation/verifiers/nitro/NitroCertificates__factory.ts';
import { NitroVerifier__factory } from '../../types/factories/contracts/attestation/verifiers/nitro/NitroVerifier__factory.ts';
import { P384Verifier__factory } from '../../types/factories/contracts/attestation/verifiers/nitro/P384Verifier__factory.ts';
import type { NitroOptions } from './options.ts';
import type { Steps } from './steps.ts';

export type Nitro = {
  readonly p384Verifier: P384Verifier | null;
  readonly nitroCertificates: NitroCertificates | null;
  readonly nitroVerifier: NitroVerifier | null;
};

export async function deployNitro(
  steps: Steps,
  authority: QuorateAccessManager,
  { root, platformSalt, documentSeconds, registrationSeconds }: NitroOptions,
): Promise<Nitro> {
  const p384Verifier = await steps.create('p384Verifier', P384Verifier__factory);
  const nitroCertificates = await steps.create(
    'nitroCertificates',
    NitroCertificates__factory,
    authority,
    p384Verifier,
    root,
  );
  const nitroVerifier = await steps.create(
    'nitroVerifier',
    NitroVerifier__factory,
    nitroCertificates,
    platformSalt,
    documentSeconds,
    registrationSeconds,
  );
  return { p384Verifier, nitroCertificates, nitroVerifier };
}
