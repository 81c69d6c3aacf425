/** The DAO on another EVM chain, where no contract of Quorate is: a transaction, and a permit that a token takes. */

import { formatEther, id, parseEther } from 'ethers';
import { type Chain, startChain } from '../local/chain.ts';
import { buildPayment, finishTransaction, paymentIntent, sendRaw } from '../local/evm.ts';
import { claimDerivedKey, type DerivedKey, untilActive, voteForKey } from '../local/key.ts';
import { buildPermit, deployPermitToken, permitIntent, usePermit } from '../local/permit.ts';
import { untilFulfilled, voteForRequest } from '../local/spend.ts';
import type { Asked } from './report.ts';
import { PATIENCE, type Stage, secondsSince, THRESHOLD } from './stage.ts';

const ELSEWHERE = 31_338;
const EVM_PATH = id('treasury/evm');
const PAYMENT = { to: `0x${'b0'.repeat(20)}`, value: parseEther('1.5') };
/** Units of a token that the DAO's account holds there. */
const TOKENS = { supply: 1_000_000n, value: 25_000n };

/** The other chain ends with the scenes. */
export async function signElsewhere(stage: Stage): Promise<readonly Asked[]> {
  const elsewhere = await startChain(0, ELSEWHERE);
  try {
    const key = await makeKey(stage);
    return [await pay(stage, elsewhere, key), await permit(stage, elsewhere, key)];
  } finally {
    await elsewhere.close();
  }
}

async function makeKey({ network: { dao }, operators, step, detail }: Stage): Promise<DerivedKey> {
  const timelock = await dao.timelock.getAddress();
  const wanted = { scheme: 'ecdsa-secp256k1', threshold: THRESHOLD, operators, requesters: [timelock] } as const;
  const { keyId } = await voteForKey(dao, { ...wanted, kinds: ['evm-transaction', 'eip712'], purpose: 'EVM chains' });
  step(
    `The DAO voted for a ${THRESHOLD}-of-${operators.length} ECDSA key; the enclaves generate it, and set up oblivious transfer in pairs`,
  );
  await untilActive(dao, keyId, PATIENCE);
  const key = await claimDerivedKey(dao, keyId, timelock, EVM_PATH);
  step('That key signed its own activation, too; the DAO has an account of its own on every EVM chain');
  detail(key.evmAddress);
  return key;
}

/** Neither chain knows of the other: what the DAO voted on here is a transaction there. */
async function pay(stage: Stage, elsewhere: Chain, key: DerivedKey): Promise<Asked> {
  const { network, step, detail } = stage;
  const { chain, dao } = network;
  const funded = await elsewhere.accounts[0]?.sendTransaction({ to: key.evmAddress, value: parseEther('3') });
  await funded?.wait();
  const payment = await buildPayment(elsewhere, key, PAYMENT);
  const title = `Pay ${formatEther(PAYMENT.value)} ether on chain ${ELSEWHERE}`;
  const { requestId, proposalId } = await voteForRequest(dao, await paymentIntent(chain, key, payment), title);
  const start = performance.now();
  const [signature] = await untilFulfilled(dao, requestId, PATIENCE);
  const seconds = secondsSince(start);
  if (signature === undefined) throw new Error('the request has no signature');
  const receipt = await sendRaw(elsewhere, finishTransaction(payment, signature, key.evmAddress));
  if (receipt.status !== 1) throw new Error(`chain ${ELSEWHERE} reverted the payment`);
  step(
    `An EIP-1559 transaction that the DAO voted for: signed after ${seconds} s, mined on another chain (id ${ELSEWHERE})`,
  );
  detail(`transaction ${receipt.hash}, from the DAO's account`);
  return { requestId, proposalId, seconds };
}

/** An approval without a transaction of the DAO's: the token itself verifies the signature, and whoever brings it pays the gas. */
async function permit(stage: Stage, elsewhere: Chain, key: DerivedKey): Promise<Asked> {
  const { network, step, detail } = stage;
  const { chain, dao } = network;
  const [, spender] = elsewhere.accounts;
  if (spender === undefined) throw new Error('the chain has too few accounts');
  const token = await deployPermitToken(elsewhere, key.evmAddress, TOKENS.supply);
  const wanted = await buildPermit(elsewhere, token, key, { spender: spender.address, value: TOKENS.value });
  const title = `Let ${spender.address} have ${TOKENS.value} units of a token on chain ${ELSEWHERE}`;
  const { requestId, proposalId } = await voteForRequest(dao, await permitIntent(chain, key, wanted), title);
  const start = performance.now();
  const [signature] = await untilFulfilled(dao, requestId, PATIENCE);
  const seconds = secondsSince(start);
  if (signature === undefined) throw new Error('the request has no signature');
  await usePermit(token, spender, wanted, signature);
  const allowance = await token.allowance(key.evmAddress, spender.address);
  if (allowance !== TOKENS.value) throw new Error(`the token allows ${allowance}, not ${TOKENS.value}`);
  await (await token.connect(spender).transferFrom(key.evmAddress, spender.address, TOKENS.value)).wait();
  if ((await token.balanceOf(spender.address)) !== TOKENS.value) throw new Error('the token did not move');
  step(
    `An ERC-2612 permit (EIP-712) that the DAO voted for: signed after ${seconds} s, taken by the token, and spent by whom it names`,
  );
  detail(`token ${await token.getAddress()} of chain ${ELSEWHERE}`);
  return { requestId, proposalId, seconds };
}
