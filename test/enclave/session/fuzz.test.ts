import { expect } from 'chai';
import fc from 'fast-check';
import { toHex } from '../../../signer/formats/hex.ts';
import { generateKey } from '../support/life.ts';
import { fromHex, networkOf, okOf, partyOf } from '../support/network.ts';

describe('whatever a host sends', () => {
  it('is answered: any value', async () => {
    const { nodes } = await networkOf(1, 2);
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        const { answer } = await nodes[0]!.enclave.handle(value);
        expect('refusal' in answer && answer.refusal.code).to.equal('CALL_MALFORMED');
      }),
      { numRuns: 300 },
    );
  });

  it('is answered: any bytes', async () => {
    const { nodes } = await networkOf(1, 2);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { answer } = await nodes[0]!.enclave.handleJson(bytes);
        expect('refusal' in answer && answer.refusal.code).to.match(/^(FRAME|CALL)_MALFORMED$/);
      }),
      { numRuns: 300 },
    );
  });

  it('is answered: any parameters of any call', async () => {
    const { nodes } = await networkOf(1, 2);
    const names = [
      'boot',
      'status',
      'prove',
      'attest',
      'recordBoot',
      'generateKey',
      'kept',
      'activateKey',
      'sign',
      'deliver',
      'abort',
    ];
    const calls = fc.record({ id: fc.nat(), call: fc.constantFrom(...names), params: fc.jsonValue() });
    await fc.assert(
      fc.asyncProperty(calls, async (call) => {
        const { answer } = await nodes[0]!.enclave.handle(call);
        expect(answer.id).to.equal(call.id);
      }),
      { numRuns: 300 },
    );
  });

  it('is no envelope with one bit flipped, whichever', async () => {
    const network = await networkOf(2, 2);
    for (const node of network.nodes) okOf(await generateKey(network, node, 1));
    const bob = network.nodes[1]!;
    const whole = fromHex(network.post.find(({ to }) => partyOf(to) === 2)!.envelope);
    for (let at = 0; at < whole.length; at++) {
      const envelope = toHex(whole.with(at, whole[at]! ^ (1 << (at % 8))));
      const answer = await bob.call('deliver', { envelope });
      expect('refusal' in answer && answer.refusal.code, `byte ${at}`).to.match(/^(ENVELOPE|SESSION)_/);
    }
    expect(bob.events.every(({ event }) => event !== 'fault')).to.equal(true);
    okOf(await bob.call('deliver', { envelope: toHex(whole) }));
  });
});
