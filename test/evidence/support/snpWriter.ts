/** An SEV-SNP report with the certificate of its key, under a development ASK: every part can be replaced. */

import type { Policy, Verifier } from '../../../signer/evidence/verified.ts';
import type { Evidence } from '../../../signer/evidence/verifyEvidence.ts';
import { type Extension, signRaw } from '../../../signer/tee/issuers/certificates.ts';
import { type Bytes, concat, der, integer, text } from '../../../signer/tee/issuers/der.ts';
import type { Pair } from '../../../signer/tee/issuers/keys.ts';
import { certificate, ecPair, rsaPair, type Spec } from './certificates.ts';
import { rootsOf, verifierAt } from './verifier.ts';

export const SNP_AT = Date.UTC(2026, 5, 1) / 1000;
const DAY = 86_400;
export const SNP_PAIRS = { ask: rsaPair(), asvk: rsaPair(), vek: ecPair('p384'), other: ecPair('p384') };
const modulusOf = ({ key }: Pair): Bytes => (key.kind === 'rsa' ? key.modulus : new Uint8Array());
const issuer = (product: 'Genoa' | 'Turin', signs: 'VCEK' | 'VLEK', name: string) =>
  ({
    product,
    signs,
    name,
    modulus: modulusOf(signs === 'VCEK' ? SNP_PAIRS.ask : SNP_PAIRS.asvk),
    exponent: 65_537,
  }) as const;
export const SNP_ROOTS = rootsOf({
  amd: [
    issuer('Genoa', 'VCEK', 'SEV-Genoa'),
    issuer('Genoa', 'VLEK', 'SEV-VLEK-Genoa'),
    issuer('Turin', 'VCEK', 'SEV-Turin'),
  ],
});
export const snpVerifier = (policy: Partial<Policy> = {}, at = SNP_AT): Verifier => verifierAt(at, SNP_ROOTS, policy);

const AMD = '1.3.6.1.4.1.3704.1';
export type VekParts = {
  readonly product: string;
  readonly spls: Readonly<Record<number, number>>;
  readonly chip: Bytes | null;
};
export const CHIP = Uint8Array.from({ length: 64 }, (_, at) => at + 1);
export const VEK: VekParts = {
  product: 'Genoa-B1',
  spls: { 1: 9, 2: 0, 3: 27, 4: 0, 5: 0, 6: 0, 7: 0, 8: 84 },
  chip: CHIP,
};
export const vekExtensions = ({ product, spls, chip }: VekParts): Extension[] => [
  { oid: `${AMD}.1`, value: integer(1) },
  { oid: `${AMD}.2`, value: der(0x16, text(product)) },
  ...Object.entries(spls).map(([part, spl]) => ({ oid: `${AMD}.3.${part}`, value: integer(spl) })),
  ...(chip === null ? [] : [{ oid: `${AMD}.4`, value: chip }]),
];
export const vekSpec: Spec = {
  ...{ subject: 'SEV-VCEK', issuer: 'SEV-Genoa', pair: SNP_PAIRS.vek, signer: SNP_PAIRS.ask, serial: Uint8Array.of(0) },
  ...{ notBefore: SNP_AT - DAY, notAfter: SNP_AT + 1_000 * DAY, more: vekExtensions(VEK) },
};
export const vek = (change: Partial<Spec> = {}): Bytes => certificate({ ...vekSpec, ...change });

export type ReportParts = {
  readonly version: number;
  readonly policy: bigint;
  readonly vmpl: number;
  readonly algorithm: number;
  readonly flags: number;
  /** FAMILY_ID to IMAGE_ID, REPORT_DATA to REPORT_ID_MA. */
  readonly ids: Bytes;
  readonly digests: Bytes;
  readonly tcb: Bytes;
  readonly cpu: readonly [number, number];
  readonly chip: Bytes;
  readonly signer: Pair;
  /** Behind s. */
  readonly rest: Bytes;
};
/** Bootloader 9, TEE 0, SNP 27, microcode 84. */
export const GENOA_TCB = Uint8Array.of(9, 0, 0, 0, 0, 0, 27, 84);
export const reportParts: ReportParts = {
  ...{
    version: 3,
    policy: 0x3001fn,
    vmpl: 0,
    algorithm: 1,
    flags: 0,
    ids: new Uint8Array(32).fill(0x1d),
    tcb: GENOA_TCB,
  },
  ...{
    digests: Uint8Array.from({ length: 304 }, (_, at) => at % 250),
    cpu: [0x19, 0x11],
    chip: CHIP,
    signer: SNP_PAIRS.vek,
    rest: new Uint8Array(368),
  },
};

export function report(change: Partial<ReportParts> = {}): Bytes {
  const { version, policy, vmpl, algorithm, flags, ids, digests, tcb, cpu, chip, signer, rest } = {
    ...reportParts,
    ...change,
  };
  const signed = concat(
    ...[
      u32(version),
      u32(7),
      u64(policy),
      ids,
      u32(vmpl),
      u32(algorithm),
      tcb,
      u64(5n),
      u32(flags),
      u32(0),
      digests,
      tcb,
    ],
    ...[
      Uint8Array.from(version < 3 ? [] : cpu),
      new Uint8Array(version < 3 ? 24 : 22),
      chip,
      tcb,
      new Uint8Array(8),
      tcb,
      new Uint8Array(168),
    ],
  );
  const raw = signRaw(signed, signer);
  const pad = new Uint8Array(24);
  return concat(signed, raw.slice(0, 48).reverse(), pad, raw.slice(48).reverse(), pad, rest);
}

function u64(value: bigint): Bytes {
  return Uint8Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
}
const u32 = (value: number): Bytes => u64(BigInt(value)).slice(0, 4);

export function snpEvidence(change: Partial<ReportParts> = {}, vekChange: Partial<Spec> = {}): Evidence {
  return { bytes: report(change), vek: vek(vekChange) };
}
