/**
 * What Intel's collateral service would answer, beside a local chain: version 4 of its API, signed under a development root. Dated by the chain's
 * clock where that is ahead of ours: contracts know no other.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IntelAuthority } from '../../signer/tee/issuers/intel/authority.ts';
import { MODEL } from '../../signer/tee/issuers/intel/authority.ts';

export type LocalPcs = { readonly url: string; readonly close: () => Promise<void> };

type Answer = { readonly body: string | Buffer; readonly headers: Readonly<Record<string, string>> };
type Collateral = Readonly<Record<string, string>>;

const ROUTES: Readonly<Record<string, (collateral: Collateral) => Answer>> = {
  '/sgx/certification/v4/rootcacrl': ({ root_ca_crl: list = '' }) => ({ body: list, headers: {} }), // in hexadecimal, as PCCS has it
  '/sgx/certification/v4/pckcrl?ca=platform&encoding=der': ({ pck_crl: list = '' }) => ({
    body: Buffer.from(list, 'hex'),
    headers: {},
  }),
  [`/tdx/certification/v4/tcb?fmspc=${MODEL.fmspc.toUpperCase()}&update=standard`]: (collateral) =>
    signed(collateral, 'tcb_info', 'tcbInfo', 'TCB-Info-Issuer-Chain'),
  '/tdx/certification/v4/qe/identity?update=standard': (collateral) =>
    signed(collateral, 'qe_identity', 'enclaveIdentity', 'SGX-Enclave-Identity-Issuer-Chain'),
};

function signed(collateral: Collateral, name: string, field: string, chain: string): Answer {
  return {
    body: `{"${field}":${collateral[name]},"signature":"${collateral[`${name}_signature`]}"}`,
    headers: { [chain]: encodeURIComponent(collateral[`${name}_issuer_chain`] ?? '') },
  };
}

/** @param chainTime of the newest block, seconds */
export async function startPcs(authority: IntelAuthority, chainTime: () => Promise<number>): Promise<LocalPcs> {
  const collateral = async (): Promise<Collateral> => {
    const at = Math.max(await chainTime(), Math.floor(Date.now() / 1000));
    return JSON.parse(Buffer.from(authority.collateralAt(at)).toString()) as Collateral;
  };
  const server = createServer(({ method, url = '/' }, response) => {
    const route = method === 'GET' ? ROUTES[url.replace('update=early', 'update=standard')] : undefined;
    if (route === undefined) return void response.writeHead(404).end();
    collateral().then(
      (current) => {
        const { body, headers } = route(current);
        response.writeHead(200, headers).end(body);
      },
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
