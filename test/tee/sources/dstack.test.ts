import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startDstackAgent } from '../../../signer/tee/emulations/dstackAgent.ts';
import { dstackSource } from '../../../signer/tee/sources/dstack.ts';
import { codeOf, expectGenuine, MACHINE, REPORT } from './support.ts';

const MEASUREMENT = new Uint8Array(32).fill(1);
const LIMITS = { milliseconds: 150, bytes: 64 * 1024 };

describe('evidence from dstack', () => {
  let directory: string;
  let server: Server | null = null;
  const socket = () => join(directory, 'dstack.sock');
  const source = (measurement = MEASUREMENT) => dstackSource(socket(), measurement, LIMITS);
  /** An agent that says this, whatever it is asked. */
  const saying = async (status: number, body: string) => {
    server = createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>((listening) => server!.listen(socket(), listening));
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-dstack-'));
  });
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise<void>((closed) => (server === null ? closed() : server.close(() => closed())));
    server = null;
    rmSync(directory, { recursive: true });
  });

  it('is a quote over what was asked', async () => {
    server = await startDstackAgent(socket(), MACHINE);
    await expectGenuine(source());
  });

  it('comes with a key that is the same each time, and another with another measurement or machine', async () => {
    server = await startDstackAgent(socket(), MACHINE);
    const key = await source().sealingKey();
    expect(key).to.have.lengthOf(32);
    expect(await source().sealingKey()).to.deep.equal(key);
    expect(await source(MEASUREMENT.with(0, 2)).sealingKey()).not.to.deep.equal(key);
    await new Promise<void>((closed) => server!.close(() => closed()));
    server = await startDstackAgent(socket(), { ...MACHINE, platformId: new Uint8Array(32).fill(0x12) });
    expect(await source().sealingKey()).not.to.deep.equal(key);
  });

  it('is refused by an agent that is given too much, or asked what it does not know', async () => {
    server = await startDstackAgent(socket(), MACHINE);
    const { postJson } = await import('../../../signer/tee/sources/postJson.ts');
    for (const [path, body] of [
      ['/GetQuote', { report_data: '00'.repeat(65) }],
      ['/GetQuote', { report_data: 'no hexadecimal' }],
      ['/GetQuote', {}],
      ['/Attest', {}],
    ] as const)
      expect(await codeOf(postJson(socket(), path, body, LIMITS)), path).to.equal('SOURCE_REFUSED');
  });

  const quote = (fields: object) => JSON.stringify({ quote: '00', event_log: '', ...fields });
  const lies: readonly [string, string, number, string][] = [
    ['no agent’s word', 'SOURCE_MALFORMED', 200, 'yes'],
    ['no object', 'SOURCE_MALFORMED', 200, '[]'],
    ['no quote', 'SOURCE_MALFORMED', 200, '{}'],
    ['an empty quote', 'SOURCE_MALFORMED', 200, quote({ quote: '' })],
    ['half a byte', 'SOURCE_MALFORMED', 200, quote({ quote: '0' })],
    ['letters that are none', 'SOURCE_MALFORMED', 200, quote({ quote: 'zz' })],
    ['another type', 'SOURCE_MALFORMED', 200, quote({ quote: 5 })],
    ['a quote that is longer than any', 'SOURCE_MALFORMED', 200, quote({ quote: '00'.repeat(16_385) })],
    ['a quote about something else', 'SOURCE_MALFORMED', 200, quote({ report_data: '11'.repeat(64) })],
    ['what never ends', 'SOURCE_TOO_LARGE', 200, quote({ event_log: 'x'.repeat(LIMITS.bytes) })],
    ['a failure', 'SOURCE_REFUSED', 500, '{"error":"no TDX here"}'],
    ['a failure without words', 'SOURCE_REFUSED', 404, '{}'],
    ['a failure that cannot be spelt', 'SOURCE_REFUSED', 500, '{"error":{"toString":1}}'],
    ['a list that cannot be spelt', 'SOURCE_REFUSED', 500, '{"error":[{"toString":1}]}'],
    ['lists in lists without an end', 'SOURCE_MALFORMED', 200, '['.repeat(60_000)],
  ];
  for (const [what, code, status, body] of lies)
    it(`is not ${what}`, async () => {
      await saying(status, body);
      expect(await codeOf(source().evidence(REPORT))).to.equal(code);
    });

  for (const body of ['{}', '{"key":"00"}', `{"key":"${'00'.repeat(33)}"}`])
    it(`comes with no key of another length: ${body.slice(0, 12)}`, async () => {
      await saying(200, body);
      expect(await codeOf(source().sealingKey())).to.equal('SOURCE_MALFORMED');
    });

  it('is waited for no longer than patience lasts, also where it begins and does not end', async () => {
    server = createServer((request, response) => {
      if (request.url === '/GetQuote') response.writeHead(200).write('{"quote":"');
    });
    await new Promise<void>((listening) => server!.listen(socket(), listening));
    expect(await codeOf(source().evidence(REPORT))).to.equal('SOURCE_TIMEOUT');
    expect(await codeOf(source().sealingKey())).to.equal('SOURCE_TIMEOUT');
  });

  it('is none of an agent that speaks something else than answers', async () => {
    for (const spoken of [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\n{}`,
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}',
      '\0'.repeat(100),
    ]) {
      const raw = createRawServer((connection) => {
        connection.on('error', () => undefined);
        connection.resume().end(spoken); // unread, it would never close
      });
      await new Promise<void>((listening) => raw.listen(socket(), listening));
      expect(await codeOf(source().evidence(REPORT)), spoken.slice(0, 20)).to.equal('SOURCE_UNREACHABLE');
      await new Promise<void>((closed) => raw.close(() => closed()));
    }
  });

  it('is not there without an agent, or where it hangs up', async () => {
    expect(await codeOf(source().evidence(REPORT))).to.equal('SOURCE_UNREACHABLE');
    server = createServer((request) => request.socket.destroy());
    await new Promise<void>((listening) => server!.listen(socket(), listening));
    expect(await codeOf(source().evidence(REPORT))).to.equal('SOURCE_UNREACHABLE');
  });
});
