/** A development machine for sources to be asked on, and what its evidence has to prove. */

import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { toHex } from '../../../signer/formats/hex.ts';
import { intelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';
import type { DevelopmentMachine } from '../../../signer/tee/issuers/machine.ts';
import { nitroAuthority } from '../../../signer/tee/issuers/nitro/authority.ts';
import { measureAs } from '../../../signer/tee/measured.ts';
import { scalarOf } from '../../../signer/tee/rootKey.ts';
import type { Source, SourceCode, SourceFailed } from '../../../signer/tee/sources/source.ts';
import { accepted, rootsOf, verifierAt } from '../../evidence/support/verifier.ts';

const AT = Date.UTC(2026, 10, 29, 12);

export const MACHINE: DevelopmentMachine = {
  rootKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  platformId: new Uint8Array(32).fill(0x11),
  started: { code: Uint8Array.of(1, 2, 3), configuration: Uint8Array.of(4) },
  now: () => AT,
};
export const REPORT = new Uint8Array(32).fill(0x5a);

/** Its evidence is accepted under the machine's root, about this report, with the measurement of what was started. */
export async function expectGenuine(source: Source): Promise<void> {
  const bytes = await source.evidence(REPORT);
  const [seed, at] = [scalarOf(MACHINE.rootKey), AT / 1000];
  const [intel, aws] = [intelAuthority(seed), nitroAuthority(seed).root];
  const collateral = source.kind === 'tdx' ? { collateral: intel.collateralAt(at) } : {};
  const its = accepted({ bytes, ...collateral }, verifierAt(at, rootsOf({ intel: intel.root, aws })));
  expect(its.reportData.slice(0, 32)).to.deep.equal(REPORT);
  expect(toHex(its.measurement)).to.equal(toHex(measureAs(source.kind, MACHINE.started).measurement));
}

export async function codeOf(asked: Promise<unknown>): Promise<SourceCode | 'answered'> {
  return asked.then(
    () => 'answered' as const,
    (error: SourceFailed) => error.code,
  );
}
