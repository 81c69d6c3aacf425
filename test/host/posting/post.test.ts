import { expect } from 'chai';
import { Retryable } from '../../../signer/host/errors.ts';
import type { Transaction } from '../../../signer/host/ports/chain.ts';
import { post } from '../../../signer/host/posting/post.ts';
import { want } from '../../../signer/host/posting/want.ts';
import { watchGas } from '../../../signer/host/posting/watchGas.ts';
import { word } from '../support/fakeChain.ts';
import { requested } from '../support/samples.ts';
import { world } from '../support/world.ts';

const REQUEST = word(1);
const ID = `fulfil:${REQUEST}`;

function wanting(rank = 0) {
  const it = world();
  it.context.head = it.chain.mine();
  want(it.context, {
    goal: { kind: 'fulfil', request: REQUEST },
    to: `0x${'04'.repeat(20)}`,
    data: '0x0102030405',
    rank,
  });
  const posting = () => it.store.posting(ID);
  const step = () => post(it.context);
  const hashes = () => posting()?.sent?.hashes ?? [];
  const fails = (name: 'send' | 'estimateGas', code: ConstructorParameters<typeof Retryable>[0]) =>
    it.chain.failures.set(name, [new Retryable(code, 'said so')]);
  const mined = (success = true, block = 1) => {
    it.chain.receipts.set(hashes().at(-1)!, { success, block });
    it.chain.views.nonce += 1;
  };
  return { ...it, posting, step, hashes, fails, mined };
}

describe('posting', () => {
  it('is written down before it is sent, and done when its block is final', async () => {
    const { step, posting, chain, mined, context } = wanting();
    await step();
    expect(posting()).to.include({ state: 'sent' });
    expect(chain.sent).to.have.lengthOf(1);
    mined(true, 5);
    await step();
    expect(posting()).to.include({ state: 'mined', minedAt: 5 });
    context.head = { ...context.head!, number: 5 };
    await step();
    expect(posting()).to.include({ state: 'done' });
  });

  it('waits for its turn after the others', async () => {
    const { step, chain, clock } = wanting(2);
    await step();
    expect(chain.sent).to.have.lengthOf(0);
    await clock.advance(60_000);
    await step();
    expect(chain.sent).to.have.lengthOf(1);
  });

  it('spends nothing when somebody else got there first', async () => {
    const { step, posting, chain } = wanting();
    chain.views.requestState = 3;
    await step();
    expect(posting()).to.include({ state: 'done' });
    expect(chain.sent).to.have.lengthOf(0);
  });

  it('puts signatures on record that came too late to be delivered, once', async () => {
    const { step, posting, chain, store } = wanting();
    chain.views.requestState = 5;
    await step();
    await step();
    expect(posting()).to.include({ state: 'done' });
    const late = () => store.posting(`record-late:${REQUEST}`);
    expect(late()).to.include({ state: 'sent' });
    expect(late()?.data).to.match(/^0x[0-9a-f]{8}05$/);
    chain.receipts.set(late()!.sent!.hashes[0]!, { success: true, block: 1 });
    chain.views.nonce = 1;
    await step();
    await step();
    expect(late()).to.include({ state: 'done' });
    expect(chain.sent).to.have.lengthOf(1);
  });

  it('shows no late signatures that somebody else has shown, nor where there is no place for them', async () => {
    const shown = wanting();
    shown.see(requested(1), { event: 'RequestExpired', id: REQUEST }, { event: 'LateSignatureRecorded', id: REQUEST });
    shown.chain.views.requestState = 5;
    await shown.step();
    await shown.step();
    expect(shown.store.posting(`record-late:${REQUEST}`)).to.include({ state: 'done' });

    const placeless = wanting();
    Object.assign(placeless.context, { deployment: { ...placeless.context.deployment, lateSignatures: null } });
    placeless.chain.views.requestState = 5;
    await placeless.step();
    expect(placeless.store.posting(`record-late:${REQUEST}`)).to.equal(null);
    expect([...shown.chain.sent, ...placeless.chain.sent]).to.deep.equal([]);
  });

  it('raises the fee under the same nonce when it is stuck', async () => {
    const { step, posting, clock, chain, metrics } = wanting();
    await step();
    const first = posting()!.sent!;
    await clock.advance(60_000);
    await step();
    const second = posting()!.sent!;
    expect(second.nonce).to.equal(first.nonce);
    expect(BigInt(second.maxFeePerGas) * 100n).to.be.least(BigInt(first.maxFeePerGas) * 110n);
    expect(BigInt(second.maxPriorityFeePerGas) * 100n).to.be.least(BigInt(first.maxPriorityFeePerGas) * 110n);
    expect(chain.sent).to.have.lengthOf(2);
    expect(metrics.read('quorate_fee_bumps_total')).to.equal(1);
  });

  it('counts when the cheaper one is mined after all', async () => {
    const { step, posting, clock, chain, hashes } = wanting();
    await step();
    await clock.advance(60_000);
    await step();
    chain.receipts.set(hashes()[0]!, { success: true, block: 1 });
    await step();
    expect(posting()).to.include({ state: 'mined' });
  });

  it('frees its nonce with an empty transaction when it is stuck and no longer needed', async () => {
    const { step, clock, chain, posting, context } = wanting();
    await step();
    chain.views.requestState = 3;
    const signed: string[] = [];
    const { wallet } = context;
    Object.assign(context, {
      wallet: {
        ...wallet,
        signTransaction: (transaction: Transaction) => {
          signed.push(transaction.to);
          return wallet.signTransaction(transaction);
        },
      },
    });
    await clock.advance(60_000);
    await step();
    expect(signed).to.deep.equal([wallet.gasAccount]);
    expect(posting()?.sent?.nonce).to.equal(0);
  });

  it('starts over when another transaction of the account took its nonce', async () => {
    const { step, posting, chain, clock } = wanting();
    await step();
    chain.views.nonce = 1;
    await step();
    expect(posting()).to.include({ state: 'wanted', sent: null });
    await clock.advance(1_000);
    await step();
    expect(posting()?.sent?.nonce).to.equal(1);
  });

  it('starts over when it was mined and reverted, unless the goal is reached', async () => {
    const { step, posting, mined, chain, clock } = wanting();
    await step();
    mined(false);
    await step();
    expect(posting()).to.include({ state: 'wanted', failures: 1 });
    chain.views.requestState = 3;
    await clock.advance(1_000);
    await step();
    expect(posting()).to.include({ state: 'done' });
    expect(chain.sent).to.have.lengthOf(1);
  });

  it('starts over when a reorg took it back', async () => {
    const { step, posting, mined, context, chain } = wanting();
    await step();
    mined(true, 5);
    await step();
    chain.receipts.clear();
    context.head = { ...context.head!, number: 6 };
    await step();
    expect(posting()).to.include({ state: 'wanted' });
  });

  it('does not send what would revert, tries later each time, and gives up in the end', async () => {
    const { step, posting, fails, clock, chain } = wanting();
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      fails('estimateGas', 'TRANSACTION_REVERTS');
      await step();
      waits.push(posting()!.notBefore - clock.now());
      await clock.advance(100_000);
    }
    expect(waits.slice(0, 3)).to.deep.equal([2_000, 4_000, 8_000]);
    expect(posting()).to.include({ state: 'given-up' });
    expect(chain.sent).to.have.lengthOf(0);
  });

  it('reports an empty gas account, and posts when it is filled again', async () => {
    const { step, posting, fails, context, chain } = wanting();
    fails('send', 'GAS_ACCOUNT_EMPTY');
    await step();
    expect(posting()).to.include({ state: 'wanted', sent: null });
    expect(context.problems.get('gas')).to.include('cannot pay');
    chain.views.balance = 1n;
    await watchGas(context);
    expect(context.problems.get('gas')).to.include('nearly empty');
    chain.views.balance = 10n ** 18n;
    await watchGas(context);
    await step();
    expect(context.problems.has('gas')).to.equal(false);
    expect(chain.sent).to.have.lengthOf(1);
  });

  for (const code of ['RPC_UNAVAILABLE', 'UNDERPRICED', 'NONCE_USED'] as const)
    it(`keeps what it may have sent when the RPC says ${code}, and looks what became of it`, async () => {
      const { step, posting, fails, mined } = wanting();
      fails('send', code);
      await step();
      expect(posting()).to.include({ state: 'sent' });
      mined();
      await step();
      expect(posting()?.state).to.equal('mined');
    });

  it('sends one transaction at a time, the most urgent first', async () => {
    const { step, context, chain, mined, store } = wanting();
    want(context, { goal: { kind: 'expire', request: word(2) }, to: '0x02', data: '0x', rank: 0 });
    want(context, { goal: { kind: 'register', enclave: word(3), epoch: 2 }, to: '0x03', data: '0x', rank: 0 });
    const sent = () =>
      store
        .openPostings()
        .filter(({ state }) => state === 'sent')
        .map(({ goal }) => goal.kind);
    await step();
    expect(sent()).to.deep.equal(['register']);
    await step();
    expect(chain.sent).to.have.lengthOf(1);
    chain.receipts.set(store.openPostings().find(({ state }) => state === 'sent')!.sent!.hashes[0]!, {
      success: true,
      block: 1,
    });
    chain.views.nonce = 1;
    await step();
    expect(sent()).to.deep.equal(['fulfil']);
    mined();
    await step();
    expect(sent()).to.deep.equal(['expire']);
  });

  it('wants the same thing once', () => {
    const { context, store } = wanting();
    want(context, { goal: { kind: 'fulfil', request: REQUEST }, to: '0x05', data: '0x', rank: 0 });
    expect(store.openPostings()).to.have.lengthOf(1);
  });

  it("does not take another life's boot record for its own", async () => {
    const { context, store, chain, step, clock } = wanting();
    const goal = { kind: 'record-boot', enclave: word(3), nonce: '0xaa', counter: '4' } as const;
    want(context, { goal, to: '0x03', data: '0x', rank: 0 });
    chain.views.enclave = { ...chain.views.enclave, bootNonce: '0xbb', bootCounter: 4n };
    await step();
    expect(store.posting(`record-boot:${word(3)}:0xaa`)).to.include({ state: 'given-up' });
    want(context, { goal, to: '0x03', data: '0x', rank: 0 });
    expect(store.posting(`record-boot:${word(3)}:0xaa`)).to.include({ state: 'given-up' });
    await clock.advance(4_000);
    want(context, { goal: { ...goal, counter: '5' }, to: '0x03', data: '0x', rank: 0 });
    expect(store.posting(`record-boot:${word(3)}:0xaa`)).to.include({ state: 'wanted' });
  });
});
