/** A local chain with a DAO, and operators as real processes: what the process tests of the host stand on. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getBytes, hexlify, id, parseEther, ZeroAddress, ZeroHash } from 'ethers';
import { bundleEnclave } from '../../../scripts/bundle.ts';
import { buildSpend, finalise, isSpendValid, type Spend, taprootScript } from '../../../scripts/local/bitcoin.ts';
import { type Chain, startChain } from '../../../scripts/local/chain.ts';
import { type Dao, foundDao } from '../../../scripts/local/dao.ts';
import { action } from '../../../scripts/local/vote.ts';
import { parseDeployment } from '../../../signer/host/chain/deployment.ts';
import { derivedPoints } from '../../../signer/host/chain/derivedPoints.ts';
import { measure } from '../../../signer/tee/measured.ts';
import { generateRootKey } from '../../../signer/tee/rootKey.ts';
import { createOperator, type Machine, type Operator, type Running, startHost, stopHost } from './operator.ts';

type Hex = `0x${string}`;
export type Asked = { readonly id: string; readonly spend: Spend };
export type Network = {
  readonly chain: Chain;
  readonly dao: Dao;
  readonly machine: Machine;
  readonly directory: string;
  readonly operators: readonly Operator[];
  /** by operator; a test may stop one and start it again */
  readonly hosts: Map<Operator, Running>;
  add(name: string): Promise<Operator>;
  start(operator: Operator): Running;
  promote(): Promise<void>;
  close(): Promise<(number | null)[]>;
};

const BITCOIN = id('bip122:000000000019d6689c085ae165831e93/slip44:0');
const [READY, FULFILLED, ACTIVE] = [2n, 3n, 3n];

/** Operators have gas, the measurement is approved; nobody runs yet. */
export async function openNetwork(names: readonly string[]): Promise<Network> {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-host-'));
  const chain = await startChain();
  const rootKey = join(directory, 'root.key');
  const dao = await foundDao(chain, { ...generateRootKey(rootKey), maxAge: 30 * 86_400 });
  const bundle = await bundleEnclave();
  const files = { bundle: join(directory, 'enclave.bundle.mjs'), configuration: join(directory, 'configuration') };
  await writeFile(files.bundle, bundle.code);
  await writeFile(files.configuration, dao.configuration);
  const measured = measure(bundle.code, dao.configuration);
  const { tee, image, configuration } = measured;
  const source = { sourceCommit: 'test', buildRecipe: 'scripts/bundle.ts' };
  const record = { tee: hexlify(tee), image: hexlify(image), configuration: hexlify(configuration), ...source };
  await dao.decide('Approve the measurement', [await action(dao.measurementRegistry, 'approve', [record])]);

  const machine = { rpc: chain.url, rootKey, ...files };
  const hosts = new Map<Operator, Running>();
  const add = async (name: string) => {
    const operator = await createOperator(directory, name, machine);
    await (await chain.accounts[9]!.sendTransaction({ to: operator.address, value: parseEther('10') })).wait();
    return operator;
  };
  const operators: Operator[] = [];
  for (const name of names) operators.push(await add(name));
  const start = (operator: Operator) => {
    const running = startHost(operator);
    hosts.set(operator, running);
    return running;
  };
  return {
    ...{ chain, dao, machine, directory, operators, hosts, add, start },
    promote: async () => {
      await chain.passTime(10);
      await (await dao.measurementRegistry.promote(hexlify(measured.measurement))).wait();
    },
    close: async () => {
      const codes = await Promise.all([...hosts.values()].map((host) => stopHost(host)));
      await chain.close();
      await rm(directory, { recursive: true });
      return codes;
    },
  };
}

/** A vote makes a 2-of-n BIP-340 key of these operators; resolves when it is ACTIVE. */
export async function makeKey({ chain, dao, operators }: Network, attemptWindow = 3_600): Promise<string> {
  const requester = chain.accounts[8]!.address;
  const policy = { requesters: [requester], kinds: 1 << 1, delay: 0 };
  const seats = { operators: operators.map(({ address }) => address), reserves: [] };
  const parameters = { scheme: 1, threshold: 2, ...seats, attemptWindow, policy };
  await dao.decide('Make a key', [await action(dao.keyRegistry, 'createKey', [parameters])]);
  return dao.keyRegistry.keyIdAt(await dao.keyRegistry.keyCount());
}

export function isActive({ dao }: Network, keyId: string): () => Promise<boolean> {
  return async () => (await dao.keyRegistry.key(keyId)).status === ACTIVE;
}

/** Asks for a spend of a Taproot output of the key; `amount` makes each one another. */
export async function ask({ chain, dao }: Network, keyId: string, amount: bigint): Promise<Asked> {
  const requester = chain.accounts[8]!;
  const { publicKey } = await dao.keyRegistry.key(keyId);
  const root = { prefix: Number(publicKey.prefix), x: publicKey.x as Hex };
  const place = parseDeployment(dao.configuration);
  const points = derivedPoints(place, keyId as Hex, root, requester.address as Hex, ZeroHash as Hex);
  const prevout = { txid: 'ab'.repeat(32), index: 0, script: taprootScript(getBytes(points.outputX)), amount };
  const spend = buildSpend(prevout, getBytes(points.derivedX), getBytes(`0x0014${'11'.repeat(20)}`), 1_000n);
  const effect = { asset: BITCOIN, detail: ZeroHash };
  const intent = {
    ...{ keyId, path: ZeroHash, kind: 1, payload: spend.psbt, digests: [spend.digest] },
    effects: [
      { kind: 1, ...effect, recipient: spend.recipientScript, amount: spend.amount },
      { kind: 2, ...effect, recipient: '0x', amount: spend.fee },
    ],
    deadline: (await chain.provider.getBlock('latest'))!.timestamp + 86_400,
    ...{ consumer: ZeroAddress, callbackGas: 0, replaces: ZeroHash },
  };
  const sent = await dao.signingRequests.connect(requester).requestSignature(intent);
  const { blockNumber } = (await sent.wait())!;
  const filter = dao.signingRequests.filters.SignatureRequested();
  const [asked] = await dao.signingRequests.queryFilter(filter, blockNumber, blockNumber);
  return { id: asked!.args.id, spend };
}

export function isFulfilled({ dao }: Network, { id }: Asked): () => Promise<boolean> {
  return async () => (await dao.signingRequests.stateOf(id)) === FULFILLED;
}
export function isReady({ dao }: Network, { id }: Asked): () => Promise<boolean> {
  return async () => (await dao.signingRequests.stateOf(id)) === READY;
}

/** By a library that knows nothing of this project. */
export async function isSpendable({ dao }: Network, { id, spend }: Asked): Promise<boolean> {
  const [fulfilled] = await dao.signingRequests.queryFilter(dao.signingRequests.filters.SignatureFulfilled(id));
  return isSpendValid(finalise(spend.psbt, getBytes(fulfilled!.args.signatures[0]!)), spend.prevouts);
}

export async function until(condition: () => Promise<boolean>, patience = 60_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
