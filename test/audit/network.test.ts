import { expect } from 'chai';
import { developmentConfig } from '../../scripts/local/beacon/configuration.ts';
import { networkOf } from '../../signer/audit/network.ts';
import { mainnet } from '../../signer/finality/networks.ts';

describe('the chain of a configuration', () => {
  const [first, ...later] = mainnet.forks;
  const version = Uint8Array.of(9, 9, 9, 9);

  it('is known with the forks of this release', () => {
    expect(networkOf(mainnet)).to.deep.equal({ name: 'mainnet', isSame: true });
  });

  it('has other rules where a fork is moved, added, left out or read in another form, or others have to sign', () => {
    const others = [
      { ...mainnet, forks: [...mainnet.forks, { epoch: 2 ** 30, version, shape: 'gloas' as const }] },
      { ...mainnet, forks: later },
      { ...mainnet, forks: mainnet.forks.slice(0, -1) },
      { ...mainnet, forks: [...mainnet.forks.slice(0, -1), { ...mainnet.forks.at(-1)!, shape: 'gloas' as const }] },
      { ...mainnet, forks: [{ ...first!, epoch: first!.epoch + 1 }, ...later] },
      { ...mainnet, minParticipants: 400 },
      { ...mainnet, parentRoots: false },
    ];
    for (const other of others) expect(networkOf(other)).to.deep.equal({ name: 'mainnet', isSame: false });
  });

  it('is none where nobody knows its genesis', () => {
    expect(networkOf(developmentConfig())).to.equal(null);
  });
});
