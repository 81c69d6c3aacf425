/**
 * A DAO with a key on a simulated chain, requests of every kind fulfilled, and a beacon chain over it: real contracts, real votes, real payloads,
 * real signatures. The key is whole here, which it never is elsewhere: how it signs is not what is tried.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { getBytes, hexlify, id, keccak256, ZeroAddress, ZeroHash } from 'ethers';
import { type BeaconChain, beaconChain } from '../../../scripts/local/beacon/beaconChain.ts';
import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import { executionHeader } from '../../../scripts/local/beacon/executionHeader.ts';
import { buildSpend, type Spend, taprootScript } from '../../../scripts/local/bitcoin.ts';
import { type Action, action, vote } from '../../../scripts/local/vote.ts';
import type { Recorded } from '../../../signer/audit/trust.ts';
import { recordedOf } from '../../../signer/cli/audit/recorded.ts';
import { parseRecord } from '../../../signer/cli/chain/deploymentRecord.ts';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import { CONFIGURATION_TAG } from '../../../signer/formats/tags.ts';
import { abiEncode, addressWord, uintWord } from '../../../signer/formats/words.ts';
import { BITCOIN_ASSET } from '../../../signer/payload/caip.ts';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { type World, world } from '../../contracts/support/chain.ts';
import {
  type Enclave,
  evidenceFor,
  IMAGE,
  makeEnclave,
  RECORD,
  recordBoot,
  registrationOf,
  signPresentation,
  signRegistration,
} from '../../contracts/support/enclaves.ts';
import {
  activeKey,
  claimDerived,
  outputSecret,
  parametersOf,
  publicKeyOf,
  rowFor,
  secretOf,
  signBip340,
} from '../../contracts/support/keys.ts';
import { measurement } from '../../contracts/support/preimages.ts';
import { EFFECT, lastRequest, type Request } from '../../contracts/support/requests.ts';
import { TEE } from '../../contracts/support/tee.ts';
import { votingChain } from '../../contracts/support/votingChain.ts';
import { type Served, serveBeacon, serveRpc } from './serve.ts';

export type Scene = {
  readonly world: World;
  readonly beacon: BeaconChain;
  /** Root of the first final block: what an auditor trusts. */
  readonly checkpoint: Uint8Array;
  readonly recorded: Recorded;
  readonly requests: Readonly<Record<Kind, Request>>;
  readonly urls: { readonly rpc: string; readonly beacon: string };
  readonly files: { readonly deployment: string; readonly configuration: string; readonly directory: string };
  /** Finalises the newest block. */
  readonly finalise: () => Promise<void>;
  readonly close: () => Promise<void>;
};
export const KINDS = ['vote', 'second', 'voted', 'mandate', 'delegate'] as const;
/** What somebody else than the governor proposed to the timelock, as one call. */
export const OTHER_KINDS = ['proposer'] as const;
export type Kind = (typeof KINDS)[number] | (typeof OTHER_KINDS)[number];

/** Periods of 16 slots, eight finalities: a scene crosses some. */
const FINALITY = developmentConfig({ syncCommitteeSize: 32, epochsPerSyncCommitteePeriod: 2 });
const SECRET = secretOf('audit');
const RECIPIENT = getBytes(`0x0014${'33'.repeat(20)}`);
const BTC = hexlify(BITCOIN_ASSET);

/** @param isInRegisters whether measurements name no configuration, as those of TDX and Nitro do */
export async function scene({ isInRegisters = false } = {}): Promise<Scene> {
  const it = await world();
  const directory = mkdtempSync(join(tmpdir(), 'audit-scene-'));
  const configuration = await configurationOf(it);
  const record = JSON.stringify(it.record);
  const files = {
    directory,
    deployment: join(directory, 'deployment.json'),
    configuration: join(directory, 'configuration'),
  };
  writeFileSync(files.deployment, record);
  writeFileSync(files.configuration, configuration);
  const beacon = beaconChain(FINALITY);
  const finalise = async () => {
    beacon.finalise(executionHeader(await it.ethers.provider.send('eth_getBlockByNumber', ['latest', false])));
  };
  await finalise();
  const checkpoint = beacon.finalised()!.root;
  const requests = await requestsOf(it, isInRegisters ? ZeroHash : keccak256(configuration), finalise);
  const [rpc, light]: Served[] = [await serveRpc(it.ethers), await serveBeacon(beacon)];
  return {
    ...{ world: it, beacon, checkpoint, recorded: recordedOf(parseRecord(record)), requests, files, finalise },
    urls: { rpc: rpc!.url, beacon: light!.url },
    close: async () => {
      await Promise.all([rpc!.close(), light!.close()]);
      rmSync(directory, { recursive: true });
    },
  };
}

async function configurationOf({ ethers, record }: World): Promise<Uint8Array> {
  const genesis = await ethers.provider.getBlock(0);
  const measured = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'].flatMap((name) => {
    const { address, codeHash } = record.contracts[name]!;
    return [addressWord(getBytes(address)), getBytes(codeHash)];
  });
  const words = [CONFIGURATION_TAG, uintWord(BigInt(record.chainId)), getBytes(genesis!.hash!), ...measured];
  return Uint8Array.of(...abiEncode(...words), ...encodeConfig(FINALITY));
}

async function enclavesOf(it: World, configuration: string): Promise<readonly Enclave[]> {
  await it.measurementRegistry.connect(it.dao).approve({ ...RECORD, configuration });
  const enclaves: Enclave[] = [];
  for (const [i, operator] of it.operators.slice(0, 3).entries()) {
    const enclave = await makeEnclave(it, operator, `${i}`);
    const registration = await registrationOf(it, enclave);
    const evidence = await evidenceFor(it, registration, { configuration });
    const signatures = [
      await signRegistration(it, enclave.identity, registration),
      await signPresentation(it, enclave.operator, registration, evidence),
    ] as const;
    await it.enclaveRegistry.connect(it.anyone).register(registration, evidence, ...signatures);
    await recordBoot(it, enclave);
    enclaves.push(enclave);
  }
  await it.helpers.time.increase(10);
  await it.measurementRegistry.promote(measurement(TEE, IMAGE, configuration));
  return enclaves;
}

type Asker = {
  readonly it: World;
  readonly keyId: string;
  readonly decide: (title: string, to: Action) => Promise<void>;
};

async function requestsOf(it: World, configuration: string, finalise: () => Promise<void>): Promise<Scene['requests']> {
  const members = await enclavesOf(it, configuration);
  const timelock = await it.timelock.getAddress();
  const delegate = it.operators[10]!;
  const guard = await (await it.ethers.deployContract('GuardMock')).getAddress();
  const module = await it.mandates.getAddress();
  const rows = [rowFor(timelock, { module }), rowFor(delegate.address, { guard })];
  const keyId = await activeKey(it, members, SECRET, parametersOf(members, { rows }));
  const chain = votingChain(it.ethers, it.helpers);
  const decide = async (title: string, to: Action) => {
    await vote(chain, it.governor, it.voters, title, [to]);
    await finalise();
  };
  const asker = { it, keyId, decide };
  return {
    vote: await byVote(asker, timelock, 1),
    second: await byVote(asker, timelock, 2),
    voted: await inTheNameOf(asker, delegate.address, 3),
    mandate: await byMandate(asker, timelock, 4),
    delegate: await byDelegate(asker, delegate, 5),
    proposer: await byProposer(asker, timelock, 6),
  };
}

async function byVote({ it, keyId, decide }: Asker, timelock: string, nth: number): Promise<Request> {
  const intent = await intentFor(it, keyId, await spendFor(it, keyId, timelock, nth));
  await decide(`Pay supplier ${nth}`, await action(it.signingRequests, 'request', [intent]));
  return fulfilled(it, keyId, await lastRequest(it, timelock, intent));
}

async function inTheNameOf({ it, keyId, decide }: Asker, requester: string, nth: number): Promise<Request> {
  const intent = await intentFor(it, keyId, await spendFor(it, keyId, requester, nth));
  await decide('Empty an address', await action(it.signingRequests, 'requestFor', [intent, requester, ZeroHash]));
  return fulfilled(it, keyId, await lastRequest(it, requester, intent));
}

async function byMandate({ it, keyId, decide }: Asker, timelock: string, nth: number): Promise<Request> {
  const filling = await intentFor(it, keyId, await spendFor(it, keyId, timelock, nth));
  const { path, kind, effects, deadline, consumer, callbackGas } = filling;
  const feeCaps = [{ asset: BTC, amount: 5_000n }];
  const said = { keyId, path, kind, deadline, consumer, callbackGas, executor: ZeroAddress, feeCaps };
  await decide('Pay within bounds', await action(it.mandates, 'place', [{ ...said, effects: effects.slice(0, 1) }]));
  const terms = { requester: timelock, counter: await it.mandates.mandateCount(), executor: ZeroAddress, feeCaps };
  await it.mandates.connect(it.anyone).fill(terms, filling);
  return fulfilled(it, keyId, await lastRequest(it, timelock, filling));
}

async function byProposer({ it, keyId }: Asker, requester: string, nth: number): Promise<Request> {
  const { timelock, dao, operators, helpers } = it;
  const proposer = operators[11]!;
  for (const role of [await timelock.PROPOSER_ROLE(), await timelock.EXECUTOR_ROLE()])
    await timelock.connect(dao).grantRole(role, proposer);
  const intent = await intentFor(it, keyId, await spendFor(it, keyId, requester, nth));
  const { target, data } = await action(it.signingRequests, 'request', [intent]);
  const call = [target, 0, data, ZeroHash, id('a salt')] as const;
  const delay = await timelock.getMinDelay();
  await timelock.connect(proposer).schedule(...call, delay);
  await helpers.time.increase(delay);
  await timelock.connect(proposer).execute(...call);
  return fulfilled(it, keyId, await lastRequest(it, requester, intent));
}

async function byDelegate({ it, keyId }: Asker, delegate: HardhatEthersSigner, nth: number): Promise<Request> {
  const intent = await intentFor(it, keyId, await spendFor(it, keyId, delegate.address, nth));
  await it.signingRequests.connect(delegate).request(intent);
  return fulfilled(it, keyId, await lastRequest(it, delegate.address, intent));
}

async function spendFor(it: World, keyId: string, requester: string, nth: number): Promise<Spend> {
  const derived = await claimDerived(it, keyId, SECRET, requester);
  const [internalKey, outputKey] = [derived, outputSecret(derived)].map((one) => getBytes(publicKeyOf(one).x));
  const prevout = {
    txid: id(`funding ${nth}`).slice(2),
    index: nth,
    script: taprootScript(outputKey!),
    amount: 100_000n,
  };
  return buildSpend(prevout, internalKey!, RECIPIENT, 700n);
}

async function intentFor(it: World, keyId: string, spend: Spend): Promise<IntentStruct> {
  const effect = { asset: BTC, detail: ZeroHash };
  return {
    keyId,
    ...{
      path: ZeroHash,
      kind: 1,
      payload: hexlify(spend.psbt),
      digests: spend.digests.map((digest) => hexlify(digest)),
    },
    effects: [
      { ...effect, kind: EFFECT.transfer, recipient: hexlify(spend.recipientScript), amount: spend.amount },
      { ...effect, kind: EFFECT.fee, recipient: '0x', amount: spend.fee },
    ],
    deadline: (await it.helpers.time.latest()) + 30 * 86_400,
    ...{ consumer: ZeroAddress, callbackGas: 0, replaces: ZeroHash },
  };
}

async function fulfilled(it: World, keyId: string, made: Request): Promise<Request> {
  const derived = await claimDerived(it, keyId, SECRET, made.header.requester);
  const digests = made.intent.digests.map(String);
  const signatures = digests.map((digest) => signBip340(outputSecret(derived), digest));
  await it.signingRequests.connect(it.anyone).fulfil(made.header, digests, signatures);
  return made;
}
