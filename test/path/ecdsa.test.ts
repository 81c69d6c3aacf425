/**
 * The path of an ECDSA key, with real processes: a vote, a key of three operators, and an EIP-1559 transaction of an account on another chain
 * that nobody else could sign for, mined there; a permit that a token there takes. One member is killed between, and comes back with nothing of its OT.
 */

import { expect } from 'chai';
import { id, isCallException, parseEther } from 'ethers';
import { type Chain, startChain } from '../../scripts/local/chain.ts';
import { buildPayment, finishTransaction, paymentIntent, sendRaw } from '../../scripts/local/evm.ts';
import { claimDerivedKey, type DerivedKey, untilActive, voteForKey } from '../../scripts/local/key.ts';
import {
  admit,
  createOperators,
  type LocalNetwork,
  promoteMeasurement,
  startNetwork,
} from '../../scripts/local/network.ts';
import { type Operator, type Running, startOperator, stopOperator } from '../../scripts/local/operators.ts';
import { buildPermit, deployPermitToken, type Permit, permitIntent, usePermit } from '../../scripts/local/permit.ts';
import { untilFulfilled, untilRefused, voteForRequest } from '../../scripts/local/spend.ts';
import type { PermitToken } from '../../types/contracts/examples/PermitToken.ts';

const PATIENCE = 90_000;
const ELSEWHERE = 31_338;
const RECIPIENT = `0x${'b0'.repeat(20)}`;

describe('the path of an ECDSA key', function () {
  this.timeout(300_000);
  let network: LocalNetwork;
  let elsewhere: Chain;
  let operators: readonly Operator[];
  let key: DerivedKey;
  const running = new Map<string, Running>();
  const start = async (operator: Operator) => {
    const one = startOperator(operator);
    running.set(operator.name, one);
    await one.ready;
  };

  before(async () => {
    network = await startNetwork();
    elsewhere = await startChain(0, ELSEWHERE);
    operators = await createOperators(network, { alice: 'north', bob: 'east', carol: 'south' });
    await admit(network, operators, 'of the ECDSA path test');
    await Promise.all(operators.map(start));
    await promoteMeasurement(network);
  });
  after(async () => {
    const codes = await Promise.all([...running.values()].map((one) => stopOperator(one)));
    await elsewhere.close();
    await network.close();
    expect(
      codes.every((code) => code === 0),
      `exit codes ${codes}`,
    ).to.equal(true);
  });

  /** Voted here, signed, and mined on the other chain. */
  async function pay(value: bigint, title: string): Promise<void> {
    const payment = await buildPayment(elsewhere, key, { to: RECIPIENT, value });
    const before = await elsewhere.provider.getBalance(RECIPIENT);
    const intent = await paymentIntent(network.chain, key, payment);
    const { requestId } = await voteForRequest(network.dao, intent, title);
    const [signature] = await untilFulfilled(network.dao, requestId, PATIENCE);
    const receipt = await sendRaw(elsewhere, finishTransaction(payment, signature!, key.evmAddress));
    expect(receipt.status).to.equal(1);
    expect(receipt.from.toLowerCase()).to.equal(key.evmAddress.toLowerCase());
    expect((await elsewhere.provider.getBalance(RECIPIENT)) - before).to.equal(value);
  }

  it('makes a key by vote that signs its own activation', async () => {
    const { dao } = network;
    const requester = await dao.timelock.getAddress();
    const wanted = { scheme: 'ecdsa-secp256k1', threshold: 2, operators, requesters: [requester] } as const;
    const { keyId } = await voteForKey(dao, { ...wanted, kinds: ['evm-transaction', 'eip712'], purpose: 'Ethereum' });
    await untilActive(dao, keyId, PATIENCE);
    key = await claimDerivedKey(dao, keyId, requester, id('treasury/evm'));
    const [payer] = elsewhere.accounts;
    await (await payer!.sendTransaction({ to: key.evmAddress, value: parseEther('3') })).wait();
  });

  it('signs an EIP-1559 transaction that another chain mines', async () => {
    await pay(parseEther('1'), 'Pay the auditor on another chain');
  });

  describe('and a token with permits on that chain', () => {
    const [SUPPLY, VALUE] = [1_000_000n, 25_000n];
    let token: PermitToken;
    let permit: Permit;
    let signature: string;
    before(async () => {
      token = await deployPermitToken(elsewhere, key.evmAddress, SUPPLY);
      const spender = elsewhere.accounts[1]!.address;
      permit = await buildPermit(elsewhere, token, key, { spender, value: VALUE });
      const intent = await permitIntent(network.chain, key, permit);
      const { requestId } = await voteForRequest(network.dao, intent, 'Let somebody have 25,000 units');
      [signature] = (await untilFulfilled(network.dao, requestId, PATIENCE)) as [string];
    });

    const bring = (as: Permit) => usePermit(token, elsewhere.accounts[2]!, as, signature);
    const changed = (message: Partial<Permit['message']>): Permit => ({
      ...{ domain: permit.domain, message: { ...permit.message, ...message } },
    });

    it('which refuses the signature for another amount, spender or deadline', async () => {
      const { message } = permit;
      for (const other of [
        { value: `${VALUE + 1n}` },
        { spender: elsewhere.accounts[2]!.address },
        { deadline: `${Number(message.deadline) + 1}` },
      ])
        expect(await errorOf(token, bring(changed(other))), Object.keys(other)[0]).to.equal('ERC2612InvalidSigner');
      expect(await token.allowance(key.evmAddress, message.spender)).to.equal(0n);
    });

    it('which takes it from anybody, lets the spender have that much, and takes it once', async () => {
      const spender = elsewhere.accounts[1]!;
      await bring(permit);
      expect(await token.allowance(key.evmAddress, spender.address)).to.equal(VALUE);
      const ofSpender = token.connect(spender);
      await (await ofSpender.transferFrom(key.evmAddress, spender.address, VALUE)).wait();
      expect(await token.balanceOf(spender.address)).to.equal(VALUE);
      expect(await token.balanceOf(key.evmAddress)).to.equal(SUPPLY - VALUE);
      expect(await errorOf(token, bring(permit)), 'its nonce is used up').to.equal('ERC2612InvalidSigner');
    });

    it('is told nothing by a vote that says less than the permit does', async () => {
      const { chain, dao } = network;
      const spender = elsewhere.accounts[1]!.address;
      const intent = await permitIntent(
        chain,
        key,
        await buildPermit(elsewhere, token, key, { spender, value: SUPPLY }),
      );
      const declared = { ...intent, effects: intent.effects.map((effect) => ({ ...effect, amount: 1n })) };
      const { requestId } = await voteForRequest(dao, declared, 'Let somebody have one unit, or so it says');
      const refusals = await untilRefused(dao, requestId, PATIENCE);
      expect(refusals.map(({ code }) => code)).to.deep.equal(['EFFECT_MISMATCH', 'EFFECT_MISMATCH']);
    });
  });

  it('signs on when a member was killed and has come back, its OT set up anew', async () => {
    const [alice, bob] = operators as [Operator, Operator];
    const killed = running.get(alice.name);
    running.delete(alice.name);
    await stopOperator(killed!, 'SIGKILL');
    await pay(parseEther('0.5'), 'Pay while a member is away');
    await start(alice);
    const other = running.get(bob.name);
    running.delete(bob.name);
    await stopOperator(other!, 'SIGKILL');
    await pay(parseEther('0.25'), 'Pay with the one that came back');
    await start(bob);
  });
});

/** The custom error that a transaction reverts with; null where it does not. */
async function errorOf({ interface: abi }: PermitToken, sent: Promise<unknown>): Promise<string | null> {
  try {
    await sent;
    return null;
  } catch (cause) {
    if (!isCallException(cause) || cause.data === null) throw cause;
    return abi.parseError(cause.data)?.name ?? cause.data;
  }
}
