import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { examine } from '../../../signer/cli/doctor/examine.ts';
import { checksOfMachine, listenerAt } from '../../../signer/cli/doctor/machine.ts';
import { generateCertificate } from '../../../signer/host/adapters/certificate.ts';
import { readAccount } from '../../../signer/host/adapters/keyFileWallet.ts';
import type { Config } from '../../../signer/host/config.ts';
import { Fatal } from '../../../signer/host/errors.ts';

/** The order of the group: the least number that is no private key. */
const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';

describe('quorate doctor and a machine', () => {
  let directory: string;
  let file: string;
  let config: Config;
  const put = (name: string, text: string, mode: number) => {
    writeFileSync(join(directory, name), text, { mode });
    return join(directory, name);
  };
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-doctor-'));
    file = put('quorate.json', '{}', 0o600);
    const keyFile = put('operator.key', `0x${'01'.repeat(32)}\n`, 0o600);
    const at = { host: '127.0.0.1', port: 0 };
    const operator = { keyFile, gasKeyFile: keyFile, secondGasKeyFile: null };
    const { cert, key } = await generateCertificate(new Date());
    const peers = { ...at, certFile: put('tls.crt', cert, 0o644), keyFile: put('tls.key', key, 0o600) };
    config = { operator, health: at, peers, dataDirectory: join(directory, 'data') } as unknown as Config;
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const wrong = async () => {
    const found = await Promise.all(checksOfMachine(file, config).map(examine));
    return found.filter(({ ok }) => !ok);
  };

  it('finds nothing wrong with one that is fine', async () => {
    expect(await wrong()).to.deep.equal([]);
  });

  it('says NO to a configuration that others may read', async () => {
    for (const mode of [0o644, 0o640, 0o604]) {
      chmodSync(file, mode);
      const found = await wrong();
      expect(found.map(({ check }) => check)).to.deep.equal(['configuration file']);
      expect(found[0]?.detail).to.include('others may read it');
      expect(found[0]?.advice).to.include(`chmod 600 ${file}`);
    }
  });

  it('looks at each key file once, at that of the second gas account too', async () => {
    expect(checksOfMachine(file, config).filter(({ name }) => name === 'key file')).to.have.length(1);
    const secondGasKeyFile = put('spare.key', 'no key', 0o600);
    config = { ...config, operator: { ...config.operator, secondGasKeyFile } };
    expect((await wrong()).map(({ detail }) => detail).join()).to.include('spare.key does not hold a private key');
  });

  it('says NO to a key file that others may read, and how that is mended', async () => {
    chmodSync(join(directory, 'operator.key'), 0o644);
    const [found] = await wrong();
    expect(found?.detail).to.include('others may read the key file');
    expect(found?.advice).to.include(`chmod 600 ${join(directory, 'operator.key')}`);
  });

  it('says NO to a port that is taken', async () => {
    const server = await new Promise<Server>((resolve) => {
      const listening = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1', () => resolve(listening));
    });
    config = { ...config, health: { ...config.health, port: (server.address() as { port: number }).port } };
    expect((await wrong()).map(({ check }) => check)).to.deep.equal(['port for health']);
    await new Promise((resolve) => server.close(resolve));
  });

  it('says NO to a port where another node answers, and takes its own', async () => {
    const said = JSON.stringify({ ready: true, enclave: null, reasons: [] });
    const other = createHttpServer((_, response) => response.end(said)).listen(0, '127.0.0.1');
    await once(other, 'listening');
    config = { ...config, health: { ...config.health, port: (other.address() as { port: number }).port } };
    const [found] = await wrong();
    expect(found).to.include({ check: 'port for health' });
    expect(found?.detail).to.include('another node of Quorate answers there');
    const own = createTlsServer({
      cert: readFileSync(config.peers.certFile),
      key: readFileSync(config.peers.keyFile),
    }).listen(0, '127.0.0.1');
    await once(own, 'listening');
    config = { ...config, peers: { ...config.peers, port: (own.address() as { port: number }).port } };
    expect(await wrong()).to.deep.equal([]);
    for (const server of [other, own]) {
      server.close();
      await once(server, 'close');
    }
  });

  for (const key of ['00'.repeat(32), 'ff'.repeat(32), ORDER])
    it(`says of the key ${key.slice(0, 8)}… that its number is out of range, and not the number`, () => {
      const bad = put('bad.key', `0x${key}\n`, 0o600);
      let said: unknown;
      try {
        readAccount(bad);
      } catch (error) {
        said = error;
      }
      expect(said).to.be.instanceOf(Fatal).with.property('code', 'CONFIG_INVALID');
      const all = inspect(said, { depth: null, showHidden: true });
      expect(all).to.include('out of range').and.include('quorate init');
      for (const form of [key, BigInt(`0x${key}`).toString()].filter((text) => text.length > 1))
        expect(all).not.to.include(form);
    });
});

describe('who listens at a port', () => {
  const open: { close(): unknown }[] = [];
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
  const listening = async (server: Server) => {
    open.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return (server.address() as { readonly port: number }).port;
  };
  const answering = (text: string) => listening(createHttpServer((_, response) => response.end(text)));

  it('is a host by what it says, and something else by anything else', async () => {
    const ready = JSON.stringify({ ready: false, enclave: null, reasons: [] });
    expect(await listenerAt('127.0.0.1', await answering(ready))).to.equal('quorate');
    for (const text of ['{}', 'null', 'hello', ''])
      expect(await listenerAt('127.0.0.1', await answering(text)), text).to.equal('other');
  });

  it('is nobody only where the connection is refused: one that does not answer may be a busy host', async () => {
    const silent = createServer((socket) => open.push({ close: () => socket.destroy() }));
    const port = await listening(silent);
    expect(await listenerAt('127.0.0.1', port, 50)).to.equal('silent');
    for (const one of open.splice(0).reverse()) one.close();
    await once(silent, 'close');
    expect(await listenerAt('127.0.0.1', port)).to.equal('nobody');
  });
});
