/** /livez, /readyz with the reason, /metrics: for the machines that look after this one. */

import { createServer, type ServerResponse } from 'node:http';
import { Fatal } from '../errors.ts';
import type { Readiness } from '../host.ts';
import { redact } from '../redact.ts';
import type { Listen } from './peerServer.ts';

export type Health = { isAlive(): boolean; readiness(): Readiness; metrics(): string };
export type HealthServer = { readonly port: number; close(): Promise<void> };

export async function serveHealth({ host, port }: Listen, health: Health): Promise<HealthServer> {
  const server = createServer((request, response) => answer(request.url ?? '', response, health));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const advice = 'Choose another health.port, or stop what uses it (perhaps another quorate host).';
      reject(new Fatal('PORT_TAKEN', `cannot listen on ${host}:${port}: ${cause.message}`, advice, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(path: string, response: ServerResponse, health: Health): void {
  switch (path) {
    case '/livez':
      json(response, health.isAlive() ? 200 : 503, { alive: health.isAlive() });
      return;
    case '/readyz': {
      const readiness = health.readiness();
      json(response, readiness.ready ? 200 : 503, readiness);
      return;
    }
    case '/metrics':
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(health.metrics());
      return;
    default:
      json(response, 404, { paths: ['/livez', '/readyz', '/metrics'] });
      return;
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${redact(JSON.stringify(body))}\n`);
}
