/** Real chains and the specification's own tests: what guards against a verifier and a development committee that share a mistake. */

import { deepEqual, equal } from 'node:assert/strict';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import {
  fromBeaconJson,
  fromBeaconSsz,
  updatesFromBeaconSsz,
  withoutNextCommittee,
} from '../../signer/finality/beaconApi/canonicalBytes.ts';
import { fastAggregateVerify } from '../../signer/finality/bls/fastAggregateVerify.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { hex } from '../../signer/finality/bytes.ts';
import type { FinalityConfig } from '../../signer/finality/config.ts';
import { beaconBlockHeader, lightClientHeader, syncCommittee } from '../../signer/finality/containers.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import { mainnet, sepolia } from '../../signer/finality/networks.ts';
import type { Rejection } from '../../signer/finality/rejection.ts';
import { computeSigningRoot } from '../../signer/finality/spec/computeSigningRoot.ts';
import { admitted } from '../../signer/finality/spec/initializeLightClientStore.ts';
import { validateLightClientHeader } from '../../signer/finality/spec/validateLightClientHeader.ts';
import { fromJson } from '../../signer/finality/ssz/fromJson.ts';
import { hashTreeRoot } from '../../signer/finality/ssz/hashTreeRoot.ts';
import type { Committee, Store } from '../../signer/finality/store.ts';
import { decodeUpdate } from '../../signer/finality/wire.ts';
import { bytes, itWith, json, raw, rootOfJson, text } from './support/fixtures.ts';
import { accepted, outcome } from './support/outcomes.ts';
import { unsnappy } from './support/snappy.ts';

function committeeOf(config: FinalityConfig, answer: unknown): Committee {
  const schema = syncCommittee(config);
  const committee = fromJson(schema, answer, 'committee');
  return admitted(committee, hashTreeRoot(schema, committee));
}

function storeAt(beacon: unknown, current: Committee, next: Committee | null): Store {
  const header = fromJson(beaconBlockHeader, beacon, 'beacon');
  return { finalised: { beacon: header, blockHash: new Uint8Array(32) }, current, next };
}

describe('mainnet, Capella', () => {
  const files = ['bootstrap', 'updates', 'finality'].map((name) => `mainnet-capella/${name}.json`);

  itWith('follows six periods from a bootstrap, then a finality update', files, () => {
    const answer = json(files[0]!);
    const trusted = rootOfJson(answer.data.header.beacon);
    let store = accepted(bootstrap(mainnet, trusted, accepted(fromBeaconJson(mainnet, 'bootstrap', answer))));
    for (const update of json(files[1]!)) {
      const before = finalised(mainnet, store);
      store = accepted(applyUpdate(mainnet, store, accepted(fromBeaconJson(mainnet, 'update', update))));
      equal(finalised(mainnet, store).isNextCommitteeKnown, true);
      equal(finalised(mainnet, store).slot >= before.slot, true);
    }
    equal(finalised(mainnet, store).period, 867);

    const finality = json(files[2]!).data;
    store = accepted(applyUpdate(mainnet, store, accepted(fromBeaconJson(mainnet, 'finality_update', finality))));
    const { slot, blockHash, beaconRoot, time } = finalised(mainnet, store);
    equal(slot, Number(finality.finalized_header.beacon.slot));
    equal(hex(blockHash), finality.finalized_header.execution.block_hash);
    deepEqual(beaconRoot, rootOfJson(finality.finalized_header.beacon));
    equal(time, Number(finality.finalized_header.execution.timestamp));
  });

  itWith('reads no optimistic update', ['mainnet-capella/optimistic.json'], () => {
    const answer = json('mainnet-capella/optimistic.json');
    equal(
      outcome(() => fromBeaconJson(mainnet, 'finality_update', answer)),
      'JSON_MALFORMED',
    );
  });
});

describe('mainnet, Electra', () => {
  const file = (name: string) => `mainnet-electra-periods/${name}`;
  const names = ['1600', '1601'].flatMap((period) => [
    `${period}.lcb.ssz`,
    `${period}.lcu.ssz`,
    `${period}.lcb.json`,
    `${period}.lcu.json`,
  ]);

  function bootstrapped(period: string): Store {
    const trusted = rootOfJson(json(file(`${period}.lcb.json`)).header.beacon);
    return accepted(
      bootstrap(mainnet, trusted, accepted(fromBeaconSsz(mainnet, 'bootstrap', raw(file(`${period}.lcb.ssz`))))),
    );
  }

  function update(period: string): Uint8Array {
    return accepted(updatesFromBeaconSsz(mainnet, raw(file(`${period}.lcu.ssz`))))[0]!;
  }

  itWith('makes the same bytes of JSON and of SSZ', names.map(file), () => {
    for (const period of ['1600', '1601']) {
      const ssz = accepted(fromBeaconSsz(mainnet, 'bootstrap', raw(file(`${period}.lcb.ssz`))));
      deepEqual(accepted(fromBeaconJson(mainnet, 'bootstrap', json(file(`${period}.lcb.json`)))), ssz);
      deepEqual(accepted(fromBeaconJson(mainnet, 'update', json(file(`${period}.lcu.json`)))), update(period));
    }
  });

  itWith('takes a committee that is final in its period, and no other', names.map(file), () => {
    const store = accepted(applyUpdate(mainnet, bootstrapped('1600'), update('1600')));
    equal(finalised(mainnet, store).isNextCommitteeKnown, true);

    equal(
      outcome(() => applyUpdate(mainnet, store, update('1601'))),
      'NEXT_COMMITTEE_NOT_FINAL',
    );
    equal(
      outcome(() => applyUpdate(mainnet, bootstrapped('1601'), update('1601'))),
      'NEXT_COMMITTEE_NOT_FINAL',
    );

    const finality = accepted(withoutNextCommittee(mainnet, update('1601')));
    const later = accepted(applyUpdate(mainnet, store, finality));
    equal(finalised(mainnet, later).period, 1600, 'signed by the committee of 1601, final in 1600');
    deepEqual(later.next, store.next);
  });
});

describe('mainnet, Deneb', () => {
  const folder = 'mainnet-colibri/eth_getProof1';
  const root = '69d93fb3b7370556d960de8c8d86a48adf7c4bfdced8e940dff3f149eb47d';
  const files = [
    `${folder}/eth_v1_beacon_light_client_bootstrap_0x${root}.ssz`,
    `${folder}/eth_v1_beacon_light_client_updates_start_period_1394_count_1.ssz`,
    `${folder}/compact.json`,
  ];

  itWith('learns the committee that signs a header of the next period', files, () => {
    const trusted = bytes(`${root}cfd`);
    const store = accepted(bootstrap(mainnet, trusted, accepted(fromBeaconSsz(mainnet, 'bootstrap', raw(files[0]!)))));
    const [update] = accepted(updatesFromBeaconSsz(mainnet, raw(files[1]!)));
    const later = accepted(applyUpdate(mainnet, store, update!));
    deepEqual(later.finalised, store.finalised, 'an older header teaches the committee and moves nothing');

    const { attested_header, sync_aggregate, signature_slot } = json(files[2]!);
    const header = fromJson(lightClientHeader.deneb, attested_header, 'attested_header');
    equal(hex(validateLightClientHeader(mainnet, header, 'attested_header')), attested_header.execution.block_hash);
    const message = computeSigningRoot(mainnet, Number(signature_slot), rootOfJson(attested_header.beacon));
    const [bits, signature] = [sync_aggregate.sync_committee_bits, sync_aggregate.sync_committee_signature].map(bytes);
    fastAggregateVerify(later.next!.keys, bits!, message, signature!);
    equal(
      outcome(() => fastAggregateVerify(later.current.keys, bits!, message, signature!)),
      'SIGNATURE_INVALID',
    );
  });
});

describe('Sepolia, Electra', () => {
  const name = (part: string) => `sepolia-electra/${part}.json`;
  const files = [
    'header_7167008',
    'current_sync_committee_7167008',
    'next_sync_committee_7167008',
    'finality_update_7167040',
  ].map(name);

  itWith('finalises what two thirds of the committee signed', files, () => {
    const [header, current, next, update] = files.map((file) => json(file));
    const committees = [current, next].map((committee) => committeeOf(sepolia, committee));
    const store = storeAt(header, committees[0]!, committees[1]!);
    const finality = accepted(fromBeaconJson(sepolia, 'finality_update', update));
    const { slot, blockHash, time } = finalised(sepolia, accepted(applyUpdate(sepolia, store, finality)));
    equal(slot, 7167040);
    equal(hex(blockHash), update.finalized_header.execution.block_hash);
    equal(time, Number(update.finalized_header.execution.timestamp));

    const swapped = storeAt(header, committees[1]!, committees[0]!);
    equal(
      outcome(() => applyUpdate(sepolia, swapped, finality)),
      'SIGNATURE_INVALID',
    );
  });
});

describe('a devnet, Fulu, minimal preset', () => {
  type ClientState = {
    genesis_validators_root: string;
    genesis_time: number;
    fork_parameters: Record<'electra' | 'fulu', { epoch: number; version: string }>;
  };

  function configOf({ genesis_validators_root, genesis_time, fork_parameters }: ClientState): FinalityConfig {
    const { electra, fulu } = fork_parameters;
    return {
      genesisValidatorsRoot: bytes(genesis_validators_root),
      genesisTime: genesis_time,
      secondsPerSlot: 2,
      slotsPerEpoch: 8,
      epochsPerSyncCommitteePeriod: 8,
      syncCommitteeSize: 32,
      minParticipants: 22,
      parentRoots: true,
      forks: [electra, fulu].map(({ epoch, version }) => ({ epoch, version: bytes(version), shape: 'electra' })),
    };
  }

  type DevnetUpdate = { finalized_header: { beacon: { slot: string } }; next_sync_committee?: object };
  type Step = {
    active_sync_committee: Record<string, unknown>;
    consensus_update: DevnetUpdate;
    trusted_slot: number;
  };

  /** The JSON inside a transaction's bytes that has such a member. */
  function updatesIn(body: string): readonly Step[] {
    const text = new TextDecoder('latin1').decode(bytes(body));
    return [...text.matchAll(/\{"active_sync_committee"/g)].map(({ index }) => JSON.parse(objectAt(text, index)));
  }

  function objectAt(text: string, start: number): string {
    let depth = 0;
    for (let at = start; at < text.length; at++) {
      depth += text[at] === '{' ? 1 : text[at] === '}' ? -1 : 0;
      if (depth === 0) return text.slice(start, at + 1);
    }
    throw new Error('an object without an end');
  }

  for (const file of ['Test_TimeoutPacketFromCosmos', 'Test_ICS20TransferERC20TokenfromEthereumToCosmosAndBack'].map(
    (name) => `eureka-devnet/${name}.json`,
  ))
    itWith(`follows ${file}`, [file], () => {
      const { steps } = json(file);
      const config = configOf(steps[0].data.client_state);
      const updates = steps.flatMap((step: { data: { relayer_tx_body?: string } }) =>
        updatesIn(step.data.relayer_tx_body ?? ''),
      );
      equal(updates.length >= 2, true);
      for (const { active_sync_committee, consensus_update, trusted_slot } of updates as readonly Step[]) {
        const committee = committeeOf(config, active_sync_committee.Next ?? active_sync_committee.Current);
        const beacon = { ...consensus_update.finalized_header.beacon, slot: `${trusted_slot}` };
        const store = storeAt(beacon, committee, 'Next' in active_sync_committee ? committee : null);
        const later = accepted(applyUpdate(config, store, devnetBytes(config, consensus_update)));
        equal(finalised(config, later).slot, Number(consensus_update.finalized_header.beacon.slot));
      }
    });

  /** The relayer writes the base fee in hex; the Beacon API, and so the converter, in decimal. */
  function devnetBytes(config: FinalityConfig, update: DevnetUpdate): Uint8Array {
    const spelled = JSON.stringify(update).replace(
      /("base_fee_per_gas":)"(0x[0-9a-f]+)"/g,
      (_, name, fee) => `${name}"${BigInt(fee)}"`,
    );
    return accepted(
      fromBeaconJson(config, update.next_sync_committee ? 'update' : 'finality_update', JSON.parse(spelled)),
    );
  }
});

describe('consensus-spec-tests, light_client/sync, Deneb, minimal preset', () => {
  const MINIMAL: Omit<FinalityConfig, 'genesisValidatorsRoot'> = {
    genesisTime: 0,
    secondsPerSlot: 6,
    slotsPerEpoch: 8,
    epochsPerSyncCommitteePeriod: 8,
    syncCommitteeSize: 32,
    minParticipants: 22,
    parentRoots: true,
    forks: [{ epoch: 0, version: bytes('04000001'), shape: 'deneb' }],
  };

  /** What each step of process_update comes to here. Where the specification moves and we do not, it was by force or without finality. */
  const SCENARIOS: Readonly<Record<string, readonly (number | string)[]>> = {
    light_client_sync: [
      24,
      72,
      96,
      'FINALITY_MISSING',
      'NEXT_COMMITTEE_NOT_FINAL',
      'force_update',
      'PERIOD_SKIPPED',
      'PERIOD_SKIPPED',
      'force_update',
      'PERIOD_SKIPPED',
    ],
    advance_finality_without_sync_committee: [24, 72, 'FINALITY_MISSING', 80, 80],
    supply_sync_committee_from_past_update: [49],
  };

  for (const [name, expected] of Object.entries(SCENARIOS)) {
    const folder = `spec-minimal/deneb/${name}`;
    itWith(
      name,
      ['meta.yaml', 'steps.yaml', 'bootstrap.ssz_snappy'].map((file) => `${folder}/${file}`),
      () => {
        const meta = text(`${folder}/meta.yaml`);
        const hexOf = (field: string) => bytes(new RegExp(`${field}: '(0x[0-9a-f]+)'`).exec(meta)![1]!);
        const config = { ...MINIMAL, genesisValidatorsRoot: hexOf('genesis_validators_root') };
        const ssz = (file: string) => unsnappy(raw(`${folder}/${file}.ssz_snappy`));
        let store = accepted(
          bootstrap(
            config,
            hexOf('trusted_block_root'),
            accepted(fromBeaconSsz(config, 'bootstrap', ssz('bootstrap'))),
          ),
        );

        const found = stepsOf(text(`${folder}/steps.yaml`)).map(({ update, slot, currentSlot }) => {
          if (update === undefined) return 'force_update';
          const result = applyUpdate(config, store, specBytes(config, update, ssz(update)), currentSlot);
          if ('rejection' in result) return result.code;
          store = result;
          equal(finalised(config, store).slot, slot, 'as the specification has it');
          return slot;
        });
        // Both full updates of slot 96 finalise slot 80: the second brings a committee that this store knows by then or takes now.
        deepEqual(found, expected);
      },
    );
  }

  /** An update whose name says `x` first has no next committee, which the specification spells with zeros. */
  function specBytes(config: FinalityConfig, name: string, ssz: Uint8Array): Uint8Array {
    const update = accepted(fromBeaconSsz(config, 'update', ssz));
    return /_x[fx]$/.test(name) ? accepted(withoutNextCommittee(config, update)) : update;
  }

  type SpecStep = { readonly update: string | undefined; readonly slot: number; readonly currentSlot: number };

  function stepsOf(yaml: string): readonly SpecStep[] {
    return yaml
      .split(/^- /m)
      .slice(1)
      .map((step) => ({
        update: /update: (update_\S+)/.exec(step)?.[1],
        slot: Number(/finalized_header: \{slot: (\d+)/.exec(step)?.[1]),
        currentSlot: Number(/current_slot: (\d+)/.exec(step)?.[1]),
      }));
  }
});

describe('anvil under a development committee, minimal preset', () => {
  itWith('bootstraps; its update fails by the unpublished genesis root alone', ['local/anvil.json'], () => {
    const { boot, update, headerRlp } = json('local/anvil.json');
    const config: FinalityConfig = {
      ...mainnet,
      genesisValidatorsRoot: new Uint8Array(32),
      slotsPerEpoch: 8,
      epochsPerSyncCommitteePeriod: 8,
      syncCommitteeSize: 32,
      minParticipants: 22,
      forks: [{ epoch: 0, version: new Uint8Array(4), shape: 'electra' }],
    };
    const store = accepted(
      bootstrap(config, bytes(boot.trusted), accepted(fromBeaconJson(config, 'bootstrap', boot.json))),
    );
    const finality = accepted(fromBeaconJson(config, 'update', update));
    const { finalized_header } = decodeUpdate(config, finality).update;
    equal(finalized_header.beacon.slot, 16n);
    deepEqual(validateLightClientHeader(config, finalized_header, 'finalized_header'), keccak_256(bytes(headerRlp)));
    const result = applyUpdate(config, store, finality) as Rejection;
    equal(result.code, 'SIGNATURE_INVALID');
  });
});
