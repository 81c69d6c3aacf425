/** The development TEE as a host starts it, with frames on its stdin and stdout. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Call, Event, Params } from '../../../signer/enclave/api.ts';
import { encodeFrame, FrameReader, HOST_CHANNEL } from '../../../signer/enclave/frames.ts';
import { generateRootKey } from '../../../signer/tee/rootKey.ts';
import { CONFIGURATION } from './world.ts';

export type Machine = { readonly directory: string; readonly rootKey: string; readonly configuration: string };
export type Host = {
  readonly child: ChildProcess;
  readonly events: Event[];
  readonly answers: Answer[];
  readonly stderr: () => string;
  readonly call: <N extends Call['call']>(call: N, params: Params<N>) => Promise<Answer>;
  readonly send: (bytes: Uint8Array) => void;
  /** Resolves when what the enclave has said meets a condition; rejects when it ends before. */
  readonly until: (isMet: () => boolean) => Promise<void>;
  readonly ended: Promise<number | null>;
  readonly end: () => Promise<number | null>;
};

/** A directory with a root key and a configuration: what a machine has before an enclave runs on it. */
export function machine(): Machine {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-test-'));
  const [rootKey, configuration] = [join(directory, 'root.pem'), join(directory, 'configuration')];
  generateRootKey(rootKey);
  writeFileSync(configuration, CONFIGURATION);
  return { directory, rootKey, configuration };
}

export function scrap({ directory }: Machine): void {
  rmSync(directory, { recursive: true, force: true });
}

export function startTee(
  { directory, rootKey, configuration }: Machine,
  bundle: string,
  platform = '11'.repeat(32),
  more: readonly string[] = [],
): Host {
  const files = ['--bundle', bundle, '--configuration', configuration, '--root-key', rootKey, '--platform', platform];
  return startProgram({ directory }, 'signer/tee/development.ts', [...files, ...more]);
}

/** A program that speaks as the development TEE does. */
export function startProgram(
  { directory }: Pick<Machine, 'directory'>,
  program: string,
  words: readonly string[],
): Host {
  const child = spawn(process.execPath, [program, ...words], {
    stdio: 'pipe',
    env: { ...process.env, TMPDIR: directory },
  });
  const [answers, events]: [Answer[], Event[]] = [[], []];
  const waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  const reader = new FrameReader();
  child.stdout.on('data', (chunk: Uint8Array) => {
    for (const frame of reader.read(chunk)) {
      const message = JSON.parse(new TextDecoder().decode(frame.subarray(1))) as Answer | Event;
      if ('event' in message) events.push(message);
      else answers.push(message);
    }
    for (const { isMet, resolve } of waiting) if (isMet()) resolve();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const until = (isMet: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      if (isMet()) return resolve();
      waiting.push({ isMet, resolve });
      void ended.then((code) => reject(new Error(`ended with ${code}: ${stderr}`)));
    });
  const send = (bytes: Uint8Array) => child.stdin.write(bytes);
  let next = 1;
  return {
    child,
    events,
    answers,
    stderr: () => stderr,
    send,
    until,
    ended,
    async call(call, params) {
      const id = next++;
      send(encodeFrame(HOST_CHANNEL, { id, call, params }));
      const found = () => answers.find((answer) => answer.id === id);
      await until(() => found() !== undefined);
      return found()!;
    },
    end() {
      child.stdin.end();
      return ended;
    },
  };
}
