/**
 * JSON-RPC over one websocket: opened when it is needed, watched, and opened again when it breaks. A connection that is open and
 * says nothing is taken for dead: the TCP below it may be.
 */

import { type RawData, WebSocket } from 'ws';
import { describe } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { NoAnswer } from './failures.ts';
import { PendingCalls } from './pendingCalls.ts';
import { ANSWER_CAP, callText, isNotice, nonsense, parseReply } from './reply.ts';
import type { Transport } from './transport.ts';

/** A connection that was silent for so long is asked something; silent once more for so long, it is given up. Milliseconds. */
const HEARTBEAT = 10_000;
const HANDSHAKE = 10_000;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 10_000;
/** However fast a provider tells of blocks, listeners hear of them no more often. */
const NEWS_EVERY = 100;

export function createSocketTransport(url: string, clock: Clock): Transport {
  return new SocketTransport(url, clock);
}

class SocketTransport implements Transport {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #calls: PendingCalls;
  readonly #listeners = new Set<() => void>();
  readonly #reopened = new Set<() => void>();
  #socket: WebSocket | null = null;
  #opening: Promise<WebSocket> | null = null;
  #openings = 0;
  #heardAt = 0;
  #pause = FIRST_PAUSE;
  #cancel: (() => void) | null = null;
  #isClosed = false;
  /** While set, news waits; true when there was some. */
  #news: { isMore: boolean } | null = null;

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
    this.#calls = new PendingCalls(clock);
  }

  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const socket = await this.#open();
    return this.#askOn(socket, method, params);
  }

  onBlock(grown: () => void): () => void {
    this.#listeners.add(grown);
    if (this.#socket !== null) this.#subscribe(this.#socket);
    else this.#reopen();
    return () => void this.#listeners.delete(grown);
  }

  onReopened(then: () => void): void {
    this.#reopened.add(then);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#listeners.clear();
    this.#socket?.terminate();
  }

  #askOn(socket: WebSocket, method: string, params: readonly unknown[]): Promise<unknown> {
    const sentAt = this.#clock.now();
    const { id, answer } = this.#calls.start(() => {
      if (this.#heardAt <= sentAt) socket.terminate();
    });
    socket.send(callText(id, method, params));
    return answer;
  }

  /** One opening at a time, whoever waits for it. */
  #open(): Promise<WebSocket> {
    if (this.#isClosed) return Promise.reject(new NoAnswer('the connection was closed'));
    if (this.#socket !== null) return Promise.resolve(this.#socket);
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  #connect(): Promise<WebSocket> {
    this.#cancel?.();
    const limits = { maxPayload: ANSWER_CAP, perMessageDeflate: false, handshakeTimeout: HANDSHAKE };
    const socket = new WebSocket(this.#url, { ...limits, followRedirects: false });
    const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
    let problem: unknown;
    socket.on('open', () => {
      this.#opened(socket);
      resolve(socket);
    });
    socket.on('message', (data, isBinary) => this.#receive(socket, data, isBinary));
    socket.on('error', (cause) => {
      problem = cause;
    });
    socket.on('close', () => {
      const broken = brokenBy(problem);
      reject(broken);
      this.#lost(socket, broken);
    });
    return promise;
  }

  #opened(socket: WebSocket): void {
    this.#socket = socket;
    this.#heardAt = this.#clock.now();
    this.#pause = FIRST_PAUSE;
    this.#openings += 1;
    if (this.#openings > 1) for (const then of this.#reopened) then();
    if (this.#listeners.size > 0) this.#subscribe(socket);
    this.#watch(socket);
  }

  #lost(socket: WebSocket, broken: Error): void {
    if (this.#socket === socket) this.#socket = null;
    this.#calls.failAll(broken);
    if (this.#listeners.size === 0 || this.#isClosed) return;
    this.#cancel?.();
    this.#cancel = this.#clock.after(this.#pause, () => this.#reopen());
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  /** Nobody waits for this one: when it fails, `#lost` tries again. */
  #reopen(): void {
    this.#open().catch(() => {});
  }

  /** Nodes without subscriptions refuse; those are polled. */
  #subscribe(socket: WebSocket): void {
    this.#askOn(socket, 'eth_subscribe', ['newHeads']).catch(() => {});
  }

  #watch(socket: WebSocket): void {
    let askedAt: number | null = null;
    const beat = () => {
      if (this.#socket !== socket) return;
      if (askedAt !== null && this.#heardAt < askedAt) return socket.terminate();
      if (this.#clock.now() - this.#heardAt >= HEARTBEAT) {
        askedAt = this.#clock.now();
        // What it says does not matter, only that it speaks.
        this.#askOn(socket, 'eth_chainId', []).catch(() => {});
      }
      cancel = this.#clock.after(HEARTBEAT, beat);
    };
    let cancel = this.#clock.after(HEARTBEAT, beat);
    socket.once('close', () => cancel());
  }

  #receive(socket: WebSocket, data: RawData, isBinary: boolean): void {
    this.#heardAt = this.#clock.now();
    try {
      if (isBinary || !Buffer.isBuffer(data)) throw nonsense('bytes instead of text');
      const reply = parseReply(data.toString('utf8'));
      if (isNotice(reply)) this.#tell();
      else this.#calls.answer(reply);
    } catch (cause) {
      this.#calls.failAll(cause as Error);
      socket.terminate();
    }
  }

  #tell(): void {
    if (this.#news !== null) {
      this.#news.isMore = true;
      return;
    }
    const news = { isMore: false };
    this.#news = news;
    this.#clock.after(NEWS_EVERY, () => {
      this.#news = null;
      if (news.isMore) this.#tell();
    });
    for (const grown of this.#listeners) grown();
  }
}

function brokenBy(problem: unknown): Error {
  const code = (problem as { readonly code?: unknown } | undefined)?.code;
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return nonsense(`an answer of over ${ANSWER_CAP} bytes`);
  return problem === undefined
    ? new NoAnswer('the connection was closed')
    : new NoAnswer(`no connection: ${describe(problem)}`, { cause: problem });
}
