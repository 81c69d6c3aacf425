import { expect } from 'chai';
import { type HealthServer, serveHealth } from '../../../signer/host/adapters/healthServer.ts';

describe('what a host says of its health', () => {
  let server: HealthServer;
  let reasons: string[];
  beforeEach(async () => {
    reasons = [];
    server = await serveHealth(
      { host: '127.0.0.1', port: 0 },
      {
        isAlive: () => true,
        readiness: () => ({ ready: reasons.length === 0, enclave: null, reasons }),
        metrics: () => 'quorate_head_block 7\n',
      },
    );
  });
  afterEach(() => server.close());
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, text: await response.text() };
  };

  it('is whether it is alive and ready, and why not', async () => {
    expect((await get('/livez')).status).to.equal(200);
    expect((await get('/readyz')).status).to.equal(200);
    reasons = ['waits for the chain'];
    expect(await get('/readyz')).to.deep.equal({
      status: 503,
      text: '{"ready":false,"enclave":null,"reasons":["waits for the chain"]}\n',
    });
    expect((await get('/metrics')).text).to.equal('quorate_head_block 7\n');
    expect((await get('/other')).status).to.equal(404);
  });

  it('has nothing of an address but its host', async () => {
    reasons = ['nobody answers at https://user:KEY@rpc.example/v2/KEY?key=KEY'];
    const { text } = await get('/readyz');
    expect(JSON.parse(text).reasons).to.deep.equal(['nobody answers at https://rpc.example']);
  });
});
