import { expect } from 'chai';
import { describe as inWords, Retryable } from '../../signer/host/errors.ts';
import { createLog } from '../../signer/host/log.ts';
import { hostOf, redact } from '../../signer/host/redact.ts';

const SECRETS: readonly (readonly [address: string, told: string])[] = [
  ['https://rpc.example/v2/KEY', 'https://rpc.example'],
  ['https://rpc.example:8443/v2/KEY?apikey=KEY#KEY', 'https://rpc.example:8443'],
  ['https://user:KEY@rpc.example', 'https://rpc.example'],
  ['https://KEY@rpc.example/', 'https://rpc.example'],
  ['wss://rpc.example/ws/KEY', 'wss://rpc.example'],
  ['WSS://rpc.example/ws/KEY', 'wss://rpc.example'],
  ['http://[::1]:8545/KEY', 'http://[::1]:8545'],
  ['http://KEY:no-port/KEY', 'http://an address that is none'],
];

describe('what people are told of an address', () => {
  for (const [address, told] of SECRETS)
    it(`is its host: ${address}`, () => {
      expect(redact(`before ${address} after`)).to.equal(`before ${told} after`);
      expect(redact(JSON.stringify({ address })))
        .not.to.include('/KEY')
        .and.not.include('KEY@');
    });

  it('has the name of a provider by its host', () => {
    expect(hostOf('https://user:KEY@rpc.example:1/KEY')).to.equal('rpc.example:1');
    expect(hostOf('KEY')).not.to.include('KEY');
  });

  it('is the same in logs, wherever it comes from', () => {
    const lines: string[] = [];
    const log = createLog(
      (line) => lines.push(line),
      () => 0,
      'debug',
    );
    log('warn', 'at https://rpc.example/KEY', { reason: 'said by "wss://KEY@rpc.example/KEY"' });
    expect(lines.join()).not.to.include('KEY');
    expect(JSON.parse(lines[0] ?? '')).to.deep.include({
      message: 'at https://rpc.example',
      reason: 'said by "wss://rpc.example"',
    });
  });

  it('is the same in reasons, and in the reasons of reasons', () => {
    const cause = new Error('no route to\n  https://rpc.example/KEY');
    const words = inWords(new Retryable('RPC_UNAVAILABLE', 'nobody answers', { cause }));
    expect(words).to.equal('nobody answers: no route to https://rpc.example');
  });

  it('leaves everything else alone', () => {
    const text = 'a path /v2/x, a colon: and 0x1234 at 12:30 // and so on';
    expect(redact(text)).to.equal(text);
  });

  it('takes no more time than its text is worth: a pattern that goes back and forth would not end', () => {
    redact('http://'.repeat(100_000));
    redact(`http://${'@'.repeat(500_000)}`);
  });
});
