/** Hosts that lie, or are lied to, as real processes: false chains, copies of a data directory, old disks, beacons that stall or fork. */

import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { beaconChain } from '../../scripts/local/beacon/beaconChain.ts';
import { developmentConfig } from '../../scripts/local/beacon/configuration.ts';
import { addOperator } from '../../scripts/local/network.ts';
import { type Operator, type Running, startOperator, stopOperator } from '../../scripts/local/operators.ts';
import { until as untilTrue } from '../../scripts/local/until.ts';
import { action } from '../../scripts/local/vote.ts';
import type { Result } from '../../signer/enclave/api.ts';
import { hex } from '../../signer/finality/bytes.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { toHex } from '../../signer/formats/hex.ts';
import { hash } from '../../signer/formats/words.ts';
import { createWallet } from '../../signer/host/adapters/keyFileWallet.ts';
import { parseDeployment } from '../../signer/host/chain/deployment.ts';
import { begin, okOf } from '../enclave/support/network.ts';
import { startTee } from '../enclave/support/teeProcess.ts';
import { execution } from '../finality/support/scenes.ts';
import { headerFields, rlp } from '../proof/support/chain.ts';
import { type BeaconRelay, startBeaconRelay } from './support/beaconRelay.ts';
import {
  type Asked,
  ask,
  isActive,
  isFulfilled,
  isReady as isReadyOnChain,
  isSpendable,
  makeKey,
  type Network,
  openNetwork,
} from './support/network.ts';

const until = (what: string, condition: () => Promise<boolean>) => untilTrue(what, 60_000, condition);
const FINALITY = developmentConfig();
const HOUR = 3_600;
const countOf = (log: readonly string[], words: string) => log.filter((line) => line.includes(words)).length;

describe('hosts that lie, or are lied to', function () {
  this.timeout(240_000);
  let network: Network;
  let relays: BeaconRelay[];
  let keyId: string;
  let amount = 200_000n;
  const operator = (at: number) => network.operators[at] as Operator;
  const running = (at: number) => network.hosts.get(operator(at)) as Running;
  const start = (at: number) => network.start(operator(at)).ready;
  const stop = (at: number) => stopOperator(running(at));
  const askNext = (): Promise<Asked> => {
    amount += 1n;
    return ask(network, keyId, amount);
  };
  const reasonsAt = async (port: number): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    return response === null ? '' : ((await response.json()) as { reasons: string[] }).reasons.join('; ');
  };
  const says = (port: number, words: string) =>
    until(`/readyz says "${words}"`, async () => (await reasonsAt(port)).includes(words));
  const logs = ({ log }: Running, words: string) =>
    until(`its log says "${words}"`, async () => log.some((line) => line.includes(words)));
  const isReady = (at: number) =>
    until('it is ready', async () => (await fetch(`http://127.0.0.1:${operator(at).health}/readyz`)).status === 200);
  const metricOf = async (at: number, name: string): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${operator(at).health}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1] ?? -1);
  };
  /** Highest block that the host has read. */
  const headOf = (at: number) => metricOf(at, 'quorate_head_block');
  /** Newest that its enclave has followed. */
  const slotOf = (at: number) => metricOf(at, 'quorate_finality_slot');
  const change = async (at: number, fields: (config: Config) => object) => {
    const config = JSON.parse(await readFile(operator(at).configFile, 'utf8')) as Config;
    return { ...config, ...fields(config) };
  };
  /** Signed by these two: the third is away. */
  const signWithout = async (absent: number) => {
    await stop(absent);
    const asked = await askNext();
    await until('it is signed', isFulfilled(network, asked));
    expect(await isSpendable(network, asked)).to.equal(true);
    await start(absent);
  };

  before(async () => {
    network = await openNetwork(['alice', 'bob', 'carol']);
    relays = await Promise.all([0, 1, 2].map(() => startBeaconRelay(network.machine.beacon)));
    for (const [at, { url }] of relays.entries()) {
      const config = await change(at, ({ chain }) => ({ chain: { ...chain, beacon: [url] } }));
      await writeFile(operator(at).configFile, JSON.stringify(config));
    }
    await Promise.all([0, 1, 2].map(start));
    await network.promote();
    keyId = await makeKey(network);
    await until('the key is active', isActive(network, keyId));
  });
  after(async () => {
    const codes = await network.end();
    for (const relay of relays) await relay.close();
    expect(codes, 'exit codes').to.deep.equal([0, 0, 0]);
  });

  /** Of a false beacon chain that names blocks of the true one, this shows nothing: the registry then knows the block. */
  it('an enclave that was shown a block of a false chain does not register: the registry does not know it [I1]', async () => {
    const mallory = await addOperator(network, 'mallory', 'mallory');
    await admitOperator(network, mallory);
    const chain = beaconChain(FINALITY);
    const { root } = chain.finalise(execution('a false beginning'));
    const header = rlp(
      headerFields(new Uint8Array(32).fill(0x66), BigInt(await network.chain.provider.getBlockNumber())),
    );
    const bootstrap = bytesOfAnswer(FINALITY, 'bootstrap', chain.bootstrap(hex(root))!);
    chain.finalise({ ...execution('a false block'), block_hash: hash(header) });
    const update = toHex(bytesOfAnswer(FINALITY, 'finality_update', chain.finalityUpdate()!));

    const liar = startTee(network.machine, network.machine.bundle, mallory.platform);
    try {
      const { identity } = await begin(liar.call, null, { root, bootstrap });
      okOf(await liar.call('follow', { update }));
      const { hash: block } = okOf<Result<'prove'>>(await liar.call('prove', { header: toHex(header), nodes: [] }));
      const place = {
        ...{ operator: mallory.address.toLowerCase() as Hex, region: mallory.region as Hex },
        ...{ tlsKey: toHex(new Uint8Array(32).fill(1)), endpoint: 'wss://mallory.example', epoch: 1 },
      };
      const attested = okOf<Result<'attest'>>(await liar.call('attest', { ...place, block, child: null }));
      const { challenge, challengeBlock, tee, evidence, identitySignature } = attested;
      const registration = { ...place, identity, challengeBlock, challenge, tee };
      const deployment = parseDeployment(
        await readFile(network.machine.configuration),
        await readFile(network.machine.deployment, 'utf8'),
      );
      const wallet = createWallet(deployment, join(mallory.directory, 'operator.key'));
      const signature = await wallet.signPresentation(registration, evidence);
      const registry = network.dao.enclaveRegistry;
      const error = await registry.register
        .staticCall(registration, evidence, identitySignature, signature)
        .catch((failure: Error) => failure);
      expect(String(error)).to.include('EnclaveRegistryUnknownChallenge');
      const { hash: known } = (await network.chain.provider.getBlock(challengeBlock))!;
      expect(known).to.not.equal(challenge);
    } finally {
      await liar.end();
    }
  });

  it('a copy of a data directory runs beside the original: both say so, and the others sign on [I3]', async () => {
    await stop(1);
    await cp(join(operator(1).directory, 'data'), join(operator(1).directory, 'copied'), { recursive: true });
    await start(1);
    const health = await freePort();
    const config = await change(1, ({ peers }) => ({
      dataDirectory: 'copied',
      health: { host: '127.0.0.1', port: health },
      peers: { ...peers, port: 0 },
    }));
    const configFile = join(operator(1).directory, 'copy.json');
    await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
    const copy = startOperator({ ...operator(1), configFile, health });
    try {
      await logs(copy, 'old copy');
      await Promise.all([says(health, 'another process lives'), says(operator(1).health, 'another process lives')]);
      const asked = await askNext();
      await until('it is signed', isFulfilled(network, asked));
      expect(await isSpendable(network, asked)).to.equal(true);
    } finally {
      expect(await stopOperator(copy)).to.equal(0);
    }
    await stop(1);
    await start(1);
    await signWithout(0);
  });

  it('yesterday’s disk under a host: it says so, records a new life, and takes part again [I2 I3]', async () => {
    const data = join(operator(2).directory, 'data');
    const yesterday = join(operator(2).directory, 'yesterday');
    await stop(2);
    await cp(data, yesterday, { recursive: true });
    await start(2);
    await signWithout(0);
    await stop(2);
    await rm(data, { recursive: true });
    await rename(yesterday, data);
    await start(2);
    await logs(running(2), 'old copy');
    await isReady(2);
    expect(await reasonsAt(operator(2).health)).to.equal('');
    await signWithout(0);
  });

  it('finality that stalls for an hour of the chain: what is asked waits, and is signed when it goes on [I1 I8]', async () => {
    for (const relay of relays) relay.stall();
    const asked = await askNext();
    await network.chain.passTime(HOUR);
    await network.chain.mine(8);
    const told = relays.map(({ lies }) => lies());
    await until('all were told', async () => relays.every(({ lies }, at) => lies() > told[at]! + 2));
    expect(await isFulfilled(network, asked)()).to.equal(false);
    for (const relay of relays) relay.honest();
    await until('it is signed', isFulfilled(network, asked));
  });

  it('blocks that leave the chain before a beacon calls them final: nobody takes up what was asked in them [I1 I8]', async () => {
    for (const relay of relays) relay.stall();
    const { provider } = network.chain;
    const before_ = await provider.send('evm_snapshot', []);
    const gone = await askNext();
    expect(await isReadyOnChain(network, gone)(), 'READY where it was asked').to.equal(true);
    const asked = await provider.getBlockNumber();
    const sessions = () => network.operators.map((_, at) => countOf(running(at).log, 'took part'));
    const before = sessions();
    await Promise.all(network.operators.map((_, at) => until('it was read', async () => (await headOf(at)) >= asked)));
    await sleep(3_000);
    expect(sessions(), 'sessions about what is not final').to.deep.equal(before);

    expect(await provider.send('evm_revert', [before_])).to.equal(true);
    await network.chain.mine(2);
    for (const relay of relays) relay.honest();
    const kept = await askNext();
    await until('what was asked in their place is signed', isFulfilled(network, kept));
    expect(await isSpendable(network, kept)).to.equal(true);
    expect(kept.id).to.not.equal(gone.id);
    expect(await network.dao.signingRequests.stateOf(gone.id), 'unknown to the chain that is').to.equal(0n);
  });

  it('a beacon that signs two blocks at one slot freezes the enclave that it tells, and no other', async () => {
    const before_ = await askNext();
    await until('it is signed', isFulfilled(network, before_));
    relays[0]!.stall();
    await until('its enclave has what was told last', async () => (await slotOf(0)) === relays[0]!.slot());
    relays[0]!.fork();
    const asked = await askNext();
    await says(operator(0).health, 'two blocks made final');
    await until('it is signed by the others', isFulfilled(network, asked));
    await stop(0);
    const again = network.start(operator(0));
    await says(operator(0).health, 'two blocks made final');
    await stopOperator(again);
    const later = await askNext();
    await until('it is signed by the others', isFulfilled(network, later));
  });
});

type Config = { readonly chain: object; readonly peers: object };

async function admitOperator({ dao }: Network, { address, region }: Operator): Promise<void> {
  await dao.decide('Admit one more operator', [await action(dao.enclaveRegistry, 'setOperator', [address, region, 1])]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { readonly port: number };
  await new Promise<void>((closed) => server.close(() => closed()));
  return port;
}
