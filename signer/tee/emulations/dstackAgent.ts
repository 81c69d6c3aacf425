/** dstack's guest agent on a development machine: the same questions over the same socket, a quote under a development root. */

import { hkdfSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type DevelopmentMachine, quotesOf } from '../issuers/machine.ts';
import { scalarOf } from '../rootKey.ts';

const MOST_BODY_BYTES = 64 * 1024;
const MOST_REPORT_DIGITS = 128;

/** Listens until it is closed. */
export function startDstackAgent(socket: string, machine: DevelopmentMachine): Promise<Server> {
  const issue = quotesOf(machine);
  const answers: Readonly<Record<string, (asked: Asked) => object>> = {
    '/GetQuote': ({ report_data: data }) => {
      const reportData = reportDataOf(data);
      return { quote: hex(issue(reportData)), event_log: '[]', report_data: hex(reportData), vm_config: '' };
    },
    '/GetKey': ({ path }) => ({ key: keyOf(machine, String(path ?? '')), signature_chain: [] }),
    '/Info': () => ({ app_id: hex(machine.platformId.slice(0, 20)), app_name: 'quorate-development', tcb_info: '{}' }),
  };
  const server = createServer((request, response) => void answer(answers, request, response));
  return new Promise((listening, fail) => {
    server.once('error', fail);
    server.listen(socket, () => listening(server));
  });
}

type Asked = Readonly<Record<string, unknown>>;

async function answer(
  answers: Readonly<Record<string, (asked: Asked) => object>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const method = answers[request.url ?? ''];
  if (method === undefined) return reply(404, { error: 'no such method' });
  try {
    reply(200, method(JSON.parse(await bodyOf(request)) as Asked));
  } catch (error) {
    reply(400, { error: (error as Error).message });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MOST_BODY_BYTES) throw new Error('the question is too long');
  }
  return body === '' ? '{}' : body;
}

/** > Report data of max length 64 bytes. Padding with 0s if less than 64 bytes. */
function reportDataOf(data: unknown): Uint8Array {
  if (typeof data !== 'string' || data.length > MOST_REPORT_DIGITS || !/^([0-9a-f]{2})*$/i.test(data))
    throw new Error('report_data is no hexadecimal of at most 64 bytes');
  return new Uint8Array(Buffer.from(data.padEnd(MOST_REPORT_DIGITS, '0'), 'hex'));
}

function keyOf({ rootKey, platformId }: DevelopmentMachine, path: string): string {
  return hex(new Uint8Array(hkdfSync('sha256', scalarOf(rootKey), platformId, `dstack ${path}`, 32)));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
