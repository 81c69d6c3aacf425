import { expect } from 'chai';
import { encodeFrame, TEE_CHANNEL } from '../../../signer/enclave/frames.ts';
import { openTeeChannel, type TeeChannel } from '../../../signer/enclave/tee/channel.ts';
import { Refused } from '../../../signer/formats/refusal.ts';
import { answerQuestion } from '../../../signer/tee/answerQuestion.ts';
import { SourceFailed } from '../../../signer/tee/sources/source.ts';
import { CONFIGURATION, teeOf } from '../support/world.ts';

const key = new Uint8Array(32).fill(5);

/** A channel, what it asks, and a way to answer with any text. */
function opened() {
  const asked: unknown[] = [];
  const channel = openTeeChannel((bytes) => asked.push(JSON.parse(new TextDecoder().decode(bytes.subarray(5)))));
  const answer = (value: object) => channel.hear(encodeFrame(TEE_CHANNEL, value).subarray(4));
  return { channel, asked, answer };
}

async function failureOf(act: () => Promise<unknown>): Promise<Error> {
  return act().then(
    () => expect.fail('no failure'),
    (error: Error) => error,
  );
}

describe('the TEE channel', () => {
  it('asks what the development TEE answers', async () => {
    const { channel, asked, answer } = opened();
    const answerAll = async () => {
      for (const question of asked.splice(0)) answer(await answerQuestion(teeOf(key), question));
    };
    const { tee } = channel;
    const all = Promise.all([tee.configuration(), tee.evidence(new Uint8Array(32).fill(1)), tee.sealingKey()]);
    await answerAll();
    const [{ configuration }, evidence, sealingKey] = await all;
    expect([configuration, evidence, sealingKey]).to.deep.equal([CONFIGURATION, new Uint8Array(32).fill(1), key]);
  });

  it('takes answers in any order', async () => {
    const { channel, answer } = opened();
    const both = Promise.all([channel.tee.sealingKey(), channel.tee.evidence(key)]);
    answer({ id: 2, ok: { evidence: '0x02' } });
    answer({ id: 1, ok: { key: `0x${'01'.repeat(32)}` } });
    expect(await both).to.deep.equal([new Uint8Array(32).fill(1), Uint8Array.of(2)]);
  });

  const nonsense: readonly [string, (channel: ReturnType<typeof opened>) => void][] = [
    ['an answer to nothing', ({ answer }) => answer({ id: 7, ok: {} })],
    [
      'a second answer',
      ({ answer }) => {
        answer({ id: 1, ok: {} });
        answer({ id: 1, ok: {} });
      },
    ],
    ['no answer at all', ({ answer }) => answer({ id: 1 })],
    ['no JSON', ({ channel }) => channel.hear(Uint8Array.of(TEE_CHANNEL, 0x7b))],
  ];
  for (const [what, say] of nonsense) {
    it(`calls ${what} a bug, not a refusal`, () => {
      const open = opened();
      void open.channel.tee.sealingKey().catch(() => undefined);
      expect(() => say(open))
        .to.throw(Error, /^the TEE/)
        .and.not.instanceOf(Refused);
    });
  }

  it('refuses what the machine has none of at the moment, and asks again like anew', async () => {
    const { channel, answer } = opened();
    const failure = failureOf(() => channel.tee.evidence(key));
    answer({ id: 1, unavailable: 'SOURCE_TIMEOUT: no answer' });
    expect(await failure)
      .to.be.instanceOf(Refused)
      .and.include({ code: 'TEE_UNAVAILABLE' });
    const again = channel.tee.evidence(key);
    answer({ id: 2, ok: { evidence: '0x02' } });
    expect(await again).to.deep.equal(Uint8Array.of(2));
  });

  it('is told of a source that failed, in so many printable letters; of anything else nothing is told', async () => {
    const failing = (error: Error) => ({ ...teeOf(key), evidence: () => Promise.reject(error) });
    const question = { id: 1, ask: 'evidence', reportData: `0x${'00'.repeat(32)}` };
    const words = `a\nb${'c'.repeat(600)}`;
    const answer = await answerQuestion(failing(new SourceFailed('SOURCE_TIMEOUT', words)), question);
    expect(answer).to.deep.equal({ id: 1, unavailable: `SOURCE_TIMEOUT: a?b${'c'.repeat(481)}` });
    expect(await failureOf(() => answerQuestion(failing(new Error('a bug')), question))).to.have.property(
      'message',
      'a bug',
    );
  });

  it('calls a key of another length a bug', async () => {
    const { channel, answer } = opened();
    const failure = failureOf(() => channel.tee.sealingKey());
    answer({ id: 1, ok: { key: '0x00' } });
    expect(await failure).not.to.be.instanceOf(Refused);
  });

  it('refuses questions, open and new, once nobody can answer', async () => {
    const { channel } = opened();
    const waiting = failureOf(() => channel.tee.configuration());
    (channel satisfies TeeChannel).hangUp();
    for (const failure of [await waiting, await failureOf(() => channel.tee.evidence(key))]) {
      expect(failure).to.be.instanceOf(Refused).with.property('code', 'STREAM_ENDED');
    }
  });
});
