import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { WebSocketServer } from 'ws';
import { MAX_HEAP_MEGABYTES, startEnclave } from '../../signer/tee/startEnclave.ts';

const FLAGS = new URL('support/flags.mjs', import.meta.url);
const SCRIPT = new URL('support/escape.mjs', import.meta.url);
/** Not possible anywhere, or not in this test's surroundings; the sandbox is asked all the same. */
const NEVER_POSSIBLE = ['ask a name server', 'load an addon'];

type Outcomes = Readonly<Record<string, string>>;

describe('the sandbox of the enclave', () => {
  let directory: string;
  let servers: Server[];
  let script: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-sandbox-'));
    writeFileSync(join(directory, 'secret'), 'secret');
    writeFileSync(join(directory, 'module.mjs'), 'export {};');
    writeFileSync(join(directory, 'module.cjs'), '');
    servers = [createServer((_, response) => response.end()), createServer()];
    new WebSocketServer({ server: servers[0]! });
    const socket = join(directory, 'socket');
    await Promise.all([
      once(servers[0]!.listen(0, '127.0.0.1'), 'listening'),
      once(servers[1]!.listen(socket), 'listening'),
    ]);
    const { port } = servers[0]!.address() as AddressInfo;
    script = `const there = ${JSON.stringify({ port, socket, directory })};\n${readFileSync(SCRIPT, 'utf8')}`;
  });
  after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(directory, { recursive: true, force: true });
  });

  it('refuses every way out that works without it', async () => {
    const file = join(directory, 'escape.mjs');
    writeFileSync(file, script);
    const free = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'ignore'] });
    const outside = JSON.parse(await text(free.stdout)) as Outcomes;
    const blocked = Object.keys(outside).filter(
      (attempt) => outside[attempt] !== 'possible' && !NEVER_POSSIBLE.includes(attempt),
    );
    expect(blocked, 'attempts that prove nothing, because they fail anyway').to.deep.equal([]);

    const { child, forgetBundle } = startEnclave(new TextEncoder().encode(script));
    const inside = JSON.parse(await text(child.stdout)) as Outcomes;
    forgetBundle();
    expect(Object.keys(inside)).to.deep.equal(Object.keys(outside));
    expect(Object.entries(inside).filter(([, outcome]) => outcome === 'possible')).to.deep.equal([]);
    expect(Object.entries(inside).filter(([, outcome]) => outcome.endsWith('TIMEOUT'))).to.deep.equal([]);
  });

  it('lets nobody change a flag of V8, whose traces would write any file, and has a bound on its heap [HP-01]', async () => {
    const [outside, inside] = [join(directory, 'outside'), join(directory, 'inside')];
    const flagScript = (loot: string) => `const there = ${JSON.stringify({ loot })};\n${readFileSync(FLAGS, 'utf8')}`;
    const file = join(directory, 'flags.mjs');
    writeFileSync(file, flagScript(outside));
    const free = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(await text(free.stdout)).to.include('went on');
    expect(existsSync(outside), 'the attempt itself').to.equal(true);

    const { child, forgetBundle } = startEnclave(new TextEncoder().encode(flagScript(inside)));
    const said = await text(child.stdout);
    forgetBundle();
    expect(said).to.not.include('went on');
    expect(existsSync(inside)).to.equal(false);
    const { heapLimit } = JSON.parse(said) as { heapLimit: number };
    expect(heapLimit / 2 ** 20).to.be.within(MAX_HEAP_MEGABYTES, MAX_HEAP_MEGABYTES + 128);
  });
});
