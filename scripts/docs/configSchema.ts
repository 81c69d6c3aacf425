/**
 * A JSON Schema of quorate.json, for editors: docs/quorate.schema.json. What counts is `parseConfig`; a test holds the two together.
 *
 *     node scripts/bootstrap.mjs scripts/docs/configSchema.ts
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INTEL_PCS } from '../../signer/host/config.ts';
import { LEVELS } from '../../signer/host/log.ts';
import { DEFAULT_FEES, DEFAULT_TIMES } from '../../signer/host/settings.ts';

export const SCHEMA_FILE = join(import.meta.dirname, '../../docs/quorate.schema.json');

export type Schema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
};

export function configSchema(): Schema {
  const required = ['chain', 'operator', 'peers', 'health', 'enclave'];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'quorate.json',
    ...object('the configuration of a host: docs/operators.md', required, {
      $schema: text('for editors'),
      dataDirectory: { ...text('the store; one host at a time'), default: 'data' },
      chain: object('the home chain', ['rpc', 'beacon', 'deploymentFile'], {
        rpc: {
          ...{ type: 'array', minItems: 1, description: 'nodes of the home chain, in order of preference' },
          items: { type: 'string', pattern: '^(https?|wss?)://[^#]*$' },
        },
        beacon: {
          ...{ type: 'array', minItems: 1, description: 'beacon nodes of it, which serve light clients' },
          items: { type: 'string', pattern: '^https?://[^#]*$' },
        },
        checkpoint: {
          ...{ type: ['string', 'null'], pattern: '^0x[0-9a-f]{64}$', default: null },
          description: 'root of a recent final beacon block, for the first start of an enclave',
        },
        deploymentFile: text('the record of the deployment'),
        startBlock: { ...integer('where reading begins', 0), default: 0 },
      }),
      operator: object('keys and place of this operator', ['keyFile', 'region'], {
        keyFile: text('registers the enclave; 0x-hex, mode 0600'),
        gasKeyFile: text('pays for gas; without it, the operator key does'),
        secondGasKeyFile: text('pays while the first is empty or stuck'),
        region: { ...text('name of the region, as the DAO admits it, or its Keccak-256'), maxLength: 66 },
      }),
      peers: object('other hosts', ['endpoint', 'host', 'port', 'certFile', 'keyFile'], {
        endpoint: { type: 'string', pattern: '^wss://', description: 'what others dial, registered on chain' },
        ...{ host: text('address to listen on'), port: integer('port to listen on', 0, 65_535) },
        ...{ certFile: text('certificate, PEM'), keyFile: text('its key, PEM, mode 0600') },
      }),
      health: object('/livez, /readyz, /metrics', ['host', 'port'], {
        ...{ host: text('address to listen on'), port: integer('port to listen on', 0, 65_535) },
      }),
      enclave: object('the measured part', ['command', 'configurationFile'], {
        command: {
          type: 'array',
          minItems: 1,
          items: { type: 'string' },
          description: 'starts the TEE; starts where this file lies',
        },
        configurationFile: text('the measured configuration'),
        collateral: {
          ...{ type: 'array', minItems: 1, items: { type: 'string', pattern: '^https?://' }, default: [INTEL_PCS] },
          description: "collateral of Intel's, for TDX and SGX: addresses of Intel's service or a cache of it (PCCS)",
        },
      }),
      replaceIdentity: {
        type: 'boolean',
        default: false,
        description: 'lets a new enclave take the place of a lost one',
      },
      log: { enum: [...LEVELS], default: 'info' },
      concurrency: { ...integer('sessions led at once', 1, 32), default: 8 },
      times: object('waits, in milliseconds unless they say seconds', [], waits()),
      fees: object('most that is paid', [], limits()),
    }),
  };
}

function waits(): Readonly<Record<string, Schema>> {
  const entries = Object.entries(DEFAULT_TIMES);
  return Object.fromEntries(entries.map(([name, value]) => [name, { ...integer('', 1, 604_800_000), default: value }]));
}

function limits(): Readonly<Record<string, Schema>> {
  const amount = { type: 'string', pattern: '^(0|[1-9]\\d{0,17})(\\.\\d{1,18})? (wei|gwei|ether)$' };
  return Object.fromEntries(
    Object.entries(DEFAULT_FEES).map(([name, wei]) => [name, { ...amount, default: `${wei / 1_000_000_000n} gwei` }]),
  );
}

function object(
  description: string,
  required: readonly string[],
  properties: Readonly<Record<string, Schema>>,
): Schema {
  return { type: 'object', description, additionalProperties: false, required, properties };
}

function text(description: string): Schema {
  return { type: 'string', minLength: 1, description };
}

function integer(description: string, minimum: number, maximum = Number.MAX_SAFE_INTEGER): Schema {
  return { type: 'integer', ...(description && { description }), minimum, maximum };
}

if (import.meta.main) writeFileSync(SCHEMA_FILE, `${JSON.stringify(configSchema(), null, 2)}\n`);
