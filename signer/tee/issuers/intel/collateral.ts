/** Collateral of Intel's: TCB info and QE identity as texts that are signed, revocation lists, and the file that holds all of it. */

import { signRaw } from '../certificates.ts';
import { type Bytes, text } from '../der.ts';
import type { Pair } from '../keys.ts';

export const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
const component = (svn: number) => ({ svn });
type Level = {
  readonly sgx: readonly number[];
  readonly pce: number;
  readonly tdx?: readonly number[];
  readonly status: string;
  readonly advisories?: readonly string[];
};
export const tcbLevel = ({ sgx, pce, tdx, status, advisories }: Level) => ({
  tcb: { sgxtcbcomponents: sgx.map(component), pcesvn: pce, ...(tdx && { tdxtcbcomponents: tdx.map(component) }) },
  ...{ tcbDate: '2025-08-13T00:00:00Z', tcbStatus: status, ...(advisories && { advisoryIDs: advisories }) },
});
export const svnLevel = (isvsvn: number, tcbStatus: string, advisoryIDs?: readonly string[]) => ({
  ...{ tcb: { isvsvn }, tcbDate: '2025-08-13T00:00:00Z', tcbStatus, ...(advisoryIDs && { advisoryIDs }) },
});
const module = { mrsigner: '00'.repeat(48), attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) };
export const moduleIdentity = (name: string, ...tcbLevels: readonly unknown[]) => ({ id: name, ...module, tcbLevels });

export type Dates = { readonly issueDate: string; readonly nextUpdate: string };
export type TextHead = Dates & { readonly tcbEvaluationDataNumber: number };
export type Platform = { readonly fmspc: string; readonly pceId: string };

export const tcbInfoOf = (id: 'SGX' | 'TDX', { fmspc, pceId }: Platform, head: TextHead, levels: readonly object[]) => {
  const { tcbEvaluationDataNumber, ...dates } = head;
  const rest = { fmspc, pceId, tcbType: 0, tcbEvaluationDataNumber };
  return { id, version: 3, ...dates, ...rest, tcbLevels: levels };
};

/** The order of its fields is Intel's: the text is what is signed. */
export const tdxInfoOf = (
  platform: Platform,
  head: TextHead,
  modules: readonly ReturnType<typeof moduleIdentity>[],
  levels: readonly object[],
) => {
  const { tcbLevels, ...rest } = tcbInfoOf('TDX', platform, head, levels);
  return { ...rest, tdxModule: module, tdxModuleIdentities: modules, tcbLevels };
};

export type Quoting = { readonly mrsigner: Bytes; readonly isvprodid: number };
export const qeIdentityOf = (
  id: 'QE' | 'TD_QE',
  { mrsigner, isvprodid }: Quoting,
  head: TextHead,
  tcbLevels: readonly object[],
) => {
  const { tcbEvaluationDataNumber, ...dates } = head;
  const misc = { miscselect: '00000000', miscselectMask: 'FFFFFFFF' };
  const attributes = { attributes: `11${'00'.repeat(15)}`, attributesMask: `FB${'FF'.repeat(7)}${'00'.repeat(8)}` };
  const signer = { mrsigner: Buffer.from(mrsigner).toString('hex'), isvprodid };
  return { id, version: 2, ...dates, tcbEvaluationDataNumber, ...misc, ...attributes, ...signer, tcbLevels };
};

export type CollateralParts = {
  readonly tcbInfo: object | string;
  readonly qeIdentity: object | string;
  readonly tcbSigner: Pair;
  readonly qeIdentitySigner: Pair;
  readonly issuerChain: string;
  readonly rootCrl: Bytes;
  readonly pckCrl: Bytes;
  readonly more: object;
};
/** As `decodeCollateral` reads it. */
export function collateralOf(parts: CollateralParts): Bytes {
  const [info, identity] = [parts.tcbInfo, parts.qeIdentity].map((one) =>
    typeof one === 'string' ? one : JSON.stringify(one),
  );
  const hex = (one: Bytes) => Buffer.from(one).toString('hex');
  const file = {
    ...{
      pck_crl_issuer_chain: '',
      root_ca_crl: hex(parts.rootCrl),
      pck_crl: hex(parts.pckCrl),
      tcb_info_issuer_chain: parts.issuerChain,
      tcb_info: info,
    },
    ...{
      tcb_info_signature: hex(signRaw(text(info ?? ''), parts.tcbSigner)),
      qe_identity_issuer_chain: parts.issuerChain,
      qe_identity: identity,
    },
    ...{ qe_identity_signature: hex(signRaw(text(identity ?? ''), parts.qeIdentitySigner)), ...parts.more },
  };
  return text(JSON.stringify(file));
}
