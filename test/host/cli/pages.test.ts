/** Pages and schema that are written from the code say what the code says. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { EXIT_PAGE, exitPage, REFUSAL_PAGE, refusalPage } from '../../../scripts/docs/codes.ts';
import { configSchema, SCHEMA_FILE, type Schema } from '../../../scripts/docs/configSchema.ts';
import { parseConfig } from '../../../signer/host/config.ts';

const WHOLE = {
  chain: { rpc: ['http://127.0.0.1:8545'], beacon: ['http://127.0.0.1:5052'], deploymentFile: 'deployment.json' },
  operator: { keyFile: 'operator.key', region: 'EU' },
  peers: { endpoint: 'wss://x:1', host: '0.0.0.0', port: 1, certFile: 'tls.crt', keyFile: 'tls.key' },
  health: { host: '127.0.0.1', port: 1 },
  enclave: { command: ['node'], configurationFile: 'configuration' },
};
type Json = Readonly<Record<string, unknown>>;

/** What `parseConfig` says of it; nothing where it takes it. */
function refusal(config: Json): string {
  try {
    parseConfig(JSON.stringify(config), '/');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('pages that are written from the code', () => {
  it('are written: run scripts/docs/codes.ts and scripts/docs/configSchema.ts', () => {
    const formats = readFileSync(join(EXIT_PAGE, '../formats.md'), 'utf8');
    expect(readFileSync(EXIT_PAGE, 'utf8')).to.equal(exitPage());
    expect(readFileSync(REFUSAL_PAGE, 'utf8')).to.equal(refusalPage(formats));
    expect(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'))).to.deep.equal(configSchema());
  });

  const parts = (schema: Schema): [name: string, part: Schema][] =>
    Object.entries(schema.properties ?? {}).filter(([, part]) => part.type === 'object');
  const within = (name: string, change: Json): Json =>
    name === ''
      ? { ...WHOLE, ...change }
      : { ...WHOLE, [name]: { ...(WHOLE as Record<string, object>)[name], ...change } };

  for (const [name, part] of [['', configSchema()] as [string, Schema], ...parts(configSchema())])
    it(`has the fields that a host takes, and requires those that it requires: ${name || 'the file'}`, () => {
      const [, listed = ''] = /; there are (.*)$/.exec(refusal(within(name, { colour: 1 }))) ?? [];
      expect(Object.keys(part.properties ?? {})).to.have.members(listed.split(', '));
      for (const field of Object.keys(part.properties ?? {})) {
        const isMissed = refusal(within(name, { [field]: undefined })).includes('it is required');
        expect(isMissed, field).to.equal(part.required?.includes(field));
      }
    });

  it('has defaults that a host takes', () => {
    const defaults = (schema: Schema): Json =>
      Object.fromEntries(
        Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
          part.default === undefined ? [] : [[name, part.default]],
        ),
      );
    const optional = parts(configSchema()).filter(([name]) => !(name in WHOLE));
    const filled = {
      ...WHOLE,
      ...defaults(configSchema()),
      ...Object.fromEntries(optional.map(([name, part]) => [name, defaults(part)])),
    };
    expect(refusal(filled)).to.equal('');
    expect(parseConfig(JSON.stringify(filled), '/')).to.deep.equal(parseConfig(JSON.stringify(WHOLE), '/'));
  });
});
