/**
 * The path of a key whose members attest as Nitro enclaves do: three operators' hosts bring the certificates of their documents, register them with
 * the verifier of such documents, and their enclaves make a key that signs its activation. All real but the root above the documents.
 */

import { expect } from 'chai';
import { hexlify } from 'ethers';
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

const PATIENCE = 90_000;

describe('the path of a key of Nitro enclaves', function () {
  this.timeout(300_000);
  let network: LocalNetwork;
  let operators: readonly Operator[];
  const running: Running[] = [];

  before(async () => {
    network = await startNetwork('debug', ['nitro']);
    operators = await createOperators(network, { alice: 'north', bob: 'east', carol: 'south' }, 'nitro');
    await admit(network, operators, 'of the Nitro path test');
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

  it('brings each certificate once, and registers every enclave with the voted registers', async () => {
    const { dao, measurements } = network;
    await Promise.all(running.map(({ ready }) => ready));
    for (const { address } of operators) {
      const enclave = await dao.enclaveRegistry.enclave(await dao.enclaveRegistry.enclaveOf(address));
      expect([enclave.tee, enclave.measurement]).to.deep.equal([hexlify(teeOf('nitro')), measurements.nitro.id]);
    }
    const certificates = dao.nitroCertificates!;
    const brought = await certificates.queryFilter(certificates.filters.CertificateBrought());
    expect(brought.length, 'the root, the authority below it, and three leaves').to.equal(5);
  });

  it('makes a key by vote that signs its own activation', async () => {
    await promoteMeasurement(network, 'nitro');
    const { dao } = network;
    const requesters = [await dao.timelock.getAddress()];
    const { keyId } = await voteForKey(dao, { threshold: 2, operators, requesters });
    await untilActive(dao, keyId, PATIENCE);
  });
});
