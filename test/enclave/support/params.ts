/** Parameters of every call, in their form: whether they make sense is another question. */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { CallName, Params } from '../../../signer/enclave/api.ts';
import type { Hex } from '../../../signer/formats/hex.ts';

export const hex = (length: number, fill = 0xab): Hex => `0x${bytesToHex(new Uint8Array(length).fill(fill))}`;

const block = hex(32);
export const committee: Params<'sign'>['committee'] = {
  keyId: hex(32),
  epoch: 1,
  attempt: 2,
  threshold: 2,
  members: [
    { id: hex(32), operator: hex(20), identity: hex(20) },
    { id: hex(32, 1), operator: hex(20, 1), identity: hex(20, 1) },
  ],
};
const set: Params<'sign'>['set'] = { parties: [1, 2], leader: hex(32), run: 0 };
export const request: Params<'sign'>['requests'][0] = {
  keyId: hex(32),
  requester: hex(20),
  counter: '18446744073709551615',
  path: hex(32),
  kind: 1,
  payload: '0x',
  digests: [hex(32)],
  effects: [{ kind: 1, asset: hex(32), recipient: hex(34), amount: '0', detail: hex(32) }],
  deadline: 1_900_000_000,
  consumer: hex(20),
  callbackGas: 100_000,
  replaces: hex(32),
};

export const PARAMS: Readonly<Record<CallName, unknown>> = {
  boot: { sealed: hex(100) },
  status: {},
  bootstrap: { root: hex(32), bootstrap: hex(25_000) },
  follow: { update: hex(2_000) },
  attest: {
    operator: hex(20),
    region: hex(32),
    tlsKey: hex(32),
    endpoint: 'wss://a.example',
    epoch: 1,
    block,
    child: hex(600),
  },
  prove: { header: hex(600), nodes: [hex(532), hex(40)] },
  recordBoot: { operator: hex(20), block },
  generateKey: { committee, block },
  kept: { generation: 3 },
  activateKey: { committee, set, block },
  setUpPair: { committee, set, block },
  sign: { committee, set, block, requests: [request], firsts: [request] },
  judge: { committee, set, block, requests: [request], firsts: [request] },
  deliver: { envelope: hex(300) },
  abort: { session: hex(32) },
};
