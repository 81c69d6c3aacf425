/** Every state of a key x every call: what is allowed moves on, everything else reverts for its own reason and changes nothing. */

import { expect } from 'chai';
import { ZeroHash } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  CEREMONY,
  committeeOf,
  confirm,
  confirmationOf,
  createKey,
  derivedPoints,
  derivedSecret,
  KEY_STATUS,
  KIND,
  parametersOf,
  publicKeyOf,
  rowFor,
  SCHEME,
  secretOf,
  sign,
} from '../support/keys.ts';

const secret = secretOf('states');
const STATES = ['none', 'open', 'overdue', 'confirmed', 'active'] as const;
const CALLS = [
  'openAttempt',
  'confirm',
  'activate',
  'claim',
  'setRow',
  'removeRow',
  'raise',
  'announce',
  'memberSigned',
  'recheck',
  'suspend',
  'pause',
  'request',
] as const;
type State = (typeof STATES)[number];
type Call = (typeof CALLS)[number];

/** The error of each call in each state; where there is none, the call goes through. */
const WRONG = 'KeyRegistryWrongStatus';
const CEREMONY_WRONG = 'KeyRegistryWrongCeremony';
const UNKNOWN = 'KeyRegistryUnknownKey';
const UNBORN = 'DerivedKeysNotActive';
const NO_ROW = 'KeyRegistryNoRow';
const TABLE: Record<Call, Partial<Record<State, string>>> = {
  openAttempt: {
    none: UNKNOWN,
    open: 'KeyRegistryAttemptRunning',
    confirmed: 'KeyRegistryAttemptRunning',
    active: CEREMONY_WRONG,
  },
  confirm: { none: UNKNOWN, overdue: 'KeyRegistryAttemptOver', confirmed: CEREMONY_WRONG, active: CEREMONY_WRONG },
  activate: { none: UNKNOWN, open: CEREMONY_WRONG, overdue: CEREMONY_WRONG, active: CEREMONY_WRONG },
  claim: { none: UNBORN, open: UNBORN, overdue: UNBORN, confirmed: UNBORN },
  setRow: { none: UNKNOWN },
  removeRow: { none: NO_ROW },
  raise: { none: NO_ROW },
  announce: { none: WRONG, open: WRONG, overdue: WRONG, confirmed: WRONG },
  memberSigned: { none: WRONG, open: WRONG, overdue: WRONG, confirmed: WRONG },
  recheck: { none: UNKNOWN },
  suspend: { none: UNKNOWN },
  pause: { none: UNKNOWN },
  request: { none: WRONG, open: WRONG, overdue: WRONG, confirmed: WRONG },
};
/** The key's status, and its ceremony's. */
const STATUS: Record<State, [bigint, bigint]> = {
  none: [KEY_STATUS.none, CEREMONY.none],
  open: [KEY_STATUS.pending, CEREMONY.open],
  overdue: [KEY_STATUS.pending, CEREMONY.open],
  confirmed: [KEY_STATUS.pending, CEREMONY.confirmed],
  active: [KEY_STATUS.active, CEREMONY.done],
};

describe('KeyRegistry: states', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    return { it, members, row: rowFor(it.anyone.address), registry: it.keyRegistry };
  });

  async function reach(state: State): Promise<string> {
    const { it, members, row, registry } = made();
    if (state === 'none') return registry.keyIdAt(1);
    const keyId = await createKey(it, parametersOf(members, { rows: [row] }));
    if (state === 'overdue') await it.helpers.time.increase(601);
    if (state === 'open' || state === 'overdue') return keyId;
    for (const member of members) await confirm(it, member, await confirmationOf(it, keyId, publicKeyOf(secret)));
    if (state === 'active') await activate(keyId);
    return keyId;
  }

  async function activate(keyId: string) {
    const { registry } = made();
    const { status } = await registry.ceremonyOf(keyId);
    const known = status === CEREMONY.confirmed || status === CEREMONY.done;
    const message = known ? await registry.activationMessage(keyId) : ZeroHash;
    return registry.activate(keyId, sign(SCHEME.bip340, secret, message));
  }

  const calls: Record<Call, (keyId: string) => Promise<unknown>> = {
    openAttempt: (keyId) => made().registry.openAttempt(keyId),
    confirm: async (keyId) => {
      const { it, members } = made();
      return confirm(it, members[0]!, await confirmationOf(it, keyId, publicKeyOf(secret)));
    },
    activate,
    claim: async (keyId) => {
      const { it, registry } = made();
      const place = { chainId: 31337n, contract: await registry.getAddress() };
      const derived = derivedSecret(place, keyId, secret, it.anyone.address, ZeroHash);
      return it.derivedKeys.claim(keyId, it.anyone, ZeroHash, derivedPoints(derived));
    },
    setRow: (keyId) => made().registry.connect(made().it.dao).setRow(keyId, made().row),
    removeRow: (keyId) => made().registry.connect(made().it.dao).removeRow(keyId, made().it.anyone),
    raise: (keyId) => made().registry.connect(made().it.anyone).raise(keyId, made().it.anyone),
    announce: (keyId) => {
      const { it, members, registry } = made();
      return it.committeeVotes.connect(it.dao).propose(registry, keyId, committeeOf(members));
    },
    memberSigned: (keyId) => {
      const { id, identity } = made().members[0]!;
      const signature = identity.signingKey.sign(ZeroHash).serialized;
      return made().registry.requireMemberSigned(keyId, id, ZeroHash, signature);
    },
    recheck: (keyId) => made().registry.recheck(keyId),
    suspend: (keyId) => made().it.guardianContract.connect(made().it.guardian).suspend(keyId, 10),
    pause: (keyId) => made().registry.connect(made().it.dao).pause(keyId, 10),
    request: (keyId) => made().registry.requireRequestable(keyId, made().it.anyone, KIND.psbt),
  };

  for (const state of STATES)
    for (const call of CALLS) {
      const error = TABLE[call][state];
      it(`${call} of a key that is ${state}: ${error ?? 'goes through'} [K4]`, async () => {
        const keyId = await reach(state);
        if (error === undefined) return void (await calls[call](keyId));
        const { it, registry } = made();
        const thrower = error.startsWith('DerivedKeys') ? it.derivedKeys : registry;
        await expect(calls[call](keyId)).to.be.revertedWithCustomError(thrower, error);
        const [{ status }, ceremony] = [await registry.key(keyId), await registry.ceremonyOf(keyId)];
        expect([status, ceremony.status]).to.deep.equal(STATUS[state]);
      });
    }
});
