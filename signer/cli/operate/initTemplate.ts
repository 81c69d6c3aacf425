/** The configuration of a new operator, from the options of `quorate init`. */

import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fatal } from '../../host/errors.ts';
import { type Options, option } from '../command.ts';
import { firstBlockOf } from './configuration.ts';

const SCHEMA = pathToFileURL(join(import.meta.dirname, '../../../docs/quorate.schema.json')).href;

export type Template = ReturnType<typeof template>;

export function isMade(options: Options): boolean {
  return options.configuration === undefined;
}

export function template(options: Options, record: string, command: unknown) {
  const endpoint = option(options, 'endpoint');
  const implied = URL.canParse(endpoint) ? Number(new URL(endpoint).port || 443) : 0;
  const startBlock = options['start-block'] === undefined ? firstBlockOf(record) : numberOf(options, 'start-block');
  const port = options.listen === undefined ? implied : numberOf(options, 'listen');
  return {
    $schema: SCHEMA,
    dataDirectory: 'data',
    chain: {
      rpc: [option(options, 'rpc')],
      beacon: [option(options, 'beacon')],
      checkpoint: options.checkpoint ?? null,
      deploymentFile: resolve(option(options, 'deployment')),
      startBlock,
    },
    operator: { keyFile: 'operator.key', region: option(options, 'region') },
    peers: { endpoint, host: '0.0.0.0', port, certFile: 'tls.crt', keyFile: 'tls.key' },
    health: { host: '127.0.0.1', port: numberOf(options, 'health-port') },
    enclave: {
      command,
      configurationFile: isMade(options) ? 'configuration' : resolve(option(options, 'configuration')),
      ...(options.collateral !== undefined && { collateral: [option(options, 'collateral')] }),
    },
    log: 'info',
  };
}

function numberOf(options: Options, name: string): number {
  const text = option(options, name);
  if (/^(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  throw new Fatal('CONFIG_INVALID', `--${name} ${text} is no number`, 'Write it in digits, such as 21000000.');
}
