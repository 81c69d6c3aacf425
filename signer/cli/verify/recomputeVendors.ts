/** Whose evidence counts: the verifiers that the registry asks, where they look things up, under which root, and what votes accept. */

import { toHex0x } from '../../evidence/formats/bytes.ts';
import { teeOf } from '../../evidence/identity.ts';
import { VENDOR_ROOTS } from '../../evidence/roots.ts';
import { TCB_STATUSES } from '../../evidence/verified.ts';
import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import {
  ENCLAVE_REGISTRY_ABI,
  INTEL_CERTIFICATES_ABI,
  INTEL_TCB_ABI,
  NITRO_CERTIFICATES_ABI,
  NITRO_VERIFIER_ABI,
  QUOTE_VERIFIER_ABI,
} from '../../host/chain/abi.ts';
import { lower } from '../../host/chain/view/events.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import { type Check, compared, unproven } from './check.ts';

type Read = Pick<Source, 'rpc' | 'record'>;
/** What differs, and what is to be said where nothing does. */
type Found = { readonly differences: readonly string[]; readonly detail: string };

const LATER = ' (a vote may have changed it since: `quorate proposals`)';
/** Where contracts take another root than a vendor's. */
const LOCAL_CHAIN = 31_337;
const NOBODY = /^0x0+$/;
const KINDS = { tdx: 'tdxVerifier', sgx: 'sgxVerifier', nitro: 'nitroVerifier' } as const;

/** One check for each of hardware's TEEs that the registry takes evidence of. */
export async function recomputeVendors(source: Read): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const [kind, name] of Object.entries(KINDS) as ['tdx' | 'sgx' | 'nitro', string][]) {
    const verifier = await verifierOf(source, toHex0x(teeOf(kind)));
    if (!NOBODY.test(verifier)) checks.push(await checked(source, kind, name, verifier));
  }
  return checks;
}

async function checked(source: Read, kind: 'tdx' | 'sgx' | 'nitro', name: string, verifier: Hex): Promise<Check> {
  const what = `evidence of ${kind}`;
  if (source.record.contracts[name]?.address.toLowerCase() !== verifier)
    return unproven(what, `${verifier} verifies it, which is not of this record${LATER}`);
  const { differences, detail } = kind === 'nitro' ? await ofNitro(source, verifier) : await ofIntel(source, verifier);
  return compared(what, differences, detail);
}

async function verifierOf({ rpc, record }: Read, tee: Hex): Promise<Hex> {
  const registry = addressOf(record, 'enclaveRegistry');
  return lower(await view(rpc, registry, ENCLAVE_REGISTRY_ABI, 'verifierOf', [tee], 'finalized'));
}

async function ofIntel(source: Read, verifier: Hex): Promise<Found> {
  const { rpc, record } = source;
  const certificates = lower(await view(rpc, verifier, QUOTE_VERIFIER_ABI, 'certificates', [], 'finalized'));
  const tcb = lower(await view(rpc, verifier, QUOTE_VERIFIER_ABI, 'tcb', [], 'finalized'));
  const root = await view(rpc, certificates, INTEL_CERTIFICATES_ABI, 'root', [], 'finalized');
  const isPinned = VENDOR_ROOTS.intel.some((pinned) => toHex0x(pinned) === root);
  const mayDiffer = record.chainId === LOCAL_CHAIN;
  return {
    differences: [
      ...elsewhere(source, 'intelCertificates', certificates),
      ...elsewhere(source, 'intelTcb', tcb),
      ...(isPinned || mayDiffer ? [] : [`its root ${root} is not Intel's`]),
    ],
    detail: `under ${isPinned ? "Intel's root" : `a development root, ${root}`}; accepted: ${(await accepted(source, tcb)).join(', ')}`,
  };
}

/** Its root is told by a hash of another part than the pinned one: the contract's constructor has compared that. */
async function ofNitro(source: Read, verifier: Hex): Promise<Found> {
  const { rpc } = source;
  const certificates = lower(await view(rpc, verifier, NITRO_VERIFIER_ABI, 'certificates', [], 'finalized'));
  const root = await view(rpc, certificates, NITRO_CERTIFICATES_ABI, 'root', [], 'finalized');
  return { differences: elsewhere(source, 'nitroCertificates', certificates), detail: `under root ${root}` };
}

function elsewhere({ record }: Read, name: string, found: Hex): readonly string[] {
  const known = record.contracts[name]?.address.toLowerCase();
  return known === found ? [] : [`it asks ${found}, and not ${name}`];
}

async function accepted({ rpc }: Read, tcb: Hex): Promise<readonly string[]> {
  const allowed: string[] = ['UpToDate'];
  for (const [number, status] of TCB_STATUSES.entries()) {
    const [is] = await view(rpc, tcb, INTEL_TCB_ABI, 'allowance', [number], 'finalized');
    if (is) allowed.push(status);
  }
  return allowed;
}
