/** TCB info and QE identity onto the chain, their signer first. */

import { sha256 } from '@noble/hashes/sha2.js';
import { encodeFunctionData } from 'viem';
import { teeOf } from '../../../evidence/identity.ts';
import type { QeIdentity } from '../../../evidence/intel/qeIdentity.ts';
import type { SignedText } from '../../../evidence/intel/signedText.ts';
import type { TcbInfo } from '../../../evidence/intel/tcbInfo.ts';
import { type Hex, toHex } from '../../../formats/hex.ts';
import { INTEL_CERTIFICATES_ABI, INTEL_TCB_ABI } from '../../chain/abi.ts';
import { readView } from '../../chain/readView.ts';
import { Retryable } from '../../errors.ts';
import type { IntelTee, Update } from '../../ports/pcs.ts';
import type { BringCollateral, There } from '../../posting/goals/bringCollateral.ts';
import { AHEAD, type Dated, newerIfDue } from './due.ts';
import { authorityOf, bringingSigner } from './intelLists.ts';
import type { Askable } from './presented.ts';

/** Where collateral is kept. */
export type Keepers = { readonly certificates: Hex; readonly tcb: Hex };

type Text = Dated & { readonly evaluation: number };
/** A text that is wanted on chain. */
type Subject<T extends Text = Text> = {
  readonly name: string;
  /** As the chain shows it. */
  readonly kept: Text & { readonly signer: number };
  /** A vote takes none of an older evaluation. */
  readonly least: number;
  readonly fetch: (update: Update) => Promise<SignedText<T>>;
  readonly bring: 'bringTcbInfo' | 'bringQeIdentity';
  /** calldata of what shows it */
  readonly view: Hex;
};

const abi = INTEL_TCB_ABI;
/** Of a CollateralView. */
const [ISSUE_DATE, NEXT_UPDATE] = [1, 2];

export async function bringTcbInfo(kind: IntelTee, fmspc: string, keepers: Keepers, at: number, ports: Askable) {
  return bringText(await tcbInfoOf(kind, fmspc, keepers, ports), keepers, at, ports);
}

export async function bringQeIdentity(kind: IntelTee, keepers: Keepers, at: number, ports: Askable) {
  return bringText(await qeIdentityOf(kind, keepers, ports), keepers, at, ports);
}

export async function tcbInfoOf(
  kind: IntelTee,
  fmspc: string,
  keepers: Keepers,
  ports: Askable,
): Promise<Subject<TcbInfo>> {
  const args = [toHex(teeOf(kind)), `0x${fmspc}` as Hex] as const;
  const { leastTcbEvaluation: least } = await policyOf(keepers, ports);
  return {
    ...{ name: `TCB info of ${fmspc}`, least, bring: 'bringTcbInfo' },
    kept: await readView(ports.chain, keepers.tcb, abi, 'tcbInfo', args),
    view: encodeFunctionData({ abi, functionName: 'tcbInfo', args }),
    fetch: (update) => ports.pcs.tcbInfo(kind, fmspc, update),
  };
}

export async function qeIdentityOf(kind: IntelTee, keepers: Keepers, ports: Askable): Promise<Subject<QeIdentity>> {
  const args = [toHex(teeOf(kind))] as const;
  const { leastQeEvaluation: least } = await policyOf(keepers, ports);
  return {
    ...{ name: 'QE identity', least, bring: 'bringQeIdentity' },
    kept: await readView(ports.chain, keepers.tcb, abi, 'qeIdentity', args),
    view: encodeFunctionData({ abi, functionName: 'qeIdentity', args }),
    fetch: (update) => ports.pcs.qeIdentity(kind, update),
  };
}

function policyOf({ tcb }: Keepers, { chain }: Askable) {
  return readView(chain, tcb, abi, 'policy', []);
}

async function bringText(
  subject: Subject,
  keepers: Keepers,
  at: number,
  ports: Askable,
): Promise<BringCollateral | null> {
  const { name, kept, view, least } = subject;
  const serves = kept.evaluation >= least && (await isSignerGood(kept, keepers, at, ports));
  const found = await newerIfDue(name, serves ? kept : { ...kept, nextUpdate: 0 }, at, () => dated(subject));
  if (found === null) return null;
  // where the date alone would do already, another word has to say that this text is there
  const isDated = kept.nextUpdate > at + AHEAD;
  const there = isDated ? { word: ISSUE_DATE, least: found.issueDate } : { word: NEXT_UPDATE, least: found.enough };
  return bringing(found.signed, subject, { view, ...there }, keepers, ports);
}

/** What nobody has brought yet, nobody has signed badly. */
async function isSignerGood(
  { signer, nextUpdate }: Subject['kept'],
  { certificates }: Keepers,
  at: number,
  { chain }: Askable,
): Promise<boolean> {
  if (nextUpdate === 0) return true;
  const args = [BigInt(signer)] as const;
  const { revoked, notAfter } = await readView(chain, certificates, INTEL_CERTIFICATES_ABI, 'authorityAt', args);
  return !revoked && notAfter > at;
}

/** Anybody may have brought an evaluation that Intel has for the early alone: from then on the chain takes no older one. */
export async function newest<T extends Text>({ name, kept, least, fetch }: Subject<T>): Promise<SignedText<T>> {
  const wanted = Math.max(kept.evaluation, least);
  const standard = await fetch('standard');
  const signed = standard.content.evaluation < wanted ? await fetch('early') : standard;
  const { evaluation } = signed.content;
  if (evaluation < wanted)
    throw new Retryable('COLLATERAL_UNAVAILABLE', `${name} has evaluation ${evaluation}, the chain wants ${wanted}`);
  return signed;
}

async function dated(subject: Subject) {
  const signed = await newest(subject);
  const { issueDate, nextUpdate } = signed.content;
  return { signed, issueDate, nextUpdate };
}

async function bringing(
  { text, signature, chain: [signer] }: SignedText<Text>,
  { name, bring }: Subject,
  there: There,
  { certificates, tcb }: Keepers,
  { chain }: Askable,
): Promise<BringCollateral> {
  if (signer === undefined) throw new Retryable('COLLATERAL_UNAVAILABLE', `${name} comes without its signer`);
  const id = sha256(signer.encoded);
  const index = await authorityOf(id, certificates, chain);
  if (index === 0) return bringingSigner(signer.encoded, id, certificates);
  const args = [toHex(text), toHex(signature), index] as const;
  const data = encodeFunctionData({ abi, functionName: bring, args });
  return { kind: 'bring-collateral', keeper: tcb, data, there };
}
