/** A benchmark that lies is worse than none: its load and its measures, against a chain and processes of which all is known. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Fulfilled, Load } from '../../scripts/bench/network/load.ts';
import { peakMegabytes, processesOf, spentMillis } from '../../scripts/bench/network/processes.ts';
import { quantile } from '../../scripts/bench/stopwatch.ts';

const [REQUESTED, FULFILLED] = ['0xaa', '0xbb'];
const SIGNING = 150;
const MAIN = 'scripts/bench/network/load.ts';

type Asked = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };
type Call = Asked & { readonly at: number };

/** Mines each transaction at once, or in a block when told; signs each 150 ms later, but those whose text is `lost`. */
class FakeChain {
  readonly calls: Call[] = [];
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  #isAutomining = true;
  #waiting: string[] = [];

  constructor() {
    this.#server.on('connection', (socket) =>
      socket.on('message', (data) => this.#answer(socket, JSON.parse(String(data)) as Asked)),
    );
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listening(): Promise<void> {
    if (this.#server.address() === null) await once(this.#server, 'listening');
  }

  close(): void {
    this.#server.close();
  }

  #answer(socket: WebSocket, asked: Asked): void {
    this.calls.push({ ...asked, at: performance.now() });
    const [first] = asked.params;
    if (asked.method === 'evm_setAutomine') this.#isAutomining = first === true;
    if (asked.method === 'eth_sendRawTransaction') this.#waiting.push(String(first));
    const isMined = this.#isAutomining || asked.method === 'evm_mine';
    if (isMined) for (const raw of this.#waiting.splice(0)) this.#mine(socket, raw);
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: asked.id, result: '0x1' }));
  }

  #mine(socket: WebSocket, raw: string): void {
    const say = (topic: string) => {
      const params = { subscription: '0x1', result: { topics: [topic, raw] } };
      socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }));
    };
    say(REQUESTED!);
    if (!raw.includes('lost')) void setTimeout(SIGNING).then(() => say(FULFILLED!));
  }
}

describe('the load of the network benchmark', function () {
  this.timeout(20_000);
  let chain: FakeChain;
  let directory: string;
  beforeEach(async () => {
    chain = new FakeChain();
    await chain.listening();
    directory = mkdtempSync(join(tmpdir(), 'quorate-load-'));
  });
  afterEach(() => {
    chain.close();
    rmSync(directory, { recursive: true });
  });

  async function run(change: Partial<Load>): Promise<Fulfilled> {
    const load = {
      url: chain.url,
      contract: '0x01',
      requested: REQUESTED,
      fulfilled: FULFILLED,
      transactions: ['0x0', '0x1', '0x2', '0x3', '0x4'],
      gas: '0xffff',
      rate: 20,
      patience: 1_000,
      ...change,
    };
    const file = join(directory, 'load.json');
    writeFileSync(file, JSON.stringify(load));
    const child = spawn(process.execPath, [MAIN, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    return JSON.parse(await text(child.stdout)) as Fulfilled;
  }
  const sent = () => chain.calls.filter(({ method }) => method === 'eth_sendRawTransaction');

  it('sends in order, at its rate, and times each from its block to its signatures', async () => {
    const { latencies, sent: count, calls } = await run({});
    expect(sent().map(({ params }) => params[0])).to.deep.equal(['0x0', '0x1', '0x2', '0x3', '0x4']);
    const took = sent().at(-1)!.at - sent()[0]!.at;
    expect(took).to.be.within(150, 1_500);
    expect([count, calls]).to.deep.equal([5, 6]);
    expect(latencies).to.have.lengthOf(5);
    for (const latency of latencies) expect(latency).to.be.within(SIGNING - 20, SIGNING + 1_000);
  });

  it('counts what is never signed as sent and not as done, and waits no longer than its patience', async () => {
    const { latencies, sent: count } = await run({ transactions: ['0x0', '0xlost', '0x2'], rate: 100, patience: 400 });
    expect([count, latencies.length]).to.deep.equal([3, 2]);
  });

  it('puts all into one block when told, in a block that is wide enough', async () => {
    const { latencies } = await run({ rate: 'one block' });
    const methods = chain.calls.map(({ method }) => method);
    const sends = methods.indexOf('eth_sendRawTransaction');
    expect(methods.slice(0, sends)).to.deep.equal(['eth_subscribe', 'evm_setAutomine', 'evm_setBlockGasLimit']);
    expect(methods.slice(sends + 5)).to.deep.equal(['evm_mine', 'evm_setBlockGasLimit', 'evm_setAutomine']);
    expect(chain.calls[2]!.params).to.deep.equal(['0xffff']);
    expect(latencies).to.have.lengthOf(5);
  });
});

/** Looks at processes through /proc. */
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('what a network spends', () => {
  onLinux('is the processor time of a process and its memory, and of its children and theirs', async () => {
    const busy = `
      const held = Buffer.alloc(200 * 1024 * 1024, 1);
      const end = performance.now() + 300;
      while (performance.now() < end) held[0] += 1;
      console.log('done');
      setInterval(() => held, 1000);`;
    const nest = (code: string) =>
      `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(code)}], { stdio: 'inherit' });
       process.stdin.resume().on('end', () => process.exit(0));`;
    const host = spawn(process.execPath, ['-e', nest(nest(busy))], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(host.stdout, 'data');
    const found = processesOf([host.pid]);
    const [enclave] = found.enclave;
    try {
      expect(found.host).to.deep.equal([host.pid]);
      expect(found.tee).to.have.lengthOf(1);
      expect(spentMillis(enclave!)).to.be.within(150, 5_000);
      expect(peakMegabytes(enclave!)).to.be.within(200, 400);
      expect(peakMegabytes(host.pid!)).to.be.below(150);
    } finally {
      for (const pid of [...found.enclave, ...found.tee, ...found.host]) process.kill(pid, 'SIGKILL');
    }
    expect(() => processesOf([undefined])).to.throw('a host does not run');
  });

  it('is told by quantiles that a value reached', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([0.5, 0.95, 0.99, 1].map((part) => quantile(hundred, part))).to.deep.equal([50, 95, 99, 100]);
    expect(quantile([7], 0.5)).to.equal(7);
    expect(quantile([], 0.5)).to.be.NaN;
  });
});
