/** A key that several may ask, and what its requests are tried with: one that asks at once, one that waits a minute, strangers. */

import type { NetworkConfigOverride } from 'hardhat/types/config';
import type { RowParametersStruct } from '../../../types/contracts/keys/IKeyRegistry.ts';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { GuardMock__factory } from '../../../types/factories/contracts/mocks/GuardMock__factory.ts';
import { world } from './chain.ts';
import { eligibleEnclaves } from './enclaves.ts';
import { activeKey, claimDerived, KIND, outputSecret, parametersOf, rowFor, secretOf, signBip340 } from './keys.ts';
import { actAs, intentOf, type Request, readyRequest, request } from './requests.ts';

/** Seconds that the patient one waits. */
export const DELAY = 60;
export const MODES = {
  yes: 0,
  no: 1,
  burnGas: 2,
  otherAnswer: 3,
  shortAnswer: 4,
  longAnswer: 5,
  noAnswer: 6,
  returnBomb: 7,
  revertBomb: 8,
  shortOfGas: 9,
  call: 10,
} as const;

export async function requesters(name: string, override: NetworkConfigOverride = {}) {
  const it = await world({}, override);
  const secret = secretOf(name);
  const members = await eligibleEnclaves(it, 2);
  const [requester, patient, stranger] = [it.operators[10]!, it.operators[11]!, it.operators[12]!];
  const kinds = (1 << KIND.psbt) | (1 << KIND.raw);
  const rows = [rowFor(requester.address, { kinds }), rowFor(patient.address, { kinds, delay: DELAY })];
  const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
  const requests = it.signingRequests;
  const [derived, patients] = [
    await claimDerived(it, keyId, secret, requester.address),
    await claimDerived(it, keyId, secret, patient.address),
  ];

  const intent = (change: Partial<IntentStruct> = {}) => intentOf(it, keyId, change);
  const signatures = ({ intent: { digests, kind }, header }: Request) => {
    const its = header.requester === patient.address ? patients : derived;
    const signing = Number(kind) === KIND.psbt ? outputSecret(its) : its;
    return digests.map((digest) => signBip340(signing, String(digest)));
  };
  return {
    ...{ it, requests, registry: it.keyRegistry, members, secret, keyId, derived, requester, patient, stranger },
    intent,
    signatures,
    ask: async (change: Partial<IntentStruct> = {}, by = requester) =>
      requests.connect(by).request(await intent(change)),
    queued: async (change: Partial<IntentStruct> = {}) => request(it, patient, await intent(change)),
    ready: async (change: Partial<IntentStruct> = {}, by = requester) => readyRequest(it, by, await intent(change)),
    fulfil: (its: Request) => requests.fulfil(its.header, its.intent.digests, signatures(its)),
    entry: (its: Request) => ({ header: its.header, digests: its.intent.digests, signatures: signatures(its) }),
    /** By vote. */
    setRow: (who: { address: string }, change: Partial<RowParametersStruct> = {}) =>
      it.keyRegistry.connect(it.dao).setRow(keyId, rowFor(who.address, { kinds, ...change })),
    removeRow: (who: { address: string }) => it.keyRegistry.connect(it.dao).removeRow(keyId, who.address),
    raise: (who: { address: string }) => it.keyRegistry.connect(it.dao).raise(keyId, who.address),
    pass: (seconds: number) => it.helpers.time.increase(seconds),
    /** A guard that does as it is told, and its address as a caller. */
    guard: async () => {
      const guard = await new GuardMock__factory(it.deployer).deploy();
      return { guard, acting: await actAs(it, await guard.getAddress()) };
    },
  };
}
