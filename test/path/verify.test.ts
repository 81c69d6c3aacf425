/** What an auditor computes again of a whole network: nothing is taken from the report that the chain does not say too. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { getBytes, id, keccak256 } from 'ethers';
import { type DemoReport, reportOf } from '../../scripts/demo/report.ts';
import { checkpointOf } from '../../scripts/local/beaconProcess.ts';
import { buildSpend, taprootScript } from '../../scripts/local/bitcoin.ts';
import { claimDerivedKey, untilActive, voteForKey } from '../../scripts/local/key.ts';
import {
  admit,
  createOperators,
  type LocalNetwork,
  promoteMeasurement,
  startNetwork,
} from '../../scripts/local/network.ts';
import { type Running, startOperator, stopOperator } from '../../scripts/local/operators.ts';
import { untilFulfilled, untilRefused, voteForSpend } from '../../scripts/local/spend.ts';
import { action } from '../../scripts/local/vote.ts';
import { measurements } from '../../signer/cli/look/measurements.ts';
import { roles } from '../../signer/cli/look/roles.ts';
import type { Check } from '../../signer/cli/verify/check.ts';
import { verifyDeployment } from '../../signer/cli/verify/deployment.ts';
import type { Finding } from '../../signer/cli/verify/report.ts';
import { verify } from '../../signer/cli/verify/verify.ts';
import { proposals } from '../../signer/cli/vote/proposals.ts';
import { Fatal } from '../../signer/host/errors.ts';

const PATIENCE = 120_000;

describe('what an auditor computes again', function () {
  this.timeout(400_000);
  let network: LocalNetwork;
  let running: Running[] = [];
  let report: DemoReport;

  before(async () => {
    network = await startNetwork();
    const { chain, dao } = network;
    const operators = await createOperators(network, { alice: 'north', bob: 'east', carol: 'south' });
    await admit(network, operators, 'of the auditor');
    running = operators.map(startOperator);
    await Promise.all(running.map(({ ready }) => ready));
    await promoteMeasurement(network);
    const requester = await dao.timelock.getAddress();
    const { keyId } = await voteForKey(dao, { threshold: 2, operators, requesters: [requester] });
    await untilActive(dao, keyId, PATIENCE);
    const key = await claimDerivedKey(dao, keyId, requester, id('treasury'));
    const script = taprootScript(key.outputKey);
    const prevout = { txid: keccak256('0x01').slice(2), index: 0, script, amount: 90_000n };
    const spend = buildSpend(prevout, key.internalKey, getBytes(`0x0014${'22'.repeat(20)}`), 700n);
    const paid = await voteForSpend(chain, dao, key, spend, 'Pay');
    await untilFulfilled(dao, paid.requestId, PATIENCE);
    const lie = await voteForSpend(chain, dao, key, { ...spend, amount: spend.amount / 10n }, 'Pay a tenth');
    await untilRefused(dao, lie.requestId, PATIENCE);
    report = await reportOf(dao, await checkpointOf(network.machine.beacon), [
      { ...paid, seconds: 1 },
      { ...lie, seconds: 1 },
    ]);
  });
  after(async () => {
    await Promise.all(running.map((one) => stopOperator(one)));
    await network.close();
  });

  const where = () => ({
    rpc: network.chain.url,
    deployment: network.machine.deployment,
    finality: network.machine.finality,
  });
  const recompute = async () => {
    const shown = await verifyDeployment.run({ ...where(), bundle: network.machine.bundle });
    return { ok: shown?.ok, checks: (shown!.json as { checks: Check[] }).checks };
  };
  const wrongOf = (checks: readonly Check[]) => checks.filter(({ is }) => is === 'wrong').map(({ what }) => what);

  it('finds code, directory, roles, measurement, keys, requests and signatures as they should be', async () => {
    const { ok, checks } = await recompute();
    expect(wrongOf(checks)).to.deep.equal([]);
    expect(ok).to.equal(true);
    const details = new Map(checks.map(({ what, detail }) => [what.split(' ')[0], detail]));
    expect(details.get('bundle')).to.match(/active; 3 of 3 enclaves run it$/);
    expect(checks.filter(({ what }) => what.startsWith('enclave ')).length).to.equal(3);
    expect(checks.filter(({ what }) => what.startsWith('derived key ')).length).to.equal(1);
    const requests = checks.filter(({ what }) => what.startsWith('request ')).map(({ detail }) => detail);
    expect(requests[0]).to.match(/^fulfilled: .*; 1 signatures up to the root key$/);
    expect(requests[1]).to.match(/^refused: id; .*EFFECT_MISMATCH/);
  });

  it('takes no record in which one contract has the address of another', async () => {
    const record = JSON.parse(readFileSync(network.machine.deployment, 'utf8'));
    const deployment = join(network.machine.directory, 'doctored.json');
    for (const name of ['keyRegistry', 'measurementRegistry', 'directory']) {
      const contracts = { ...record.contracts, [name]: record.contracts.signingRequests };
      writeFileSync(deployment, JSON.stringify({ ...record, contracts }));
      for (const { run } of [measurements, roles, proposals, verifyDeployment]) {
        const error = await run({ ...where(), deployment }).catch((cause) => cause);
        expect(error, name).to.be.instanceOf(Fatal).with.property('code', 'WRONG_DEPLOYMENT');
      }
    }
  });

  it('finds a bundle that differs in one byte', async () => {
    const other = join(network.machine.directory, 'other.mjs');
    writeFileSync(other, 'nothing');
    const shown = await verifyDeployment.run({ ...where(), bundle: other });
    expect(wrongOf((shown!.json as { checks: Check[] }).checks)).to.deep.equal(['bundle']);
  });

  const compareWith = async (change: (it: DemoReport) => void) => {
    const changed = structuredClone(report);
    change(changed);
    const file = join(network.machine.directory, 'report.json');
    writeFileSync(file, JSON.stringify(changed));
    const shown = await verify.run({ report: file, ...where() });
    return { ok: shown?.ok, ...(shown?.json as { general: string[]; findings: Finding[] }) };
  };

  it('takes the report of what happened', async () => {
    const { ok, general, findings } = await compareWith(() => {});
    expect(general).to.deep.equal([]);
    expect(findings.map(({ problems, unproven }) => [problems, unproven])).to.deep.equal([
      [[], []],
      [[], []],
    ]);
    expect(ok).to.equal(true);
  });

  const lies: [string, (it: DemoReport) => void][] = [
    ['another id', (it) => Object.assign(it.requests[0]!, { requestId: `0x${'ab'.repeat(32)}` })],
    ['another payload', (it) => Object.assign(it.requests[0]!, { payload: '0xdeadbeef' })],
    ['another state', (it) => Object.assign(it.requests[1]!, { state: 'EXPIRED' })],
    ['another transaction', (it) => Object.assign(it.requests[0]!, { postedTx: `0x${'ab'.repeat(32)}` })],
    ['no transaction', (it) => Object.assign(it.requests[0]!, { postedTx: null })],
    ['no signers', (it) => it.signers.splice(0)],
    ['another operator of a signer', (it) => Object.assign(it.signers[0]!, { operator: `0x${'11'.repeat(20)}` })],
    ['another prefix of a key', (it) => Object.assign(it.keys[0]!, { prefix: it.keys[0]!.prefix ^ 1 })],
    ['another chain', (it) => Object.assign(it, { chainId: 1 })],
  ];
  for (const [what, change] of lies)
    it(`finds ${what} in a report`, async () => expect((await compareWith(change)).ok).to.equal(false));

  it('finds each address that a report changes', async () => {
    for (const name of Object.keys(report.contracts)) {
      const { ok, general } = await compareWith((it) =>
        Object.assign(it.contracts, { [name]: `0x${'12'.repeat(20)}` }),
      );
      expect([ok, general.some((problem) => problem.startsWith(`${name} is at `))], name).to.deep.equal([false, true]);
    }
  });

  it('finds a member of a role that no deployment has, though a vote made it one', async () => {
    const { accessManager, decide } = network.dao;
    await decide('Trust somebody', [
      await action(accessManager, 'grantRole', [2, network.chain.accounts[7]!.address, 0]),
    ]);
    const { ok, checks } = await recompute();
    expect(ok).to.equal(false);
    expect(wrongOf(checks)).to.deep.equal(['role 2 GUARDIAN']);
  });
});
