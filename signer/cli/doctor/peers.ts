/** Whether others can reach this node: its certificate, the port that it listens on, and the endpoint that they dial. */

import { connect, createServer, type Server } from 'node:tls';
import type { Hex } from '../../formats/hex.ts';
import { isReadByOthers, readCertificate } from '../../host/adapters/assemble.ts';
import { tlsKeyOf } from '../../host/adapters/certificate.ts';
import type { Config } from '../../host/config.ts';
import type { Check } from './examine.ts';

export function checksOfPeers(config: Config): readonly Check[] {
  const { host, port, endpoint, keyFile } = config.peers;
  const ownKey = () => tlsKeyOf(readCertificate(config).cert);
  return [
    {
      name: 'TLS key',
      advice: `Whoever reads it can pass for this host: chmod 600 ${keyFile}`,
      run: async () => {
        const key = ownKey();
        if (isReadByOthers(keyFile)) throw new Error('others may read it');
        return key;
      },
    },
    {
      name: 'port for peers',
      advice: 'Stop what uses it, or choose another one; peers.port, and with it the endpoint.',
      run: async () => `${host}:${port}, ${await whoListens(config, ownKey())}`,
    },
    {
      name: 'endpoint',
      isDoubtful: true,
      advice: `Try from another machine that ${endpoint} leads to port ${port} here: firewall, forwarded ports, DNS. Some routers let nobody in from inside.`,
      run: () => reached(config, ownKey()),
    },
  ];
}

/** A host of this very certificate is the one that is looked at. */
async function whoListens(config: Config, own: Hex): Promise<string> {
  const { host, port } = config.peers;
  try {
    await listening(config, async () => undefined);
    return 'free';
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    if ((await keyAt(local(host), port).catch(() => null)) !== own)
      throw new Error(`${host}:${port} is taken by another process, which may be another node`, { cause });
    return 'where this host runs';
  }
}

/** Whether the host of this very certificate runs, and not another one at its port. */
export async function isOwnHost(config: Config): Promise<boolean> {
  const { host, port } = config.peers;
  return (await keyAt(local(host), port).catch(() => null)) === tlsKeyOf(readCertificate(config).cert);
}

/** By itself: where no host runs, somebody listens for as long as it takes. */
async function reached(config: Config, own: Hex): Promise<string> {
  const { hostname, port } = new URL(config.peers.endpoint);
  const look = () => keyAt(hostname.replace(/^\[|\]$/g, ''), Number(port || 443));
  const found = await listening(config, look).catch((cause) => {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') return look();
    throw cause;
  });
  if (found !== own) throw new Error(`another node answers at ${config.peers.endpoint} (TLS key ${found})`);
  return `${config.peers.endpoint} leads here`;
}

async function listening<T>(config: Config, work: () => Promise<T>): Promise<T> {
  const { host, port } = config.peers;
  const server = createServer(readCertificate(config));
  server.on('tlsClientError', () => undefined); // whoever knocks meanwhile
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  try {
    return await work();
  } finally {
    await closed(server);
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** An answer takes no longer, in milliseconds. */
const PATIENCE = 5_000;

function keyAt(host: string, port: number): Promise<Hex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: PATIENCE }, () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (certificate === undefined) reject(new Error('no certificate came'));
      else resolve(tlsKeyOf(certificate));
    });
    socket.once('timeout', () => socket.destroy(new Error(`nobody answers at ${host}:${port}`)));
    socket.once('error', reject);
  });
}

function local(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}
