/**
 * The path of a key whose members attest with TDX quotes, some beside Nitro enclaves: hosts bring collateral of Intel's and AWS's certificates, register
 * with the verifiers of such evidence, and make keys that sign their activation. All real but the roots, and the service that publishes collateral.
 */

import { expect } from 'chai';
import { hexlify, id } from 'ethers';
import { untilActive, voteForKey } from '../../scripts/local/key.ts';
import {
  admit,
  createOperators,
  type LocalNetwork,
  promoteMeasurement,
  startNetwork,
} from '../../scripts/local/network.ts';
import { type Operator, type Running, startOperator, stopOperator } from '../../scripts/local/operators.ts';
import { teeOf } from '../../signer/evidence/identity.ts';

const PATIENCE = 120_000;

describe('the path of a key of TDX enclaves', function () {
  this.timeout(400_000);
  let network: LocalNetwork;
  let operators: readonly Operator[];
  const running: Running[] = [];

  before(async () => {
    network = await startNetwork('debug', ['tdx', 'nitro']);
    operators = [
      ...(await createOperators(network, { alice: 'north', bob: 'east' }, 'tdx')),
      ...(await createOperators(network, { carol: 'south', dave: 'west' }, 'nitro')),
    ];
    await admit(network, operators, 'of the TDX path test');
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

  it('makes a key of TDX enclaves alone by vote, which signs its own activation', async () => {
    for (const kind of ['tdx', 'nitro'] as const) await promoteMeasurement(network, kind);
    const { dao } = network;
    const requesters = [await dao.timelock.getAddress()];
    const members = operators.filter(({ kind }) => kind === 'tdx');
    const { keyId } = await voteForKey(dao, { threshold: 2, operators: members, requesters });
    await untilActive(dao, keyId, PATIENCE);
    const { vendor } = await dao.keyLens.standingsOf(keyId);
    expect([vendor.largest, vendor.safe, vendor.survives].map(Number), 'one vendor has it all').to.deep.equal([
      2, 0, 0,
    ]);
  });

  it('makes a key of both by vote, of whose shares no vendor holds as many as sign', async () => {
    const { dao } = network;
    const requesters = [await dao.timelock.getAddress()];
    const wanted = { threshold: 3, operators, requesters, vendorCap: 2, purpose: 'two vendors' };
    const { keyId } = await voteForKey(dao, wanted);
    await untilActive(dao, keyId, PATIENCE);
    const { vendor } = await dao.keyLens.standingsOf(keyId);
    expect([vendor.largest, vendor.safe].map(Number)).to.deep.equal([2, 1]);
  });

  it('makes none of both where one vendor has more members than its cap', async () => {
    const { dao } = network;
    const requesters = [await dao.timelock.getAddress()];
    const lopsided = operators.slice(0, 3); // two of Intel's, one of AWS's
    const wanted = { threshold: 2, operators: lopsided, requesters, vendorCap: 1, purpose: 'one vendor too many' };
    const refused = await voteForKey(dao, wanted).then(
      () => null,
      (error: unknown) => dao.committees.interface.parseError((error as { data: string }).data),
    );
    expect(refused?.name).to.equal('CommitteesTooFewEligible');
  });
});
