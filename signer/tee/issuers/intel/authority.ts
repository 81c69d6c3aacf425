/** A development root in the place of Intel's: Platform CA, a PCK for each machine, the signer of TCB info, and what all of them publish. */

import { dayOf, days, issuedBy } from '../authority.ts';
import { certificate, pem, revocationList, type Spec } from '../certificates.ts';
import type { Bytes } from '../der.ts';
import { derivedPair, type Pair } from '../keys.ts';
import { collateralOf, iso, moduleIdentity, qeIdentityOf, svnLevel, tcbLevel, tdxInfoOf } from './collateral.ts';
import { type PckTcb, pckExtensions } from './pckExtension.ts';

/** Usage bits, as RFC 5280 numbers them. */
const [DIGITAL_SIGNATURE, NON_REPUDIATION, CERT_SIGN, CRL_SIGN] = [0, 1, 5, 6];
const ROOT = 'Intel SGX Root CA';
const PLATFORM_CA = 'Intel SGX PCK Platform CA';
const PCK = 'Intel SGX PCK Certificate';
const TCB_SIGNING = 'Intel SGX TCB Signing';

/** What all development machines are: one model, one level, UpToDate. */
export const MODEL = { fmspc: '00d0d0d00000', pceId: '0000' } as const;
const SVNS = Array<number>(16).fill(5);
const PCE_SVN = 13;
/** The TDX module: SVN, major version, microcode. */
export const TEE_TCB_SVN = Uint8Array.from({ length: 16 }, (_, at) => [5, 1, 4][at] ?? 0);
const TDX_SVNS = [5, 0, 4, ...Array<number>(13).fill(0)];
export const QE_SVN = 6;
export const TD_QE = { mrsigner: new Uint8Array(32).fill(0xd0), isvprodid: 2 } as const;
const EVALUATION = 17;
/** > nextUpdate is 30 days after issueDate. */
const TEXT_DAYS = 30;

export type Pck = { readonly pair: Pair /** PEM, the root last */; readonly chain: string };
export type IntelAuthority = {
  /** DER; the same for the same seed. */
  readonly root: Bytes;
  /** @param ppid 16 bytes: which machine */
  pckOf(ppid: Bytes): Pck;
  /** Of the day of `at`, seconds; as `decodeCollateral` reads it. */
  collateralAt(at: number): Bytes;
};

export function intelAuthority(seed: Bytes): IntelAuthority {
  const pairOf = (name: string) => derivedPair('p256', seed, name);
  const top = { name: ROOT, pair: pairOf(ROOT) };
  const below = { name: PLATFORM_CA, pair: pairOf(PLATFORM_CA) };
  const signer = pairOf(TCB_SIGNING);
  const root = certificate(authoritySpec(issuedBy(top, { subject: ROOT, pair: top.pair }), 1));
  const ca = certificate(authoritySpec(issuedBy(top, { subject: PLATFORM_CA, pair: below.pair }), 0));
  const usage = [DIGITAL_SIGNATURE];
  const tcbSigning = certificate({ ...issuedBy(top, { subject: TCB_SIGNING, pair: signer }), ca: null, usage });
  return {
    root,
    pckOf: (ppid) => {
      const pair = pairOf(`PCK ${Buffer.from(ppid).toString('hex')}`);
      const spec = issuedBy(below, { subject: PCK, pair, ca: null, usage: [DIGITAL_SIGNATURE, NON_REPUDIATION] });
      const pck = certificate({ ...spec, more: pckExtensions(tcbOf(ppid)) });
      return { pair, chain: pem(pck, ca, root) };
    },
    collateralAt: (at) => {
      const [thisUpdate, nextUpdate] = [dayOf(at) - days(1), dayOf(at) + days(TEXT_DAYS - 1)];
      const head = {
        issueDate: iso(thisUpdate),
        nextUpdate: iso(nextUpdate),
        tcbEvaluationDataNumber: EVALUATION,
      };
      return collateralOf({
        tcbInfo: tdxInfoOf({ ...MODEL, fmspc: MODEL.fmspc.toUpperCase() }, head, [MODULE], [LEVEL]),
        qeIdentity: qeIdentityOf('TD_QE', TD_QE, head, [svnLevel(QE_SVN, 'UpToDate')]),
        ...{ tcbSigner: signer, qeIdentitySigner: signer, issuerChain: pem(tcbSigning, root), more: {} },
        rootCrl: revocationList({ issuer: ROOT, signer: top.pair, thisUpdate, nextUpdate }),
        pckCrl: revocationList({ issuer: PLATFORM_CA, signer: below.pair, thisUpdate, nextUpdate }),
      });
    },
  };
}

const MODULE = moduleIdentity('TDX_01', svnLevel(5, 'UpToDate'));
const LEVEL = tcbLevel({ sgx: SVNS, pce: PCE_SVN, tdx: TDX_SVNS, status: 'UpToDate' });

function tcbOf(ppid: Bytes): PckTcb {
  return { components: SVNS, pceSvn: PCE_SVN, ...MODEL, ppid };
}

function authoritySpec(spec: Spec, pathLength: number): Spec {
  return { ...spec, ca: { pathLength }, usage: [CERT_SIGN, CRL_SIGN] };
}
