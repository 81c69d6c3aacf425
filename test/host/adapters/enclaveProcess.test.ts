import { expect } from 'chai';
import { createEnclaveProcess } from '../../../signer/host/adapters/enclaveProcess.ts';
import type { Log } from '../../../signer/host/log.ts';

/** A program that answers frames: `answer` is JavaScript over `call`, with `say(object)` at hand. */
function enclave(answer: string, log: Log = () => {}) {
  const program = `
    const say = (message) => {
      const body = Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(message))]);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(body.length);
      process.stdout.write(Buffer.concat([head, body]));
    };
    let buffer = Buffer.alloc(0);
    process.stdin.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk]);
      while (buffer.length >= 4 && buffer.length >= 4 + buffer.readUInt32BE()) {
        const end = 4 + buffer.readUInt32BE();
        const call = JSON.parse(buffer.toString('utf8', 5, end));
        buffer = buffer.subarray(end);
        ${answer}
      }
    });`;
  return createEnclaveProcess(['node', '-e', program], process.cwd(), log);
}

function handlers() {
  const events: unknown[] = [];
  const { promise: exited, resolve } = Promise.withResolvers<string>();
  return { events, exited, handlers: { event: (event: unknown) => events.push(event), exited: resolve } };
}

describe('enclave process', () => {
  it('is asked one call at a time, and answers in order', async () => {
    const it = enclave('setTimeout(() => say({ id: call.id, ok: { call: call.call } }), call.id === 1 ? 30 : 0);');
    await it.start(handlers().handlers);
    const answers = await Promise.all([it.call('status', {}), it.call('kept', { generation: 1 })]);
    expect(answers.map(({ ok }) => ok)).to.deep.equal([{ call: 'status' }, { call: 'kept' }]);
    await it.stop();
  });

  it('hands over events, and a refusal as an answer', async () => {
    const it = enclave(
      "say({ event: 'seal', generation: 1 }); say({ id: call.id, refusal: { code: 'CALL_UNKNOWN', detail: 'x' } });",
    );
    const heard = handlers();
    await it.start(heard.handlers);
    expect((await it.call('status', {})).refusal?.code).to.equal('CALL_UNKNOWN');
    expect(heard.events).to.deep.equal([{ event: 'seal', generation: 1 }]);
    await it.stop();
  });

  it('is not sent what does not fit a frame, and lives on: the call is refused as the enclave would', async () => {
    const it = enclave('say({ id: call.id, ok: { call: call.call } });');
    await it.start(handlers().handlers);
    const nodes = ['0x00', `0x${'00'.repeat(2 * 1024 * 1024)}`] as const;
    const { refusal } = await it.call('prove', { header: '0x', nodes });
    expect(refusal?.code).to.equal('FRAME_TOO_LARGE');
    expect((await it.call('status', {})).ok).to.deep.equal({ call: 'status' });
    await it.stop();
  });

  it('fails the calls under way when it dies, says so, and starts again', async () => {
    const it = enclave('process.exit(70);');
    const heard = handlers();
    await it.start(heard.handlers);
    expect(await it.call('status', {}).catch((error) => error)).to.have.property('code', 'ENCLAVE_DOWN');
    expect(await heard.exited).to.equal('exit 70');
    expect(await it.call('status', {}).catch((error) => error)).to.have.property('code', 'ENCLAVE_DOWN');
    await it.start(handlers().handlers);
    await it.stop();
  });

  it('is quoted with its last words when it dies, without where in which file it stood', async () => {
    const said: string[] = [];
    const it = enclave(
      "process.stderr.write('development TEE: no file x\\n    at y (z.mjs:1:2)\\nNode.js v26\\n', () => process.exit(64));",
      (level, _, fields) => said.push(`${level} ${String(fields?.stderr)}`),
    );
    const heard = handlers();
    await it.start(heard.handlers);
    expect(await it.call('status', {}).catch((error) => error.message)).to.equal(
      'the enclave process ended: exit 64: development TEE: no file x',
    );
    expect(await heard.exited).to.equal('exit 64: development TEE: no file x');
    expect(said.join()).to.include('debug').and.include('at y');
  });

  it('has no debugger that a signal opens, and a terminal of its own', async () => {
    const it = enclave('say({ id: call.id, ok: { flags: process.execArgv } });');
    await it.start(handlers().handlers);
    const { ok } = await it.call('status', {});
    expect((ok as unknown as { flags: string[] }).flags[0]).to.equal('--disable-sigusr1');
    await it.stop();
  });

  it('is killed when it sends nonsense', async () => {
    const it = enclave("process.stdout.write(Buffer.from('ffffffff', 'hex'));");
    const heard = handlers();
    await it.start(heard.handlers);
    expect(await it.call('status', {}).catch((error) => error)).to.have.property('code', 'ENCLAVE_DOWN');
    expect(await heard.exited).to.equal('exit SIGKILL');
  });

  it('is told by a program that does not exist', async () => {
    const it = createEnclaveProcess(['/no/such/program'], process.cwd(), () => {});
    const heard = handlers();
    await it.start(heard.handlers);
    expect(await heard.exited).to.include('ENOENT');
    const error = await it.call('status', {}).catch((thrown) => thrown);
    expect(error).to.have.property('code', 'ENCLAVE_DOWN');
    expect(error.message, 'whoever asks later hears it, too').to.include('spawn /no/such/program ENOENT');
  });
});
