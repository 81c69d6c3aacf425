import { expect } from 'chai';
import { isModestJson } from '../../../signer/host/adapters/modestJson.ts';

const MEGABYTE = 1024 * 1024;
/** Large enough to be looked at. */
const large = (value: unknown) => JSON.stringify([value, 'x'.repeat(MEGABYTE)]);

describe('JSON that is worth parsing', () => {
  it('is what a provider answers, however much of it', () => {
    const log = {
      address: '0x'.padEnd(42, '1'),
      topics: Array(4).fill('0x'.padEnd(66, '2')),
      data: '0x'.padEnd(1_000, '3'),
    };
    expect(isModestJson(JSON.stringify({ result: Array(20_000).fill(log) }))).to.equal(true);
    expect(isModestJson('['.repeat(1_000))).to.equal(true); // small
  });

  it('does not nest without end', () => {
    const nested = (depth: number) => `["${'x'.repeat(MEGABYTE)}",${'['.repeat(depth)}${']'.repeat(depth)}]`;
    expect(isModestJson(nested(31))).to.equal(true);
    expect(isModestJson(nested(32))).to.equal(false);
    expect(isModestJson(nested(32).replaceAll('[', '{"a":').replaceAll(']', '}'))).to.equal(false);
  });

  it('does not consist of parts only', () => {
    expect(isModestJson(`[${'[],'.repeat(MEGABYTE)}[]]`)).to.equal(false);
    expect(isModestJson(`[${'0,'.repeat(3 * MEGABYTE)}0]`)).to.equal(false);
  });

  it('may have brackets, commas and quotes in its texts', () => {
    for (const text of ['['.repeat(100), '\\"['.repeat(100), '"'.repeat(100) + '['.repeat(100), `\\${'['.repeat(100)}`])
      expect(isModestJson(large(text)), text.slice(0, 8)).to.equal(true);
    expect(isModestJson(large('{,'.repeat(3 * MEGABYTE)))).to.equal(true);
  });

  it('is found out behind a text that ends with a backslash', () => {
    expect(isModestJson(`["${'x'.repeat(MEGABYTE)}\\\\",${'['.repeat(100)}`)).to.equal(false);
  });

  it('takes no more time than it has bytes, whatever they are', () => {
    isModestJson('"'.repeat(4 * MEGABYTE));
    isModestJson(`"${'\\'.repeat(4 * MEGABYTE)}`);
    isModestJson(`"${'\\"'.repeat(2 * MEGABYTE)}`);
  });
});
