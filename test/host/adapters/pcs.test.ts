/** Collateral as Intel's service and its caches serve it, and everything else that a server may answer. */

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startPcs } from '../../../scripts/local/pcs.ts';
import { createPcs } from '../../../signer/host/adapters/pcs.ts';
import { systemClock } from '../../../signer/host/adapters/systemClock.ts';
import { isRetryable } from '../../../signer/host/errors.ts';
import type { Pcs } from '../../../signer/host/ports/pcs.ts';
import { intelAuthority, MODEL } from '../../../signer/tee/issuers/intel/authority.ts';
import { manualClock } from '../support/clock.ts';
import { publishedBy } from '../support/published.ts';

const authority = intelAuthority(new Uint8Array(32).fill(7));
/** Ahead of any clock. */
const AT = Date.UTC(2040, 0, 1, 12) / 1000;
const published = publishedBy(authority, () => AT);

type Said = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string | Buffer };

describe('a client of collateral', () => {
  const servers: Server[] = [];
  let good: string;
  let closeGood: () => Promise<void>;
  before(async () => {
    const pcs = await startPcs(authority, async () => AT);
    [good, closeGood] = [pcs.url, pcs.close];
  });
  after(() => closeGood());
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  });

  const serving = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const saying = ({ status = 200, headers = {}, body }: Said) =>
    serving((_, response) => void response.writeHead(status, headers).end(body));
  /** What the good one says, changed. */
  const relaying = (change: (said: Required<Said>) => Said) =>
    serving(({ url = '' }, response) => {
      const relayed = fetch(`${good}${url}`).then(async (got) => {
        const headers = Object.fromEntries([...got.headers].filter(([name]) => /chain$/.test(name)));
        const said = { status: got.status, headers, body: Buffer.from(await got.arrayBuffer()) };
        const { status = 200, headers: its = {}, body } = change(said);
        response.writeHead(status, its).end(body);
      });
      relayed.catch(() => response.destroy());
    });
  const client = (...urls: string[]) => createPcs(urls, systemClock);
  const info = (pcs: Pcs) => pcs.tcbInfo('tdx', MODEL.fmspc, 'standard');
  const refusal = async (call: Promise<unknown>) => {
    const error = await call.catch((thrown: unknown) => thrown);
    expect(isRetryable(error, 'COLLATERAL_UNAVAILABLE'), String(error)).to.equal(true);
    return String(error);
  };

  it('reads lists as DER and in hexadecimal, and texts with their signers', async () => {
    const pcs = client(good);
    for (const name of ['root', 'platform'] as const)
      expect(await pcs.revocationList(name)).to.deep.equal(await published.revocationList(name));
    for (const update of ['standard', 'early'] as const) {
      expect(await pcs.tcbInfo('tdx', MODEL.fmspc, update)).to.deep.equal(
        await published.tcbInfo('tdx', MODEL.fmspc, update),
      );
      expect(await pcs.qeIdentity('tdx', update)).to.deep.equal(await published.qeIdentity('tdx', update));
    }
  });

  it('says what it could not have from whom', async () => {
    const said = await refusal(client(good).tcbInfo('tdx', 'ffffffffffff', 'standard'));
    expect(said).to.contain('/tdx/certification/v4/tcb?fmspc=FFFFFFFFFFFF&update=standard').and.contain('status 404');
    expect(await refusal(client(good).revocationList('processor'))).to.contain('status 404');
    expect(await refusal(client(good).qeIdentity('sgx', 'standard'))).to.contain('status 404');
  });

  it('asks the next address where one does not answer, or says what nobody can read', async () => {
    const bad = await saying({ body: 'nonsense' });
    const pcs = client('http://127.0.0.1:1', bad, good);
    expect(await info(pcs)).to.deep.equal(await published.tcbInfo('tdx', MODEL.fmspc, 'standard'));
    expect(await pcs.revocationList('root')).to.deep.equal(await published.revocationList('root'));
    const said = await refusal(info(client('http://127.0.0.1:1', bad)));
    expect(said).to.contain('no connection').and.contain('no tcbInfo with its signature');
  });

  it('asks below the path of an address, and says nothing of what else stands in it', async () => {
    let asked = '';
    const url = await serving(({ url: path = '' }, response) => {
      asked = path;
      response.writeHead(403).end();
    });
    const secret = url.replace('http://', 'http://user:secret@');
    const said = await refusal(client(`${secret}/of/mine?key=hidden`).revocationList('platform'));
    expect(asked).to.equal('/of/mine/sgx/certification/v4/pckcrl?key=hidden&ca=platform&encoding=der');
    expect(said).not.to.match(/secret|hidden/);
  });

  it('does not ask again within a minute, and does after it', async () => {
    let asked = 0;
    const url = await relaying((said) => {
      asked += 1;
      return said;
    });
    const clock = manualClock();
    const pcs = createPcs([url], clock);
    await info(pcs);
    await info(pcs);
    expect(asked).to.equal(1);
    await clock.advance(60_001);
    await info(pcs);
    expect(asked).to.equal(2);
  });

  it('keeps nobody waiting for longer than he would, and has the answer when he asks again', async () => {
    let answer = () => {};
    let asked = 0;
    const url = await serving(({ url: path = '' }, response) => {
      asked += 1;
      answer = () => void fetch(`${good}${path}`).then(async (got) => response.end(await got.text()));
    });
    const clock = manualClock();
    const pcs = createPcs([url], clock, 2_000);
    const first = refusal(pcs.revocationList('root'));
    await clock.advance(2_000);
    expect(await first).to.contain('asked for, and not there yet');
    const second = pcs.revocationList('root');
    while (asked === 0) await new Promise((turn) => setImmediate(turn));
    answer();
    expect(await second).to.deep.equal(await published.revocationList('root'));
    await pcs.revocationList('root');
    expect(asked).to.equal(1);
  });

  it('lets a source rest for ten seconds that had no answer', async () => {
    let asked = 0;
    const url = await serving((_, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    const clock = manualClock();
    const pcs = createPcs([url], clock);
    await refusal(info(pcs));
    await clock.advance(9_999);
    await refusal(info(pcs));
    expect(asked).to.equal(1);
    await clock.advance(1);
    await refusal(info(pcs));
    expect(asked).to.equal(2);
  });

  it('follows nobody elsewhere', async () => {
    const url = await saying({ status: 302, headers: { location: good }, body: '' });
    expect(await refusal(info(client(url)))).to.contain('status 302');
  });

  it('reads no more than an answer may have', async () => {
    const url = await saying({ body: 'a'.repeat(1 << 20) });
    expect(await refusal(info(client(url)))).to.contain('an answer of over');
    expect(await refusal(client(url).revocationList('root'))).to.contain('an answer of over');
  });

  it('gives up what takes too long', async () => {
    const url = await serving(() => undefined);
    const clock = manualClock();
    const said = refusal(info(createPcs([url], clock)));
    await clock.advance(15_000);
    expect(await said).to.contain('it took too long');
  });

  const texts: [string, (said: Required<Said>) => Said, string][] = [
    ['no chain of issuers', ({ body }) => ({ body }), 'CHAIN_LENGTH'],
    [
      'a chain that is not URL-encoded',
      ({ body }) => ({ body, headers: { 'TCB-Info-Issuer-Chain': '%E0%A4%A' } }),
      'is not URL-encoded',
    ],
    [
      'a chain of no certificates',
      ({ body }) => ({ body, headers: { 'TCB-Info-Issuer-Chain': 'a%20chain' } }),
      'PEM_MALFORMED',
    ],
    ['a text cut off', ({ headers, body }) => ({ headers, body: body.slice(0, -9) }), 'no tcbInfo with its signature'],
    ['an empty answer', ({ headers }) => ({ headers, body: '' }), 'no tcbInfo with its signature'],
    [
      'a signature of another length',
      ({ headers, body }) => ({ headers, body: String(body).replace(/[0-9a-f]{2}"\}$/, '"}') }),
      'no tcbInfo with its signature',
    ],
    [
      'another text',
      ({ headers, body }) => ({ headers, body: String(body).replace('tcbInfo', 'enclaveIdentity') }),
      'no tcbInfo with its signature',
    ],
    [
      'TCB info of another version',
      ({ headers, body }) => ({ headers, body: String(body).replace('"version":3', '"version":4') }),
      'TCB_INFO_MALFORMED',
    ],
    [
      'what is not quite JSON',
      ({ headers, body }) => ({ headers, body: String(body).replace('"version":3', '"version": 3') }),
      'JSON_MALFORMED',
    ],
  ];
  for (const [what, change, problem] of texts)
    it(`does not take ${what}`, async () => {
      expect(await refusal(info(client(await relaying(change))))).to.contain(problem);
    });

  for (const [what, body] of [
    ['half a list', Buffer.from('3082010030', 'hex')],
    ['an odd number of digits', '308'],
    ['nothing', ''],
    ['PEM', '-----BEGIN X509 CRL-----'],
  ] as const)
    it(`does not take ${what} for a list`, async () => {
      const said = await refusal(client(await saying({ body })).revocationList('root'));
      expect(said).to.match(/DER_MALFORMED|CRL_MALFORMED/);
    });
});
