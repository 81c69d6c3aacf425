/** What a host brings before it registers a quote: each once, in an order that the contracts take, and anew before it is due. */

import { expect } from 'chai';
import { teeOf } from '../../../../signer/evidence/identity.ts';
import type { SignedText } from '../../../../signer/evidence/intel/signedText.ts';
import { type Hex, toHex } from '../../../../signer/formats/hex.ts';
import { isRetryable, Retryable } from '../../../../signer/host/errors.ts';
import { presentEvidence } from '../../../../signer/host/life/present/present.ts';
import type { Pcs, Update } from '../../../../signer/host/ports/pcs.ts';
import { isThere } from '../../../../signer/host/posting/goals/bringCollateral.ts';
import { intelAuthority } from '../../../../signer/tee/issuers/intel/authority.ts';
import { issueTdx, ppidOf } from '../../../../signer/tee/issuers/intel/issueTdx.ts';
import { tdRegisters } from '../../../../signer/tee/registers.ts';
import { fakeChain } from '../../support/fakeChain.ts';
import { intelKeepers, TCB, VERIFIER } from '../../support/intelKeepers.ts';
import { NO_PCS } from '../../support/noPcs.ts';
import { publishedBy } from '../../support/published.ts';

const DAY = 86_400;
const AT = Date.UTC(2026, 10, 29, 12) / 1000;
const SEED = new Uint8Array(32).fill(7);
const TDX = toHex(teeOf('tdx'));
const authority = intelAuthority(SEED);
const REGISTERS = tdRegisters({ code: Uint8Array.of(1), configuration: Uint8Array.of(2) });
const quote = (machine = 1) =>
  toHex(issueTdx(authority, SEED, ppidOf(new Uint8Array(32).fill(machine)), REGISTERS, new Uint8Array(32)));
const ALL = ['bringCrl', 'bringPck', 'bringCrl', 'bringSigner', 'bringTcbInfo', 'bringQeIdentity'];

describe('a quote that a host presents', () => {
  const world = (pcs: Pcs = publishedBy(authority, () => AT)) => {
    const [chain, keepers] = [fakeChain(), intelKeepers()];
    chain.views.verifier = VERIFIER;
    chain.views.call = keepers.call;
    const ports = { chain, pcs };
    const present = (at = AT, evidence: Hex = quote()) => presentEvidence(TDX, evidence, at, ports);
    /** Brings all that is wanted; the functions' names. */
    const bringAll = async (at = AT, evidence: Hex = quote()) => {
      const brought: string[] = [];
      for (let one = (await present(at, evidence)).first; one !== null; one = (await present(at, evidence)).first) {
        expect(await isThere(chain, one.keeper, one.there), 'there before it is brought').to.equal(false);
        brought.push(keepers.bring(one.data));
        expect(await isThere(chain, one.keeper, one.there), `there once ${brought.at(-1)} is done`).to.equal(true);
        expect(brought.length).to.be.lessThan(10);
      }
      return brought;
    };
    return { ...ports, ports, keepers, present, bringAll };
  };
  const failure = async (call: Promise<unknown>) => call.catch((error: unknown) => error);

  it('goes as it is, after all that it needs, each after what it needs itself', async () => {
    const { bringAll, present } = world();
    expect(await bringAll()).to.deep.equal(ALL);
    expect(await present()).to.deep.equal({ evidence: quote(), first: null });
  });

  it('of a second machine needs its own PCK chain and nothing else', async () => {
    const { bringAll } = world();
    await bringAll();
    expect(await bringAll(AT, quote(2))).to.deep.equal(['bringPck']);
  });

  it('asks nobody for collateral while what is on chain serves', async () => {
    const { bringAll, keepers, chain } = world();
    await bringAll();
    chain.views.call = keepers.call;
    const { first } = await presentEvidence(TDX, quote(), AT, { chain, pcs: NO_PCS });
    expect(first).to.equal(null);
  });

  it('renews lists and texts a week before they are due, and no signer or platform', async () => {
    let now = AT;
    const { bringAll } = world(publishedBy(authority, () => now));
    await bringAll();
    now += 21 * DAY;
    expect(await bringAll(now)).to.deep.equal([]);
    now += DAY;
    expect(await bringAll(now)).to.deep.equal(['bringCrl', 'bringCrl', 'bringTcbInfo', 'bringQeIdentity']);
    expect(await bringAll(now)).to.deep.equal([]);
  });

  it('goes with what is nearly due where nothing newer is to be had', async () => {
    const { bringAll, present, chain } = world();
    await bringAll();
    const soon = AT + 25 * DAY;
    expect((await present(soon)).first, 'Intel has nothing newer').to.equal(null);
    expect((await presentEvidence(TDX, quote(), soon, { chain, pcs: NO_PCS })).first, 'nobody answers').to.equal(null);
  });

  it('waits where what is on chain is overdue, and nothing newer is to be had', async () => {
    const { bringAll, present, chain } = world();
    await bringAll();
    const late = AT + 40 * DAY;
    for (const call of [present(late), presentEvidence(TDX, quote(), late, { chain, pcs: NO_PCS })])
      expect(isRetryable(await failure(call), 'COLLATERAL_UNAVAILABLE')).to.equal(true);
  });

  it('does not pay for collateral that the chain would refuse as overdue', async () => {
    const { present } = world(publishedBy(authority, () => AT - 60 * DAY));
    expect(isRetryable(await failure(present()), 'COLLATERAL_UNAVAILABLE')).to.equal(true);
  });

  it('takes somebody else’s newer text for its own', async () => {
    const { bringAll, keepers, present, chain } = world();
    keepers.texts.tcbInfo.nextUpdate = 0;
    for (const name of ALL.slice(0, 4)) expect(keepers.bring((await present()).first!.data)).to.equal(name);
    const { first } = await present();
    expect(first!.keeper).to.equal(TCB);
    Object.assign(keepers.texts.tcbInfo, { issueDate: AT - 60, nextUpdate: AT + 20 * DAY, evaluation: 17, signer: 2 });
    expect(await isThere(chain, first!.keeper, first!.there)).to.equal(true);
    expect(await bringAll()).to.deep.equal(['bringQeIdentity']);
  });

  describe('of an evaluation', () => {
    const asked: Update[] = [];
    beforeEach(() => void asked.splice(0));
    const numbered = (numbers: Readonly<Record<Update, number>>, issued = AT): Pcs => {
      const pcs = publishedBy(authority, () => issued);
      const changed = async <T extends { evaluation: number }>(update: Update, text: Promise<SignedText<T>>) => {
        asked.push(update);
        const found = await text;
        return { ...found, content: { ...found.content, evaluation: numbers[update] } };
      };
      return {
        revocationList: pcs.revocationList,
        tcbInfo: (tee, fmspc, update) => changed(update, pcs.tcbInfo(tee, fmspc, update)),
        qeIdentity: (tee, update) => changed(update, pcs.qeIdentity(tee, update)),
      };
    };

    it('is the standard one', async () => {
      expect(await world(numbered({ standard: 17, early: 18 })).bringAll()).to.deep.equal(ALL);
      expect(new Set(asked)).to.deep.equal(new Set(['standard']));
    });

    it('is the early one where a vote wants it, whatever is on chain', async () => {
      const { bringAll, keepers, chain } = world(numbered({ standard: 17, early: 17 }));
      await bringAll();
      keepers.policy.leastTcbEvaluation = 18;
      const pcs = numbered({ standard: 17, early: 18 }, AT + DAY);
      const { first } = await presentEvidence(TDX, quote(), AT + DAY, { chain, pcs });
      expect(keepers.bring(first!.data)).to.equal('bringTcbInfo');
      expect(await isThere(chain, first!.keeper, first!.there)).to.equal(true);
      expect(asked.slice(-2)).to.deep.equal(['standard', 'early']);
    });

    it('is the early one where somebody has brought that before: the chain takes no older one', async () => {
      const { keepers, bringAll, present } = world(numbered({ standard: 17, early: 18 }));
      await bringAll();
      Object.assign(keepers.texts.tcbInfo, { evaluation: 18, issueDate: AT - 9 * DAY, nextUpdate: AT + DAY });
      asked.splice(0);
      expect((await present()).first!.keeper).to.equal(TCB);
      expect(asked).to.deep.equal(['standard', 'early']);
    });

    it('is waited for where Intel has none as new as the vote wants', async () => {
      const { keepers, bringAll, present } = world(numbered({ standard: 17, early: 18 }));
      await bringAll();
      keepers.policy.leastQeEvaluation = 19;
      const error = await failure(present());
      expect(String(error)).to.contain('QE identity has evaluation 18, the chain wants 19');
      expect(isRetryable(error, 'COLLATERAL_UNAVAILABLE')).to.equal(true);
    });
  });

  it('brings a text anew where its signer is revoked', async () => {
    const { keepers, bringAll, chain } = world();
    await bringAll();
    keepers.authorities[keepers.texts.tcbInfo.signer]!.revoked = true;
    const pcs = publishedBy(authority, () => AT + DAY);
    const { first } = await presentEvidence(TDX, quote(), AT + DAY, { chain, pcs });
    expect(keepers.bring(first!.data)).to.equal('bringTcbInfo');
  });

  it('is not held back where the registry has no verifier for it', async () => {
    const { chain, present } = world(NO_PCS);
    chain.views.verifier = null;
    expect((await present()).first).to.equal(null);
  });

  it('that is none is no reason to end', async () => {
    const { present } = world();
    const bytes = quote();
    for (const evidence of ['0x', '0x0400', bytes.slice(0, -2), `${bytes}00`] as Hex[])
      expect(await failure(present(AT, evidence)))
        .to.be.instanceOf(Retryable)
        .with.property('code', 'EVIDENCE_UNUSABLE');
  });

  it('says what fails where nobody answers', async () => {
    const error = await failure(world(NO_PCS).present());
    expect(isRetryable(error, 'COLLATERAL_UNAVAILABLE')).to.equal(true);
  });
});
