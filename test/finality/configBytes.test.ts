import { deepEqual, equal } from 'node:assert/strict';
import { developmentConfig } from '../../scripts/local/beacon/configuration.ts';
import { decodeConfig, encodeConfig, MAX_FORKS } from '../../signer/finality/configBytes.ts';
import { gnosis, mainnet, sepolia } from '../../signer/finality/networks.ts';
import { accepted, outcome } from './support/outcomes.ts';
import { CONFIG, flipped, fork, OLDER } from './support/scenes.ts';

const refused = (bytes: Uint8Array) => outcome(() => decodeConfig(bytes));

describe('the bytes of a configuration', () => {
  const many = { ...CONFIG, forks: Array.from({ length: MAX_FORKS }, (_, at) => fork(at, at, 'electra')) };

  for (const [name, config] of Object.entries({
    mainnet,
    sepolia,
    gnosis,
    CONFIG,
    OLDER,
    many,
    development: developmentConfig(),
  }))
    it(`say it again: ${name}`, () => {
      const bytes = encodeConfig(config);
      equal(bytes.length, 32 * (9 + config.forks.length));
      deepEqual({ ...accepted(decodeConfig(bytes)) }, { ...config });
    });

  it('have one form: each bit changed gives another configuration, or none', () => {
    const bytes = encodeConfig(sepolia);
    for (let at = 0; at < bytes.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const other = flipped(bytes, at, 1 << bit);
        const result = decodeConfig(other);
        if ('rejection' in result) equal(result.code, 'CONFIG_MALFORMED');
        else deepEqual(encodeConfig(result), other);
      }
  });

  it('say of parent roots 1 or 0: all public chains have them, local ones do not', () => {
    const at = 32 * 7 + 31;
    for (const network of [mainnet, sepolia, gnosis]) equal(encodeConfig(network)[at], 1);
    equal(encodeConfig(developmentConfig())[at], 0);
    const two = encodeConfig(mainnet);
    two[at] = 2;
    equal(refused(two), 'CONFIG_MALFORMED');
  });

  it('are refused in any other length', () => {
    const bytes = encodeConfig(sepolia);
    const words = (count: number) => new Uint8Array(32 * count);
    const tooMany = Uint8Array.of(...encodeConfig(many), ...words(1));
    for (const wrong of [
      words(0),
      words(9),
      bytes.slice(1),
      bytes.slice(0, -1),
      bytes.slice(0, -32),
      tooMany,
      words(10_000),
    ])
      equal(refused(wrong), 'CONFIG_MALFORMED', `${wrong.length}`);
    equal(refused(Uint8Array.of(...bytes, ...words(1))), 'CONFIG_MALFORMED');
  });
});
