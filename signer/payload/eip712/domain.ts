/** For whom typed data are signed (EIP-712, "Definition of domainSeparator"). */

import { isZero } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Json } from './json.ts';
import { shown } from './shape.ts';
import type { Types } from './types.ts';
import { fieldsOf } from './types.ts';
import type { Struct } from './values.ts';
import { hashStruct, readStruct } from './values.ts';

type Bytes = Uint8Array;

export type Domain = {
  readonly name: string | null;
  readonly version: string | null;
  readonly chain: bigint | null;
  readonly contract: Bytes | null;
  readonly separator: Bytes;
};

export const DOMAIN = 'EIP712Domain';
/** > Protocol designers only need to include the fields that make sense; unused fields are left out. The order is this one. */
const FIELDS = ['string name', 'string version', 'uint256 chainId', 'address verifyingContract', 'bytes32 salt'];

/** @throws Refused TYPED_DOMAIN, and what its values are refused for */
export function readDomain(types: Types, json: Json | undefined): Domain {
  requireDomainType(types);
  const fields = readStruct(types, DOMAIN, json, 'domain');
  const domain = {
    ...{
      name: text(fields, 'name'),
      version: text(fields, 'version'),
      chain: chainOf(fields),
      contract: contractOf(fields),
    },
    separator: hashStruct(types, DOMAIN, fields),
  };
  if (domain.chain === 0n) refuse('TYPED_DOMAIN', 'chain id 0 names no chain');
  return domain;
}

/** Libraries sort, derive or ignore what is out of order: two digests for one text. */
function requireDomainType(types: Types): void {
  if (!types.has(DOMAIN)) refuse('TYPED_DOMAIN', `types has no ${DOMAIN}`);
  const written = fieldsOf(types, DOMAIN).map((field) => `${field.written} ${field.name}`);
  if (written.length === 0) refuse('TYPED_DOMAIN', 'a domain of nothing, valid everywhere');
  let next = 0;
  for (const field of written) {
    const at = FIELDS.indexOf(field, next);
    if (at < 0) refuse('TYPED_DOMAIN', `"${shown(field)}" is none of ${FIELDS.join(', ')}, or out of order`);
    next = at + 1;
  }
}

function text(fields: Struct, name: string): string | null {
  const value = fields.get(name);
  return value?.kind === 'string' ? value.text : null;
}

function chainOf(fields: Struct): bigint | null {
  const value = fields.get('chainId');
  return value?.kind === 'integer' ? value.integer : null;
}

/** The zero address is no contract. */
function contractOf(fields: Struct): Bytes | null {
  const value = fields.get('verifyingContract');
  return value?.kind === 'address' && !isZero(value.bytes) ? value.bytes : null;
}
