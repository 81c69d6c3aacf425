/** The security module on a development machine: the same CBOR, documents under a development root. */

import { type Cbor, decodeCbor } from '../../evidence/formats/cbor.ts';
import { isRefusal, refusable } from '../../evidence/refusal.ts';
import type { DevelopmentMachine } from '../issuers/machine.ts';
import { nitroAuthority } from '../issuers/nitro/authority.ts';
import { byteString, map, textString } from '../issuers/nitro/cbor.ts';
import { issueNitro, nitroMachine } from '../issuers/nitro/issueNitro.ts';
import { nitroRegisters } from '../registers.ts';
import { scalarOf } from '../rootKey.ts';
import type { NsmRequest } from '../sources/nsm.ts';

type Bytes = Uint8Array;
const FIELDS = ['user_data', 'nonce', 'public_key'] as const;
const MOST_FIELD_BYTES = 1_024;

export function developmentNsm({ rootKey, platformId, started, now }: DevelopmentMachine): NsmRequest {
  const [authority, machine] = [nitroAuthority(scalarOf(rootKey)), nitroMachine(platformId)];
  const registers = nitroRegisters(started, machine.instance);
  return async (request) => {
    const asked = fieldsIn(request);
    if (asked === null) return saying('Error', textString('InvalidArgument'));
    const [userData = null, nonce = null, publicKey = null] = FIELDS.map((name) => asked.get(name) ?? null);
    const document = issueNitro(authority, machine, { registers, userData, nonce, publicKey }, now());
    return saying('Attestation', map([[textString('document'), byteString(document)]]));
  };
}

/** Of an attestation; null for any other request. */
function fieldsIn(request: Bytes): ReadonlyMap<string, Bytes> | null {
  const decoded = refusable(() => decodeCbor(request));
  if (isRefusal(decoded) || decoded.kind !== 'map') return null;
  const [entry] = decoded.entries;
  if (entry?.[0].kind !== 'text' || entry[0].value !== 'Attestation' || entry[1].kind !== 'map') return null;
  const fields = new Map<string, Bytes>();
  for (const [name, value] of entry[1].entries) {
    if (name.kind !== 'text' || !isField(value)) return null;
    if (value.kind === 'bytes') fields.set(name.value, value.value);
  }
  return fields;
}

function isField(value: Cbor): boolean {
  return value.kind === 'null' || (value.kind === 'bytes' && value.value.length <= MOST_FIELD_BYTES);
}

function saying(name: string, content: Bytes): Bytes {
  return map([[textString(name), content]]);
}
