/** What a host may send: exactly the fields of api.ts, each of its kind and under its cap, and nothing else. */

import { expect } from 'chai';
import fc from 'fast-check';
import { type CallName, MAX_SESSION_REQUESTS } from '../../../signer/enclave/api.ts';
import { decodeCall } from '../../../signer/enclave/calls/calls.ts';
import { signParams } from '../../../signer/enclave/calls/sign.ts';
import { decodeCallFrame } from '../../../signer/enclave/decode/callFrame.ts';
import { MAX_RECIPIENT } from '../../../signer/formats/limits.ts';
import { outcome } from '../../proof/support/refusals.ts';
import { committee, hex, PARAMS, request } from '../support/params.ts';

function decodeParams(call: CallName, params: unknown) {
  return decodeCall({ call, params });
}

/** A list at its cap, and one element longer. */
function ofLength(most: number, element: unknown): [unknown, unknown] {
  return [Array(most).fill(element), Array(most + 1).fill(element)];
}

type Path = readonly (string | number)[];
type Node = { [key: string]: Node };

/** Every place in a value, objects and lists included. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) => places(each, [...path, key]));
  return [path, ...inner];
}

function replaced(value: unknown, path: Path, by: (old: unknown) => unknown): unknown {
  const copy = structuredClone({ root: value }) as Node;
  let node = copy;
  const [last, ...before] = ['root', ...path].reverse() as [string, ...string[]];
  for (const key of before.reverse()) node = node[key]!;
  node[last] = by(node[last]) as Node;
  return copy.root;
}

const OTHERS: readonly unknown[] = [null, undefined, true, -1, 1.5, 1e21, '', '0x0', '0xAB', 'zz', [[[]]], { a: 1 }];

function isAllowed(path: Path, value: unknown): boolean {
  if (path.at(-1) === 'sealed') return value === null; // a first boot has nothing sealed
  if (path.at(-1) === 'child') return value === null; // only a first registration has one
  return path.at(-1) === 'endpoint' && typeof value === 'string'; // any text
}

/** A field that no object has, or an element that fits no list. */
function oneMore(value: unknown): unknown {
  if (Array.isArray(value)) return [...value, 'x'];
  return typeof value === 'object' && value !== null ? { ...value, extra: 1 } : [value, 1];
}

const refusal = (call: CallName, params: unknown): string => outcome(() => decodeParams(call, params));

describe('decodeCall', () => {
  for (const call of Object.keys(PARAMS) as CallName[]) {
    it(`decodes ${call}`, () => {
      expect(decodeParams(call, PARAMS[call])).to.be.a('function');
    });

    it(`refuses ${call} with anything of another kind`, () => {
      for (const path of places(PARAMS[call])) {
        for (const other of OTHERS.filter((each) => !isAllowed(path, each))) {
          const params = replaced(PARAMS[call], path, () => other);
          expect(refusal(call, params), `${path.join('.')} = ${JSON.stringify(other)}`).to.equal('CALL_MALFORMED');
        }
      }
    });

    it(`refuses ${call} with any field missing, or one more`, () => {
      for (const path of places(PARAMS[call])) {
        expect(refusal(call, replaced(PARAMS[call], path, oneMore)), `${path.join('.')} and more`).to.equal(
          'CALL_MALFORMED',
        );
        const field = path.at(-1);
        if (field === undefined || /^\d+$/.test(String(field))) continue; // a list may be shorter
        const without = replaced(PARAMS[call], path.slice(0, -1), (old) => {
          const { [field]: _gone, ...rest } = old as Node;
          return rest;
        });
        expect(refusal(call, without), `without ${path.join('.')}`).to.equal('CALL_MALFORMED');
      }
    });
  }

  it('decodes bytes and integers', () => {
    const { committee: members, set: signers, requests } = signParams(PARAMS.sign, 'sign');
    const bytes = (length: number) => new Uint8Array(length).fill(0xab);
    expect({ members, signers }).to.deep.include({ signers: { parties: [1, 2], leader: bytes(32), run: 0 } });
    expect(members.members[0]).to.deep.equal({ id: bytes(32), operator: bytes(20), identity: bytes(20) });
    expect(requests).to.deep.equal([
      {
        ...{ keyId: bytes(32), requester: bytes(20), counter: 2n ** 64n - 1n, path: bytes(32), kind: 1 },
        ...{ payload: new Uint8Array(), digests: [bytes(32)], deadline: 1_900_000_000, consumer: bytes(20) },
        effects: [{ kind: 1, asset: bytes(32), recipient: bytes(34), amount: 0n, detail: bytes(32) }],
        ...{ callbackGas: 100_000, replaces: bytes(32) },
      },
    ]);
  });

  /** The largest value that a field takes, and one that is just too large. */
  const caps: Record<string, [CallName, Path, unknown, unknown]> = {
    'an envelope': ['deliver', ['envelope'], hex(256 * 1024), hex(256 * 1024 + 1)],
    'sealed state': ['boot', ['sealed'], hex(1024 * 1024), hex(1024 * 1024 + 1)],
    'an endpoint': ['attest', ['endpoint'], 'a'.repeat(256), 'a'.repeat(257)],
    'an endpoint, in bytes': ['attest', ['endpoint'], 'ü'.repeat(128), `${'ü'.repeat(128)}a`],
    'an epoch to attest': ['attest', ['epoch'], 2 ** 32 - 1, 2 ** 32],
    'a generation': ['kept', ['generation'], 2 ** 53 - 1, 2 ** 53],
    'an epoch': ['generateKey', ['committee', 'epoch'], 2 ** 32 - 1, 2 ** 32],
    'an attempt': ['generateKey', ['committee', 'attempt'], 2 ** 32 - 1, 2 ** 32],
    'a threshold': ['generateKey', ['committee', 'threshold'], 65_535, 65_536],
    'a committee': ['generateKey', ['committee', 'members'], ...ofLength(64, committee.members[0])],
    'a header': ['prove', ['header'], hex(1024), hex(1025)],
    'a child': ['attest', ['child'], hex(1024), hex(1025)],
    'a node': ['prove', ['nodes', 0], hex(532), hex(533)],
    nodes: ['prove', ['nodes'], ...ofLength(32_768, '0x')],
    requests: ['sign', ['requests'], ...ofLength(MAX_SESSION_REQUESTS, request)],
    firsts: ['sign', ['firsts'], ...ofLength(MAX_SESSION_REQUESTS, request)],
    'a set': ['activateKey', ['set', 'parties'], ...ofLength(64, 1)],
    'a bootstrap': ['bootstrap', ['bootstrap'], hex(65_536), hex(65_537)],
    'an update': ['follow', ['update'], hex(65_536), hex(65_537)],
    'a party': ['activateKey', ['set', 'parties', 0], 65_535, 65_536],
    'a run': ['activateKey', ['set', 'run'], 2 ** 32 - 1, 2 ** 32],
    'a counter': ['sign', ['requests', 0, 'counter'], String(2n ** 64n - 1n), String(2n ** 64n)],
    'an amount': ['sign', ['requests', 0, 'effects', 0, 'amount'], String(2n ** 256n - 1n), String(2n ** 256n)],
    'a kind': ['sign', ['requests', 0, 'kind'], 255, 256],
    'a deadline': ['sign', ['requests', 0, 'deadline'], 2 ** 48 - 1, 2 ** 48],
    'callback gas': ['sign', ['requests', 0, 'callbackGas'], 2 ** 32 - 1, 2 ** 32],
    'a payload': ['sign', ['requests', 0, 'payload'], hex(32_768), hex(32_769)],
    digests: ['sign', ['requests', 0, 'digests'], ...ofLength(64, hex(32))],
    'a digest': ['sign', ['requests', 0, 'digests', 0], hex(4096), hex(4097)],
    effects: ['sign', ['requests', 0, 'effects'], ...ofLength(64, request.effects[0])],
    "an effect's kind": ['sign', ['requests', 0, 'effects', 0, 'kind'], 255, 256],
    'a recipient': ['sign', ['requests', 0, 'effects', 0, 'recipient'], hex(MAX_RECIPIENT), hex(MAX_RECIPIENT + 1)],
  };
  for (const [name, [call, path, largest, over]] of Object.entries(caps)) {
    it(`keeps ${name} under its cap`, () => {
      expect(
        refusal(
          call,
          replaced(PARAMS[call], path, () => largest),
        ),
      ).to.equal('accepted');
      expect(
        refusal(
          call,
          replaced(PARAMS[call], path, () => over),
        ),
      ).to.equal('CALL_MALFORMED');
    });
  }

  const misspelt: Record<string, [CallName, Path, unknown]> = {
    'a hash of 31 bytes': ['abort', ['session'], hex(31)],
    'a hash of 33 bytes': ['abort', ['session'], hex(33)],
    'an upper-case digit': ['abort', ['session'], `${hex(31)}aB`],
    'hex without prefix': ['abort', ['session'], hex(33).slice(2)],
    'hex with a line end': ['abort', ['session'], `${hex(32)}\n`],
    'hex of odd length': ['deliver', ['envelope'], '0xabc'],
    'an endpoint of half a character': ['attest', ['endpoint'], '\ud800'],
    'an epoch as a string': ['attest', ['epoch'], '1'],
    'minus zero': ['attest', ['epoch'], -0],
    'a counter with a leading zero': ['sign', ['requests', 0, 'counter'], '01'],
    'a counter with a sign': ['sign', ['requests', 0, 'counter'], '+1'],
    'a counter in hex': ['sign', ['requests', 0, 'counter'], '0x1'],
    'a counter as a number': ['sign', ['requests', 0, 'counter'], 1],
    'an amount of a thousand digits': ['sign', ['requests', 0, 'effects', 0, 'amount'], '9'.repeat(1000)],
  };
  for (const [name, [call, path, value]] of Object.entries(misspelt)) {
    it(`refuses ${name}`, () => {
      expect(
        refusal(
          call,
          replaced(PARAMS[call], path, () => value),
        ),
      ).to.equal('CALL_MALFORMED');
    });
  }

  it('reads small decimals', () => {
    for (const text of ['0', '1', '9', '10']) {
      const params = replaced(PARAMS.sign, ['requests', 0, 'counter'], () => text);
      expect(signParams(params, 'sign').requests[0]?.counter).to.equal(BigInt(text));
    }
  });

  it('refuses a field that an object inherits, or that is named as one', () => {
    const inherited = Object.create({ session: hex(32) });
    expect(refusal('abort', inherited)).to.equal('CALL_MALFORMED');
    expect(refusal('abort', JSON.parse(`{"session":"${hex(32)}","__proto__":{}}`))).to.equal('CALL_MALFORMED');
    expect(refusal('abort', JSON.parse(`{"__proto__":{"session":"${hex(32)}"}}`))).to.equal('CALL_MALFORMED');
  });

  it('refuses a call that api.ts does not have', () => {
    for (const call of ['', 'Sign', 'toString', '__proto__', 'constructor', 7, null, ['sign']]) {
      expect(outcome(() => decodeCall({ call, params: {} }))).to.equal('CALL_UNKNOWN');
    }
  });

  it('reads the id before it judges the rest', () => {
    expect(decodeCallFrame({ id: 7, call: 'no such call', params: null })).to.deep.equal({
      id: 7,
      call: 'no such call',
      params: null,
    });
    const frames: unknown[] = [
      { call: 'status', params: {} },
      { id: -1, call: 'status', params: {} },
      { id: 1, call: 'status' },
      [],
      null,
      'x',
    ];
    for (const frame of [...frames, { id: 1, call: 'status', params: {}, extra: 1 }]) {
      expect(outcome(() => decodeCallFrame(frame))).to.equal('CALL_MALFORMED');
    }
  });

  it('throws nothing but refusals, whatever JSON says', () => {
    const call = fc.constantFrom(...(Object.keys(PARAMS) as CallName[]));
    fc.assert(
      fc.property(call, fc.jsonValue(), (name, params) => {
        const expected = name === 'status' && JSON.stringify(params) === '{}' ? 'accepted' : 'CALL_MALFORMED';
        expect(refusal(name, params)).to.equal(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but refusals when any place of a call holds any JSON', () => {
    fc.assert(
      fc.property(fc.nat(), fc.jsonValue(), (at, value) => {
        const paths = places(PARAMS.sign);
        outcome(() =>
          decodeParams(
            'sign',
            replaced(PARAMS.sign, paths[at % paths.length]!, () => value),
          ),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
