/** The DAO on Bitcoin: a key of Taproot, what a vote pays with it, what it is not made to pay, and what a delegate may. */

import { AbiCoder, getBytes, hexlify, id, keccak256 } from 'ethers';
import {
  buildSpendWithChange,
  finalise,
  isSpendValid,
  type Spend,
  taprootAddress,
  taprootScript,
} from '../local/bitcoin.ts';
import { requestByDelegate, voteForDelegate } from '../local/delegate.ts';
import { claimDerivedKey, type DerivedKey, refusedKey, untilActive, voteForKey } from '../local/key.ts';
import { untilFulfilled, untilRefused, voteForSpend } from '../local/spend.ts';
import type { Asked } from './report.ts';
import { PATIENCE, type Stage, secondsSince, THRESHOLD } from './stage.ts';

const PATH = id('treasury/bitcoin');
/** Outputs of some funding transactions: Bitcoin itself is not part of the demo, its rules are. */
const fundingOf = (whom: string) =>
  [
    { txid: id(`a funding transaction of ${whom}`).slice(2), index: 1, amount: 1_800_000n },
    { txid: id(`another one of ${whom}`).slice(2), index: 0, amount: 900_000n },
  ] as const;
const RECIPIENT = taprootScript(getBytes(keccak256(new TextEncoder().encode('a supplier'))));
const PAID = { recipientScript: RECIPIENT, amount: 2_400_000n, fee: 1_600n };
/** Neither the deployer nor a holder of votes. */
const DELEGATE = 9;
const ALLOWANCE = { perDay: 5_000_000n, fee: 10_000n };

export async function payOnBitcoin(stage: Stage): Promise<readonly Asked[]> {
  const keyId = await makeKey(stage);
  const key = await addressOfDao(stage, keyId);
  return [await spendByVote(stage, key), await misdeclareByVote(stage, key), await spendByDelegate(stage, keyId)];
}

async function makeKey({ network: { dao }, operators, step, detail }: Stage): Promise<string> {
  const requesters = [await dao.timelock.getAddress()];
  const wanted = { threshold: THRESHOLD, operators, requesters };
  const refusal = await refusedKey(dao, { ...wanted, diversity: { vendor: 2 }, purpose: 'nobody' });
  step('A vote for a committee with three enclaves of a vendor, where it allows two itself, cannot be executed');
  detail(refusal);
  const { keyId } = await voteForKey(dao, wanted);
  step(
    `The DAO voted for a ${THRESHOLD}-of-${operators.length} Schnorr key, three members at most of a vendor, two of a region`,
  );
  await untilActive(dao, keyId, PATIENCE);
  const { publicKeyX } = await dao.keyRegistry.key(keyId);
  step('All members confirmed their shares, and the new key signed its own activation: ACTIVE on chain');
  detail(`key ${keyId}`);
  detail(`public key ${publicKeyX}; the private key exists nowhere`);
  return keyId;
}

async function addressOfDao({ network: { dao }, step, detail }: Stage, keyId: string): Promise<DerivedKey> {
  const key = await claimDerivedKey(dao, keyId, await dao.timelock.getAddress(), PATH);
  step('The DAO has a Bitcoin address of its own, derived from that key for its timelock');
  detail(taprootAddress(key.outputKey));
  return key;
}

async function spendByVote(stage: Stage, key: DerivedKey): Promise<Asked> {
  const { network, step, detail } = stage;
  const { chain, dao } = network;
  const spend = treasurySpend(key);
  const requested = await voteForSpend(chain, dao, key, spend, `Pay ${spend.amount} satoshi to a supplier`);
  const start = performance.now();
  step(
    'The DAO voted for one exact Bitcoin transaction, two inputs and change: payload, digests and effects are on chain',
  );
  detail(`request ${requested.requestId}`);
  const signatures = await untilFulfilled(dao, requested.requestId, PATIENCE);
  const seconds = secondsSince(start);
  step(`Four of five enclaves proved the request, decoded the PSBT, and signed; verified on chain after ${seconds} s`);

  await checkDelivery(stage, requested.requestId, signatures);
  checkSpend(stage, spend, signatures);
  return { requestId: requested.requestId, proposalId: requested.proposalId, seconds };
}

/** A vote that says less than its payload does: the enclaves decode it, say no, and that ends it. */
async function misdeclareByVote({ network: { chain, dao }, step, detail }: Stage, key: DerivedKey): Promise<Asked> {
  const spend = treasurySpend(key);
  const declared = { ...spend, amount: spend.amount / 10n };
  const requested = await voteForSpend(chain, dao, key, declared, `Pay ${declared.amount} satoshi, or so it says`);
  const start = performance.now();
  const refusals = await untilRefused(dao, requested.requestId, PATIENCE);
  const seconds = secondsSince(start);
  step(`A vote whose payload pays ten times what was declared: the enclaves refused it on chain after ${seconds} s`);
  for (const { member, code } of refusals) detail(`enclave ${member} ${code}`);
  return { requestId: requested.requestId, proposalId: requested.proposalId, seconds };
}

/** What a vote allows within limits needs no further vote: the guard holds the limits, and enclaves the row that names it. */
async function spendByDelegate(stage: Stage, keyId: string): Promise<Asked> {
  const { network, step, detail } = stage;
  const { chain, dao } = network;
  const delegate = chain.accounts[DELEGATE];
  if (delegate === undefined) throw new Error('the chain has too few accounts');
  const { proposalId } = await voteForDelegate(chain, dao, keyId, delegate.address, ALLOWANCE);
  step(`The DAO voted: a delegate may spend ${ALLOWANCE.perDay} satoshi a day, from an address of its own`);
  const key = await claimDerivedKey(dao, keyId, delegate.address, PATH);
  detail(taprootAddress(key.outputKey));
  const spend = treasurySpend(key);
  const requestId = await requestByDelegate(chain, dao, delegate, key, spend);
  const start = performance.now();
  const signatures = await untilFulfilled(dao, requestId, PATIENCE);
  const seconds = secondsSince(start);
  step(`The delegate asked, without a vote: signed and verified on chain after ${seconds} s`);
  checkSpend(stage, spend, signatures);
  return { requestId, proposalId, seconds };
}

function treasurySpend({ requester, internalKey, outputKey }: DerivedKey): Spend {
  const script = taprootScript(outputKey);
  const [first, second] = fundingOf(requester);
  return buildSpendWithChange(
    [
      { ...first, script },
      { ...second, script },
    ],
    internalKey,
    PAID,
  );
}

/** The consumer contract was called with the very signatures that were verified. */
async function checkDelivery(
  { network: { dao }, detail }: Stage,
  requestId: string,
  signatures: readonly string[],
): Promise<void> {
  const receipt = await dao.spendReceipt.receiptOf(requestId);
  const expected = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes[]'], [signatures]));
  if (receipt !== expected) throw new Error(`the consumer has receipt ${receipt}, not ${expected}`);
  detail('delivered to the consumer contract, which kept a receipt');
}

function checkSpend({ step, detail }: Stage, spend: Spend, signatures: readonly string[]): void {
  const raw = finalise(spend.psbt, ...signatures.map((signature) => getBytes(signature)));
  if (!isSpendValid(raw, spend.prevouts)) throw new Error('bitcoinjs-lib refuses the signed transaction');
  step('A second library recomputed both sighashes from the raw transaction and accepts both signatures');
  detail(`transaction ${hexlify(raw)}`);
}
