/** The first trust of an enclave: who is asked for it, and what is made of an answer that the enclave refuses. */

import { expect } from 'chai';
import type { RefusalCode } from '../../../signer/formats/refusal.ts';
import { isRetryable, Retryable } from '../../../signer/host/errors.ts';
import { EnclaveRefused } from '../../../signer/host/life/life.ts';
import { nameRoot } from '../../../signer/host/life/nameRoot.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import type { Told } from '../../../signer/host/ports/beacon.ts';
import { word } from '../support/fakeChain.ts';

const ROOT = word(7);
const FINALITY = { slot: 8, blockHash: word(8), period: 0, isNextCommitteeKnown: false };

function naming({ answers = [] as (RefusalCode | Retryable)[], unknown = false } = {}) {
  const asked: unknown[] = [];
  const disbelieved: string[] = [];
  const metrics = createMetrics();
  const beacon = {
    bootstrap: async (root: string): Promise<Told> => {
      if (unknown) throw new Retryable('BEACON_UNKNOWN', 'no such root');
      asked.push(root);
      return { bytes: word(9), slot: 8, period: 0, blockHash: word(8), isCommitteeFinal: true, by: 'a node' };
    },
    disbelieve: ({ by }: Told) => void disbelieved.push(by),
  };
  const ask = async (name: string, params: unknown) => {
    asked.push(name, params);
    const answer = answers.shift();
    if (answer instanceof Retryable) throw answer;
    if (answer !== undefined) throw new EnclaveRefused('bootstrap', { code: answer, detail: '' });
    return FINALITY;
  };
  const name = (root: typeof ROOT | null = ROOT) => nameRoot({ beacon, log: () => {}, metrics }, ask as never, root);
  const code = () =>
    name().then(
      () => 'named',
      (error) => (error instanceof EnclaveRefused ? error.refusal.code : isRetryable(error) ? error.code : 'a bug'),
    );
  return { asked, disbelieved, metrics, name, code };
}

describe('the root of a new identity', () => {
  it('is the one that a person has named, in the bytes of a beacon node', async () => {
    const { name, asked } = naming();
    expect(await name()).to.equal(FINALITY);
    expect(asked).to.deep.equal([ROOT, 'bootstrap', { root: ROOT, bootstrap: word(9) }]);
  });

  it('waits for a person where nobody has named one, and asks nobody', async () => {
    const { name, asked } = naming();
    const error = await name(null).then(
      () => null,
      (failure) => failure,
    );
    expect(error).to.be.instanceOf(Retryable).with.property('code', 'BEACON_UNKNOWN');
    expect(error.message).to.include('chain.checkpoint');
    expect(asked).to.deep.equal([]);
  });

  it('is asked of others where a node has lied about it, and only then', async () => {
    const { code, disbelieved, metrics } = naming({
      answers: ['CHECKPOINT_REJECTED', 'CHECKPOINT_KEPT', new Retryable('ENCLAVE_DOWN', 'gone')],
    });
    expect(await code()).to.equal('CHECKPOINT_REJECTED');
    expect(disbelieved).to.deep.equal(['a node']);
    expect(await code()).to.equal('CHECKPOINT_KEPT');
    expect(await code()).to.equal('ENCLAVE_DOWN');
    expect(disbelieved).to.deep.equal(['a node']);
    expect(await code()).to.equal('named');
    const refused = (code: string) => metrics.read('quorate_finality_refused_total', { code, by: 'a node' });
    expect([refused('CHECKPOINT_REJECTED'), refused('CHECKPOINT_KEPT')]).to.deep.equal([1, 1]);
  });

  it('is not named while no node knows it', async () => {
    const { code, asked } = naming({ unknown: true });
    expect(await code()).to.equal('BEACON_UNKNOWN');
    expect(asked).to.deep.equal([]);
  });
});
