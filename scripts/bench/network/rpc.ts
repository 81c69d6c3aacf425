/** Just enough JSON-RPC over a WebSocket: little to spend beside what is measured. */

/** A log that a subscription reports. */
export type Notice = { readonly topics: readonly string[] };
export type Rpc = {
  readonly call: (method: string, params: readonly unknown[]) => Promise<unknown>;
  /** How many so far. */
  readonly calls: () => number;
  readonly close: () => void;
};

type Message = {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly params?: { readonly result: Notice };
};
type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };

export async function connect(url: string, notice: (log: Notice) => void): Promise<Rpc> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, Waiting>();
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`cannot reach ${url}`)));
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, params } = JSON.parse(String(data)) as Message;
    if (id === undefined) {
      if (params !== undefined) notice(params.result);
      return;
    }
    const waits = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waits?.resolve(result);
    else waits?.reject(new Error(error.message));
  });
  let calls = 0;
  return {
    call: (method, params) => {
      calls += 1;
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: calls, method, params }));
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.set(calls, { resolve, reject });
      return promise;
    },
    calls: () => calls,
    close: () => socket.close(),
  };
}
