/** Each kind of goal: its name, its call, how it stands by the final chain and by the latest block, and the gas that it declares. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Abi, concat, decodeFunctionData, size } from 'viem';
import type { Hex } from '../../../signer/formats/hex.ts';
import { requestHeader } from '../../../signer/formats/wirePreimages.ts';
import {
  DERIVED_KEYS_ABI,
  ENCLAVE_REGISTRY_ABI,
  KEY_REGISTRY_ABI,
  LATE_SIGNATURES_ABI,
  REFUSALS_ABI,
  SIGNING_REQUESTS_ABI,
} from '../../../signer/host/chain/abi.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { declaredGas } from '../../../signer/host/posting/fees.ts';
import type { Now, Standing } from '../../../signer/host/posting/goals/rule.ts';
import type { Goal } from '../../../signer/host/posting/goals/rules.ts';
import { goalId, KINDS, ruleOf, standingOf } from '../../../signer/host/posting/goals/rules.ts';
import { word } from '../support/fakeChain.ts';
import {
  activated,
  booted,
  created,
  fulfilled,
  KEY,
  MEMBERS,
  opened,
  REQUESTER,
  registered,
  request,
  row,
} from '../support/samples.ts';
import { asked, CONTRACTS, claimed, fulfil, markReady, posting } from './support/posting.ts';

const [MEMBER] = MEMBERS;
const NONCE = `0x${'aa'.repeat(16)}` as const;
const SIGNATURES = ['0x5150'] as const;
/** Selector, member, eight words of the statement, and a signature of 65 bytes with where it is and its length. */
const CONFIRM_BYTES = 4 + 32 * (1 + 8 + 1 + 1 + 3);
const ready = (id: number): ChainEvent => ({ event: 'RequestReady', id: word(id) });

const GOALS = {
  bring: { kind: 'bring-collateral', keeper: REQUESTER, data: '0x0506', there: { view: '0x07', word: 1, least: 7 } },
  register: { kind: 'register', enclave: MEMBER, epoch: 2, data: '0x0102' },
  boot: { kind: 'record-boot', enclave: MEMBER, nonce: NONCE, encryptionKey: word(5), counter: '4', signature: '0x51' },
  promote: { kind: 'promote', registry: REQUESTER, measurement: word(6) },
  confirm: { kind: 'confirm', keyId: KEY, attempt: 1, member: MEMBER, data: '0x0304' },
  activate: { kind: 'activate', keyId: KEY, attempt: 1, signature: '0x52' },
  open: { kind: 'open-attempt', keyId: KEY, attempt: 1 },
  claim: { kind: 'claim-key', keyId: KEY, requester: REQUESTER, path: word(0) },
  ready: markReady(1),
  fulfil: fulfil(1),
  late: { kind: 'record-late', request: word(1), signatures: SIGNATURES },
  refuse: { kind: 'refuse', request: word(1), member: MEMBER, refusal: 'final', code: word(0x4142), signature: '0x53' },
  expire: { kind: 'expire', request: word(1) },
} as const satisfies Record<string, Goal>;

/** The goal's call when these events are final. */
function callOf(goal: Goal, ...events: readonly ChainEvent[]) {
  const { view, see } = posting();
  see(3, ...events);
  return ruleOf(goal.kind).call(goal, view, CONTRACTS);
}

function said(call: ReturnType<typeof callOf>, abi: Abi) {
  const { functionName, args } = decodeFunctionData({ abi, data: call!.data });
  return { to: call!.to, functionName, args };
}

describe('goals', () => {
  it('have a rule for each kind, and a name for each goal', () => {
    const goals: readonly Goal[] = Object.values(GOALS);
    expect(new Set(goals.map(({ kind }) => kind))).to.deep.equal(new Set(KINDS));
    expect(new Set(goals.map(goalId)).size).to.equal(goals.length);
    expect(goalId({ kind: 'fulfil', request: word(1), signatures: [] })).to.equal(goalId(GOALS.fulfil));
  });

  describe('are posted as', () => {
    const header = requestHeader({ ...request, counter: '1' });
    /** As a decoder spells addresses. */
    const lower = (value: unknown) =>
      JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one)).toLowerCase());

    it('what others have encoded', () => {
      expect(callOf(GOALS.register)).to.deep.equal({ to: CONTRACTS.enclaveRegistry, data: '0x0102' });
      expect(callOf(GOALS.bring)).to.deep.equal({ to: REQUESTER, data: '0x0506' });
      expect(callOf(GOALS.confirm)).to.deep.equal({ to: CONTRACTS.keyRegistry, data: '0x0304' });
    });

    it('a boot record', () => {
      const { to, functionName, args } = said(callOf(GOALS.boot), ENCLAVE_REGISTRY_ABI);
      expect([to, functionName]).to.deep.equal([CONTRACTS.enclaveRegistry, 'recordBoots']);
      const record = { nonce: NONCE, encryptionKey: word(5), counter: 4n };
      expect(args).to.deep.equal([[{ id: MEMBER, record, signature: '0x51' }]]);
    });

    it('an activation and the opening of an attempt', () => {
      expect(said(callOf(GOALS.activate), KEY_REGISTRY_ABI)).to.deep.equal({
        ...{ to: CONTRACTS.keyRegistry, functionName: 'activate', args: [KEY, '0x52'] },
      });
      expect(said(callOf(GOALS.open), KEY_REGISTRY_ABI).args).to.deep.equal([KEY]);
    });

    it('a claim, with points where the key is not used as it is', () => {
      const { to, args } = said(callOf(GOALS.claim), DERIVED_KEYS_ABI);
      expect(to).to.equal(CONTRACTS.derivedKeys);
      expect(args?.[3]).to.have.property('derivedX').that.does.not.equal(word(0));
      const plain = callOf(GOALS.claim, { event: 'KeyCreated', keyId: KEY, scheme: 2 });
      expect(plain).to.equal(null); // no public key yet
    });

    for (const [goal, functionName] of [
      [GOALS.ready, 'markReady'],
      [GOALS.expire, 'expire'],
    ] as const)
      it(`a header: ${functionName}`, () => {
        const call = said(callOf(goal, asked(1)), SIGNING_REQUESTS_ABI);
        expect([call.to, call.functionName]).to.deep.equal([CONTRACTS.signingRequests, functionName]);
        expect(lower(call.args)).to.deep.equal(lower([header]));
      });

    it('signatures, and late ones after the request has ended', () => {
      const args = lower([header, request.digests, SIGNATURES]);
      const fulfils = said(callOf(GOALS.fulfil, asked(1)), SIGNING_REQUESTS_ABI);
      expect([fulfils.functionName, lower(fulfils.args)]).to.deep.equal(['fulfil', args]);
      const ended = [asked(1), { event: 'RequestExpired', id: word(1) }] as const;
      const late = said(callOf(GOALS.late, ...ended), LATE_SIGNATURES_ABI);
      expect([late.to, late.functionName, lower(late.args)]).to.deep.equal([CONTRACTS.lateSignatures, 'record', args]);
    });

    it('a refusal, in the order that the contract wants', () => {
      const call = callOf(GOALS.refuse, asked(1));
      const { to, args } = said(call, REFUSALS_ABI);
      const { inputs } = REFUSALS_ABI.find((item) => item.type === 'function')!;
      const named = Object.fromEntries(inputs.map(({ name }, at) => [name, lower(args?.[at])]));
      expect(to).to.equal(CONTRACTS.refusals);
      expect(named).to.deep.include({ member: MEMBER, code: word(0x4142), identitySignature: '0x53' });
      expect(named.requests).to.equal(CONTRACTS.signingRequests);
      expect(named.header).to.deep.equal(lower(header));
      expect(named.kind).to.equal(1);
    });

    it('many at once', () => {
      const { view, see } = posting();
      see(3, asked(1), asked(2));
      const call = ruleOf('fulfil').batch!.call([fulfil(1), fulfil(2)], view, CONTRACTS);
      const [entries] = said(call, SIGNING_REQUESTS_ABI).args as [readonly { header: { counter: bigint } }[]];
      expect(entries.map((entry) => entry.header.counter)).to.deep.equal([1n, 2n]);
      const marks = ruleOf('mark-ready').batch!.call([markReady(1), markReady(2)], view, CONTRACTS);
      expect(said(marks, SIGNING_REQUESTS_ABI).functionName).to.equal('markReadyMany');
      expect(ruleOf('fulfil').batch!.call([fulfil(1), fulfil(9)], view, CONTRACTS)).to.equal(null);
    });

    it('entries of a batch, which are no longer than they say', () => {
      const { view, see } = posting();
      const digests = [`0x${'d1'.repeat(200)}`, word(2)] as const;
      const signatures = [`0x${'51'.repeat(64)}`, `0x${'52'.repeat(65)}`] as const;
      see(3, { ...row(), guard: `0x${'00'.repeat(20)}` } as ChainEvent, asked(1, { digests }), asked(2, { digests }));
      const boot = { ...GOALS.boot, signature: `0x${'51'.repeat(65)}` } as const;
      const pairs: readonly (readonly [Goal, Goal])[] = [
        [markReady(1), markReady(2)],
        [
          { kind: 'fulfil', request: word(1), signatures },
          { kind: 'fulfil', request: word(2), signatures },
        ],
        [boot, boot],
      ];
      for (const pair of pairs) {
        const batch = ruleOf(pair[0].kind).batch!;
        const [one, two] = [batch.call(pair.slice(1), view, CONTRACTS), batch.call(pair, view, CONTRACTS)];
        const entry = size(two!.data) - size(one!.data);
        expect(batch.bytes(pair[0], view), pair[0].kind).to.be.within(entry, entry + 200);
      }
    });

    it('nothing where no log has shown the request, or nothing is there to post to', () => {
      for (const goal of [GOALS.ready, GOALS.expire, GOALS.fulfil, GOALS.late, GOALS.refuse])
        expect(callOf(goal)).to.equal(null);
      const { view, see } = posting();
      see(3, asked(1));
      const without = { ...CONTRACTS, lateSignatures: null, refusals: null };
      for (const goal of [GOALS.late, GOALS.refuse]) expect(ruleOf(goal.kind).call(goal, view, without)).to.equal(null);
    });
  });

  const ended = (event: 'RequestExpired' | 'RequestRefused'): ChainEvent => ({ event, id: word(1) });
  const refusedBy = (member: Hex): ChainEvent => ({
    ...{ event: 'RequestRefusedBy', id: word(1), member, kind: 'final', code: word(1) },
  });
  const again = opened(2);
  const LIFE = '0x10101010101010101010101010101010';
  const beat: ChainEvent = { ...{ event: 'BootRecorded', id: MEMBER, counter: '2', nonce: LIFE } };
  const SHOWN: readonly (readonly [Goal, Standing, ...ChainEvent[]])[] = [
    [GOALS.bring, 'open'],
    [GOALS.register, 'open', registered(0)],
    [{ ...GOALS.register, epoch: 1 }, 'reached', registered(0)],
    [GOALS.boot, 'open', registered(0)],
    [{ ...GOALS.boot, nonce: LIFE, counter: '1' }, 'reached', registered(0), booted(0)],
    [{ ...GOALS.boot, nonce: LIFE, counter: '2' }, 'open', registered(0), booted(0)],
    [{ ...GOALS.boot, nonce: LIFE, counter: '1' }, 'reached', registered(0), booted(0), beat],
    [GOALS.boot, 'open', registered(0), booted(0, 3)],
    [GOALS.boot, 'out-of-reach', registered(0), booted(0, 4)],
    [GOALS.confirm, 'reached', opened(), { event: 'KeyConfirmedBy', keyId: KEY, attempt: 1, member: MEMBER }],
    [GOALS.confirm, 'open', opened(), { event: 'KeyConfirmedBy', keyId: KEY, attempt: 1, member: MEMBERS[1] }],
    [GOALS.confirm, 'out-of-reach', again],
    [GOALS.activate, 'open', opened()],
    [GOALS.activate, 'reached', opened(), activated],
    [GOALS.activate, 'out-of-reach', again],
    [GOALS.open, 'open', opened()],
    [GOALS.open, 'reached', again],
    [GOALS.claim, 'open'],
    [GOALS.claim, 'reached', claimed],
    [GOALS.ready, 'open', asked(1)],
    [GOALS.ready, 'reached', asked(1), ready(1)],
    [GOALS.fulfil, 'open'],
    [GOALS.fulfil, 'open', asked(1), ready(1)],
    [GOALS.fulfil, 'reached', asked(1), ready(1), fulfilled(1)],
    [GOALS.fulfil, 'out-of-reach', asked(1), ready(1), ended('RequestRefused')],
    [GOALS.late, 'open', asked(1), ready(1)],
    [GOALS.late, 'open', asked(1), ready(1), ended('RequestExpired')],
    [GOALS.late, 'reached', asked(1), ended('RequestExpired'), { event: 'LateSignatureRecorded', id: word(1) }],
    [GOALS.late, 'out-of-reach', asked(1), ready(1), fulfilled(1)],
    [GOALS.refuse, 'open', asked(1), ready(1)],
    [GOALS.refuse, 'reached', asked(1), refusedBy(MEMBER)],
    [GOALS.refuse, 'open', asked(1), refusedBy(MEMBERS[1])],
    [{ ...GOALS.refuse, refusal: 'unsupported' }, 'open', asked(1), refusedBy(MEMBER)],
    [GOALS.refuse, 'reached', asked(1), ready(1), ended('RequestRefused')],
    [GOALS.refuse, 'out-of-reach', asked(1), ready(1), fulfilled(1)],
    [GOALS.expire, 'open', asked(1), ready(1)],
    [GOALS.expire, 'reached', asked(1), ended('RequestExpired')],
  ];
  for (const [goal, standing, ...events] of SHOWN)
    it(`stand by the final chain: ${goal.kind} ${standing} after ${events.at(-1)?.event ?? 'nothing'}`, () => {
      const { view, see } = posting();
      see(3, ...events);
      expect(ruleOf(goal.kind).shown(goal, view)).to.equal(standing);
    });

  const now = (
    fields: Partial<{
      state: number;
      status: number;
      attempt: number;
      claimed: boolean;
      answer: Hex;
      epoch: number;
      boot: bigint;
    }>,
  ): Now => ({
    requestState: async () => fields.state ?? 2,
    ceremony: async () => ({ status: fields.status ?? 1, attempt: fields.attempt ?? 1, deadline: 0 }),
    isClaimed: async () => fields.claimed ?? false,
    call: async (to, data) => (to === REQUESTER && data === '0x07' ? (fields.answer ?? '0x') : '0x'),
    enclave: async () => ({
      ...{ status: 1, epoch: fields.epoch ?? 1, validUntil: 0, bootCounter: fields.boot ?? 0n, bootNonce: word(0) },
    }),
  });
  const LATEST: readonly (readonly [Goal, Standing, Now])[] = [
    [GOALS.bring, 'open', now({ answer: concat([word(8), word(6), word(8)]) })],
    [GOALS.bring, 'reached', now({ answer: concat([word(0), word(7)]) })],
    [GOALS.bring, 'reached', now({ answer: concat([word(0), word(8)]) })],
    [GOALS.register, 'open', now({ epoch: 1 })],
    [GOALS.register, 'reached', now({ epoch: 2 })],
    [GOALS.boot, 'open', now({ boot: 3n })],
    [GOALS.boot, 'out-of-reach', now({ boot: 4n })],
    [{ ...GOALS.boot, nonce: word(0) }, 'reached', now({ boot: 4n })],
    [{ ...GOALS.boot, nonce: word(0) }, 'reached', now({ boot: 5n })],
    [{ ...GOALS.boot, nonce: word(0) }, 'open', now({ boot: 3n })],
    [GOALS.confirm, 'open', now({})],
    [GOALS.confirm, 'reached', now({ status: 2 })],
    [GOALS.confirm, 'out-of-reach', now({ attempt: 2 })],
    [GOALS.activate, 'open', now({ status: 2 })],
    [GOALS.activate, 'reached', now({ status: 3 })],
    [GOALS.activate, 'out-of-reach', now({ attempt: 2 })],
    [{ ...GOALS.open, attempt: 1 }, 'open', now({})],
    [GOALS.open, 'reached', now({ attempt: 2 })],
    [GOALS.claim, 'open', now({})],
    [GOALS.claim, 'reached', now({ claimed: true })],
    [GOALS.ready, 'open', now({ state: 1 })],
    [GOALS.ready, 'reached', now({ state: 2 })],
    [GOALS.fulfil, 'open', now({ state: 2 })],
    [GOALS.fulfil, 'reached', now({ state: 3 })],
    [GOALS.fulfil, 'out-of-reach', now({ state: 5 })],
    [GOALS.late, 'open', now({ state: 4 })],
    [GOALS.late, 'out-of-reach', now({ state: 2 })],
    [GOALS.refuse, 'open', now({ state: 2 })],
    [GOALS.refuse, 'reached', now({ state: 4 })],
    [GOALS.refuse, 'out-of-reach', now({ state: 3 })],
    [GOALS.expire, 'open', now({ state: 1 })],
    [GOALS.expire, 'reached', now({ state: 6 })],
  ];
  for (const [at, [goal, standing, latest]] of LATEST.entries())
    it(`stand by the latest block: ${goal.kind} ${standing} (${at})`, async () => {
      const { view } = posting();
      expect(await ruleOf(goal.kind).standing(goal, latest, view)).to.equal(standing);
    });

  it('are not asked about where the final chain says it', async () => {
    const { view, see } = posting();
    see(3, asked(1), fulfilled(1));
    const never: Now = { ...now({}), requestState: () => Promise.reject(new Error('asked')) };
    expect(await standingOf(GOALS.fulfil, never, view)).to.equal('reached');
  });

  describe('declare gas', () => {
    const snapshot = JSON.parse(readFileSync(new URL('../../snapshots/gas.json', import.meta.url), 'utf8')) as Record<
      string,
      number
    >;
    const declared = (kind: 'fulfil' | 'mark-ready', ids: readonly number[], ...events: readonly ChainEvent[]) => {
      const { view, see } = posting();
      see(3, ...ids.map((id) => asked(id)), ...events);
      const goals = ids.map((id) => (kind === 'fulfil' ? fulfil(id) : markReady(id)));
      const { gas, call, batch } = ruleOf(kind);
      const { data } = (goals.length === 1 ? call(goals[0]!, view, CONTRACTS) : batch!.call(goals, view, CONTRACTS))!;
      return declaredGas(
        size(data),
        goals.map((goal) => gas(goal, view)).reduce((sum, each) => sum + each, 0n),
      );
    };
    const TEN = Array.from({ length: 10 }, (_, at) => at + 1);
    const open = { ...row(), guard: `0x${'00'.repeat(20)}` } as ChainEvent;

    it('of what the contracts were measured to use', () => {
      const cases: readonly (readonly [bigint, string])[] = [
        [declared('fulfil', [1]), 'fulfil.bip340'],
        [declared('fulfil', [1]), 'fulfil.ecdsa'],
        [declared('fulfil', TEN), 'fulfilMany.bip340, ten'],
        [declared('mark-ready', [1], open), 'markReady'],
        [declared('mark-ready', TEN, open), 'markReadyMany, ten'],
        [declared('mark-ready', [1], row()), 'delegate, markReady, first'],
      ];
      for (const [gas, name] of cases) {
        expect(Number(gas), name).to.be.at.least(snapshot[name]!);
        if (!name.startsWith('delegate')) expect(Number(gas), name).to.be.lessThan(3 * snapshot[name]!);
      }
    });

    it('of a last word, whatever an estimate said while others spoke too', () => {
      const { view, see } = posting();
      see(3, created, opened(1), asked(1));
      const last = (goal: Goal, bytes: number) => Number(declaredGas(bytes, ruleOf(goal.kind).gas(goal, view)));
      const cases = [
        [last(GOALS.confirm, CONFIRM_BYTES), 'confirm, last'],
        [last(GOALS.refuse, size(callOf(GOALS.refuse, asked(1))!.data)), 'refuse, last'],
      ] as const;
      for (const [gas, name] of cases) expect(gas, name).to.be.within(snapshot[name]!, 2 * snapshot[name]!);
    });

    it('of a search among all seats of a committee', () => {
      const { view, see } = posting();
      see(3, created);
      const before = ruleOf('confirm').gas(GOALS.confirm, view);
      see(4, opened(1));
      expect(ruleOf('confirm').gas(GOALS.confirm, view) - before).to.equal(BigInt(MEMBERS.length) * 2_500n);
    });

    it('of a message that Ed25519 hashes on chain, by its length', () => {
      const verifiers = JSON.parse(
        readFileSync(new URL('../../snapshots/gas-verifiers.json', import.meta.url), 'utf8'),
      ) as Record<string, number>;
      for (const length of [64, 200]) {
        const { view, see } = posting();
        see(3, { event: 'KeyCreated', keyId: KEY, scheme: 2 }, asked(1, { digests: [`0x${'aa'.repeat(length)}`] }));
        expect(Number(ruleOf('fulfil').gas(fulfil(1), view))).to.be.at.least(verifiers[`verify.ed25519.${length}`]!);
      }
    });

    it('for the guard that a row names', () => {
      expect(declared('mark-ready', [1], row()) - declared('mark-ready', [1], open) >= 500_000n).to.equal(true);
    });
  });
});
