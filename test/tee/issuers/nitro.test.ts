import { expect } from 'chai';
import { VENDOR_ROOTS } from '../../../signer/evidence/roots.ts';
import { nitroAuthority } from '../../../signer/tee/issuers/nitro/authority.ts';
import { issueNitro, type NitroClaims, nitroMachine } from '../../../signer/tee/issuers/nitro/issueNitro.ts';
import { nitroRegisters } from '../../../signer/tee/registers.ts';
import { accepted, rootsOf, verdict, verifierAt } from '../../evidence/support/verifier.ts';

const SEED = new Uint8Array(32).fill(7);
const AT = Date.UTC(2026, 10, 29, 12) / 1000;
const PLATFORM = Uint8Array.from({ length: 32 }, (_, at) => at + 1);
const STARTED = { code: Uint8Array.of(1, 2, 3), configuration: Uint8Array.of(4) };
const REPORT = new Uint8Array(32).fill(0x5a);
const authority = nitroAuthority(SEED);
const machine = nitroMachine(PLATFORM);

const issued = (claims: Partial<NitroClaims> = {}, at = AT * 1000) =>
  issueNitro(
    authority,
    machine,
    {
      registers: nitroRegisters(STARTED, machine.instance),
      userData: REPORT,
      nonce: null,
      publicKey: null,
      ...claims,
    },
    at,
  );
const verifier = (at = AT, root = authority.root) => verifierAt(at, rootsOf({ aws: root }));

describe('a Nitro document of the development TEE', () => {
  it('is accepted under its root, and says what was asked', () => {
    const its = accepted({ bytes: issued() }, verifier());
    expect(its.kind).to.equal('nitro');
    expect(its.reportData).to.deep.equal(REPORT);
    expect(its.notBefore).to.equal(AT);
    expect(its.fields).to.include({ moduleId: machine.moduleId, nonce: null, publicKey: null });
  });

  it('carries a nonce and a key where they are given', () => {
    const nonce = Uint8Array.of(9);
    const its = accepted({ bytes: issued({ nonce, publicKey: Uint8Array.of(8) }) }, verifier());
    expect(its.fields).to.include({ nonce: '0x09', publicKey: '0x08' });
  });

  it('is refused under the root of AWS, and under that of another machine’s root key', () => {
    expect(verdict({ bytes: issued() }, verifierAt(AT, VENDOR_ROOTS))).to.equal('CHAIN_ROOT');
    const other = nitroAuthority(SEED.with(0, 8)).root;
    expect(verdict({ bytes: issued() }, verifier(AT, other))).to.equal('CHAIN_ROOT');
  });

  it('is refused when it is stale, or of tomorrow', () => {
    expect(verdict({ bytes: issued() }, verifier(AT + 3 * 3600 + 1))).to.equal('NITRO_STALE');
    expect(verdict({ bytes: issued() }, verifier(AT - 61))).to.equal('NITRO_FUTURE');
  });

  it('is of one measurement on all machines, and of one platform in all its enclaves', () => {
    const there = nitroMachine(PLATFORM.with(0, 99));
    const registers = nitroRegisters(STARTED, there.instance);
    const claims = { registers, userData: REPORT, nonce: null, publicKey: null };
    const [here, elsewhere] = [issued(), issueNitro(authority, there, claims, AT * 1000)].map((bytes) =>
      accepted({ bytes }, verifier()),
    );
    expect(elsewhere?.measurement).to.deep.equal(here?.measurement);
    expect(elsewhere?.platformId).not.to.deep.equal(here?.platformId);
    const again = accepted({ bytes: issued({ userData: null }) }, verifier());
    expect(again.platformId).to.deep.equal(here?.platformId);
  });

  it('is of another measurement with another image or configuration', () => {
    const measured = (started: typeof STARTED) =>
      accepted({ bytes: issued({ registers: nitroRegisters(started, machine.instance) }) }, verifier()).measurement;
    const all = [STARTED, { ...STARTED, code: Uint8Array.of(1) }, { ...STARTED, configuration: Uint8Array.of(5) }];
    expect(new Set(all.map((one) => Buffer.from(measured(one)).toString('hex'))).size).to.equal(3);
  });

  it('is signed below one root for ever, and by one leaf for a day', () => {
    expect(nitroAuthority(SEED).root).to.deep.equal(authority.root);
    const leafAt = (at: number) => authority.leafOf(machine.moduleId, at).certificate;
    expect(leafAt(AT + 3600)).to.deep.equal(leafAt(AT));
    expect(leafAt(AT + 86_400)).not.to.deep.equal(leafAt(AT));
  });
});
