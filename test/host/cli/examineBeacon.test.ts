/** What `quorate doctor` says where a beacon node does not answer: that, and nothing that only follows from it. */

import { expect } from 'chai';
import { behindBeacons, examineBeacon } from '../../../signer/cli/doctor/beacon.ts';
import { type Finding, told } from '../../../signer/cli/doctor/examine.ts';
import { parseDeployment } from '../../../signer/host/chain/deployment.ts';
import type { Config } from '../../../signer/host/config.ts';
import { CONFIGURATION, RECORD } from '../support/record.ts';

const deployment = parseDeployment(CONFIGURATION, JSON.stringify(RECORD));
const config = { chain: { checkpoint: `0x${'11'.repeat(32)}` } } as unknown as Config;
const rpc = async () => null;

describe('quorate doctor, of a beacon node that does not answer', () => {
  const dead = () => examineBeacon('http://127.0.0.1:1', { rpc }, config, deployment);
  const finding = (check: string, ok: boolean): Finding => ({ check, ok, detail: check, advice: ok ? null : 'Do it.' });

  it('advises another beacon node, and neither another checkpoint nor another RPC', async () => {
    const findings = await dead();
    expect(findings.map(({ advice }) => advice !== null)).to.deep.equal([true, false, false]);
    for (const { ok, detail } of findings.slice(1))
      expect([ok, detail]).to.deep.equal([false, 'not looked at: beacon 127.0.0.1:1 comes first']);
  });

  it('advises nothing about evidence, which needs a block that a beacon node has named', async () => {
    const enclave = [finding('enclave', true), finding('evidence', false), finding('attestation', false)];
    const beacons = [await dead()];
    const said = told(behindBeacons(beacons, enclave));
    expect(said[0]).to.deep.equal(enclave[0]);
    expect(said.map(({ advice }) => advice)).to.deep.equal([null, null, null]);
    expect(said[1]?.detail).to.equal('not looked at: beacon 127.0.0.1:1 comes first');
    expect(behindBeacons([...beacons, [finding('beacon b', true)]], enclave), 'one is enough').to.deep.equal(enclave);
    const stuck = [finding('enclave', false), ...enclave.slice(1)];
    expect(told(behindBeacons(beacons, stuck))[0], 'what is wrong without it').to.deep.equal(stuck[0]);
  });
});
