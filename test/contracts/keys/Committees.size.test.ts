/** The dearest seatings that a vote can ask for: whether they fit into a transaction (EIP-7825). */

import { expect } from 'chai';
import { id, Wallet } from 'ethers';
import { world } from '../support/chain.ts';
import { admit, type Enclave, makeEnclave } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { committeeOf, parametersOf, rowFor } from '../support/keys.ts';
import { ANYWHERE, admitReleases, attest, OWN, promote } from '../support/places.ts';

const TRANSACTION_GAS = 16_777_216n;

describe('Committees: the dearest seatings', () => {
  const made = fresh(async () => {
    const it = await world({ promotionCount: 1 });
    await admitReleases(it, [OWN]);
    return { it, registry: it.keyRegistry };
  });

  it('every reserve is looked at under a rule of two caps: with 64 rows that still fits into one transaction', async () => {
    const { it, registry } = made();
    const rule = { region: 32, vendor: 0, platform: 1, sealing: 0 };
    const everyone = Array.from({ length: 128 }, (_, i) => new Wallet(id(`seat ${i}`)));
    for (const [i, wallet] of everyone.entries()) {
      const region = i < 96 ? 'one' : 'two';
      await admit(it, wallet.address, 1, id(region));
      const enclave = await makeEnclave(it, wallet as unknown as Enclave['operator'], `of seat ${i}`);
      await attest(it, enclave, { ...ANYWHERE, region, platform: `${i}`, release: OWN }, 1);
    }
    await promote(it, [OWN]);
    const strangers = Array.from({ length: 64 }, (_, i) => new Wallet(id(`requester ${i}`)).address);
    const parameters = (requesters: readonly string[]) =>
      parametersOf([], {
        threshold: 64,
        operators: everyone.slice(0, 64),
        reserves: everyone.slice(64),
        diversity: rule,
        rows: requesters.map((requester) => rowFor(requester)),
      });
    const byDao = registry.connect(it.dao);
    // open: CO-33, what a vote and the timelock need comes on top
    const full = await byDao.createKey(parameters(strangers), { gasLimit: TRANSACTION_GAS }).then(
      () => 'fits',
      ({ message }: Error) => message,
    );
    expect(full).to.equal('fits');
    await byDao.createKey(parameters([]), { gasLimit: (TRANSACTION_GAS * 7n) / 8n });

    // every seat a suspect's, and each reserve looked at: an attempt with as many changes as the rule has room for
    const keys = it.anyone;
    const committee = committeeOf([], {
      threshold: 64,
      operators: everyone.slice(0, 64),
      reserves: everyone.slice(64),
      diversity: rule,
    });
    await it.committees.connect(keys).appoint(id('a key'), committee, { gasLimit: TRANSACTION_GAS });
    const suspected = it.committees.connect(keys).seat(id('a key'), 2, 2n ** 64n - 1n, { gasLimit: TRANSACTION_GAS });
    await expect(suspected).to.emit(it.committees, 'SeatChanged');
    const keyId = await registry.keyIdAt(1);
    await it.helpers.time.increase(601);
    await registry.openAttempt(keyId, { gasLimit: TRANSACTION_GAS });
    await registry.recheck(keyId, { gasLimit: TRANSACTION_GAS });
  });
});
