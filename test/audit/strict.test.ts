/** A bundle is read in one way or not at all, and a bundle whose bytes somebody has changed is refused where they matter. */

import { expect } from 'chai';
import fc from 'fast-check';
import { BUNDLE_FIELDS, type Bundle, MAX_BUNDLE_LENGTH } from '../../signer/audit/bundle.ts';
import { decodeBundle, encodeBundle, openBundle } from '../../signer/audit/decodeBundle.ts';
import { LINKS, type Link } from '../../signer/audit/findings.ts';
import type { Trust } from '../../signer/audit/trust.ts';
import { verifyBundle } from '../../signer/audit/verifyBundle.ts';
import { headSize } from '../../signer/finality/ssz/schema.ts';
import { schemaOf } from '../../signer/finality/wire.ts';
import { audited, brokenIn, gather, settle, trustOf } from './support/gather.ts';
import { type Scene, scene } from './support/scene.ts';

type Json = { [name: string]: unknown };
/** Kind and shape, before the container. */
const PREFIX = 2;

type Path = readonly (string | number)[];

describe('a bundle, to its last byte', function () {
  this.timeout(300_000);
  let it_: Scene;
  let [bundle, mandate]: Bundle[] = [];
  let trust: Trust;
  before(async () => {
    it_ = await scene();
    await settle(it_);
    [bundle, mandate] = [await gather(it_, 'vote'), await gather(it_, 'mandate')];
    trust = trustOf(it_);
  });
  after(() => it_.close());

  const json = (): Json => JSON.parse(encodeBundle(bundle!)) as Json;
  const text = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
  const verdict = (value: unknown) => {
    const audit = verifyBundle(text(value), trust);
    return audit === null ? 'unreadable' : brokenIn(audit);
  };

  it('is read back as it was written', () => {
    expect(decodeBundle(openBundle(encodeBundle(bundle!))!)).to.deep.equal(bundle);
    expect(verdict(json())).to.equal(null);
  });

  it('is none where it says another format, or nothing that could be one', () => {
    expect(verdict({ ...json(), format: 'quorate/request-bundle/2' })).to.equal('unreadable');
    expect(verdict([json()])).to.equal('unreadable');
    for (const nonsense of ['', 'null', '{', '[]', '"', encodeBundle(bundle!).slice(0, -2)])
      expect(verifyBundle(nonsense, trust), nonsense).to.equal(null);
    expect(verifyBundle(' '.repeat(MAX_BUNDLE_LENGTH + 1), trust)).to.equal(null);
  });

  it('has one spelling: no field twice, no blank more', () => {
    const written = encodeBundle(bundle!);
    expect(verifyBundle(`${written}\n`, trust)).to.equal(null);
    expect(verifyBundle(written.trimEnd(), trust)).to.equal(null);
    expect(verifyBundle(JSON.stringify(json()), trust)).to.equal(null);
    expect(verifyBundle(written.replace('{\n', '{\n "id": "0x00",\n'), trust)).to.equal(null);
  });

  it('has all of its fields and no other, at every depth', () => {
    for (const name of Object.keys(BUNDLE_FIELDS)) {
      const { [name]: _, ...rest } = json();
      expect(verdict(rest), name).to.equal('bundle BUNDLE_MALFORMED');
    }
    const places: Path[] = [[], ['request'], ['request', 'effects', 0], ['members', 0], ['measurements', 0]];
    const deeper: Path[] = [
      ['operation', 0],
      ['operation', 0, 'calls', 0],
      ['proposal', 0],
    ];
    for (const place of [...places, ...deeper]) {
      const value = json();
      (at(value, place) as Json).more = '0x';
      expect(verdict(value), place.join('.')).to.equal('bundle BUNDLE_MALFORMED');
    }
  });

  it('has no field of another kind, size or spelling', () => {
    const wrong: [Path, unknown][] = [
      [['id'], '0x00'],
      [['id'], String(json().id).toUpperCase()],
      [['header'], `0x${'00'.repeat(1025)}`],
      [['bootstrap'], `0x${'00'.repeat(64 * 1024 + 1)}`],
      [['nodes', 0], `0x${'00'.repeat(533)}`],
      [['nodes'], Array.from({ length: 4097 }, (_, i) => `0x${i.toString(16).padStart(8, '0')}`)],
      [['finality'], [...(json().finality as unknown[]), '0x01']],
      [['periods'], Array.from({ length: 161 }, () => '0x')],
      [['members'], Array.from({ length: 65 }, () => (json().members as unknown[])[0])],
      [['operation'], [...(json().operation as unknown[]), ...(json().operation as unknown[])]],
      [['operation', 0, 'isBatch'], 2],
      [['operation', 0, 'calls', 0, 'value'], 0],
      [['operation', 0, 'calls', 0, 'value'], '00'],
      [['request', 'counter'], '-1'],
      [['request', 'deadline'], 1.5],
      [['proposal', 0, 'supplyIndex'], 2 ** 32],
      [['signatures', 0], `0x${'00'.repeat(66)}`],
      [['signatures'], null],
    ];
    for (const [path, value] of wrong) {
      const changed = json();
      set(changed, path, value);
      expect(verdict(changed), path.join('.')).to.equal('bundle BUNDLE_MALFORMED');
    }
  });

  /** The link that a field is of; a change may be seen by it, or by one that is looked at before what it changes matters. */
  const SEEN_BY: Readonly<Record<keyof Bundle, readonly Link[]>> = {
    id: ['request'],
    configuration: ['configuration', 'checkpoint', 'periods', 'finality', 'contracts', 'request', 'measurements'],
    bootstrap: ['checkpoint'],
    periods: ['periods'],
    finality: ['finality'],
    header: ['header'],
    nodes: [
      'contracts',
      'request',
      'key',
      'committee',
      'registrations',
      'measurements',
      'row',
      'operation',
      'mandate',
      'proposal',
    ],
    request: ['request'],
    members: ['committee'],
    measurements: ['measurements'],
    operation: ['operation'],
    proposal: ['proposal'],
    mandate: ['operation'],
    signatures: ['signatures'],
  };

  /** Every run of bytes of a bundle, by its path. */
  function leaves(value: unknown, path: Path = []): readonly Path[] {
    if (value instanceof Uint8Array) return value.length === 0 ? [] : [path];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, each]) => leaves(each, [...path, name]));
  }

  it('with one bit changed anywhere is refused, by a link that the field is of', () => {
    for (const one of [bundle!, mandate!]) {
      const paths = leaves(one);
      fc.assert(
        fc.property(fc.nat(), fc.nat(), fc.nat(7), (which, place, bit) => {
          // fields evenly, not bytes: half of a bundle is nodes
          const names = [...new Set(paths.map(([name]) => name))];
          const name = names[which % names.length] as keyof Bundle;
          const own = paths.filter(([first]) => first === name);
          const path = own[Math.floor(which / names.length) % own.length]!;
          const changed = decodeBundle(openBundle(encodeBundle(one))!); // nothing shared
          const bytes = at(changed, path) as Uint8Array;
          bytes[place % bytes.length]! ^= 1 << bit;
          const found = brokenIn(audited(changed, trust));
          if (found === null && isFree(path, place % bytes.length, bytes.length)) return;
          expect(found, `${path.join('.')} byte ${place % bytes.length} of ${bytes.length}`).to.not.equal(null);
          expect(SEEN_BY[name], `${path.join('.')}: ${found}`).to.include(found!.split(' ')[0]);
        }),
        { numRuns: Number(process.env.QUORATE_MUTATIONS ?? 60) },
      );
    }
  });

  /**
   * The slot of a signature, within its fork and period, means nothing (docs/finality.md): the last eight bytes of an update's fixed part.
   */
  function isFree([name]: Path, place: number, length: number): boolean {
    if (name !== 'finality' && name !== 'periods') return false;
    const kind = name === 'finality' ? 'finality_update' : 'update';
    const end = PREFIX + headSize(schemaOf(it_.beacon.config, kind, 'electra'));
    return place >= end - 8 && place < end && end < length;
  }

  it('with numbers changed is refused', () => {
    const numbers: [Path, unknown, string][] = [
      [['request', 'counter'], '77', 'request'],
      [['request', 'kind'], 2, 'request'],
      [['request', 'deadline'], 1_900_000_000, 'request'],
      [['request', 'callbackGas'], 1, 'request'],
      [['request', 'effects', 0, 'amount'], '1', 'request'],
      [['request', 'effects', 0, 'kind'], 3, 'request'],
      [['operation', 0, 'calls', 0, 'value'], '1', 'operation'],
      [['operation', 0, 'isBatch'], 0, 'operation'],
      [['proposal', 0, 'quorumIndex'], 5, 'proposal'],
    ];
    for (const [path, value, link] of numbers) {
      const changed = json();
      set(changed, path, value);
      expect(verdict(changed)?.split(' ')[0], path.join('.')).to.equal(link);
    }
  });

  it('proves nothing about the other request, field by field', async () => {
    const other = await gather(it_, 'second');
    for (const name of Object.keys(BUNDLE_FIELDS) as (keyof Bundle)[]) {
      const changed = { ...bundle!, [name]: other[name] };
      const isSame = JSON.stringify(json()[name]) === JSON.stringify(JSON.parse(encodeBundle(other))[name]);
      const found = brokenIn(audited(changed, trust));
      if (isSame) expect(found, name).to.equal(null);
      else expect(found, name).to.not.equal(null);
    }
    expect(LINKS).to.have.lengthOf(20);
  });
});

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((one, name) => (one as Json)[name], value);
}

function set(value: Json, path: Path, to: unknown): void {
  (at(value, path.slice(0, -1)) as Json)[path.at(-1)!] = to;
}
