/** Every state of a key x every call: what is allowed moves on, everything else reverts for its own reason and changes nothing. */

import { expect } from 'chai';
import { ZeroHash } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  confirm,
  confirmationOf,
  createKey,
  derivedPoints,
  derivedSecret,
  KEY_STATUS,
  KIND,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
  sign,
} from '../support/keys.ts';

const secret = secretOf('states');
const STATES = ['none', 'generating', 'overdue', 'confirmed', 'active'] as const;
const CALLS = [
  'openAttempt',
  'confirm',
  'activate',
  'claimDerivedKey',
  'setPolicy',
  'suspend',
  'pause',
  'request',
] as const;
type State = (typeof STATES)[number];
type Call = (typeof CALLS)[number];

/** The error of each call in each state; where there is none, the call goes through. */
const WRONG = 'KeyRegistryWrongStatus';
const UNKNOWN = 'KeyRegistryUnknownKey';
const TABLE: Record<Call, Partial<Record<State, string>>> = {
  openAttempt: {
    none: UNKNOWN,
    generating: 'KeyRegistryAttemptRunning',
    confirmed: 'KeyRegistryAttemptRunning',
    active: WRONG,
  },
  confirm: { none: UNKNOWN, overdue: 'KeyRegistryAttemptOver', confirmed: WRONG, active: WRONG },
  activate: { none: WRONG, generating: WRONG, overdue: WRONG, active: WRONG },
  claimDerivedKey: { none: WRONG, generating: WRONG, overdue: WRONG, confirmed: WRONG },
  setPolicy: { none: UNKNOWN },
  suspend: { none: UNKNOWN },
  pause: { none: UNKNOWN },
  request: { none: WRONG, generating: WRONG, overdue: WRONG, confirmed: WRONG },
};
const STATUS: Record<State, bigint> = {
  none: KEY_STATUS.none,
  generating: KEY_STATUS.generating,
  overdue: KEY_STATUS.generating,
  confirmed: KEY_STATUS.confirmed,
  active: KEY_STATUS.active,
};

describe('KeyRegistry: states', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const policy = { requesters: [it.anyone.address], delegates: [], kinds: 1 << KIND.psbt, delay: 0 };
    return { it, members, policy, registry: it.keyRegistry };
  });

  async function reach(state: State): Promise<string> {
    const { it, members, policy, registry } = made();
    if (state === 'none') return registry.keyIdAt(1);
    const keyId = await createKey(it, parametersOf(members, { policy }));
    if (state === 'overdue') await it.helpers.time.increase(601);
    if (state === 'generating' || state === 'overdue') return keyId;
    for (const member of members) await confirm(it, member, await confirmationOf(it, keyId, publicKeyOf(secret)));
    if (state === 'active') await activate(keyId);
    return keyId;
  }

  async function activate(keyId: string) {
    const { registry } = made();
    const { status } = await registry.key(keyId);
    const known = status === KEY_STATUS.confirmed || status === KEY_STATUS.active;
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
    claimDerivedKey: async (keyId) => {
      const { it, registry } = made();
      const place = { chainId: 31337n, contract: await registry.getAddress() };
      const derived = derivedSecret(place, keyId, secret, it.anyone.address, ZeroHash);
      return registry.claimDerivedKey(keyId, it.anyone, ZeroHash, derivedPoints(derived));
    },
    setPolicy: (keyId) => made().registry.connect(made().it.dao).setPolicy(keyId, made().policy),
    suspend: (keyId) => made().registry.connect(made().it.guardian).suspend(keyId, 10),
    pause: (keyId) => made().registry.connect(made().it.dao).pause(keyId, 10),
    request: (keyId) => made().registry.requireRequestable(keyId, made().it.anyone, KIND.psbt),
  };

  for (const state of STATES)
    for (const call of CALLS) {
      const error = TABLE[call][state];
      it(`${call} of a key that is ${state}: ${error ?? 'goes through'}`, async () => {
        const keyId = await reach(state);
        if (error === undefined) return void (await calls[call](keyId));
        await expect(calls[call](keyId)).to.be.revertedWithCustomError(made().registry, error);
        expect((await made().registry.key(keyId)).status).to.equal(STATUS[state]);
      });
    }
});
