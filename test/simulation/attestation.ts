/** A TEE of the simulation's own, whose verifier believes what it is told: what evidence proves is tested elsewhere, and costs seeds. */

import type { JsonRpcSigner } from 'ethers';
import { hexlify } from 'ethers';
import type { Deployment as Contracts } from '../../scripts/deploy.ts';
import { measurement } from '../../signer/formats/attestation.ts';
import { abiEncode, hash, uintWord } from '../../signer/formats/words.ts';
import type { Measured } from '../../signer/tee/measured.ts';
import { VerifierMock__factory } from '../../types/factories/contracts/mocks/VerifierMock__factory.ts';

type Bytes = Uint8Array;

const named = (text: string) => hash(new TextEncoder().encode(text));
const [TEE, VENDOR] = [named('simulated TEE'), named('simulated vendor')];
const SECONDS = 30 * 86_400;

export function measuredIn(configurationBytes: Bytes): Measured {
  const [image, configuration] = [named('the enclave of this process'), hash(configurationBytes)];
  return { tee: TEE, image, configuration, measurement: measurement(TEE, image, configuration) };
}

/** By the DAO, while no enclave is registered: it takes effect at once. */
export async function believe({ enclaveRegistry }: Contracts, governance: JsonRpcSigner): Promise<void> {
  const verifier = await new VerifierMock__factory(governance).deploy(hexlify(TEE), hexlify(VENDOR));
  await (await enclaveRegistry.connect(governance).setVerifier(verifier)).wait();
}

/** An `Attestation`, as the verifier returns it. @param at seconds since 1970 */
export function evidenceOf({ tee, measurement }: Measured, platformId: Bytes, reportData: Bytes, at: number): Bytes {
  const [status, evaluation] = [uintWord(0), uintWord(0)];
  const [from, until] = [uintWord(at), uintWord(at + SECONDS)];
  return abiEncode(tee, measurement, reportData, platformId, from, until, status, evaluation);
}
