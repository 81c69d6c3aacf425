/** What everything costs, in one snapshot. */

import { expect } from 'chai';
import { moduleCosts } from './gas/modules.ts';
import { registryCosts } from './gas/registries.ts';
import { requestCosts } from './gas/requests.ts';
import { Meter } from './support/gas.ts';

/** Gas that each may cost at most: the first of a contract, path or asset pays for slots that every later one finds. */
const BOUNDS: Readonly<Record<string, number>> = {
  requestAndReady: 140_000, // as two transactions
  request: 105_000, // READY at once
  'fulfil.bip340': 56_000,
  'fulfil.ecdsa': 53_000,
  'fulfilMany.bip340, each of ten': 36_000,
  'delegate, requestAndReady, again': 225_000,
  'verify.ed25519.200': 300_000,
};

describe('gas', () => {
  const meter = new Meter('gas.json');

  registryCosts(meter);
  requestCosts(meter);
  moduleCosts(meter);

  for (const [name, bound] of Object.entries(BOUNDS))
    it(`keeps its bound: ${name}`, () => expect(meter.used[name]).to.be.at.most(bound));

  it('is what the snapshot says', () => meter.compare());
});
