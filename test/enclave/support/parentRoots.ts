/** A chain whose headers say the roots of their parent beacon blocks, and enclaves that are configured for it. */

import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import type { Params } from '../../../signer/enclave/api.ts';
import { createEnclave, type Reply } from '../../../signer/enclave/enclave.ts';
import { applyUpdate } from '../../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../../signer/finality/bootstrap.ts';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { headerFields, rlp } from '../../proof/support/chain.ts';
import { CONFIGURATION as MEASURED, word } from '../path/support/facts.ts';
import { FINALITY } from './finality.ts';
import { type Network, type Node, okOf, portsOf } from './network.ts';
import { configurationWith, sealingKeyOf, teeOf } from './world.ts';

/** The same beacon as elsewhere, but that its chain's headers say its roots. */
export const ROOTED = developmentConfig({ syncCommitteeSize: FINALITY.syncCommitteeSize, parentRoots: true });

const PARENT_ROOT = 19;

/** RLP of a header whose parent beacon block has this root. */
export function childHeader(root: Uint8Array, number: number, bend: (fields: Uint8Array[]) => void = () => {}) {
  const fields = headerFields(word(4), BigInt(number));
  fields[PARENT_ROOT] = root;
  bend(fields);
  return rlp(fields);
}

export type Machine = Pick<Node, 'call'> & { readonly seals: readonly Hex[] };

export type Measured = { readonly chainId?: bigint; readonly finality?: Uint8Array };

/** An enclave with the light client as it is, booted with this seal; what it seals is kept in order. */
export async function machineOf(network: Network, seed: string, sealed: Hex | null = null, measured: Measured = {}) {
  const ports = portsOf(network, seed, 1);
  const configuration = configurationWith({ ...MEASURED, finality: encodeConfig(ROOTED), ...measured });
  const enclave = createEnclave({
    ...ports,
    tee: teeOf(sealingKeyOf(1), configuration),
    verifiers: { ...ports.verifiers, bootstrap, applyUpdate },
  });
  const seals: Hex[] = [];
  let next = 1;
  const call: Node['call'] = async (name, params) => {
    const { answer, events } = await enclave.handle({ id: next++, call: name, params });
    for (const event of events) if (event.event === 'seal') seals.push(event.sealed);
    return answer;
  };
  return { call, seals, booted: await call('boot', { sealed }) };
}

const SUBJECT = {
  ...{ operator: toHex(new Uint8Array(20).fill(0x0a)), region: toHex(word(0x0b)), tlsKey: toHex(word(0x0c)) },
  endpoint: 'wss://operator.example:7001',
};

/** `block` is of `shownTo`. */
export function attest(
  { call }: Machine,
  how: Pick<Params<'attest'>, 'block'> & { readonly epoch?: number; readonly child?: Uint8Array | null },
): Promise<Reply['answer']> {
  const { epoch = 1, child = null, block } = how;
  return call('attest', { ...SUBJECT, epoch, block, child: child && toHex(child) });
}

/** Has this update followed and the header of its block proven. */
export async function shownTo({ call }: Machine, update: Uint8Array, header: Uint8Array): Promise<Hex> {
  okOf(await call('follow', { update: toHex(update) }));
  return okOf<{ hash: Hex }>(await call('prove', { header: toHex(header), nodes: [] })).hash;
}
