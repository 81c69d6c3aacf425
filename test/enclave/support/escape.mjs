// Tries every way out of a process and prints what happened, as JSON: "refused: <code>" or "possible".
// An enclave could be made to run this only by a bug; the sandbox must hold all the same.
// The test puts a line before it:  const there = { port, socket, directory }: an HTTP server, the same on a unix socket, and a directory
// with the files `secret`, `module.mjs` and `module.cjs`.
/* global there */

/** Some refusals are thrown where nobody can catch them: they count for the attempt at hand. */
const inTime = (promise) =>
  Promise.race([
    promise,
    new Promise((_, reject) => {
      process.removeAllListeners('uncaughtException').on('uncaughtException', reject);
      setTimeout(() => reject({ code: 'TIMEOUT' }), 3000);
    }),
  ]);
const connected = (socket) =>
  new Promise((resolve, reject) => {
    socket.on('error', reject);
    for (const event of ['connect', 'listening', 'message']) socket.on(event, resolve);
  });
const { port, socket, directory } = there;
const secret = `${directory}/secret`;
const loot = `${directory}/loot`;

const attempts = {
  'connect over TCP': async () => connected((await import('node:net')).connect(port, '127.0.0.1')),
  'listen on TCP': async () => connected((await import('node:net')).createServer().listen(0, '127.0.0.1')),
  'connect to a unix socket': async () => connected((await import('node:net')).connect(socket)),
  'listen on a unix socket': async () => connected((await import('node:net')).createServer().listen(`${loot}.sock`)),
  'send a datagram': async () => {
    const socket = (await import('node:dgram')).createSocket('udp4');
    await new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.send('x', port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
    });
  },
  'look up a name': async () => (await import('node:dns/promises')).lookup('localhost'),
  'ask a name server': async () => (await import('node:dns/promises')).resolve4('localhost'),
  fetch: async () => fetch(`http://127.0.0.1:${port}/`),
  'open a web socket': async () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
      socket.onerror = (event) => reject(event.error ?? { code: 'ERROR' });
      socket.onopen = resolve;
    }),
  'read a file': async () => (await import('node:fs')).readFileSync(secret),
  'read a file by promise': async () => (await import('node:fs/promises')).readFile(secret),
  'open a file as blob': async () => (await (await import('node:fs')).openAsBlob(secret)).text(),
  'list a directory': async () => (await import('node:fs')).readdirSync(directory),
  'stat a file': async () => (await import('node:fs')).statSync(secret),
  'write a file': async () => (await import('node:fs')).writeFileSync(loot, 'x'),
  'make a directory': async () => (await import('node:fs')).mkdtempSync(loot),
  'make a link': async () => (await import('node:fs')).symlinkSync(secret, `${loot}-link`),
  'watch a file': async () => (await import('node:fs')).watch(directory).close(),
  'import a module of the machine': async () => import(`${directory}/module.mjs`),
  'require a module of the machine': async () => (await import('node:module')).createRequire(secret)('./module.cjs'),
  'run a program': async () => (await import('node:child_process')).execFileSync(process.execPath, ['--version']),
  'run a shell': async () => (await import('node:child_process')).execSync('echo'),
  'fork itself': async () => (await import('node:child_process')).fork(`${directory}/module.cjs`).kill(),
  'start a worker': async () => new (await import('node:worker_threads')).Worker('0', { eval: true }).terminate(),
  'load an addon': async () => process.dlopen({ exports: {} }, secret),
  'open a database': async () =>
    new (await import('node:sqlite')).DatabaseSync(`${loot}.db`).exec('create table t (x)'),
  'open a database in memory': async () => new (await import('node:sqlite')).DatabaseSync(':memory:').close(),
  'use WASI': async () => new (await import('node:wasi')).WASI({ version: 'preview1', preopens: { '/': directory } }),
  'report to a file': async () => process.report.writeReport(`${loot}.json`) || Promise.reject({ code: 'NOT_WRITTEN' }),
  // biome-ignore lint/security/noGlobalEval: the attempt itself
  'evaluate a string': async () => eval('1'),
  'make a function of a string': async () => new Function('return 1')(),
  'open the inspector': async () => (await import('node:inspector')).open(0, '127.0.0.1'),
  'see the environment': async () => (Object.keys(process.env).length > 0 ? 1 : Promise.reject({ code: 'EMPTY' })),
};

const outcomes = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await inTime(attempt());
    outcomes[name] = 'possible';
  } catch (error) {
    outcomes[name] = `refused: ${error?.cause?.code ?? error?.code ?? error?.name}`;
  }
}
process.stdout.write(`${JSON.stringify(outcomes)}\n`, () => process.exit(0));
