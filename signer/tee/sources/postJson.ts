/** One question over HTTP to a unix socket, with an end to patience and to size. */

import { request } from 'node:http';
import { SourceFailed } from './source.ts';

export type Limits = { readonly milliseconds: number; readonly bytes: number };

/** What was answered, as JSON says it. @throws SourceFailed */
export function postJson(socketPath: string, path: string, body: object, limits: Limits): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const content = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
    const asked = request({ socketPath, path, method: 'POST', headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > limits.bytes) giveUp(new SourceFailed('SOURCE_TOO_LARGE', `${path}: over ${limits.bytes} bytes`));
        else chunks.push(chunk);
      });
      answer.on('aborted', () => fail(new SourceFailed('SOURCE_UNREACHABLE', `${path}: the answer was cut`)));
      answer.on('error', fail);
      answer.on('end', () => finish(() => read(path, answer.statusCode ?? 0, Buffer.concat(chunks))));
    });
    const patience = setTimeout(() => {
      giveUp(new SourceFailed('SOURCE_TIMEOUT', `${path}: no answer within ${limits.milliseconds} ms`));
    }, limits.milliseconds);
    const finish = (answer: () => unknown) => {
      clearTimeout(patience);
      try {
        resolve(answer());
      } catch (error) {
        reject(error);
      }
    };
    const fail = (cause: Error) =>
      finish(() => {
        if (cause instanceof SourceFailed) throw cause;
        throw new SourceFailed('SOURCE_UNREACHABLE', `${path}: ${cause.message}`, { cause });
      });
    /** At once: a connection that is in nobody's hands any more, after a change of protocol for one, says no error. */
    const giveUp = (error: SourceFailed) => {
      fail(error);
      asked.destroy();
    };
    asked.on('error', fail);
    asked.on('upgrade', (_, socket) => {
      socket.destroy();
      fail(new SourceFailed('SOURCE_UNREACHABLE', `${path}: the answer is another protocol`));
    });
    asked.end(content);
  });
}

function read(path: string, status: number, body: Buffer): unknown {
  const answer = parsed(path, body);
  if (status === 200) return answer;
  const said = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : '';
  const words = typeof said === 'string' ? said.slice(0, 200) : 'without words';
  throw new SourceFailed('SOURCE_REFUSED', `${path}: status ${status} ${words}`);
}

function parsed(path: string, body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new SourceFailed('SOURCE_MALFORMED', `${path}: the answer is not JSON`, { cause });
  }
}
