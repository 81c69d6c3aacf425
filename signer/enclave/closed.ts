/**
 * What the bundle never needs is taken from it before any package in it runs. The sandbox (signer/tee/startEnclave.ts) binds what Node does for
 * code; this binds which code could run: no module is loaded any more, neither one of Node nor one in a string.
 *
 * By no import: its binding would be there for all of the bundle, which could register other hooks.
 */

class Closed extends Error {
  override readonly name = 'Closed';
  readonly code = 'ENCLAVE_CLOSED';
}

/** All that an import can name: modules of Node (vm, worker_threads, module itself), files, `data:` with code in it. */
process.getBuiltinModule('node:module').registerHooks({
  resolve: () => {
    throw new Closed('an enclave imports nothing');
  },
});

/** Ways past an import to modules of Node and native code; to other processes; to what and where this one is. */
const OF_PROCESS = [
  ...[
    'getBuiltinModule',
    'binding',
    '_linkedBinding',
    'dlopen',
    'mainModule',
    '_preload_modules',
    'loadEnvFile',
    'execve',
  ],
  ...['kill', '_kill', '_debugProcess', '_debugEnd', '_startProfilerIdleNotifier', '_stopProfilerIdleNotifier'],
  ...['setuid', 'seteuid', 'setgid', 'setegid', 'setgroups', 'initgroups', 'umask', 'chdir', 'abort', 'report'],
  ...['_getActiveHandles', '_getActiveRequests', 'getActiveResourcesInfo'],
];

/** Ways to the network, to storage and to other threads: the sandbox refuses them, and here are none to be asked. */
const OF_ALL = [
  ...['fetch', 'WebSocket', 'EventSource', 'BroadcastChannel', 'MessageChannel', 'MessagePort'],
  ...['localStorage', 'sessionStorage', 'Storage', 'navigator', 'Navigator'],
];

for (const name of OF_PROCESS) Reflect.deleteProperty(process, name);
for (const name of OF_ALL) Reflect.deleteProperty(globalThis, name);
