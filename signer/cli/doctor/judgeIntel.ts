/** A TDX or SGX quote with the newest collateral, as the verifier of such quotes will see both. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToBigInt, hexToBytes, hexToString } from 'viem';
import type { Collateral } from '../../evidence/intel/collateral.ts';
import { decodeSgxQuote, verifySgx } from '../../evidence/sgx/verifySgx.ts';
import { decodeTdxQuote, verifyTdx } from '../../evidence/tdx/verifyTdx.ts';
import { DEFAULT_POLICY, type Policy, TCB_STATUSES } from '../../evidence/verified.ts';
import type { Hex } from '../../formats/hex.ts';
import { INTEL_CERTIFICATES_ABI, INTEL_TCB_ABI, QUOTE_VERIFIER_ABI } from '../../host/chain/abi.ts';
import { readView } from '../../host/chain/readView.ts';
import { keepersAt } from '../../host/life/present/intel.ts';
import { authorityOf } from '../../host/life/present/intelLists.ts';
import { type QuotedPlatform, quotedPlatform } from '../../host/life/present/intelPlatform.ts';
import { type Keepers, newest, qeIdentityOf, tcbInfoOf } from '../../host/life/present/intelTexts.ts';
import { type Askable, usable } from '../../host/life/present/presented.ts';
import type { IntelTee } from '../../host/ports/pcs.ts';
import type { Judge } from './judge.ts';

type Chain = Askable['chain'];
type Allowed = Policy['statuses'][number];

/** All bits but the last, which stands for advisories that came later. */
const ADVISORY_BITS = 223n;

export function judgeIntel(kind: IntelTee): Judge {
  return async (quote, verifier, ports) => {
    const { chain } = ports;
    const platform = usable(() => quotedPlatform(kind, quote));
    const keepers = await keepersAt(verifier, chain);
    const collateral = await collateralOf(kind, platform, keepers, ports);
    const root = await readView(chain, keepers.certificates, INTEL_CERTIFICATES_ABI, 'root', []);
    const platformSalt = hexToBytes(await readView(chain, verifier, QUOTE_VERIFIER_ABI, 'platformSalt', []));
    const revoked = await revokedAmong(platform, keepers, chain);
    const policy = { ...(await policyOf(keepers, chain)), platformSalt, revoked };
    return {
      ...{ roots: { intel: [hexToBytes(root)] }, policy },
      verify: (trust) =>
        kind === 'tdx'
          ? verifyTdx(decodeTdxQuote(quote), collateral, trust)
          : verifySgx(decodeSgxQuote(quote), collateral, trust),
    };
  };
}

async function collateralOf(
  kind: IntelTee,
  { fmspc, listOf }: QuotedPlatform,
  keepers: Keepers,
  ports: Askable,
): Promise<Collateral> {
  return {
    tcbInfo: await newest(await tcbInfoOf(kind, fmspc, keepers, ports)),
    qeIdentity: await newest(await qeIdentityOf(kind, keepers, ports)),
    rootCrl: await ports.pcs.revocationList('root'),
    pckCrl: await ports.pcs.revocationList(listOf),
  };
}

async function policyOf({ tcb }: Keepers, chain: Chain): Promise<Policy> {
  const { registration, overdue, leastTcbEvaluation, leastQeEvaluation } = await readView(
    ...([chain, tcb, INTEL_TCB_ABI, 'policy', []] as const),
  );
  const seconds = { registrationSeconds: registration, graceSeconds: overdue };
  const statuses = await allowedIn(tcb, chain);
  return { ...DEFAULT_POLICY, ...seconds, leastTcbEvaluation, leastQeEvaluation, statuses };
}

/** By number the chain's statuses are those of this side. */
async function allowedIn(tcb: Hex, chain: Chain): Promise<readonly Allowed[]> {
  const allowed: Allowed[] = [];
  for (const [number, status] of TCB_STATUSES.entries()) {
    const [is, advisories] = await readView(chain, tcb, INTEL_TCB_ABI, 'allowance', [number]);
    if (is) allowed.push({ status, advisories: await namesOf(advisories, tcb, chain) });
  }
  return allowed;
}

async function namesOf(bits: bigint, tcb: Hex, chain: Chain): Promise<readonly string[]> {
  const names: string[] = [];
  for (let bit = 0n; bit < ADVISORY_BITS; bit += 1n)
    if ((bits >> bit) & 1n) {
      const name = await readView(chain, tcb, INTEL_TCB_ABI, 'advisoryAt', [bit]);
      names.push(hexToString(name, { size: 32 }));
    }
  return names;
}

/** Those that a vote has revoked, whatever Intel says; nobody has revoked what a CA that is not known has issued. */
async function revokedAmong(
  { pck, ca }: QuotedPlatform,
  { certificates }: Keepers,
  chain: Chain,
): Promise<Policy['revoked']> {
  const isRevoked = (issuer: number, serial: Uint8Array) =>
    readView(chain, certificates, INTEL_CERTIFICATES_ABI, 'isRevoked', [BigInt(issuer), bytesToBigInt(serial)]);
  const index = await authorityOf(sha256(ca.encoded), certificates, chain);
  const found = [];
  if (await isRevoked(0, ca.serial)) found.push({ issuer: ca.issuer, serial: ca.serial });
  if (index !== 0 && (await isRevoked(index, pck.serial))) found.push({ issuer: pck.issuer, serial: pck.serial });
  return found;
}
