/** The recipes in deploy/: their programs compile without a warning and do what they say; images copy what there is to copy. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PROGRAMS } from '../../scripts/bundle.ts';

const ROOT = join(import.meta.dirname, '../..');
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror'];
const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

describe('the recipes of deploy/', () => {
  const recipe = (name: string) => readFileSync(join(ROOT, 'deploy', name), 'utf8');

  for (const name of ['nitro/Dockerfile', 'dstack/Dockerfile']) {
    it(`${name} has its bases named by whoever builds, and copies programs that are built`, () => {
      const text = recipe(name);
      const bases = [...text.matchAll(/^FROM \$\{(\w+)\}/gm)].map(([, base]) => base);
      expect(bases).to.deep.equal(['TOOLS', 'RUNTIME']);
      expect([...text.matchAll(/^FROM/gm)]).to.have.lengthOf(bases.length);
      const copied = [...text.matchAll(/\bbuild\/(\S+)/g)].map(([, file]) => file as string);
      expect(copied).to.deep.equal(['machine.mjs', 'enclave.bundle.mjs']);
      for (const file of copied) expect(PROGRAMS).to.have.property(file);
      expect(text).to.include(`gcc ${FLAGS.slice(0, 2).join(' ')} -static ${FLAGS.slice(2).join(' ')}`);
    });
  }

  it('dstack measures a compose file that names no image by a tag, and no instance', () => {
    expect(recipe('dstack/docker-compose.yaml')).to.match(/^ {4}image: IMAGE$/m);
    const compose = JSON.parse(recipe('dstack/app-compose.json')) as Record<string, unknown>;
    expect(compose).to.include({
      no_instance_id: true,
      public_logs: false,
      docker_compose_file: 'DOCKER_COMPOSE_FILE',
    });
    expect(compose.allowed_envs).to.deep.equal([]);
  });

  describe('programs in C', function () {
    this.timeout(60_000);
    let directory: string;
    before(function () {
      if (!hasCompiler) this.skip(); // said aloud: pending
      directory = mkdtempSync(join(tmpdir(), 'quorate-deploy-'));
    });
    after(() => directory && rmSync(directory, { recursive: true }));
    const compiled = (source: string) => {
      const program = join(directory, source.replaceAll('/', '-').replace(/\.c$/, ''));
      const { status, stderr } = spawnSync('cc', [...FLAGS, '-o', program, join(ROOT, 'deploy', source)]);
      expect([status, String(stderr)]).to.deep.equal([0, '']);
      return program;
    };

    it('the helper of the security module fails where there is none, and on a request that is too long', () => {
      const helper = compiled('nitro/nsm-helper.c');
      for (const input of [Buffer.from('a0', 'hex'), Buffer.alloc(0x1001), Buffer.alloc(0)])
        expect(spawnSync(helper, { input }).status, `${input.length} bytes`).to.equal(70);
    });

    it('serve starts its program for a connection, another for the next, and none beside it', async () => {
      const serve = compiled('serve.c');
      expect(spawnSync(serve, ['tcp', '0', '/bin/cat']).status).to.equal(64);
      expect(spawnSync(serve, ['udp', '7000', '/bin/cat']).status).to.equal(64);
      const port = await freePort();
      const child = spawn(serve, ['tcp', String(port), '/bin/cat'], { stdio: 'ignore' });
      try {
        const first = await connected(port);
        expect(await echo(first, 'one')).to.equal('one');
        const second = await connected(port);
        const early = echo(second, 'two');
        expect(await Promise.race([early, after_(300)])).to.equal('nothing');
        first.end();
        expect(await early).to.equal('two');
        second.end();
      } finally {
        child.kill('SIGKILL');
      }
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  await new Promise<void>((closed) => server.close(() => closed()));
  return port;
}

async function connected(port: number): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, '127.0.0.1');
    const outcome = await new Promise<Error | null>((done) =>
      socket.once('connect', () => done(null)).once('error', done),
    );
    if (outcome === null) return socket;
    if (tries > 50) throw outcome;
    await after_(50);
  }
}

function echo(socket: Socket, text: string): Promise<string> {
  return new Promise((said) => {
    socket.once('data', (data) => said(String(data)));
    socket.write(text);
  });
}

function after_(milliseconds: number): Promise<'nothing'> {
  return new Promise((done) => setTimeout(() => done('nothing'), milliseconds));
}
