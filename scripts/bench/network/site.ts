/** The network that is measured: founded, attested, with three keys and an account that may ask for signatures of each. */
import { id, parseEther, Wallet } from 'ethers';
import { claimDerivedKey, type DerivedKey, untilActive, voteForKey } from '../../local/key.ts';
import { admit, createOperators, type LocalNetwork, promoteMeasurement, startNetwork } from '../../local/network.ts';
import { type Operator, type Running, startOperator, stopOnSignal, stopOperator } from '../../local/operators.ts';

export type Site = LocalNetwork & {
  readonly running: readonly Running[];
  readonly keys: readonly DerivedKey[];
  /** Asks for all; nobody else uses its nonces. */
  readonly requester: Wallet;
};

export const THRESHOLD = 3;
const REGIONS = { alice: 'eu-central', bob: 'us-east', carol: 'ap-south', dave: 'sa-east', erin: 'af-south' };
export const MEMBERS = Object.keys(REGIONS).length;
const KEYS = 3;
const PATIENCE = 120_000;
const PATH = id('bench/network');
const GAS_MONEY = parseEther('9000');

export async function openSite(): Promise<Site> {
  const network = await startNetwork('warn');
  const running: Running[] = [];
  stopOnSignal(running);
  const close = async () => {
    await Promise.all(running.map((one) => stopOperator(one)));
    await network.close();
  };
  try {
    const operators = await createOperators(network, REGIONS);
    await admit(network, operators, 'of the benchmark');
    running.push(...operators.map(startOperator));
    await Promise.all(running.map(({ ready }) => ready));
    await promoteMeasurement(network);
    const requester = await fundRequester(network);
    const keys = await makeKeys(network, operators, requester.address);
    return { ...network, running, keys, requester, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function fundRequester({ chain }: LocalNetwork): Promise<Wallet> {
  const requester = new Wallet(Wallet.createRandom().privateKey, chain.provider);
  await (await chain.accounts.at(-2)?.sendTransaction({ to: requester.address, value: GAS_MONEY }))?.wait();
  return requester;
}

async function makeKeys(
  { dao }: LocalNetwork,
  operators: readonly Operator[],
  requester: string,
): Promise<readonly DerivedKey[]> {
  const keys: DerivedKey[] = [];
  while (keys.length < KEYS) {
    const purpose = `Bitcoin, number ${keys.length + 1}`;
    const { keyId } = await voteForKey(dao, { threshold: THRESHOLD, operators, requesters: [requester], purpose });
    await untilActive(dao, keyId, PATIENCE);
    keys.push(await claimDerivedKey(dao, keyId, requester, PATH));
  }
  return keys;
}
