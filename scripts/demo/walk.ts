/** The whole path on this machine, step by step, on contracts that are compiled. */

import { execFileSync } from 'node:child_process';
import { AbiCoder, formatEther, getBytes, hexlify, id, keccak256, parseEther } from 'ethers';
import { checkpointOf } from '../local/beaconProcess.ts';
import {
  buildSpendWithChange,
  finalise,
  isSpendValid,
  type Spend,
  taprootAddress,
  taprootScript,
} from '../local/bitcoin.ts';
import { type Chain, startChain } from '../local/chain.ts';
import { requestByDelegate, voteForDelegate } from '../local/delegate.ts';
import { buildPayment, finishTransaction, paymentIntent, sendRaw } from '../local/evm.ts';
import { claimDerivedKey, type DerivedKey, untilActive, voteForKey } from '../local/key.ts';
import type { Narrator } from '../local/narrate.ts';
import { admit, createOperators, type LocalNetwork, promoteMeasurement, startNetwork } from '../local/network.ts';
import { type Operator, type Running, startOperator, stopOnSignal, stopOperator } from '../local/operators.ts';
import { buildPermit, deployPermitToken, permitIntent, usePermit } from '../local/permit.ts';
import { solanaIntent, startSolana } from '../local/solana.ts';
import { untilFulfilled, untilRefused, voteForRequest, voteForSpend } from '../local/spend.ts';
import { writeBundles } from './bundles.ts';
import { type Asked, type DemoReport, reportOf, writeReport } from './report.ts';

const OUTPUT = 'out/demo.json';
const BUNDLES = 'out/bundles';
const OPERATORS = { alice: 'eu-central', bob: 'us-east', carol: 'ap-south' };
const THRESHOLD = 2;
const PATIENCE = 60_000;
const PATH = id('treasury/bitcoin');
/** Outputs of some funding transactions: Bitcoin itself is not part of the demo, its rules are. */
const FUNDING = [
  { txid: keccak256(new TextEncoder().encode('a funding transaction')).slice(2), index: 1, amount: 1_800_000n },
  { txid: keccak256(new TextEncoder().encode('another one')).slice(2), index: 0, amount: 900_000n },
] as const;
const RECIPIENT = taprootScript(getBytes(keccak256(new TextEncoder().encode('a supplier'))));
const PAID = { recipientScript: RECIPIENT, amount: 2_400_000n, fee: 1_600n };
/** Neither the deployer nor a holder of votes. */
const DELEGATE = 9;
const ALLOWANCE = { perDay: 5_000_000n, fee: 10_000n };

/** A second chain, where no contract of Quorate is. */
const ELSEWHERE = 31_338;
const EVM_PATH = id('treasury/evm');
const PAYMENT = { to: `0x${'b0'.repeat(20)}`, value: parseEther('1.5') };
/** Units of a token that the DAO's account holds there. */
const TOKENS = { supply: 1_000_000n, value: 25_000n };

const SOL = 1_000_000_000n;
const SOLANA = { funds: 10n * SOL, amount: 2n * SOL, to: getBytes(keccak256(new TextEncoder().encode('a validator'))) };

/** What this demo does not prove: docs/threat-model.md, "What does not hold yet". */
const SIMULATED = [
  '',
  'SIMULATED here (docs/threat-model.md says what follows from it):',
  '- the TEE is an ordinary process; its evidence is a P-256 statement under a development root, not a hardware quote',
  '- finality is signed by a development sync committee whose keys everybody knows; enclaves verify it as they would the real one',
  '- shares are sealed under a development key that the host could read',
  '- the Bitcoin outputs being spent are made up; the transaction and its signatures follow Bitcoin consensus rules',
];

let { step, detail }: Narrator = { step: () => {}, detail: () => {} };

export async function walk(narrator: Narrator): Promise<void> {
  ({ step, detail } = narrator);
  step(
    'Starting a Hardhat node with a development beacon, and founding a DAO: token, governor, timelock; the deployer keeps no power',
  );
  const running: Running[] = [];
  stopOnSignal(running);
  const network = await startNetwork();
  const elsewhere = await startChain(0, ELSEWHERE);
  try {
    const checkpoint = await checkpointOf(network.machine.beacon);
    const operators = await attest(network, running);
    const keyId = await makeKey(network, operators);
    const key = await addressOfDao(network, keyId);
    const asked = [
      await spendByVote(network, key),
      await misdeclareByVote(network, key),
      await spendByDelegate(network, keyId),
      ...(await signElsewhere(network, elsewhere, await makeEcdsaKey(network, operators))),
      ...(await payOnSolana(network, operators)),
    ];
    const report = await reportOf(network.dao, checkpoint, asked);
    await writeReport(OUTPUT, report);
    await bundle(network, report);
  } catch (cause) {
    for (const { operator, log } of running) console.error(`--- ${operator.name}\n${log.slice(-15).join('\n')}`);
    throw cause;
  } finally {
    await Promise.all(running.map((one) => stopOperator(one)));
    await elsewhere.close();
    await network.close();
  }
  step(`Done; nothing is left running. Every figure of this run: ${OUTPUT}`);
  for (const line of SIMULATED) detail(line);
}

/** What somebody needs who believes none of this. */
async function bundle({ machine, dao }: LocalNetwork, { checkpoint, requests }: DemoReport): Promise<void> {
  const { rpc, beacon, deployment } = machine;
  const fulfilled = requests.filter(({ state }) => state === 'FULFILLED').map(({ requestId }) => requestId);
  const place = { rpc, beacon, deployment, configuration: dao.configuration };
  const [first] = await writeBundles(BUNDLES, place, checkpoint, fulfilled);
  step('Each fulfilled request as a bundle for auditors, who need no network and trust one block root');
  detail(`npm run quorate -- verify request ${first} --checkpoint ${checkpoint}`);
}

/** The vote admits the code; three operators start it; it counts once it has been seen to boot. */
async function attest(network: LocalNetwork, running: Running[]): Promise<readonly Operator[]> {
  const { measurement } = network;
  detail(`enclave image ${measurement.image}`);
  detail(`measured with its configuration: chain, contract addresses, code hashes`);
  const operators = await createOperators(network, OPERATORS);
  const { proposalId } = await admit(network, operators, sourceCommit());
  step('The DAO voted: enclaves of this measurement may attest, run by three operators in as many regions');
  detail(`measurement ${measurement.id}, proposal ${short(proposalId)}`);

  running.push(...operators.map(startOperator));
  const ready = await Promise.all(running.map((one) => one.ready));
  step('Three operators started a host and an enclave each; every enclave is attested and registered on chain');
  for (const [i, { enclave }] of ready.entries()) detail(`${operators[i]?.name.padEnd(6)} enclave ${enclave}`);
  await promoteMeasurement(network);
  detail('the measurement has proven that it boots: promoted from canary to active');
  return operators;
}

async function makeKey({ dao }: LocalNetwork, operators: readonly Operator[]): Promise<string> {
  const requesters = [await dao.timelock.getAddress()];
  const { keyId } = await voteForKey(dao, { threshold: THRESHOLD, operators, requesters });
  step(`The DAO voted for a ${THRESHOLD}-of-${operators.length} Schnorr key; the enclaves generate it together`);
  await untilActive(dao, keyId, PATIENCE);
  const { publicKeyX } = await dao.keyRegistry.key(keyId);
  step('All members confirmed their shares, and the new key signed its own activation: ACTIVE on chain');
  detail(`key ${keyId}`);
  detail(`public key ${publicKeyX}; the private key exists nowhere`);
  return keyId;
}

async function addressOfDao({ dao }: LocalNetwork, keyId: string): Promise<DerivedKey> {
  const key = await claimDerivedKey(dao, keyId, await dao.timelock.getAddress(), PATH);
  step('The DAO has a Bitcoin address of its own, derived from that key for its timelock');
  detail(taprootAddress(key.outputKey));
  return key;
}

async function spendByVote(network: LocalNetwork, key: DerivedKey): Promise<Asked> {
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
  step(`Two of three enclaves proved the request, decoded the PSBT, and signed; verified on chain after ${seconds} s`);

  await checkDelivery(network, requested.requestId, signatures);
  checkSpend(spend, signatures);
  return { requestId: requested.requestId, proposalId: requested.proposalId, seconds };
}

/** A vote that says less than its payload does: the enclaves decode it, say no, and that ends it. */
async function misdeclareByVote({ chain, dao }: LocalNetwork, key: DerivedKey): Promise<Asked> {
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
async function spendByDelegate({ chain, dao }: LocalNetwork, keyId: string): Promise<Asked> {
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
  checkSpend(spend, signatures);
  return { requestId, proposalId, seconds };
}

async function makeEcdsaKey({ dao }: LocalNetwork, operators: readonly Operator[]): Promise<DerivedKey> {
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

async function signElsewhere(network: LocalNetwork, elsewhere: Chain, key: DerivedKey): Promise<readonly Asked[]> {
  return [await payElsewhere(network, elsewhere, key), await permitElsewhere(network, elsewhere, key)];
}

/** Neither chain knows of the other: what the DAO voted on here is a transaction there. */
async function payElsewhere({ chain, dao }: LocalNetwork, elsewhere: Chain, key: DerivedKey): Promise<Asked> {
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
async function permitElsewhere({ chain, dao }: LocalNetwork, elsewhere: Chain, key: DerivedKey): Promise<Asked> {
  const [, spender] = elsewhere.accounts;
  if (spender === undefined) throw new Error('the chain has too few accounts');
  const token = await deployPermitToken(elsewhere, key.evmAddress, TOKENS.supply);
  const permit = await buildPermit(elsewhere, token, key, { spender: spender.address, value: TOKENS.value });
  const title = `Let ${spender.address} have ${TOKENS.value} units of a token on chain ${ELSEWHERE}`;
  const { requestId, proposalId } = await voteForRequest(dao, await permitIntent(chain, key, permit), title);
  const start = performance.now();
  const [signature] = await untilFulfilled(dao, requestId, PATIENCE);
  const seconds = secondsSince(start);
  if (signature === undefined) throw new Error('the request has no signature');
  await usePermit(token, spender, permit, signature);
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

/** Nothing where the runtime has no binary: said, and nothing else is passed over. */
async function payOnSolana({ chain, dao }: LocalNetwork, operators: readonly Operator[]): Promise<readonly Asked[]> {
  const requesters = [await dao.timelock.getAddress()];
  const wanted = { scheme: 'ed25519', threshold: THRESHOLD, operators, requesters, purpose: 'Solana' } as const;
  const { keyId } = await voteForKey(dao, wanted);
  await untilActive(dao, keyId, PATIENCE);
  const key = getBytes((await dao.keyRegistry.key(keyId)).publicKeyX);
  const solana = await startSolana(key, SOLANA.funds);
  if (solana === undefined) {
    step('There is an Ed25519 key, too; SKIPPED: LiteSVM has no binary for this system, so nothing is paid on Solana');
    return [];
  }
  step('The DAO voted for an Ed25519 key: its account on Solana, with a durable nonce that waits for no vote');
  detail(solana.account);
  const message = solana.payment(SOLANA.to, SOLANA.amount);
  const intent = await solanaIntent(chain, keyId, key, message);
  const { requestId, proposalId } = await voteForRequest(dao, intent, `Pay ${SOLANA.amount / SOL} SOL to a validator`);
  const start = performance.now();
  const [signature] = await untilFulfilled(dao, requestId, PATIENCE);
  const seconds = secondsSince(start);
  if (signature === undefined) throw new Error('the request has no signature');
  const tampered = solana.payment(SOLANA.to, SOLANA.amount * 2n);
  if (solana.send(tampered, getBytes(signature)) === null) throw new Error('Solana executed what nobody voted for');
  const refusal = solana.send(message, getBytes(signature));
  if (refusal !== null || solana.balanceOf(SOLANA.to) !== SOLANA.amount) throw new Error(`Solana refused: ${refusal}`);
  step(
    `A transfer that the DAO voted for: signed after ${seconds} s, executed by Solana's runtime; one with another amount is refused`,
  );
  return [{ requestId, proposalId, seconds }];
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}

function treasurySpend({ internalKey, outputKey }: DerivedKey): Spend {
  const script = taprootScript(outputKey);
  const [first, second] = FUNDING;
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
async function checkDelivery({ dao }: LocalNetwork, requestId: string, signatures: readonly string[]): Promise<void> {
  const receipt = await dao.spendReceipt.receiptOf(requestId);
  const expected = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes[]'], [signatures]));
  if (receipt !== expected) throw new Error(`the consumer has receipt ${receipt}, not ${expected}`);
  detail('delivered to the consumer contract, which kept a receipt');
}

function checkSpend(spend: Spend, signatures: readonly string[]): void {
  const raw = finalise(spend.psbt, ...signatures.map((signature) => getBytes(signature)));
  if (!isSpendValid(raw, spend.prevouts)) throw new Error('bitcoinjs-lib refuses the signed transaction');
  step('A second library recomputed both sighashes from the raw transaction and accepts both signatures');
  detail(`transaction ${hexlify(raw)}`);
}

function sourceCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown: not a git checkout';
  }
}

function short(value: bigint): string {
  return `${value.toString().slice(0, 10)}…`;
}
