/** A Nitro document, as NitroVerifier will see it. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToBigInt, hexToBytes, keccak256 } from 'viem';
import { decodeEnvelope } from '../../evidence/nitro/document.ts';
import { certificateId } from '../../evidence/nitro/onChain.ts';
import { verifyNitro } from '../../evidence/nitro/verifyNitro.ts';
import { DEFAULT_POLICY, type Policy } from '../../evidence/verified.ts';
import { type Certificate, decodeCertificate } from '../../evidence/x509/certificate.ts';
import { type Hex, toHex } from '../../formats/hex.ts';
import { NITRO_CERTIFICATES_ABI, NITRO_VERIFIER_ABI } from '../../host/chain/abi.ts';
import { readView } from '../../host/chain/readView.ts';
import { type Askable, usable } from '../../host/life/present/presented.ts';
import type { Judge } from './judge.ts';

const abi = NITRO_VERIFIER_ABI;

export const judgeNitro: Judge = async (document, verifier, { chain }) => {
  const [certificates, salt, documentSeconds, registrationSeconds] = await Promise.all([
    readView(chain, verifier, abi, 'certificates', []),
    readView(chain, verifier, abi, 'platformSalt', []),
    readView(chain, verifier, abi, 'documentSeconds', []),
    readView(chain, verifier, abi, 'registrationSeconds', []),
  ]);
  const root = await readView(chain, certificates, NITRO_CERTIFICATES_ABI, 'root', []);
  const policy: Policy = {
    ...{ ...DEFAULT_POLICY, platformSalt: hexToBytes(salt), documentSeconds, registrationSeconds },
    revoked: await revokedIn(document, certificates, chain),
  };
  return { roots: { aws: rootsIn(document, root) }, policy, verify: (trust) => verifyNitro(document, trust) };
};

/** The contract names its root by what is signed of it: a document's own, if it is that one. @returns SHA-256 */
function rootsIn(document: Uint8Array, id: Hex): readonly Uint8Array[] {
  const [first] = chainOf(document);
  return first !== undefined && toHex(certificateId(first)) === id ? [sha256(first.encoded)] : [];
}

async function revokedIn(document: Uint8Array, keeper: Hex, chain: Askable['chain']): Promise<Policy['revoked']> {
  const found = await Promise.all(
    chainOf(document).map(async ({ issuer, serial }) => {
      const args = [keccak256(issuer), bytesToBigInt(serial)] as const;
      const is = await readView(chain, keeper, NITRO_CERTIFICATES_ABI, 'isRevoked', args);
      return is ? [{ issuer, serial }] : [];
    }),
  );
  return found.flat();
}

function chainOf(document: Uint8Array): readonly Certificate[] {
  return usable(() => {
    const { cabundle, certificate } = decodeEnvelope(document).document;
    return [...cabundle, certificate].map((one) => decodeCertificate(one, 'a certificate of the chain'));
  });
}
