/** What is wrong with the options of `quorate init`, all of it at once and by the names that they have there. */

import { resolve } from 'node:path';
import { parseConfig } from '../../host/config.ts';
import { describe, Fatal } from '../../host/errors.ts';
import type { Options } from '../command.ts';
import { readBytes } from '../namedFile.ts';
import { readRecord } from './configuration.ts';
import { enclaveOf } from './initEnclave.ts';
import { type Template, template } from './initTemplate.ts';

/** Good ones: what is wrong with a configuration of one option and these is wrong with that option. */
const GOOD: Options = {
  ...{ rpc: 'http://127.0.0.1:8545', beacon: 'http://127.0.0.1:5052', endpoint: 'wss://signer.example.org:7000' },
  ...{ region: 'somewhere', 'health-port': '9100', 'start-block': '0', deployment: 'deployment.json' },
};
const OF_CONFIG = [
  'rpc',
  'beacon',
  'checkpoint',
  'endpoint',
  'listen',
  'health-port',
  'start-block',
  'region',
  'collateral',
] as const;

/** @throws Fatal CONFIG_INVALID with everything that can be told without a chain */
export function requireOptions(options: Options): void {
  const found = [
    ...OF_CONFIG.flatMap((name) => wrongWith(`--${name}`, () => void parsed({ ...GOOD, [name]: options[name] }))),
    ...wrongWith(null, () => void readRecord(String(options.deployment))),
    ...(typeof options.configuration === 'string'
      ? wrongWith('--configuration', () => void readBytes(String(options.configuration)))
      : []),
    ...wrongWith(null, () => void parsed(GOOD, enclaveOf(options).command)),
  ];
  const [first, ...more] = found;
  if (first === undefined) return;
  if (more.length === 0) throw new Fatal('CONFIG_INVALID', first.detail, first.advice, { cause: first.cause });
  const list = found.map(({ detail, advice }) => (advice === ADVICE ? detail : `${detail} (${advice})`));
  throw new Fatal('CONFIG_INVALID', list.join('\n  and '), ADVICE);
}

const ADVICE = 'Correct it; `quorate init --help` says what each option means.';
type Wrong = { readonly detail: string; readonly advice: string; readonly cause: unknown };

/** @param name of the option that the field of the configuration is made of; null where the words name it themselves */
function wrongWith(name: string | null, look: () => void): Wrong[] {
  try {
    look();
    return [];
  } catch (cause) {
    if (!(cause instanceof Fatal)) throw cause;
    const ofFile = cause.advice.includes('`quorate init` writes a complete one');
    const detail = name === null || cause.message.startsWith(name) ? describe(cause) : `${name}: ${describe(cause)}`;
    return [{ detail, advice: ofFile ? ADVICE : cause.advice, cause }];
  }
}

function parsed(options: Options, command: unknown = ['node']): Template {
  const config = template(options, '{}', command);
  parseConfig(JSON.stringify(config), resolve('.'));
  return config;
}
