/**
 * Who may connect: the hosts of enclaves that share a committee with this one, as the registry names them. Nobody before this life's
 * boot record is final: others take a link for a sign that they may begin.
 */

import type { Context } from '../context.ts';
import type { Peer } from '../ports/peers.ts';

export async function admitPeers(context: Context): Promise<void> {
  const { self, ledger, peers, metrics, problems } = context;
  if (self === null) return;
  if (!context.isServing) {
    peers.admit(self.id, []);
    return;
  }
  const partners = new Set(
    [...ledger.keys.values()].filter(({ members }) => members.includes(self.id)).flatMap(({ members }) => members),
  );
  partners.delete(self.id);
  const admitted: Peer[] = [...partners].flatMap((id) => {
    const enclave = ledger.enclaves.get(id);
    return enclave ? [{ id, endpoint: enclave.endpoint, tlsKey: enclave.tlsKey }] : [];
  });
  peers.admit(self.id, admitted);
  for (const { id } of admitted) metrics.set('quorate_peer_connected', peers.isConnected(id) ? 1 : 0, { peer: id });
  problems.delete('peers');
  const short = [...ledger.keys.values()].find(({ members, threshold }) => {
    const reachable = members.filter((id) => id === self.id || peers.isConnected(id)).length;
    return members.includes(self.id) && reachable < threshold;
  });
  if (short)
    problems.set('peers', `too few members of key ${short.id} can be reached to sign (${short.threshold} are needed)`);
}
