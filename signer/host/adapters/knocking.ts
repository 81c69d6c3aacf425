/** Connections that have not shown yet whose they are: so many from one address, or one stranger takes all places of a server. */

import type { Socket } from 'node:net';

/** Peers behind one address come back at once after a restart. */
export const MOST_KNOCKING = 32;

export class Knocking {
  /** Ports of each address. */
  readonly #byAddress = new Map<string, Set<number>>();

  /** False for one too many. */
  begin(socket: Socket): boolean {
    const { remoteAddress = '', remotePort = 0 } = socket;
    const ports = this.#byAddress.get(remoteAddress) ?? new Set<number>();
    if (ports.size >= MOST_KNOCKING) return false;
    this.#byAddress.set(remoteAddress, ports.add(remotePort));
    socket.once('close', () => this.#end(remoteAddress, remotePort));
    return true;
  }

  /** A peer: it knocks no more. */
  admitted({ remoteAddress = '', remotePort = 0 }: Socket): void {
    this.#end(remoteAddress, remotePort);
  }

  #end(address: string, port: number): void {
    const ports = this.#byAddress.get(address);
    ports?.delete(port);
    if (ports?.size === 0) this.#byAddress.delete(address);
  }
}
