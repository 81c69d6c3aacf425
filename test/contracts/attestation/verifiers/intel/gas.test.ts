/** What Intel's evidence costs, against a snapshot and the bounds of docs/attestation.md, and how large its contracts are. */

import { expect } from 'chai';
import { dataLength, keccak256, zeroPadValue } from 'ethers';
import { bringAll, deployContracts, partsOf } from '../../../../../scripts/evidence/intelChain.ts';
import { pem } from '../../../../../signer/tee/issuers/certificates.ts';
import { type Bytes, text } from '../../../../../signer/tee/issuers/der.ts';
import { tcbLevel } from '../../../../../signer/tee/issuers/intel/collateral.ts';
import { sgxReport, tdBody } from '../../../../../signer/tee/issuers/intel/reports.ts';
import { GasMeterMock__factory } from '../../../../../types/factories/contracts/mocks/GasMeterMock__factory.ts';
import * as writer from '../../../../evidence/support/intelWriter.ts';
import { world } from '../../../support/chain.ts';
import { makeEnclave, placeOf, registrationOf, signPresentation, signRegistration } from '../../../support/enclaves.ts';
import { Meter } from '../../../support/gas.ts';
import { layoutOf, slotOf } from '../../../support/layout.ts';
import { reportData } from '../../../support/preimages.ts';
import { AT, broughtIntel, CHAIN, quoteOf, ROOT, SIGNER, teeOf } from '../support/intelWorld.ts';

/** Execution alone, without the transaction and its calldata. */
const MOST_VERIFY = 80_000;
const MOST_REGISTER = 190_000;
const MOST_BRING = 4_000_000;
const ACTIVE = 2;

const collateralOf = (kind: writer.QuoteKind) =>
  partsOf(writer.collateral(teeOf(kind), { issuerChain: pem(SIGNER, ROOT) }));

describe('Intel evidence, in gas', () => {
  const intel = broughtIntel();
  const meter = new Meter('gas-intel.json');

  for (const kind of ['tdx4', 'tdx5', 'sgx3'] as const)
    it(`of a quote, as the first call of a transaction and as a later one: ${kind}`, async () => {
      const verifier = intel()[teeOf(kind)];
      const call = verifier.interface.encodeFunctionData('verify', [quoteOf(kind)]);
      const cold = Number(await intel().meter.measureCold.staticCall(verifier, call));
      const { used: warm } = await intel().meter.measure(verifier, call);
      meter.used[`verify.${kind}, cold`] = cold;
      meter.used[`verify.${kind}, warm`] = Number(warm);
      expect(cold).to.be.below(MOST_VERIFY);
    });

  for (const kind of ['tdx4', 'sgx3'] as const)
    it(`of a registration: ${kind}`, async () => {
      const cost = await registrationCost(kind);
      meter.used[`register.${kind}, first, cold`] = cost.first;
      meter.used[`register.${kind}, again, cold`] = cost.again;
      expect(cost.again).to.be.below(MOST_REGISTER);
    });

  it('is what the snapshot says', () => meter.compare());

  it('stays far below a transaction’s cap for any collateral', async () => {
    const chain = await world({}, { initialDate: new Date(AT * 1000) });
    const made = { ...(await deployContracts(chain.deployer, chain.accessManager, ROOT)), anyone: chain.anyone };
    const long = { ...collateralOf('tdx4'), ...largest() };
    for (const [name, gas] of Object.entries(await bringAll(made, text(CHAIN), long)))
      expect(gas, name).to.be.below(MOST_BRING);
  });

  it('fits each contract into the size that a chain allows', async () => {
    const { certificates, tcb, tdx, sgx } = intel();
    for (const contract of [certificates, tcb, tdx, sgx])
      expect(dataLength(await intel().ethers.provider.getCode(contract))).to.be.at.most(24_576);
  });
});

/** Of a measurement that is ACTIVE, with the registry that a deployment has. */
async function registrationCost(kind: writer.QuoteKind) {
  const chain = await world({}, { initialDate: new Date(AT * 1000) });
  const made = { ...(await deployContracts(chain.deployer, chain.accessManager, ROOT)), anyone: chain.anyone };
  await bringAll(made, text(CHAIN), collateralOf(kind));
  const verifier = made[teeOf(kind)];
  await chain.enclaveRegistry.connect(chain.dao).setVerifier(verifier);
  await makeActive((await verifier.verify(quoteOf(kind))).measurement);
  const enclave = await makeEnclave(chain, chain.operators[0]!, 'intel');
  const meter = await new GasMeterMock__factory(chain.deployer).deploy();
  const first = await register(1);
  return { first, again: await register(2) };

  async function register(epoch: number): Promise<number> {
    const registration = await registrationOf(chain, enclave, { tee: await verifier.tee(), epoch });
    await chain.helpers.mine(); // no block knows its own hash
    const said = reportData(
      await placeOf(chain),
      ...([enclave.operator.address, enclave.identity.address, epoch, registration.challenge] as const),
    );
    const quote = quoteSaying(kind, said);
    const data = chain.enclaveRegistry.interface.encodeFunctionData('register', [
      registration,
      quote,
      await signRegistration(chain, enclave.identity, registration),
      await signPresentation(chain, enclave.operator, registration, quote),
    ]);
    const used = await meter.measureCold.staticCall(chain.enclaveRegistry, data);
    await (await meter.measureCold(chain.enclaveRegistry, data)).wait();
    return Number(used);
  }

  async function makeActive(measurement: string): Promise<void> {
    const registry = 'contracts/attestation/MeasurementRegistry.sol';
    const slot = slotOf(await layoutOf(registry, 'MeasurementRegistry'), '_measurements');
    const place = keccak256(measurement + zeroPadValue(`0x0${slot}`, 32).slice(2));
    await chain.helpers.setStorageAt(await chain.measurementRegistry.getAddress(), place, ACTIVE);
  }
}

/** The quote of `quoteOf` with other report data, signed. */
function quoteSaying(kind: writer.QuoteKind, said: string): Bytes {
  const data = { reportData: new Uint8Array(Buffer.from(`${said.slice(2)}${'00'.repeat(32)}`, 'hex')) };
  const body = kind === 'sgx3' ? sgxReport({ ...writer.SGX, ...data }) : tdBody({ ...writer.TD, ...data }, false);
  return quoteOf(kind, { body });
}

/** TCB info and a list as large as any that Intel has published, and larger. */
function largest() {
  const level = (svn: number) =>
    tcbLevel({
      sgx: writer.all(svn),
      pce: 11,
      tdx: writer.all(0),
      status: 'OutOfDate',
      advisories: [`SA-${svn}`],
    });
  const info = writer.tdxInfo({ tcbLevels: [...writer.tdxInfo().tcbLevels, level(1)] });
  const serials = Array.from({ length: 50 }, (_, at) => Uint8Array.of(0x70, at));
  const file = writer.collateral('tdx', {
    tcbInfo: info,
    pckCrl: writer.pckCrl({ serials }),
    issuerChain: pem(SIGNER, ROOT),
  });
  const { tcbInfo, tcbInfoSignature, pckCrl } = partsOf(file);
  return { tcbInfo, tcbInfoSignature, pckCrl };
}
