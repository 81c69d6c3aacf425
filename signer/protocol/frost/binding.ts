/** Binds each signer's nonces to the message, the key and the whole list of commitments (RFC 9591 §4.4, §4.5). */
import { concatBytes } from '@noble/curves/utils.js';
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { PartyId } from '../committee.ts';
import type { Element, Scalar } from '../math/group.ts';
import type { NonceCommitment } from './nonces.ts';

/** The commitments to one signature, by ascending id. */
export type CommitmentList = ReadonlyMap<PartyId, NonceCommitment>;

/** rho_i of each signer. */
export type BindingFactors = ReadonlyMap<PartyId, Scalar>;

export interface Bound {
  /** D_i + rho_i·E_i of each signer. */
  readonly shares: ReadonlyMap<PartyId, Element>;
  /** R, their sum. */
  readonly R: Element;
}

export interface Own {
  readonly self: PartyId;
  readonly k: Scalar;
}

/** > compute_binding_factors(group_public_key, commitment_list, msg) */
export function bindingFactors(
  suite: Ciphersuite,
  publicKey: Element,
  list: CommitmentList,
  message: Uint8Array,
): BindingFactors {
  const { h1, h4, h5, group } = suite;
  const prefix = concatBytes(publicKey, h4(message), h5(encodeList(suite, list)));
  return new Map([...list.keys()].map((id) => [id, h1(concatBytes(prefix, group.scalars.from(id)))]));
}

/**
 * > compute_group_commitment(commitment_list, binding_factor_list)
 * @param own our k = d + rho·e, from which our term is faster to compute than from D and E
 */
export function bind(suite: Ciphersuite, list: CommitmentList, factors: BindingFactors, own: Own): Bound {
  const { add, multiply, multiplyBase, scalars, identity } = suite.group;
  const shares = new Map<PartyId, Element>();
  let R = identity;
  for (const [id, { D, E }] of list) {
    const share = id === own.self ? multiplyBase(own.k) : add(D, multiply(E, factors.get(id) ?? scalars.from(0)));
    shares.set(id, share);
    R = add(R, share);
  }
  return { shares, R };
}

/** > encode_group_commitment_list(commitment_list) */
function encodeList({ group }: Ciphersuite, list: CommitmentList): Uint8Array {
  return concatBytes(...[...list].flatMap(([id, { D, E }]) => [group.scalars.from(id), D, E]));
}
