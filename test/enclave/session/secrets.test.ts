/** A tap on everything that enclaves say in their lives: envelopes, events, answers, refusals. No secret is in it (A11). */
import { inspect } from 'node:util';
import { expect } from 'chai';
import { unsealState } from '../../../signer/enclave/sealing/seal.ts';
import { decodeState, encodeState, type State } from '../../../signer/enclave/sealing/state.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import { portableSchemeSuites } from '../../../signer/protocol/ciphersuite/suites.ts';
import { Secret } from '../../../signer/protocol/secret.ts';
import { FINALITY } from '../support/finality.ts';
import { identities } from '../support/identities.ts';
import { activateKey, generateKey, sign } from '../support/life.ts';
import { deliverAll, fromHex, generate, lastOf, type Network, networkOf, okOf, partyOf } from '../support/network.ts';
import { activate, CONFIGURATION, pend, sealingKeyOf } from '../support/world.ts';

/** What the TEE of a party could read in the seal that its host keeps. */
function stateOf({ nodes }: Network, party: number): State {
  const context = {
    key: new Secret(sealingKeyOf(party)),
    configuration: parseConfiguration(CONFIGURATION).hash,
  };
  const { state } = unsealState(context, fromHex(lastOf(nodes[party - 1]!.events, 'seal').sealed));
  return decodeState(state, FINALITY, identities, portableSchemeSuites);
}

async function everything(network: Network): Promise<string> {
  const answers: unknown[] = [];
  await generate(network);
  pend(network.world);
  for (const node of network.nodes.slice(0, 2)) {
    answers.push(await activateKey(network, node));
  }
  await deliverAll(network);
  activate(network.world);
  for (const run of [0, 1]) {
    for (const node of network.nodes.slice(0, 2)) {
      answers.push(await sign(network, node, { run }));
    }
    if (run === 0) await deliverAll(network);
  }
  const { session } = okOf<{ session: `0x${string}` }>(answers.at(-1) as never);
  for (const node of network.nodes) {
    answers.push(
      await node.call('abort', { session }),
      await node.call('status', {}),
      await node.call('deliver', { envelope: '0x00' }),
    );
  }
  return JSON.stringify([answers, network.nodes.map(({ events }) => events), network.post]);
}

const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);

describe('nothing that an enclave says', () => {
  it('contains a share, an identity key or a sealing key [I4]', async () => {
    const network = await networkOf(3, 2);
    const tapped = await everything(network);
    for (const party of [1, 2, 3]) {
      const { identity, shares } = stateOf(network, party);
      const secrets = [
        identity.key.reveal(),
        ...shares.map(({ keyShare }) => keyShare.secret.reveal()),
        sealingKeyOf(party),
      ];
      expect(secrets).to.have.length(3);
      for (const secret of secrets) expect(tapped).not.to.contain(Buffer.from(secret).toString('hex'));
    }
    expect(tapped).to.contain(Buffer.from(network.world.facts.key.publicKeyX).toString('hex'));
  });

  it('is readable to a third member: an envelope opens for its receiver only [I4]', async () => {
    const network = await networkOf(3, 2);
    for (const node of network.nodes) okOf(await generateKey(network, node));
    for (const { to, envelope } of network.post) {
      for (const [at, node] of network.nodes.entries()) {
        if (partyOf(to) === at + 1) continue;
        const readdressed = fromHex(envelope).with(38, at + 1);
        const answer = await node.call('deliver', { envelope: `0x${Buffer.from(readdressed).toString('hex')}` });
        expect('refusal' in answer && answer.refusal.code).to.match(/^ENVELOPE_(UNOPENED|MISROUTED)$/);
      }
    }
  });
});

describe('a secret', () => {
  it('prints as <secret>, wherever it is held', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const state = stateOf(network, 1);
    const secrets = [state.identity.key.reveal(), state.shares[0]!.keyShare.secret.reveal()];
    const shown = [inspect(state, { depth: 9 }), JSON.stringify(state, plain), String(state.identity.key)].join();
    expect(shown).to.contain('<secret>');
    for (const secret of secrets) {
      expect(shown).not.to.contain(Buffer.from(secret).toString('hex'));
      expect(shown).not.to.contain(secret.slice(0, 4).join(', '));
    }
    expect(encodeState(state, FINALITY).length).to.be.greaterThan(64);
  });
});
