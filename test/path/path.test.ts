/**
 * The path of a request, stages 1 to 12, with real processes: a chain, a DAO, three operators with a host and an enclave each. Then what
 * a network must bear: code that was not voted, operators that are killed and come back. At the end, what an auditor makes of it.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { AbiCoder, getBytes, hexlify, id, keccak256 } from 'ethers';
import { bundleOf } from '../../scripts/demo/bundles.ts';
import { checkpointOf } from '../../scripts/local/beaconProcess.ts';
import {
  buildSpendWithChange,
  finalise,
  isSpendValid,
  type Spend,
  taprootScript,
} from '../../scripts/local/bitcoin.ts';
import { claimDerivedKey, type DerivedKey, untilActive, voteForKey } from '../../scripts/local/key.ts';
import {
  admit,
  createOperators,
  type LocalNetwork,
  promoteMeasurement,
  startNetwork,
} from '../../scripts/local/network.ts';
import {
  createOperator,
  type Operator,
  type Running,
  startOperator,
  stopOperator,
} from '../../scripts/local/operators.ts';
import { untilFulfilled, untilRefused, voteForSpend } from '../../scripts/local/spend.ts';
import { until } from '../../scripts/local/until.ts';
import { action } from '../../scripts/local/vote.ts';
import type { Bundle } from '../../signer/audit/bundle.ts';
import { decodeBundle, openBundle } from '../../signer/audit/decodeBundle.ts';
import type { Trust } from '../../signer/audit/trust.ts';
import { recordedOf } from '../../signer/cli/audit/recorded.ts';
import { parseRecord } from '../../signer/cli/chain/deploymentRecord.ts';
import { audited, brokenIn } from '../audit/support/gather.ts';

const PATIENCE = 90_000;

describe('the path of a request', function () {
  this.timeout(300_000);
  let network: LocalNetwork;
  let operators: readonly Operator[];
  const running = new Map<string, Running>();
  let key: DerivedKey;
  let checkpoint: string;
  let spends = 0;

  const start = async (operator: Operator) => {
    const one = startOperator(operator);
    running.set(operator.name, one);
    return one.ready;
  };
  const kill = async (operator: Operator) => {
    const one = running.get(operator.name);
    running.delete(operator.name);
    if (one !== undefined) await stopOperator(one, 'SIGKILL');
  };

  before(async () => {
    network = await startNetwork();
    checkpoint = await checkpointOf(network.machine.beacon);
    operators = await createOperators(network, { alice: 'north', bob: 'east', carol: 'south' });
    await admit(network, operators, 'of the path test');
  });
  after(async () => {
    const codes = await Promise.all([...running.values()].map((one) => stopOperator(one)));
    await network.close();
    expect(
      codes.every((code) => code === 0),
      `exit codes ${codes}`,
    ).to.equal(true);
  });

  /** Two other outputs, another amount, and change: a request of its own. */
  function nextSpend({ internalKey, outputKey }: DerivedKey, changeScript = taprootScript(outputKey)): Spend {
    spends += 1;
    const [txid, script] = [keccak256(Uint8Array.of(spends)).slice(2), taprootScript(outputKey)];
    const first = { txid, index: spends, script, amount: 100_000n * BigInt(spends) };
    const recipientScript = getBytes(`0x0014${'22'.repeat(20)}`);
    const paid = { recipientScript, amount: 90_000n + BigInt(spends), fee: 900n };
    return buildSpendWithChange([first, { ...first, index: 0, amount: 40_000n }], internalKey, paid, changeScript);
  }

  async function signNext(title: string): Promise<{ spend: Spend; requestId: string; signatures: readonly string[] }> {
    const spend = nextSpend(key);
    const { requestId } = await voteForSpend(network.chain, network.dao, key, spend, title);
    const signatures = await untilFulfilled(network.dao, requestId, PATIENCE);
    expect(signatures, 'one for each input').to.have.lengthOf(2);
    const [first, second] = signatures.map((signature) => getBytes(signature)) as [Uint8Array, Uint8Array];
    expect(isSpendValid(finalise(spend.psbt, first, second), spend.prevouts)).to.equal(true);
    expect(isSpendValid(finalise(spend.psbt, second, first), spend.prevouts), 'each for its own').to.equal(false);
    return { spend, requestId, signatures };
  }

  it('registers no enclave whose code differs in one byte from what was voted', async () => {
    const { machine, dao } = network;
    const code = readFileSync(machine.bundle);
    const other = join(machine.directory, 'other.bundle.mjs');
    writeFileSync(other, flipOneByteOfAComment(code));
    const mallory = await createOperator('mallory', 'nowhere', { ...machine, bundle: other });
    await (await network.chain.accounts[9]!.sendTransaction({ to: mallory.address, value: 10n ** 18n })).wait();
    const admission = await action(dao.enclaveRegistry, 'setOperator', [mallory.address, mallory.region, 1]);
    await dao.decide('Admit mallory', [admission]);

    const host = startOperator(mallory);
    const isRefused = () =>
      host.log.some((line) => /MeasurementRegistry|MeasurementNot|EnclaveRegistry\w*Measurement/.test(line));
    try {
      await until('the registration is refused', PATIENCE, async () => isRefused());
      expect(await dao.enclaveRegistry.enclaveCount()).to.equal(0n);
    } finally {
      await stopOperator(host);
    }
  });

  it('registers three enclaves of the voted code, and the measurement becomes active', async () => {
    const ready = await Promise.all(operators.map(start));
    const { enclaveRegistry, measurementRegistry } = network.dao;
    for (const [i, { enclave }] of ready.entries()) {
      const shown = await enclaveRegistry.enclave(enclave);
      expect(shown.operator).to.equal(operators[i]!.address);
      expect(shown.measurement).to.equal(network.measurements.tdx.id);
      expect(shown.bootCounter).to.equal(1n);
    }
    await promoteMeasurement(network);
    expect(await measurementRegistry.status(network.measurements.tdx.id)).to.equal(2n);
  });

  it('makes a key by vote that signs its own activation', async () => {
    const { dao } = network;
    const requesters = [await dao.timelock.getAddress()];
    const { keyId } = await voteForKey(dao, { threshold: 2, operators, requesters });
    await untilActive(dao, keyId, PATIENCE);
    const shown = await dao.keyRegistry.ceremonyOf(keyId);
    expect(shown.confirmations).to.equal(3n);
    expect(shown.attempt).to.equal(1n);
    key = await claimDerivedKey(dao, keyId, requesters[0]!, id('treasury'));
  });

  it('signs what was voted, verifies it on chain, and calls the consumer', async () => {
    const { signatures, requestId } = await signNext('Pay the supplier');
    const { spendReceipt } = network.dao;
    const expected = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes[]'], [signatures]));
    expect(await spendReceipt.receiptOf(requestId)).to.equal(expected);
  });

  it('signs on while one of three operators is killed, and takes it back when it returns', async () => {
    const [alice, , carol] = operators as [Operator, Operator, Operator];
    await kill(alice);
    await signNext('Pay while alice is gone');

    const { enclave } = await start(alice);
    const record = await network.dao.enclaveRegistry.enclave(enclave);
    expect(record.operator, 'the same enclave, from its sealed state').to.equal(alice.address);
    expect(record.bootCounter, 'in its second life').to.equal(2n);

    await kill(carol);
    await signNext('Pay while carol is gone: alice must sign');
    await start(carol);
  });

  it('refuses a payload that does not do what was declared, for everybody to see, and signs the next', async () => {
    const { chain, dao } = network;
    const lying = { ...nextSpend(key), amount: 1n };
    const { requestId } = await voteForSpend(chain, dao, key, lying, 'Pay one satoshi, says the proposal');
    const refusals = await untilRefused(dao, requestId, PATIENCE);
    expect(refusals.map(({ code }) => code)).to.deep.equal(['EFFECT_MISMATCH', 'EFFECT_MISMATCH']);
    expect(new Set(refusals.map(({ member }) => member)).size, 'n - t + 1 different members').to.equal(2);
    await signNext('Pay honestly');
  });

  it('takes for change only what returns to the same requester and path', async () => {
    const { chain, dao } = network;
    const { outputKey } = await claimDerivedKey(dao, key.keyId, key.requester, id('another path'));
    const straying = nextSpend(key, taprootScript(outputKey));
    const { requestId } = await voteForSpend(chain, dao, key, straying, 'Pay, and move the rest to another path');
    const refusals = await untilRefused(dao, requestId, PATIENCE);
    expect(refusals.map(({ code }) => code)).to.deep.equal(['EFFECT_COUNT', 'EFFECT_COUNT']);
  });

  describe('and its audit', () => {
    const fulfilled: string[] = [];
    const bundles: Bundle[] = [];
    let trust: Trust;
    before(async () => {
      const { chain, dao, machine } = network;
      const { signingRequests } = dao;
      for (const { args } of await signingRequests.queryFilter(signingRequests.filters.SignatureFulfilled()))
        fulfilled.push(args.id);
      const place = { rpc: chain.url, beacon: machine.beacon, deployment: machine.deployment };
      for (const id of fulfilled) {
        const text = await bundleOf({ ...place, configuration: dao.configuration }, checkpoint, id);
        bundles.push(decodeBundle(openBundle(text)!));
      }
      const deployment = recordedOf(parseRecord(readFileSync(machine.deployment, 'utf8')));
      trust = {
        checkpoint: getBytes(checkpoint),
        deployment,
        configuration: getBytes(keccak256(network.dao.configuration)),
      };
    });

    it('verifies each bundle from the block root at which all began, offline', () => {
      expect(bundles).to.have.lengthOf(4);
      for (const bundle of bundles) {
        expect(brokenIn(audited(bundle, trust))).to.equal(null);
        expect(fulfilled).to.include(hexlify(bundle.id));
        expect(hexlify(bundle.measurements[0]!.image)).to.equal(network.measurements.tdx.image);
      }
    });

    it('refuses what is of another request, field by field', () => {
      const [one, other] = bundles as [Bundle, Bundle];
      const own: (keyof Bundle)[] = ['id', 'nodes', 'request', 'operation', 'proposal', 'signatures'];
      // Both may be of one block: then the header is the same, and swapped for itself.
      const isOfOneBlock = hexlify(one.header) === hexlify(other.header);
      for (const name of isOfOneBlock ? own : [...own, 'header' as const])
        expect(brokenIn(audited({ ...one, [name]: other[name] }, trust)), name).to.not.equal(null);
    });

    it('refuses another checkpoint, and a bit changed in any field', () => {
      const [one] = bundles as [Bundle];
      const flipped = (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
      const first = <T>(all: readonly T[], change: (it: T) => T) => all.map((it, at) => (at === 0 ? change(it) : it));
      const reconfigured = {
        configuration: one.configuration.map((byte, at) => (at === 13 * 32 + 31 ? byte ^ 2 : byte)),
      };
      const cases: [string, Partial<Bundle>][] = [
        ['request', { id: flipped(one.id) }],
        ['configuration', reconfigured],
        ['checkpoint', { bootstrap: flipped(one.bootstrap) }],
        ['finality', { finality: one.finality.map((bytes) => bytes.map((byte, at) => (at === 60 ? byte ^ 1 : byte))) }],
        ['header', { header: flipped(one.header) }],
        ['contracts', { nodes: first(one.nodes, flipped) }],
        ['request', { request: { ...one.request, payload: flipped(one.request.payload) } }],
        ['committee', { members: first(one.members, (it) => ({ ...it, operator: flipped(it.operator) })) }],
        ['measurements', { measurements: first(one.measurements, (it) => ({ ...it, image: flipped(it.image) })) }],
        ['operation', { operation: first(one.operation, (it) => ({ ...it, salt: flipped(it.salt) })) }],
        ['proposal', { proposal: first(one.proposal, (it) => ({ ...it, description: flipped(it.description) })) }],
        ['signatures', { signatures: first(one.signatures, flipped) }],
      ];
      for (const [link, change] of cases)
        expect(brokenIn(audited({ ...one, ...change }, trust))?.split(' ')[0], Object.keys(change)[0]).to.equal(link);
      const { notProven } = audited(one, { ...trust, configuration: null });
      expect(notProven.join(), 'an auditor who brings no hash of it').to.include('registers');
      expect(brokenIn(audited({ ...one, measurements: [] }, { ...trust, configuration: null }))).to.equal(
        'measurements MEASUREMENT_CONFIGURATION',
      );
      const other = { ...trust, checkpoint: flipped(trust.checkpoint) };
      expect(brokenIn(audited(one, other))).to.equal('checkpoint TRUSTED_ROOT');
    });
  });
});

/** Changes one letter inside a comment: what the code does is the same, what it measures is not. */
function flipOneByteOfAComment(code: Uint8Array): Uint8Array {
  const at = Buffer.from(code).indexOf('\n// ');
  if (at < 0) throw new Error('the bundle has no comment');
  const changed = Uint8Array.from(code);
  changed[at + 4] = (changed[at + 4] ?? 0) ^ 1;
  expect(hexlify(changed)).to.not.equal(hexlify(code));
  return changed;
}
