/** The enclave port over a child process (a TEE that starts the enclave) and frames on its stdin and stdout. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Event } from '../../enclave/api.ts';
import { describe, Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Enclave, EnclaveHandlers, Reply } from '../ports/enclave.ts';
import { createFrameReader, encodeFrame, FrameTooLarge } from './frames.ts';

type Message = { readonly id: number; readonly call: string; readonly params: unknown };
type Waiting = { readonly resolve: (reply: Reply<never>) => void; readonly reject: (error: Error) => void };
type Running = {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
  readonly gone: Promise<void>;
  /** Why, once it has. */
  ended: string | null;
};

/** An enclave that does not answer for so long hangs: it is killed, and started again. In milliseconds. */
const PATIENCE = 120_000;
/** How long a process may take to end after its stdin is closed, in milliseconds. */
const GRACE = 2_000;

/** `command` is what the operator configured: program and arguments; `node` stands for the Node that runs this host. */
export function createEnclaveProcess(command: readonly string[], directory: string, log: Log): Enclave {
  let life: Running | null = null;
  let calls = 0;
  let tail: Promise<unknown> = Promise.resolve();

  /** One call at a time: the enclave answers in order, and a slow call must not fill its pipe with others. */
  const call: Enclave['call'] = (name, params) => {
    calls += 1;
    const message = { id: calls, call: name, params };
    const answered = tail.then(() => exchange(life, message));
    tail = answered.catch(() => undefined); // the caller gets the failure; the next call does not
    return answered as Promise<never>;
  };
  return {
    start: async (handlers) => {
      life = await launch(command, directory, handlers, log);
    },
    call,
    stop: async () => {
      if (life !== null) await end(life);
      life = null;
    },
  };
}

/** SIGUSR1 opens a debugger in any Node of the same user. */
const NODE_FLAGS = ['--disable-sigusr1'];
/** A terminal's Ctrl-C is for the host, which lets sessions end; it must not reach TEE and enclave. A host that dies closes their stdin. */
const DETACHED = process.platform !== 'win32';

/** What fits no frame is refused here as the enclave would refuse it, which then would hear nothing more. */
async function exchange(life: Running | null, message: Message): Promise<Reply<never>> {
  try {
    return await send(life, message.id, encodeFrame(message));
  } catch (error) {
    if (!(error instanceof FrameTooLarge)) throw error;
    return { refusal: { code: 'FRAME_TOO_LARGE', detail: error.message } };
  }
}

function gone(reason: string): Retryable {
  return new Retryable('ENCLAVE_DOWN', `the enclave process ended: ${reason}`);
}

function send(life: Running | null, id: number, frame: Buffer): Promise<Reply<never>> {
  return new Promise((resolve, reject) => {
    if (life === null) return reject(new Retryable('ENCLAVE_DOWN', 'the enclave process is not running'));
    if (life.ended !== null) return reject(gone(life.ended));
    const timer = setTimeout(() => life.child.kill('SIGKILL'), PATIENCE);
    const inTime =
      <T>(then: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer);
        then(value);
      };
    life.waiting.set(id, { resolve: inTime(resolve), reject: inTime(reject) });
    life.child.stdin?.write(frame);
  });
}

async function launch(
  command: readonly string[],
  directory: string,
  handlers: EnclaveHandlers,
  log: Log,
): Promise<Running> {
  const [program = 'node', ...parameters] = command;
  const [file, words] = program === 'node' ? [process.execPath, [...NODE_FLAGS, ...parameters]] : [program, parameters];
  const child = spawn(file, words, { cwd: directory, env: {}, stdio: ['pipe', 'pipe', 'pipe'], detached: DETACHED });
  const lastWords = hear(child.stderr, log);
  const waiting: Running['waiting'] = new Map();
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(describe(error)));
    child.once('close', (code, signal) => resolve(`exit ${signal ?? code}${lastWords()}`));
  });
  const life: Running = { child, waiting, gone: exit.then(() => undefined), ended: null };
  void exit.then((reason) => {
    life.ended = reason;
    for (const { reject } of waiting.values()) reject(gone(reason));
    handlers.exited(reason);
  });
  child.stdin.on('error', (error) => log('debug', 'writing to the enclave failed', { reason: describe(error) }));
  read(life, handlers, log);
  await new Promise<void>((resolve) => {
    child.once('spawn', resolve);
    void life.gone.then(resolve);
  });
  return life;
}

/** What it said last is why it ended, so far as it says so; where in which file it stood is left to `debug`. */
const LAST_LINES = 4;
const LAST_WORDS = 600;

function hear(stderr: Readable, log: Log): () => string {
  let said = '';
  stderr.on('data', (chunk: Buffer) => {
    const words = chunk.toString('utf8');
    log('debug', 'enclave', { stderr: words.trimEnd() });
    said = (said + words).slice(-4 * LAST_WORDS);
  });
  return () => {
    const lines = said.split('\n').filter((line) => line.trim() !== '' && !/^ +at |^Node\.js v/.test(line));
    const words = lines.slice(-LAST_LINES).join(' ').slice(-LAST_WORDS).trim();
    return words === '' ? '' : `: ${words}`;
  };
}

function read(life: Running, handlers: EnclaveHandlers, log: Log): void {
  const next = createFrameReader();
  life.child.stdout?.on('data', (chunk: Buffer) => {
    try {
      for (const message of next(chunk)) dispatch(life, handlers, message);
    } catch (error) {
      log('error', 'the enclave process sent nonsense; stopping it', { reason: describe(error) });
      life.child.kill('SIGKILL');
    }
  });
}

function dispatch({ waiting }: Running, handlers: EnclaveHandlers, message: unknown): void {
  if (typeof message !== 'object' || message === null) throw new Error('a frame that is not an object');
  if ('event' in message) {
    handlers.event(message as Event);
    return;
  }
  const { id } = message as { id?: unknown };
  const caller = typeof id === 'number' ? waiting.get(id) : undefined;
  if (caller === undefined) throw new Error(`an answer to no call: ${String(id)}`);
  waiting.delete(id as number);
  caller.resolve(message as Reply<never>);
}

/** Closing stdin asks it to end; what does not listen is killed. No orphan outlives the host. */
async function end({ child, gone }: Running): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
  await gone;
  clearTimeout(timer);
}
