/** The DAO on Solana: an Ed25519 key, and a transfer that the chain's own runtime executes. */

import { getBytes, keccak256 } from 'ethers';
import { untilActive, voteForKey } from '../local/key.ts';
import { solanaIntent, startSolana } from '../local/solana.ts';
import { untilFulfilled, voteForRequest } from '../local/spend.ts';
import type { Asked } from './report.ts';
import { PATIENCE, type Stage, secondsSince, THRESHOLD } from './stage.ts';

const SOL = 1_000_000_000n;
const SOLANA = { funds: 10n * SOL, amount: 2n * SOL, to: getBytes(keccak256(new TextEncoder().encode('a validator'))) };

/** Nothing where the runtime has no binary: said, and nothing else is passed over. */
export async function payOnSolana({
  network: { chain, dao },
  operators,
  step,
  detail,
}: Stage): Promise<readonly Asked[]> {
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
