import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { encodeFrame, FrameReader, HOST_CHANNEL, TEE_CHANNEL } from '../../signer/enclave/frames.ts';
import { relayToHost } from '../../signer/tee/relay.ts';

describe('between enclave and host', () => {
  it('a TEE that thinks keeps nobody waiting, and its answer comes when it comes', async () => {
    const [from, to, host] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const evidence = Promise.withResolvers<Uint8Array>();
    const tee = {
      configuration: () => Promise.reject(new Error('nobody asks')),
      evidence: () => evidence.promise,
      sealingKey: () => Promise.reject(new Error('nobody asks')),
    };
    const relayed = relayToHost({ from, to }, host, tee);
    from.write(encodeFrame(TEE_CHANNEL, { id: 1, ask: 'evidence', reportData: `0x${'00'.repeat(32)}` }));
    from.write(encodeFrame(HOST_CHANNEL, { event: 'meanwhile' }));
    const [passed] = new FrameReader().read((await once(host)) as Uint8Array);
    expect(passed?.[0]).to.equal(HOST_CHANNEL);
    expect(to.readableLength).to.equal(0);
    evidence.resolve(Uint8Array.of(2));
    const [answer] = new FrameReader().read((await once(to)) as Uint8Array);
    expect(JSON.parse(new TextDecoder().decode(answer?.subarray(1)))).to.deep.equal({
      id: 1,
      ok: { evidence: '0x02' },
    });
    from.end();
    await relayed;
  });

  it('ends with whoever is broken', async () => {
    const [from, to, host] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const broken = () => Promise.reject(new Error('a bug'));
    const relayed = relayToHost({ from, to }, host, { configuration: broken, evidence: broken, sealingKey: broken });
    from.write(encodeFrame(TEE_CHANNEL, { id: 1, ask: 'sealingKey' }));
    expect(await relayed.catch((error: Error) => error.message)).to.equal('a bug');
    from.end();
  });
});

function once(stream: PassThrough): Promise<unknown> {
  return new Promise((resolve) => stream.once('data', resolve));
}
