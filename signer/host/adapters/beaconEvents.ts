/** A beacon node's stream of finality updates (server-sent events), kept open as long as somebody listens. */

import { describe } from '../errors.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import { addressOf } from './beaconHttp.ts';
import { NoAnswer } from './failures.ts';
import { type Endpoint, reach, within } from './http.ts';
import { Rest } from './rest.ts';

const TOPIC = 'light_client_finality_update';
const PATH = `/eth/v1/events?topics=${TOPIC}`;
/** It may take so long to begin, in milliseconds; then it may be silent for as long as it likes. */
const TIMEOUT = 10_000;
/** Where there is none, it is looked for again after so long. */
const ABSENT = 600_000;
const LOOK = 1_000;

export type EventHandlers = {
  /** Whether this node may be listened to at all: before each stream. */
  readonly admitted: () => Promise<boolean>;
  readonly opened: () => void;
  /** Data of one event: JSON, at most `cap` bytes. */
  readonly told: (data: string) => void;
  readonly closed: (reason: string) => void;
};

/** Returns what ends it. */
export function listen(
  endpoint: Endpoint,
  cap: number,
  ports: { readonly clock: Clock; readonly jitter: () => number },
  handlers: EventHandlers,
): () => void {
  const halt = new AbortController();
  void keepListening(endpoint, cap, ports, handlers, halt.signal);
  return () => halt.abort();
}

async function keepListening(
  endpoint: Endpoint,
  cap: number,
  { clock, jitter }: { readonly clock: Clock; readonly jitter: () => number },
  handlers: EventHandlers,
  halt: AbortSignal,
): Promise<void> {
  const rest = new Rest(clock, jitter);
  let absentUntil = 0;
  while (!halt.aborted) {
    if (clock.now() >= absentUntil && rest.isOver && (await handlers.admitted())) {
      const reason = await once(endpoint, cap, clock, handlers, halt);
      if (halt.aborted) return;
      if (reason === 'absent') absentUntil = clock.now() + ABSENT;
      rest.strike();
      handlers.closed(reason);
    }
    await sleep(clock, LOOK, halt);
  }
}

async function once(
  endpoint: Endpoint,
  cap: number,
  clock: Clock,
  handlers: EventHandlers,
  halt: AbortSignal,
): Promise<string> {
  const end = new AbortController();
  halt.addEventListener('abort', () => end.abort(), { once: true, signal: end.signal });
  try {
    const response = await within(clock, TIMEOUT, (late) => {
      late.addEventListener('abort', () => end.abort(new NoAnswer('it took too long')), { once: true });
      const headers = { ...endpoint.headers, accept: 'text/event-stream' };
      return reach(addressOf(endpoint, PATH), { headers, signal: end.signal });
    });
    if (!isStream(response) || response.body === null) return 'absent';
    handlers.opened();
    await read(response.body, cap, handlers.told);
    return 'it was closed';
  } catch (error) {
    return describe(error);
  } finally {
    end.abort();
  }
}

function isStream({ status, headers }: Response): boolean {
  return status === 200 && (headers.get('content-type') ?? '').startsWith('text/event-stream');
}

/** > Lines end with CR LF, LF or CR; an empty line ends an event. Events without data and comments say nothing. */
async function read(body: AsyncIterable<Uint8Array>, cap: number, told: (data: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text = (text + decoder.decode(chunk, { stream: true })).replaceAll('\r\n', '\n');
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      if (event.length <= cap) say(event, told);
    }
    if (text.length > cap) throw new NoAnswer(`an event of over ${cap} bytes`);
  }
}

function say(event: string, told: (data: string) => void): void {
  const lines = event.split('\n');
  const fieldsOf = (name: string) =>
    lines.flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).replace(/^ /, '')] : []));
  if (fieldsOf('event').at(-1) === TOPIC) told(fieldsOf('data').join('\n'));
}
