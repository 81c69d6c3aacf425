/**
 * The path of a key whose members attest with TDX quotes, some beside Nitro enclaves: hosts bring collateral of Intel's and AWS's certificates, register
 * with the verifiers of such evidence, and make keys that sign their activation. All real but the roots, and the service that publishes collateral.
 */

import { expect } from 'chai';
import { hexlify, id } from 'ethers';
import { refusedKey, untilActive, voteForKey } from '../../scripts/local/key.ts';
import {
  admit,
  createOperators,
  type LocalNetwork,
  promoteMeasurement,
  startNetwork,
} from '../../scripts/local/network.ts';
import { type Operator, type Running, startOperator, stopOperator } from '../../scripts/local/operators.ts';
import type { Finding } from '../../signer/cli/doctor/examine.ts';
import { type Outlook, outlook } from '../../signer/cli/look/outlook.ts';
import type { Check } from '../../signer/cli/verify/check.ts';
import { verifyDeployment } from '../../signer/cli/verify/deployment.ts';
import { teeOf } from '../../signer/evidence/identity.ts';
import { quorate } from '../host/support/quorate.ts';

const PATIENCE = 120_000;

describe('the path of a key of TDX enclaves', function () {
  this.timeout(400_000);
  let network: LocalNetwork;
  let operators: readonly Operator[];
  const running: Running[] = [];

  /** What doctor says of the evidence of the first operator of each kind. */
  const judgements = async () => {
    const asked = (['tdx', 'nitro'] as const).map(async (kind) => {
      const { configFile } = operators.find((one) => one.kind === kind)!;
      const { out } = await quorate('doctor', '--config', configFile, '--json');
      const { ok, detail } = (JSON.parse(out) as Finding[]).find(({ check }) => check === 'attestation')!;
      return `${kind} ${ok ? 'good' : 'bad'}: ${detail}`;
    });
    return Promise.all(asked);
  };
  let unadmitted: readonly string[];
  let admitted: readonly string[];

  before(async () => {
    network = await startNetwork('debug', ['tdx', 'nitro']);
    operators = [
      ...(await createOperators(network, { alice: 'north', bob: 'east' }, 'tdx')),
      ...(await createOperators(network, { carol: 'south', dave: 'west' }, 'nitro')),
    ];
    unadmitted = await judgements();
    await admit(network, operators, 'of the TDX path test');
    admitted = await judgements();
    running.push(...operators.map(startOperator));
  });
  after(async () => {
    const codes = await Promise.all(running.map((one) => stopOperator(one)));
    await network.close();
    expect(
      codes.every((code) => code === 0),
      `exit codes ${codes}`,
    ).to.equal(true);
  });

  it('knows before anything is posted whether evidence will be accepted', () => {
    for (const [at, kind] of (['tdx', 'nitro'] as const).entries()) {
      const { id: measurement } = network.measurements[kind];
      expect(unadmitted[at]).to.equal(`${kind} bad: measurement ${measurement} is not approved`);
      expect(admitted[at]).to.equal(
        `${kind} good: accepted, once the host has brought its certificates and collateral; measurement ${measurement} is a canary`,
      );
    }
  });

  it('knows it of the contracts themselves once all is there', async () => {
    await Promise.all(running.map(({ ready }) => ready));
    for (const said of await judgements())
      expect(said).to.match(/^(tdx|nitro) good: accepted; measurement 0x\w+ is a canary$/);
  });

  it('brings collateral, and registers every enclave with the voted registers', async () => {
    const { dao, measurements } = network;
    await Promise.all(running.map(({ ready }) => ready));
    for (const { address, kind } of operators) {
      const enclaveId = await dao.enclaveRegistry.enclaveOf(address);
      const enclave = await dao.enclaveRegistry.enclave(enclaveId);
      const [tee, vendor] = kind === 'tdx' ? (['tdx', 'intel'] as const) : (['nitro', 'aws'] as const);
      expect([enclave.tee, enclave.measurement]).to.deep.equal([hexlify(teeOf(tee)), measurements[tee].id]);
      expect((await dao.enclaveRegistry.traitsOf(enclaveId)).vendor, kind).to.equal(id(`quorate/vendor/${vendor}/1`));
    }
  });

  it('brings each list and text once, and one PCK chain a machine', async () => {
    const [certificates, tcb] = [network.dao.intelCertificates!, network.dao.intelTcb!];
    const count = async (found: Promise<readonly unknown[]>) => (await found).length;
    expect(await count(certificates.queryFilter(certificates.filters.CrlBrought())), 'of the root, of the CA').to.equal(
      2,
    );
    expect(await count(certificates.queryFilter(certificates.filters.PckBrought()))).to.equal(2);
    expect(await certificates.authorityCount(), 'root, CA, signer').to.equal(3);
    expect(await count(tcb.queryFilter(tcb.filters.TcbInfoBrought()))).to.equal(1);
    expect(await count(tcb.queryFilter(tcb.filters.QeIdentityBrought()))).to.equal(1);
  });

  it('is found as it should be by whoever computes it again', async () => {
    const { chain, machine } = network;
    const { deployment, finality, bundle } = machine;
    const shown = await verifyDeployment.run({ rpc: chain.url, deployment, finality, bundle });
    const checks = (shown!.json as { checks: Check[] }).checks.filter(({ what }) => what.startsWith('evidence of'));
    expect(checks.map(({ what, is }) => `${what}: ${is}`)).to.deep.equal([
      ...['evidence of tdx: ok', 'evidence of nitro: ok'],
    ]);
  });

  it('tells anybody how each quote stands under the collateral that was brought', async () => {
    const { chain, machine } = network;
    const shown = await outlook.run({ rpc: chain.url, deployment: machine.deployment });
    const found = shown!.json as readonly Outlook[];
    const ofIntel = operators.filter(({ kind }) => kind === 'tdx').map(({ address }) => address.toLowerCase());
    expect(found.map(({ operator }) => operator)).to.have.members(ofIntel);
    for (const { acceptedUntil, validUntil, ...its } of found) {
      expect(its).to.include({ tee: 'tdx', tcbStatus: 'UpToDate', isAllowed: true, refusal: null });
      expect(acceptedUntil).to.be.at.least(validUntil);
    }
    expect(shown!.ok).to.equal(true);
  });

  it('makes a key of TDX enclaves alone by vote, which signs its own activation', async () => {
    for (const kind of ['tdx', 'nitro'] as const) await promoteMeasurement(network, kind);
    const { dao } = network;
    const requesters = [await dao.timelock.getAddress()];
    const members = operators.filter(({ kind }) => kind === 'tdx');
    const { keyId } = await voteForKey(dao, { threshold: 2, operators: members, requesters });
    await untilActive(dao, keyId, PATIENCE);
    const { vendor } = await dao.keyLens.exposuresOf(keyId);
    expect([vendor.largest, vendor.safe, vendor.survives].map(Number), 'one vendor has it all').to.deep.equal([
      2, 0, 0,
    ]);
  });

  it('makes a key of both by vote, of whose shares no vendor holds as many as sign', async () => {
    const { dao } = network;
    const requesters = [await dao.timelock.getAddress()];
    const wanted = { threshold: 3, operators, requesters, diversity: { vendor: 2 }, purpose: 'two vendors' };
    const { keyId } = await voteForKey(dao, wanted);
    await untilActive(dao, keyId, PATIENCE);
    const { vendor } = await dao.keyLens.exposuresOf(keyId);
    expect([vendor.largest, vendor.safe].map(Number)).to.deep.equal([2, 1]);
  });

  it('makes none of both where one vendor has more members than its cap', async () => {
    const { dao } = network;
    const requesters = [await dao.timelock.getAddress()];
    const lopsided = operators.slice(0, 3); // two of Intel's, one of AWS's
    const wanted = {
      threshold: 2,
      operators: lopsided,
      requesters,
      diversity: { vendor: 1 },
      purpose: 'one vendor too many',
    };
    expect(await refusedKey(dao, wanted)).to.include('CommitteesTooFewEligible');
  });
});
