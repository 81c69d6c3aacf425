/** The dearest seatings that a vote can ask for: whether they fit into a transaction (EIP-7825). */

import { expect } from 'chai';
import { id, Wallet } from 'ethers';
import { world } from '../support/chain.ts';
import { admit, type Enclave, makeEnclave } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { KIND, parametersOf } from '../support/keys.ts';
import { ANYWHERE, admitReleases, attest, DEVELOPMENT, promote } from '../support/places.ts';

const TRANSACTION_GAS = 16_777_216n;

describe('review: seating', () => {
  const made = fresh(async () => {
    const it = await world({ promotionCount: 1 });
    await admitReleases(it, [DEVELOPMENT]);
    return { it, registry: it.keyRegistry };
  });

  it('every reserve is looked at under a rule of two caps: with a full policy that is too much for one transaction', async () => {
    const { it, registry } = made();
    const rule = { region: 32, vendor: 0, platform: 1, sealing: 0 };
    const everyone = Array.from({ length: 128 }, (_, i) => new Wallet(id(`seat ${i}`)));
    for (const [i, wallet] of everyone.entries()) {
      const region = i < 96 ? 'one' : 'two';
      await admit(it, wallet.address, 1, id(region));
      const enclave = await makeEnclave(it, wallet as unknown as Enclave['operator'], `of seat ${i}`);
      await attest(it, enclave, { ...ANYWHERE, region, platform: `${i}`, release: DEVELOPMENT }, 1);
    }
    await promote(it, [DEVELOPMENT]);
    const strangers = Array.from({ length: 64 }, (_, i) => new Wallet(id(`requester ${i}`)).address);
    const parameters = (requesters: readonly string[]) =>
      parametersOf([], {
        threshold: 64,
        operators: everyone.slice(0, 64),
        reserves: everyone.slice(64),
        diversity: rule,
        policy: { requesters: [...requesters], delegates: [], kinds: 1 << KIND.psbt, delay: 0 },
      });
    const byDao = registry.connect(it.dao);
    // open: CO-33, what a vote and the timelock need comes on top
    const full = await byDao.createKey(parameters(strangers), { gasLimit: TRANSACTION_GAS }).then(
      () => 'fits',
      ({ message }: Error) => message,
    );
    expect(full).to.contain('out of gas');
    await byDao.createKey(parameters([]), { gasLimit: (TRANSACTION_GAS * 7n) / 8n });

    // an attempt writes members and seats anew at most, and says which changed: 64 times some 25,000
    const seating = {
      operators: everyone.slice(0, 64),
      reserves: everyone.slice(64),
      next: 0,
      first: 0,
      suspects: 2n ** 64n - 1n,
    };
    const gas = await it.committees.seat.estimateGas({ ...seating, rule }, { gasLimit: TRANSACTION_GAS });
    expect(gas + 64n * 25_000n).to.be.below(TRANSACTION_GAS);
    const keyId = await registry.keyIdAt(1);
    await it.helpers.time.increase(601);
    await registry.openAttempt(keyId, { gasLimit: TRANSACTION_GAS });
    await registry.recheck(keyId, { gasLimit: TRANSACTION_GAS });
  });
});
