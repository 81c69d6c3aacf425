/** Transactions that ask for signatures, signed before anything is measured: one nonce sequence, each a spend of its own. */
import { getBytes, toBeHex } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/requests/SigningRequests.ts';
import { buildSpend, taprootScript } from '../../local/bitcoin.ts';
import type { DerivedKey } from '../../local/key.ts';
import { intentOf } from '../../local/spend.ts';
import type { Site } from './site.ts';

export type Signed = {
  /** raw, in the order of their nonces */
  readonly transactions: readonly string[];
  /** gas limit of all together */
  readonly gas: bigint;
};

const RECIPIENT = getBytes(`0x0014${'11'.repeat(20)}`);
const AMOUNT = 10_000_000n;
const FEE = 1_000n;
const FEES = { maxFeePerGas: 200_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
/** An estimate holds for one request; another's payload may be a byte longer. */
const [GAS_NUMERATOR, GAS_DENOMINATOR] = [12n, 10n];

let spends = 0n;

/** Keys take turns. */
export async function signRequests(site: Site, keys: readonly DerivedKey[], count: number): Promise<Signed> {
  const { chain, dao, requester } = site;
  const to = await dao.signingRequests.getAddress();
  const templates = await Promise.all(keys.map((key) => intentOf(chain, dao, key, spendOf(key))));
  const dataOf = (intent: IntentStruct) => dao.signingRequests.interface.encodeFunctionData('request', [intent]);
  const [first] = templates;
  if (first === undefined) throw new Error('no key to ask');
  const estimated = await chain.provider.estimateGas({ from: requester.address, to, data: dataOf(first) });
  const gasLimit = (estimated * GAS_NUMERATOR) / GAS_DENOMINATOR;
  const nonce = await requester.getNonce();
  const transactions: string[] = [];
  for (let at = 0; at < count; at++) {
    const [key, template] = [keys[at % keys.length], templates[at % keys.length]];
    if (key === undefined || template === undefined) throw new Error('no key to ask');
    const data = dataOf(anotherSpend(key, template));
    const { chainId } = chain.provider._network;
    transactions.push(
      await requester.signTransaction({ to, data, gasLimit, nonce: nonce + at, chainId, type: 2, ...FEES }),
    );
  }
  return { transactions, gas: gasLimit * BigInt(count) };
}

function anotherSpend(key: DerivedKey, template: IntentStruct): IntentStruct {
  const spend = spendOf(key);
  const [transfer, fee] = template.effects;
  if (transfer === undefined || fee === undefined) throw new Error('a spend has two effects');
  return {
    ...template,
    payload: spend.psbt,
    digests: [...spend.digests],
    effects: [{ ...transfer, amount: spend.amount }, fee],
  };
}

/** Each of another output, so that no two requests are the same. */
function spendOf(key: DerivedKey) {
  spends += 1n;
  const txid = toBeHex(spends, 32).slice(2);
  const prevout = { txid, index: 0, script: taprootScript(key.outputKey), amount: AMOUNT };
  return buildSpend(prevout, key.internalKey, RECIPIENT, FEE);
}
