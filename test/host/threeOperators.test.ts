/** The whole path with real processes: three operators on a local chain make a key by vote, and sign a Bitcoin spend with it. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { getBytes, hexlify, id, parseEther, ZeroAddress, ZeroHash } from 'ethers';
import { bundleEnclave } from '../../scripts/bundle.ts';
import { buildSpend, finalise, isSpendValid, taprootScript } from '../../scripts/local/bitcoin.ts';
import { type Chain, startChain } from '../../scripts/local/chain.ts';
import { type Dao, foundDao } from '../../scripts/local/dao.ts';
import { action } from '../../scripts/local/vote.ts';
import { parseDeployment } from '../../signer/host/chain/deployment.ts';
import { derivedPoints } from '../../signer/host/chain/derivedPoints.ts';
import { measure } from '../../signer/tee/measured.ts';
import { generateRootKey } from '../../signer/tee/rootKey.ts';
import { createOperator, type Operator, type Running, startHost, stopHost } from './support/operator.ts';

const ASSET = id('bip122:000000000019d6689c085ae165831e93/slip44:0');

describe('three operators', function () {
  this.timeout(180_000);
  let directory: string;
  let chain: Chain;
  let dao: Dao;
  let operators: Operator[] = [];
  let hosts: Running[] = [];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'quorate-host-'));
    chain = await startChain();
    const rootKey = join(directory, 'root.key');
    const root = generateRootKey(rootKey);
    dao = await foundDao(chain, { ...root, maxAge: 30 * 86_400 });
    const bundle = await bundleEnclave();
    const files = { bundle: join(directory, 'enclave.bundle.mjs'), configuration: join(directory, 'configuration') };
    await writeFile(files.bundle, bundle.code);
    await writeFile(files.configuration, dao.configuration);
    const measured = measure(bundle.code, dao.configuration);
    const record = { sourceCommit: 'test', buildRecipe: 'scripts/bundle.ts' };
    const names = {
      tee: hexlify(measured.tee),
      image: hexlify(measured.image),
      configuration: hexlify(measured.configuration),
    };
    await dao.decide('Approve the measurement', [
      await action(dao.measurementRegistry, 'approve', [{ ...names, ...record }]),
    ]);
    operators = await Promise.all(
      ['alice', 'bob', 'carol'].map((name) => createOperator(directory, name, { rpc: chain.url, rootKey, ...files })),
    );
    for (const { address } of operators)
      await (await chain.accounts[9]!.sendTransaction({ to: address, value: parseEther('10') })).wait();
    hosts = operators.map(startHost);
    await Promise.all(hosts.map(({ ready }) => ready));
    await chain.passTime(10);
    await (await dao.measurementRegistry.promote(hexlify(measured.measurement))).wait();
  });

  after(async () => {
    const codes = await Promise.all(hosts.map((host) => stopHost(host)));
    await chain.close();
    if (process.env.KEEP === undefined) await rm(directory, { recursive: true });
    else for (const [at, host] of hosts.entries()) await writeFile(`/tmp/host-${at}.log`, host.log.join('\n'));
    expect(codes).to.deep.equal([0, 0, 0]);
  });

  it('makes a key and signs what was voted', async () => {
    const requester = chain.accounts[8]!;
    const parameters = {
      ...{
        scheme: 1,
        threshold: 2,
        operators: operators.map(({ address }) => address),
        reserves: [],
        attemptWindow: 3_600,
      },
      policy: { requesters: [requester.address], kinds: 1 << 1, delay: 0 },
    };
    await dao.decide('Make a key', [await action(dao.keyRegistry, 'createKey', [parameters])]);
    const keyId = await dao.keyRegistry.keyIdAt(1);
    await until(async () => (await dao.keyRegistry.key(keyId)).status === 3n, 60_000);

    const { publicKey } = await dao.keyRegistry.key(keyId);
    const root = { prefix: Number(publicKey.prefix), x: publicKey.x as `0x${string}` };
    const points = derivedPoints(
      parseDeployment(dao.configuration),
      keyId as `0x${string}`,
      root,
      requester.address as `0x${string}`,
      ZeroHash as `0x${string}`,
    );
    const prevout = {
      txid: 'ab'.repeat(32),
      index: 0,
      script: taprootScript(getBytes(points.outputX)),
      amount: 100_000n,
    };
    const spend = buildSpend(prevout, getBytes(points.derivedX), getBytes(`0x0014${'11'.repeat(20)}`), 1_000n);
    const block = await chain.provider.getBlock('latest');
    const intent = {
      ...{ keyId, path: ZeroHash, kind: 1, payload: spend.psbt, digests: [spend.digest] },
      effects: [
        { kind: 1, asset: ASSET, recipient: spend.recipientScript, amount: spend.amount, detail: ZeroHash },
        { kind: 2, asset: ASSET, recipient: '0x', amount: spend.fee, detail: ZeroHash },
      ],
      ...{ deadline: block!.timestamp + 86_400, consumer: ZeroAddress, callbackGas: 0, replaces: ZeroHash },
    };
    await (await dao.signingRequests.connect(requester).requestSignature(intent)).wait();
    const [asked] = await dao.signingRequests.queryFilter(dao.signingRequests.filters.SignatureRequested());
    await until(async () => (await dao.signingRequests.stateOf(asked!.args.id)) === 3n, 60_000);

    const [fulfilled] = await dao.signingRequests.queryFilter(dao.signingRequests.filters.SignatureFulfilled());
    const raw = finalise(spend.psbt, getBytes(fulfilled!.args.signatures[0]!));
    expect(isSpendValid(raw, spend.prevouts)).to.equal(true);
  });
});

async function until(condition: () => Promise<boolean>, patience: number): Promise<void> {
  const end = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
