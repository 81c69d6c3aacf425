/** Intel's collateral as its contracts keep it, without any check of theirs: what a host is shown, and what it brings. */

import { sha256 } from '@noble/hashes/sha2.js';
import { decodeFunctionData, encodeFunctionResult, hexToBytes, keccak256, stringToHex } from 'viem';
import { utf8 } from '../../../signer/evidence/formats/bytes.ts';
import { decodePem } from '../../../signer/evidence/formats/pem.ts';
import { decodeQeIdentity } from '../../../signer/evidence/intel/qeIdentity.ts';
import { decodeTcbInfo } from '../../../signer/evidence/intel/tcbInfo.ts';
import { decodeRevocationList } from '../../../signer/evidence/x509/revocationList.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { INTEL_CERTIFICATES_ABI, INTEL_TCB_ABI, QUOTE_VERIFIER_ABI } from '../../../signer/host/chain/abi.ts';
import { word } from './fakeChain.ts';

export const VERIFIER: Hex = `0x${'be'.repeat(20)}`;
export const CERTIFICATES: Hex = `0x${'ce'.repeat(20)}`;
export const TCB: Hex = `0x${'cb'.repeat(20)}`;

type Authority = { id: Hex | null; thisUpdate: number; nextUpdate: number; revoked: boolean; notAfter: number };
type Text = { evaluation: number; issueDate: number; nextUpdate: number; signer: number };

const authority = (id: Hex | null): Authority => ({
  id,
  thisUpdate: 0,
  nextUpdate: 0,
  revoked: false,
  notAfter: 2 ** 39,
});
const nothing = (): Text => ({ evaluation: 0, issueDate: 0, nextUpdate: 0, signer: 0 });

/** @param root SHA-256 of the certificate */
export function intelKeepers(root: Uint8Array = new Uint8Array(32)) {
  const authorities: Authority[] = [authority(null)];
  const pcks = new Set<Hex>();
  const texts = { tcbInfo: nothing(), qeIdentity: nothing() };
  const policy = { registration: 1, overdue: 0, evaluationGrace: 0, leastTcbEvaluation: 0, leastQeEvaluation: 0 };
  const voted = {
    salt: word(0x5a17),
    /** issuer's index and serial number */
    revoked: new Set<string>(),
    /** bits of advisories by status */
    allowed: new Map<number, bigint>(),
    advisories: [] as string[],
  };
  const indexOf = (id: Hex) =>
    Math.max(
      0,
      authorities.findIndex((one) => one.id === id),
    );
  const know = (certificate: Uint8Array) => {
    const id = toHex(sha256(certificate));
    if (indexOf(id) === 0) authorities.push(authority(id));
  };

  const ofVerifier = (data: Hex): Hex => {
    const { functionName } = decodeFunctionData({ abi: QUOTE_VERIFIER_ABI, data });
    const results: Readonly<Record<string, Hex>> = { tcb: TCB, certificates: CERTIFICATES, platformSalt: voted.salt };
    const result = results[functionName];
    return encodeFunctionResult({ abi: QUOTE_VERIFIER_ABI, functionName, result } as never);
  };
  const ofCertificates = (data: Hex): Hex => {
    const abi = INTEL_CERTIFICATES_ABI;
    const { functionName, args } = decodeFunctionData({ abi, data });
    const answers: Record<string, () => unknown> = {
      authorityAt: () => ({ role: 1, notBefore: 0, x: 0n, y: 0n, ...authorities[Number(args![0])]! }),
      authorityOf: () => BigInt(indexOf(args![0] as Hex)),
      isBrought: () => pcks.has(args![0] as Hex),
      isRevoked: () => voted.revoked.has(`${args![0]} ${args![1]}`),
      root: () => toHex(root),
    };
    return encodeFunctionResult({ abi, functionName, result: answers[functionName]!() } as never);
  };
  const ofTcb = (data: Hex): Hex => {
    const abi = INTEL_TCB_ABI;
    const { functionName, args } = decodeFunctionData({ abi, data });
    const advisories = (status: number) => voted.allowed.get(status);
    const answers: Record<string, () => unknown> = {
      policy: () => policy,
      allowance: () => [advisories(Number(args![0])) !== undefined, advisories(Number(args![0])) ?? 0n],
      advisoryAt: () => stringToHex(voted.advisories[Number(args![0])] ?? '', { size: 32 }),
    };
    const shown = () => ({ ...texts[functionName as keyof typeof texts], since: 0, data: VERIFIER });
    return encodeFunctionResult({ abi, functionName, result: (answers[functionName] ?? shown)() } as never);
  };
  const brings: Record<string, (...args: never[]) => void> = {
    bringCrl: (index: bigint, list: Hex) => {
      const { thisUpdate, nextUpdate } = decodeRevocationList(hexToBytes(list), 'a list');
      Object.assign(authorities[Number(index)]!, { thisUpdate, nextUpdate });
    },
    bringSigner: (certificate: Hex) => know(hexToBytes(certificate)),
    bringPck: (pem: Hex) => {
      know(decodePem(utf8(hexToBytes(pem))!, 'a chain')[1]!);
      pcks.add(keccak256(pem));
    },
    bringTcbInfo: (text: Hex, _signature: Hex, signer: number) =>
      Object.assign(texts.tcbInfo, { ...decodeTcbInfo(hexToBytes(text)), signer }),
    bringQeIdentity: (text: Hex, _signature: Hex, signer: number) =>
      Object.assign(texts.qeIdentity, { ...decodeQeIdentity(hexToBytes(text)), signer }),
  };
  return {
    ...{ authorities, pcks, texts, policy, voted },
    call: (to: Hex, data: Hex): Hex => {
      if (to === VERIFIER) return ofVerifier(data);
      return to === TCB ? ofTcb(data) : to === CERTIFICATES ? ofCertificates(data) : word(0);
    },
    /** @returns the function's name */
    bring: (data: Hex): string => {
      const { functionName, args } = decodeFunctionData({ abi: [...INTEL_CERTIFICATES_ABI, ...INTEL_TCB_ABI], data });
      brings[functionName]!(...(args as unknown as never[]));
      return functionName;
    },
  };
}
