import { expect } from 'chai';
import type { Rooted } from '../../../signer/enclave/process.ts';
import { dropShares } from '../../../signer/enclave/sealing/dropShares.ts';
import { KeptState } from '../../../signer/enclave/sealing/keptState.ts';
import type { Share } from '../../../signer/enclave/sealing/share.ts';
import { decodeState, encodeState, type State } from '../../../signer/enclave/sealing/state.ts';
import { Sessions } from '../../../signer/enclave/sessions/sessions.ts';
import type { Fork } from '../../../signer/finality/config.ts';
import { Refused } from '../../../signer/formats/refusal.ts';
import type { Scheme } from '../../../signer/formats/schemes.ts';
import { portableSchemeSuites } from '../../../signer/protocol/ciphersuite/suites.ts';
import { generate } from '../../protocol/keys.ts';
import { seeded } from '../../simulation/random.ts';
import { FINALITY, STORE } from '../support/finality.ts';
import { identities } from '../support/identities.ts';

const random = seeded('state');
const word = () => random.bytes(32);

function shareOf(scheme: Scheme, status: Share['status']): Share {
  const [keyShare] = [...generate(portableSchemeSuites[scheme], 2, 3).values()];
  const names = { keyId: word(), committee: word(), session: word(), member: word() };
  return { ...names, epoch: 3, attempt: 2 ** 32 - 1, status, keyShare: keyShare! };
}

const identity = identities.of(word());
const trusted = { root: word(), blockHash: word() };
const empty: State = { identity, isFrozen: false, head: null, trusted, finality: STORE, forks: [], shares: [] };
const full: State = {
  identity,
  isFrozen: true,
  head: { number: 23_000_000, hash: word() },
  trusted,
  finality: STORE,
  forks: [
    { version: Uint8Array.of(1, 2, 3, 4), epoch: 2 ** 33, shape: 'electra' },
    { version: Uint8Array.of(5, 6, 7, 8), epoch: 2 ** 33 + 1, shape: 'gloas' },
  ],
  shares: [shareOf('bip340', 'chosen'), shareOf('ed25519', 'pending'), shareOf('ecdsa-secp256k1', 'chosen')],
};

describe('sealed state', () => {
  it('comes back as it was', () => {
    for (const state of [empty, full]) {
      const encoded = encodeState(state, FINALITY);
      expect(encodeState(decodeState(encoded, FINALITY, identities, portableSchemeSuites), FINALITY)).to.deep.equal(
        encoded,
      );
    }
    const { head, isFrozen, trusted, finality, forks, shares } = decodeState(
      encodeState(full, FINALITY),
      FINALITY,
      identities,
      portableSchemeSuites,
    );
    expect(head).to.deep.equal(full.head);
    expect(isFrozen).to.equal(true);
    expect(trusted).to.deep.equal(full.trusted);
    expect(forks).to.deep.equal(full.forks);
    expect(finality.finalised).to.deep.equal(STORE.finalised);
    expect(shares.map(({ status, epoch, attempt }) => [status, epoch, attempt])).to.deep.equal([
      ['chosen', 3, 2 ** 32 - 1],
      ['pending', 3, 2 ** 32 - 1],
      ['chosen', 3, 2 ** 32 - 1],
    ]);
  });

  it('has no forks but such as continue the measured ones', () => {
    const [first, second] = full.forks as [Fork, Fork];
    const strange: Fork[][] = [
      [second, first],
      [first, first],
      [{ ...first, epoch: 0 }],
      [{ ...first, shape: 'deneb' }],
    ];
    for (const forks of strange) {
      const encoded = encodeState({ ...empty, forks }, FINALITY);
      expect(() => decodeState(encoded, FINALITY, identities, portableSchemeSuites))
        .to.throw(Refused)
        .with.property('code', 'SEALED_INVALID');
    }
  });

  it('of another version, cut short or with bytes left over is refused', () => {
    const encoded = encodeState(full, FINALITY);
    const broken = [Uint8Array.of(3, ...encoded.subarray(1)), Uint8Array.of(...encoded, 0)];
    for (let length = 0; length < encoded.length; length += 7) broken.push(encoded.slice(0, length));
    for (const bytes of broken) {
      expect(() => decodeState(bytes, FINALITY, identities, portableSchemeSuites))
        .to.throw(Refused)
        .with.property('code', 'SEALED_INVALID');
    }
  });

  it('with an identity key that is no key is refused, and crashes nobody [HP-12]', () => {
    for (const key of [new Uint8Array(32), new Uint8Array(32).fill(0xff)]) {
      const bytes = encodeState(full, FINALITY);
      bytes.set(key, 1);
      expect(() => decodeState(bytes, FINALITY, identities, portableSchemeSuites))
        .to.throw(Refused)
        .with.property('code', 'SEALED_INVALID');
    }
  });

  it('does not take a share that its public polynomial does not promise', () => {
    const encoded = encodeState({ ...full, shares: [shareOf('bip340', 'pending')] }, FINALITY);
    const at = encoded.length - 32 - 2 * 33 - 1; // last byte of the secret, before two commitments and the transcript
    encoded[at]! ^= 1;
    expect(() => decodeState(encoded, FINALITY, identities, portableSchemeSuites)).to.throw(Refused, 'not the share');
  });
});

describe('a share that is dropped', () => {
  it('is overwritten, and no other is [HP-06]', () => {
    const [dropped, left] = [shareOf('bip340', 'pending'), shareOf('ed25519', 'chosen')];
    const [gone, there] = [dropped, left].map(({ keyShare }) => keyShare.secret.reveal());
    const before = there!.slice();
    const kept = new KeptState({ ...empty, shares: [dropped, left] }, 1);
    dropShares({ kept, sessions: new Sessions(() => 0) } as unknown as Rooted, [left]);
    expect(kept.state.shares).to.deep.equal([left]);
    expect(gone).to.deep.equal(new Uint8Array(gone!.length));
    expect(() => dropped.keyShare.secret.reveal()).to.throw('wiped');
    expect(there).to.deep.equal(before);
  });
});
