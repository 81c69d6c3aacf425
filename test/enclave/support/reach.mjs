// Reaches for everything that could run other code or act on other processes, from inside of the bundle, and prints what happened as JSON.
// The test puts it behind the enclave's own bundle: what that has closed stays closed.
void (async () => {
  const attempts = {
    'run a string with vm': async () => (await import('node:vm')).runInThisContext('1'),
    'compile a module from a string': async () => new (await import('node:module')).Module('x')._compile('1', 'x'),
    'import code in an address': async () => import('data:text/javascript,export default 1'),
    'import a module of Node': async () => import('node:os'),
    'resolve a module': async () => import.meta.resolve('node:fs'),
    'lower the priority of a process': async () => (await import('node:os')).setPriority(process.pid, 19),
    'start a thread': async () => (await import('node:worker_threads')).isMainThread,
    'change flags of V8': async () => (await import('node:v8')).setFlagsFromString('--no-opt'),
    'write a heap snapshot': async () => (await import('node:v8')).getHeapSnapshot(),
    'load other hooks': async () => (await import('node:module')).registerHooks({}),
    'get a module without an import': async () => process.getBuiltinModule('vm').runInThisContext('1'),
    'get a binding of Node': async () => process.binding('fs'),
    'signal a process': async () => process.kill(process.pid, 0),
    'signal a process, more directly': async () => process._kill(process.pid, 0),
    'have another process debugged': async () => process._debugProcess(process.pid),
    'report on the machine': async () => process.report.getReport(),
    'see what is open': async () => process._getActiveHandles().length,
    'change the mask of new files': async () => process.umask(0o77),
    'change the directory': async () => process.chdir('.'),
    'store something for a session': async () => sessionStorage.setItem('x', 'y'),
    'open a channel to a thread': async () => new MessageChannel().port1.close(),
    'ask for the machine': async () => navigator.hardwareConcurrency,
    // biome-ignore lint/security/noGlobalEval: the attempt itself
    'evaluate a string': async () => eval('1'),
    'make a function of a string': async () => new Function('return 1')(),
    'make one by a constructor': async () => (async () => {}).constructor('return 1')(),
    'make a generator of a string': async () => function* () {}.constructor('yield 1')(),
  };
  const outcomes = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      outcomes[name] = 'possible';
    } catch (error) {
      outcomes[name] = `refused: ${error?.code ?? error?.name}`;
    }
  }
  process.stderr.write(`${JSON.stringify(outcomes)}\n`, () => process.exit(0));
})();
