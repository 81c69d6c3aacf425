/** A provider between hosts and a real chain: it passes on what it is asked, and gets every n-th answer wrong, each kind of wrong in its turn. */

import { createServer, type ServerResponse } from 'node:http';
import { PROVIDER_FAULTS, type ProviderFault } from './providerFaults.ts';

export type FaultyRelay = {
  readonly url: string;
  /** Names of the faults that some caller has met. */
  readonly struck: ReadonlySet<string>;
  close(): Promise<void>;
};
type Call = { readonly id: unknown; readonly method: string; readonly params: readonly unknown[] };

/** Those that a host can tell from the answer alone, and that end at once. */
const TOLD = PROVIDER_FAULTS.filter(
  (fault) => fault.code !== null && (!('wire' in fault) || (fault.over !== 'ws' && fault.wire !== 'silent')),
);

export async function startFaultyRelay(chain: string, every: number): Promise<FaultyRelay> {
  const struck = new Set<string>();
  const turns = new Map<string, number>();
  let calls = 0;
  const faultFor = (method: string): ProviderFault | null => {
    calls += 1;
    const kinds = calls % every === 0 ? TOLD.filter(({ methods }) => methods.includes(method)) : [];
    const turn = turns.get(method) ?? 0;
    turns.set(method, turn + 1);
    return kinds[turn % Math.max(1, kinds.length)] ?? null;
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = JSON.parse(body) as Call;
    const fault = faultFor(call.method);
    if (fault !== null) struck.add(fault.name);
    if (fault === null || 'answer' in fault) await passOn(chain, call, body, fault, response);
    else if ('says' in fault) sendJson(response, { id: call.id, error: fault.says });
    else garble(response, call, fault.wire);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    struck,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function passOn(
  chain: string,
  { id, params }: Call,
  body: string,
  fault: Extract<ProviderFault, { readonly answer: unknown }> | null,
  response: ServerResponse,
): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const honest = (await (await fetch(chain, { method: 'POST', headers, body })).json()) as { result?: unknown };
  if (fault === null || honest.result === undefined) return sendJson(response, { ...honest, id });
  sendJson(response, { id, result: fault.answer(honest.result, params) });
}

function sendJson(response: ServerResponse, fields: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', ...fields }));
}

function garble(response: ServerResponse, { id }: Call, wire: string | number): void {
  if (typeof wire === 'number') response.writeHead(wire).end();
  else if (wire === 'cut') response.destroy();
  else if (wire === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>busy</html>');
  else if (wire === 'wrong-id') sendJson(response, { id: -1, result: '0x1' });
  else if (wire === 'batch') response.writeHead(200).end(JSON.stringify([{ jsonrpc: '2.0', id, result: '0x1' }]));
  else if (wire === 'deep') sendRaw(response, `{"jsonrpc":"2.0","id":${Number(id)},"result":${'['.repeat(100_000)}`);
  else if (wire === 'neither') sendJson(response, { id });
  else sendRaw(response, '');
}

function sendRaw(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}
