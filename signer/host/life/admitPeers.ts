/**
 * Who may connect: the hosts of enclaves that share a committee with this one, as the registry names them. Nobody before this life's
 * boot record is final: others take a link for a sign that they may begin.
 */

import type { Ledger } from '../chain/view/ledger.ts';
import type { Metrics } from '../metrics.ts';
import type { Peer, Peers } from '../ports/peers.ts';
import type { Problems } from '../problems.ts';
import type { Life, Self } from './life.ts';

export type AdmitPorts = { readonly peers: Peers; readonly metrics: Metrics };

export function admitPeers({ peers, metrics }: AdmitPorts, life: Life, ledger: Ledger, problems: Problems): void {
  const { self, isServing } = life;
  if (self === null) return;
  const admitted = isServing ? partnersOf(self, ledger) : [];
  peers.admit(self.id, admitted);
  for (const { id } of admitted) metrics.set('quorate_peer_connected', peers.isConnected(id) ? 1 : 0, { peer: id });
  if (isServing) explain(peers, self, ledger, problems);
}

function partnersOf({ id: own }: Self, { keys, enclaves }: Ledger): readonly Peer[] {
  const shared = [...keys.values()].filter(({ members }) => members.includes(own));
  const partners = new Set(shared.flatMap(({ members }) => members));
  partners.delete(own);
  return [...partners].flatMap((id) => {
    const enclave = enclaves.get(id);
    return enclave ? [{ id, endpoint: enclave.endpoint, tlsKey: enclave.tlsKey }] : [];
  });
}

function explain(peers: Peers, { id: own }: Self, { keys }: Ledger, problems: Problems): void {
  problems.clear('peers');
  const short = [...keys.values()].find(({ members, threshold }) => {
    const reachable = members.filter((id) => id === own || peers.isConnected(id)).length;
    return members.includes(own) && reachable < threshold;
  });
  if (short)
    problems.set('peers', `too few members of key ${short.id} can be reached to sign (${short.threshold} are needed)`);
}
