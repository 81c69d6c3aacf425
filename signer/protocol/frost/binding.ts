/** Binds each signer's nonces to the message, the key and the whole list of commitments (RFC 9591 §4.4, §4.5). */
import { concatBytes } from '@noble/curves/utils.js';
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { PartyId } from '../committee.ts';
import type { Element, Scalar } from '../math/group.ts';
import type { NonceCommitment } from './nonces.ts';

/** The commitments to one signature, by ascending id. */
export type CommitmentList = ReadonlyMap<PartyId, NonceCommitment>;

export interface Bound {
  /** D_i + rho_i·E_i of each signer. */
  readonly shares: ReadonlyMap<PartyId, Element>;
  /** rho_i of each signer. */
  readonly factors: ReadonlyMap<PartyId, Scalar>;
  /** R, their sum. */
  readonly R: Element;
}

/** > compute_binding_factors(group_public_key, commitment_list, msg) */
export function bindingFactors(suite: Ciphersuite, publicKey: Element, list: CommitmentList, message: Uint8Array) {
  const { h1, h4, h5, group } = suite;
  const prefix = concatBytes(publicKey, h4(message), h5(encodeList(suite, list)));
  return new Map([...list.keys()].map((id) => [id, h1(concatBytes(prefix, group.scalars.from(id)))]));
}

/** > compute_group_commitment(commitment_list, binding_factor_list) */
export function bind(suite: Ciphersuite, publicKey: Element, list: CommitmentList, message: Uint8Array): Bound {
  const { add, multiply, identity } = suite.group;
  const factors = bindingFactors(suite, publicKey, list, message);
  const shares = new Map<PartyId, Element>();
  let R = identity;
  for (const [id, { D, E }] of list) {
    const share = add(D, multiply(E, factors.get(id) ?? suite.group.scalars.from(0)));
    shares.set(id, share);
    R = add(R, share);
  }
  return { factors, shares, R };
}

/** > encode_group_commitment_list(commitment_list) */
function encodeList({ group }: Ciphersuite, list: CommitmentList): Uint8Array {
  return concatBytes(...[...list].flatMap(([id, { D, E }]) => [group.scalars.from(id), D, E]));
}
