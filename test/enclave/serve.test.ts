import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import type { Answer, Event } from '../../signer/enclave/api.ts';
import { createEnclave } from '../../signer/enclave/enclave.ts';
import { encodeFrame, FrameReader, frameOf, HOST_CHANNEL } from '../../signer/enclave/frames.ts';
import { serve } from '../../signer/enclave/serve.ts';
import { openTeeChannel } from '../../signer/enclave/tee/channel.ts';
import { portableSchemeSuites } from '../../signer/protocol/ciphersuite/suites.ts';
import { answerQuestion } from '../../signer/tee/answerQuestion.ts';
import { seeded } from '../simulation/random.ts';
import { CHECKPOINT, toldVerifiers } from './support/finality.ts';
import { identities } from './support/identities.ts';
import { wireOf } from './support/network.ts';
import { teeOf, verifyStateOf, type World } from './support/world.ts';

type Served = {
  readonly said: (Answer | Event)[];
  readonly input: PassThrough;
  readonly ended: Promise<void>;
  /** Ends the input once so many answers are there: before that the TEE may have something to say. */
  readonly endAfter: (answers: number) => Promise<void>;
};

/** An enclave with streams instead of pipes; its TEE answers at once. */
function served(rng = (length: number) => seeded('serve').bytes(length)): Served {
  const input = new PassThrough();
  const said: (Answer | Event)[] = [];
  const tee = teeOf(new Uint8Array(32));
  const channel = openTeeChannel((bytes) => {
    void answerQuestion(tee, jsonOf(bytes.subarray(4))).then((answer) => {
      if (input.writable) input.write(encodeFrame(1, answer));
    });
  });
  const enclave = createEnclave({
    rng,
    clock: () => 0,
    tee: channel.tee,
    identities,
    suites: portableSchemeSuites,
    verifiers: { ...toldVerifiers, verifyState: verifyStateOf({} as World) },
  });
  const reader = new FrameReader();
  const write = async (bytes: Uint8Array) => {
    for (const frame of reader.read(bytes)) said.push(jsonOf(frame) as Answer | Event);
  };
  const ended = serve({ input, write, enclave, tee: channel });
  const endAfter = async (answers: number) => {
    while (answersOf(said).length < answers) await setImmediate();
    input.end();
    await ended;
  };
  return { said, input, ended, endAfter };
}

function jsonOf(frame: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(frame.subarray(1)));
}

const call = (id: number, name: string, params: object = {}) => encodeFrame(HOST_CHANNEL, { id, call: name, params });
const boot = call(1, 'boot', { sealed: null });
const root = (id: number) => call(id, 'bootstrap', wireOf(CHECKPOINT));
const raw = (channel: number, text: string) => frameOf(Buffer.concat([Uint8Array.of(channel), Buffer.from(text)]));
const answersOf = (said: readonly (Answer | Event)[]) => said.filter((message) => 'id' in message) as Answer[];
const codes = (said: readonly (Answer | Event)[]) =>
  answersOf(said).map((answer) => [answer.id, 'ok' in answer ? 'ok' : answer.refusal.code]);

describe('serve', () => {
  it('answers every call in order, each before its events', async () => {
    const { said, input, endAfter } = served();
    const many = Array.from({ length: 200 }, (_, at) => call(at + 3, 'status'));
    input.write(Buffer.concat([boot, root(2), ...many]));
    await endAfter(202);
    expect(answersOf(said).map(({ id }) => id)).to.deep.equal(Array.from({ length: 202 }, (_, at) => at + 1));
    expect(said[2]).to.include({ event: 'seal', generation: 1 });
  });

  it('says the same wherever its input is cut', async () => {
    const whole = served();
    const bytes = Buffer.concat([
      boot,
      call(2, 'status'),
      raw(0, 'garbage'),
      root(3),
      call(4, 'kept', { generation: 1 }),
    ]);
    whole.input.write(bytes);
    await whole.endAfter(5);
    for (const size of [1, 3, 7, 64]) {
      const cut = served();
      for (let at = 0; at < bytes.length; at += size) cut.input.write(bytes.subarray(at, at + size));
      await cut.endAfter(5);
      expect(cut.said, `chunks of ${size}`).to.deep.equal(whole.said);
    }
  });

  it('refuses and counts what is no call, and lives on', async () => {
    const { said, input, endAfter } = served();
    const garbage = [
      frameOf(new Uint8Array()),
      raw(2, '{}'),
      raw(255, '{}'),
      raw(0, ''),
      raw(0, '{"id":1'),
      raw(0, '{"id":1,"id":1}'),
      frameOf(Uint8Array.of(0, 0xff, 0xfe)),
    ];
    const wrong = [
      raw(0, 'null'),
      raw(0, '{"id":"1","call":"status","params":{}}'),
      raw(0, '{"id":7,"call":"status","params":{},"more":0}'),
    ];
    const calls = [call(9, 'status', { more: 0 }), call(10, 'nothing'), call(11, 'status')];
    input.write(Buffer.concat([boot, ...garbage, ...wrong, ...calls]));
    await endAfter(14);
    expect(codes(said)).to.deep.equal([
      [1, 'ok'],
      ...garbage.map(() => [0, 'FRAME_MALFORMED']),
      ...wrong.map(() => [0, 'CALL_MALFORMED']),
      [9, 'CALL_MALFORMED'],
      [10, 'CALL_UNKNOWN'],
      [11, 'ok'],
    ]);
    const last = answersOf(said).at(-1)!;
    expect('ok' in last && last.ok).to.deep.include({
      counters: { CALL_MALFORMED: 4, CALL_UNKNOWN: 1, FRAME_MALFORMED: 7 },
    });
  });

  it('answers a frame that is too large, after all that came before, and ends', async () => {
    const { said, input, ended, endAfter } = served();
    input.write(boot);
    while (said.length === 0) await setImmediate();
    input.write(Buffer.concat([call(2, 'status'), Uint8Array.of(0xff, 0xff, 0xff, 0xff), call(3, 'status')]));
    await Promise.all([ended, endAfter(3)]);
    expect(codes(said)).to.deep.equal([
      [1, 'ok'],
      [2, 'ok'],
      [0, 'FRAME_TOO_LARGE'],
    ]);
  });

  it('does not wait for a TEE that nobody can hear any more', async () => {
    const { said, input, ended } = served();
    input.end(Buffer.concat([boot, call(2, 'status')]));
    await ended;
    expect(codes(said)).to.deep.equal([
      [1, 'STREAM_ENDED'],
      [2, 'NOT_BOOTED'],
    ]);
  });

  it('ends without a word when the input ends inside a frame', async () => {
    const { said, input, ended } = served();
    input.end(boot.subarray(0, -1));
    await ended;
    expect(said).to.deep.equal([]);
  });

  it('answers nothing any more once there was a bug', async () => {
    const { said, input, ended } = served(() => {
      throw new RangeError('no randomness');
    });
    input.write(Buffer.concat([call(0, 'status'), boot, root(2), call(3, 'status')]));
    await ended.then(
      () => expect.fail('went on'),
      (error: Error) => expect(error.message).to.equal('no randomness'),
    );
    expect(codes(said)).to.deep.equal([
      [0, 'NOT_BOOTED'],
      [1, 'ok'],
    ]);
  });

  it('refuses more than it can hold instead of growing', async () => {
    const { said, input, endAfter } = served();
    const large = raw(0, ' '.repeat(4 * 1024 * 1024 - 1));
    input.write(boot);
    for (let count = 0; count < 20; count++) input.write(large);
    input.write(call(2, 'status'));
    await endAfter(22);
    const refusals = codes(said).map(([, code]) => code);
    expect(refusals).to.include('FRAME_MALFORMED').and.to.include('FRAME_QUEUE_FULL');
    expect(refusals.length).to.equal(22);
  });
});
