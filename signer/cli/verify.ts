/**
 * `quorate verify`: checks a report of signatures offline. From each signature up to the root key of the DAO: the signature holds under
 * the verifying key, and that key derives from the root key for this requester and path.
 */

import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { concat, hexToBytes } from 'viem';
import { birthDomain } from '../formats/wirePreimages.ts';
import { derivedPoints } from '../host/chain/derivedPoints.ts';
import { describe, Fatal } from '../host/errors.ts';
import { type Command, option, table } from './command.ts';

type Hex = `0x${string}`;
type Key = { readonly keyId: Hex; readonly publicKey: Hex; readonly prefix: number };
type Request = {
  readonly requestId: Hex;
  readonly keyId: Hex;
  readonly scheme: string;
  readonly requester: Hex;
  readonly path: Hex;
  readonly payloadKind: string;
  readonly digests: readonly Hex[];
  readonly publicKey: Hex;
  readonly signatures: readonly Hex[];
  readonly state?: string;
};
export type Report = {
  readonly chainId: number;
  readonly contracts: Readonly<Record<string, Hex>>;
  readonly keys: readonly Key[];
  readonly requests: readonly Request[];
};
/** `isSigned` is false of what ended without a signature: then there is none to check, and none may be there. */
type Finding = {
  readonly requestId: Hex;
  readonly ok: boolean;
  readonly isSigned: boolean;
  readonly problems: readonly string[];
};

const FULFILLED = 'FULFILLED';

export const verify: Command = {
  summary: 'check a report of signatures offline, from signature to root key',
  options: [{ name: 'report', means: 'the file, such as out/demo.json', fallback: 'out/demo.json' }],
  run: async (options) => {
    const report = readReport(option(options, 'report'));
    const json = verifyReport(report);
    const rows = json.map(({ requestId, ok, isSigned, problems }) => {
      const verdict = ok ? (isSigned ? 'ok' : 'unsigned') : 'WRONG';
      return [verdict, requestId, problems.join('; ')];
    });
    const isFine = json.some(({ isSigned }) => isSigned) && json.every(({ ok }) => ok);
    return { json, text: json.length === 0 ? 'the report has no requests' : table(rows), ok: isFine };
  },
};

export function verifyReport(report: Report): readonly Finding[] {
  return report.requests.map((request) => verifyRequest(report, request));
}

function verifyRequest(report: Report, request: Request): Finding {
  const { requestId, digests, signatures, publicKey, scheme, state = FULFILLED } = request;
  const problems: string[] = [];
  const isSigned = state === FULFILLED || signatures.length > 0;
  if (publicKey.toLowerCase() !== expectedKey(report, request))
    problems.push('the verifying key does not derive from the root key');
  if (isSigned && (digests.length === 0 || digests.length !== signatures.length))
    problems.push(`${signatures.length} signatures for ${digests.length} digests`);
  if (isSigned)
    digests.forEach((digest, at) => {
      if (!holds(scheme, signatures[at], digest, publicKey)) problems.push(`signature ${at} does not hold`);
    });
  return { requestId, ok: problems.length === 0, isSigned, problems };
}

function expectedKey(
  { chainId, contracts, keys }: Report,
  { keyId, scheme, requester, path, payloadKind }: Request,
): Hex | null {
  const key = keys.find((one) => one.keyId === keyId);
  const { KeyRegistry, keyRegistry = KeyRegistry } = contracts;
  if (key === undefined || keyRegistry === undefined) return null;
  if (scheme === 'ed25519') return key.publicKey;
  const root = { prefix: key.prefix, x: `0x${key.publicKey.slice(-64)}` as const };
  const birth = birthDomain(chainId, keyRegistry, keyId, root);
  const { derivedX, derivedY, outputX } = derivedPoints(root, birth, requester, path);
  if (scheme === 'ecdsa-secp256k1') return concat([BigInt(derivedY) % 2n === 0n ? '0x02' : '0x03', derivedX]);
  return payloadKind === 'bitcoin-psbt' ? outputX : derivedX;
}

/** What is no signature at all, or no key, does not hold either. */
function holds(scheme: string, signature: Hex | undefined, digest: Hex, publicKey: Hex): boolean {
  if (signature === undefined) return false;
  try {
    const [bytes, message, key] = [hexToBytes(signature), hexToBytes(digest), hexToBytes(publicKey)];
    if (scheme === 'bip340') return schnorr.verify(bytes, message, key);
    if (scheme === 'ecdsa-secp256k1') return secp256k1.verify(bytes.subarray(0, 64), message, key, { prehash: false });
    return scheme === 'ed25519' && ed25519.verify(bytes, message, key);
  } catch {
    return false; // noble throws for bytes of another length or form
  }
}

function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch (cause) {
    throw new Fatal(
      'CONFIG_INVALID',
      `cannot read ${file}: ${describe(cause)}`,
      'Name a report with --report; the demo writes out/demo.json.',
      { cause },
    );
  }
}
