/** The Beacon API's routes that a light client uses, https://ethereum.github.io/beacon-APIs */

import { hex } from '../../../signer/finality/bytes.ts';
import type { FinalityConfig } from '../../../signer/finality/config.ts';
import {
  beaconBlockHeader,
  type LightClientBootstrap,
  type LightClientUpdate,
} from '../../../signer/finality/containers.ts';
import { forkAtSlot } from '../../../signer/finality/spec/computeForkVersion.ts';
import { type Kind, schemaOf } from '../../../signer/finality/wire.ts';
import type { Answer } from './answers.ts';
import type { BeaconChain } from './beaconChain.ts';
import type { DevelopmentBlock } from './block.ts';
import { toJson } from './toJson.ts';

export type Reply = { readonly status: number; readonly body: unknown };
type Route = readonly [
  pattern: RegExp,
  answer: (chain: BeaconChain, match: readonly string[], query: URLSearchParams) => Reply,
];

/** > MAX_REQUEST_LIGHT_CLIENT_UPDATES */
const MAX_UPDATES = 128;

const ROUTES: readonly Route[] = [
  [/^\/eth\/v1\/node\/health$/, () => ok(null)],
  [/^\/eth\/v1\/beacon\/genesis$/, ({ config }) => ok({ data: genesis(config) })],
  [/^\/eth\/v1\/beacon\/headers\/(\w+)$/, (chain, [, id = '']) => found(blockNamed(chain, id), headerAnswer)],
  [
    /^\/eth\/v1\/beacon\/light_client\/bootstrap\/(0x[0-9a-f]{64})$/,
    (chain, [, root = '']) => found(chain.bootstrap(root), (answer) => versioned(chain.config, 'bootstrap', answer)),
  ],
  [/^\/eth\/v1\/beacon\/light_client\/updates$/, (chain, _, query) => updatesAnswer(chain, query)],
  [
    /^\/eth\/v1\/beacon\/light_client\/finality_update$/,
    (chain) => found(chain.finalityUpdate(), (answer) => versioned(chain.config, 'finality_update', answer)),
  ],
];

/** @param target path and query of a GET */
export function reply(chain: BeaconChain, target: string): Reply {
  const { pathname, searchParams } = new URL(target, 'http://beacon');
  for (const [pattern, answer] of ROUTES) {
    const match = pattern.exec(pathname);
    if (match) return answer(chain, match, searchParams);
  }
  return failure(404, 'no such route');
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function failure(code: number, message: string): Reply {
  return { status: code, body: { code, message } };
}

function found<T>(value: T | undefined, answer: (value: T) => unknown): Reply {
  return value === undefined ? failure(404, 'not found, or nothing is final yet') : ok(answer(value));
}

function genesis({ genesisTime, genesisValidatorsRoot, forks }: FinalityConfig) {
  const [first] = forks;
  return {
    genesis_time: `${genesisTime}`,
    genesis_validators_root: hex(genesisValidatorsRoot),
    genesis_fork_version: hex(first?.version ?? new Uint8Array(4)),
  };
}

function blockNamed(chain: BeaconChain, id: string): DevelopmentBlock | undefined {
  if (id === 'head') return chain.head();
  return id === 'finalized' ? chain.finalised() : chain.blockAt(id);
}

function headerAnswer({ root, beacon }: DevelopmentBlock) {
  const message = toJson(beaconBlockHeader, beacon);
  const signature = `0x${'00'.repeat(96)}`;
  return {
    execution_optimistic: false,
    finalized: true,
    data: { root: hex(root), canonical: true, header: { message, signature } },
  };
}

function updatesAnswer(chain: BeaconChain, query: URLSearchParams): Reply {
  const [start, count] = ['start_period', 'count'].map((name) => query.get(name) ?? '');
  if (!/^\d{1,10}$/.test(start ?? '') || !/^\d{1,10}$/.test(count ?? '')) return failure(400, 'start_period and count');
  const answers = chain.updates(Number(start), Math.min(Number(count), MAX_UPDATES));
  return ok(answers.map((answer) => versioned(chain.config, 'update', answer)));
}

function versioned(
  config: FinalityConfig,
  kind: Kind,
  { shape, value }: Answer<LightClientBootstrap | LightClientUpdate>,
) {
  const { beacon } = 'header' in value ? value.header : value.attested_header;
  return {
    version: forkName(config, Number(beacon.slot)),
    data: toJson(schemaOf(config, kind, shape), value as never),
  };
}

/** Fulu is the second fork of Electra's format. */
function forkName(config: FinalityConfig, slot: number): string {
  const fork = forkAtSlot(config, slot);
  const isLater = config.forks.some(({ epoch, shape }) => shape === fork.shape && epoch < fork.epoch);
  return fork.shape === 'electra' && isLater ? 'fulu' : fork.shape;
}
