/** What each name in a deployment record is: its source file and contract. */

export type Contract = { readonly file: string; readonly name: string };

const of = (file: string): Contract => ({ file, name: file.replace(/^.*\/|\.sol$/g, '') });

/** What a deployment makes only where its options ask for it. */
export const ASKED_FOR = {
  nitro: {
    p384Verifier: of('contracts/attestation/verifiers/nitro/P384Verifier.sol'),
    nitroCertificates: of('contracts/attestation/verifiers/nitro/NitroCertificates.sol'),
    nitroVerifier: of('contracts/attestation/verifiers/nitro/NitroVerifier.sol'),
  },
  intel: {
    intelCertificates: of('contracts/attestation/verifiers/intel/IntelCertificates.sol'),
    intelTcb: of('contracts/attestation/verifiers/intel/IntelTcb.sol'),
    tdxVerifier: of('contracts/attestation/verifiers/tdx/TdxVerifier.sol'),
  },
  sgx: { sgxVerifier: of('contracts/attestation/verifiers/sgx/SgxVerifier.sol') },
} as const satisfies Record<string, Record<string, Contract>>;

/** What a local network of both vendors' enclaves is verified by: no enclave of it is of SGX. */
export const VERIFIED_LOCALLY: readonly Contract[] = [ASKED_FOR.nitro, ASKED_FOR.intel].flatMap((made) =>
  Object.values(made),
);

/** What evidence is shown to, and measured with. */
export const VERIFYING: readonly Contract[] = [
  ...VERIFIED_LOCALLY,
  ...Object.values(ASKED_FOR.sgx),
  of('contracts/mocks/GasMeterMock.sol'),
];

/** What the demo deploys besides. */
export const DEMONSTRATED: readonly Contract[] = [of('contracts/examples/PermitToken.sol'), ...VERIFIED_LOCALLY];

/** A test compares the names with what scripts/deploy.ts deploys. */
export const DEPLOYED = {
  token: of('contracts/governance/QuorateToken.sol'),
  timelock: of('@openzeppelin/contracts/governance/TimelockController.sol'),
  governor: of('contracts/governance/QuorateGovernor.sol'),
  accessManager: of('contracts/governance/QuorateAccessManager.sol'),
  codeHashGuard: of('contracts/governance/CodeHashGuard.sol'),
  measurementRegistry: of('contracts/attestation/MeasurementRegistry.sol'),
  enclaveRegistry: of('contracts/attestation/EnclaveRegistry.sol'),
  signatureVerifier: of('contracts/signatures/SignatureVerifier.sol'),
  committees: of('contracts/keys/Committees.sol'),
  committeeVotes: of('contracts/keys/CommitteeVotes.sol'),
  closed: of('contracts/requests/guards/Closed.sol'),
  keyRegistry: of('contracts/keys/KeyRegistry.sol'),
  derivedKeys: of('contracts/keys/DerivedKeys.sol'),
  keyAddresses: of('contracts/addresses/KeyAddresses.sol'),
  livenessGuard: of('contracts/governance/LivenessGuard.sol'),
  bip340Verifier: of('contracts/signatures/verifiers/Bip340Verifier.sol'),
  ecdsaVerifier: of('contracts/signatures/verifiers/EcdsaVerifier.sol'),
  ed25519Verifier: of('contracts/signatures/verifiers/Ed25519Verifier.sol'),
  refusals: of('contracts/requests/modules/Refusals.sol'),
  signingRequests: of('contracts/requests/SigningRequests.sol'),
  mandates: of('contracts/requests/modules/Mandates.sol'),
  lateSignatures: of('contracts/requests/modules/LateSignatures.sol'),
  spendingLimits: of('contracts/requests/guards/SpendingLimits.sol'),
  spendReceipt: of('contracts/examples/SpendReceipt.sol'),
  guardianContract: of('contracts/governance/Guardian.sol'),
  enclaveLens: of('contracts/lens/EnclaveLens.sol'),
  keyLens: of('contracts/lens/KeyLens.sol'),
  requestLens: of('contracts/lens/RequestLens.sol'),
  directory: of('contracts/lens/Directory.sol'),
} as const satisfies Record<string, Contract>;
