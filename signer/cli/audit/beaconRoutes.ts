/** A beacon node's light-client routes, for a command that asks a little and ends. What comes is judged by a light client. */

import { fromBeaconJson } from '../../finality/beaconApi/canonicalBytes.ts';
import { type Bytes, hex } from '../../finality/bytes.ts';
import type { FinalityConfig } from '../../finality/config.ts';
import { isRejection, type Rejection } from '../../finality/rejection.ts';
import { type Kind, largestInput } from '../../finality/wire.ts';
import { describe, Fatal } from '../../host/errors.ts';

/** What an export needs of a beacon node. */
export type BeaconRoutes = {
  /** Root of the newest final block. */
  readonly finalisedRoot: () => Promise<Bytes>;
  readonly bootstrap: (root: Bytes) => Promise<Bytes>;
  /** The full update of one period. */
  readonly update: (period: number) => Promise<Bytes>;
  readonly finality: () => Promise<Bytes>;
};

const PATIENCE = 20_000;
/** Its JSON is about twice as long as the bytes; four times leaves room. */
const JSON_PER_BYTE = 4;

export function beaconRoutes(url: string, config: FinalityConfig): BeaconRoutes {
  const base = url.replace(/\/+$/, '');
  const cap = JSON_PER_BYTE * largestInput(config);
  const ask = (path: string) => get(`${base}/eth/v1/beacon/${path}`, cap);
  const canonical = (kind: Kind, answer: unknown) => requireFormed(fromBeaconJson(config, kind, answer));
  return {
    finalisedRoot: async () => rootIn(await ask('headers/finalized')),
    bootstrap: async (root) => canonical('bootstrap', await ask(`light_client/bootstrap/${hex(root)}`)),
    update: async (period) => {
      const answer = await ask(`light_client/updates?start_period=${period}&count=1`);
      return canonical('update', Array.isArray(answer) ? answer[0] : answer);
    },
    finality: async () => canonical('finality_update', await ask('light_client/finality_update')),
  };
}

async function get(address: string, cap: number): Promise<unknown> {
  try {
    const response = await fetch(address, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return JSON.parse(await textOf(response, cap));
  } catch (cause) {
    throw unusable(`${new URL(address).pathname}: ${describe(cause)}`, { cause });
  }
}

/** Counted as it comes, so that nothing longer is ever held. */
async function textOf(response: Response, cap: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > cap) throw new Error(`an answer of more than ${cap} characters`);
  }
  return text + decoder.decode();
}

function rootIn(answer: unknown): Bytes {
  const root = (answer as { data?: { root?: unknown } } | null)?.data?.root;
  if (typeof root === 'string' && /^0x[0-9a-f]{64}$/.test(root))
    return Uint8Array.from(Buffer.from(root.slice(2), 'hex'));
  throw unusable('headers/finalized has no root');
}

function requireFormed(found: Bytes | Rejection): Bytes {
  if (isRejection(found)) throw unusable(`${found.code}: ${found.field}: ${found.found}, expected ${found.expected}`);
  return found;
}

function unusable(detail: string, options?: ErrorOptions): Fatal {
  const advice = 'Name a beacon node of the home chain with --beacon that serves light clients.';
  return new Fatal('CONFIG_INVALID', `the beacon node is of no use: ${detail}`, advice, options);
}
