import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { developmentNsm } from '../../../signer/tee/emulations/nsm.ts';
import { byteString, list, map, NULL, textString } from '../../../signer/tee/issuers/nitro/cbor.ts';
import { attestationRequest, nsmSource } from '../../../signer/tee/sources/nsm.ts';
import { nsmHelper } from '../../../signer/tee/sources/nsmHelper.ts';
import { codeOf, expectGenuine, MACHINE, REPORT } from './support.ts';

const nsm = developmentNsm(MACHINE);
const node = (script: string) => [process.execPath, '--eval', script];

describe('evidence from the security module', () => {
  it('is a document over what was asked', () => expectGenuine(nsmSource(nsm)));

  it('is asked for in these bytes', () => {
    const hex = Buffer.from(attestationRequest(Uint8Array.of(0xaa))).toString('hex');
    expect(hex).to.equal('a16b4174746573746174696f6ea369757365725f6461746141aa656e6f6e6365f66a7075626c69635f6b6579f6');
  });

  it('comes with a key of this life alone', async () => {
    const source = nsmSource(nsm);
    expect(await source.sealingKey()).to.deep.equal(await source.sealingKey());
    expect(await nsmSource(nsm).sealingKey()).not.to.deep.equal(await source.sealingKey());
  });

  const attestation = (content: Uint8Array) => map([[textString('Attestation'), content]]);
  const document = (bytes: Uint8Array) => map([[textString('document'), bytes]]);
  const lies: readonly [string, string, Uint8Array][] = [
    ['nothing', 'SOURCE_MALFORMED', new Uint8Array()],
    ['no map', 'SOURCE_MALFORMED', list()],
    ['an empty map', 'SOURCE_MALFORMED', map([])],
    ['another answer', 'SOURCE_MALFORMED', map([[textString('GetRandom'), NULL]])],
    ['no document', 'SOURCE_MALFORMED', attestation(map([]))],
    ['another field', 'SOURCE_MALFORMED', attestation(map([[textString('report'), byteString(REPORT)]]))],
    ['a document that is text', 'SOURCE_MALFORMED', attestation(document(textString('document')))],
    ['bytes behind the answer', 'SOURCE_MALFORMED', Uint8Array.of(...attestation(document(byteString(REPORT))), 0)],
    ['more than any answer has', 'SOURCE_MALFORMED', new Uint8Array(0x3001)],
    ['a refusal', 'SOURCE_REFUSED', map([[textString('Error'), textString('InvalidArgument')]])],
    ['a refusal without a word', 'SOURCE_REFUSED', map([[textString('Error'), NULL]])],
  ];
  for (const [what, code, response] of lies)
    it(`is not ${what}`, async () => {
      expect(await codeOf(nsmSource(async () => response).evidence(REPORT))).to.equal(code);
    });

  it('is refused by a module that is asked for something else', async () => {
    for (const request of [textString('DescribeNSM'), attestation(list()), new Uint8Array(3)])
      expect(await codeOf(nsmSource(async () => nsm(request)).evidence(REPORT))).to.equal('SOURCE_REFUSED');
  });

  describe('through a helper program', () => {
    const source = (script: string, patience = 5_000) => nsmSource(nsmHelper(node(script), patience));

    it('comes as the program says it, from what it is told, without an environment', async () => {
      const response = Buffer.from(await nsm(attestationRequest(REPORT))).toString('hex');
      const asked = Buffer.from(attestationRequest(REPORT)).toString('hex');
      await expectGenuine(
        source(`
          let said = '';
          process.stdin.setEncoding('hex').on('data', (more) => { said += more; }).on('end', () => {
            if (said !== '${asked}' || Object.keys(process.env).length > 0) process.exit(1);
            process.stdout.write(Buffer.from('${response}', 'hex'));
          });`),
      );
    });

    it('is not waited for for ever, has a size, and an end that is success', async () => {
      expect(await codeOf(source('setInterval(() => {}, 1000)', 200).evidence(REPORT))).to.equal('SOURCE_TIMEOUT');
      expect(await codeOf(source('for (;;) require("fs").writeSync(1, Buffer.alloc(4096))').evidence(REPORT))).to.equal(
        'SOURCE_TOO_LARGE',
      );
      expect(await codeOf(source('process.exit(3)').evidence(REPORT))).to.equal('SOURCE_REFUSED');
      expect(await codeOf(nsmSource(nsmHelper(['/nowhere/nsm'])).evidence(REPORT))).to.equal('SOURCE_UNREACHABLE');
    });

    it('is not waited for either where somebody else holds the program’s output open', async () => {
      const pidFile = join(mkdtempSync(join(tmpdir(), 'quorate-nsm-')), 'pid');
      const child =
        "spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: ['ignore', 'inherit', 'ignore'] })";
      const script = `
        const { pid } = require('child_process').${child};
        require('fs').writeFileSync('${pidFile}', String(pid));`;
      const begun = performance.now();
      expect(await codeOf(source(`${script} setInterval(() => {}, 1000);`, 500).evidence(REPORT))).to.equal(
        'SOURCE_TIMEOUT',
      );
      expect(performance.now() - begun).to.be.below(4_000);
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
      rmSync(dirname(pidFile), { recursive: true });
    });

    it('is none of a program that cannot be started', async () => {
      for (const name of ['nul\0', 'x'.repeat(5_000), tmpdir()])
        expect(await codeOf(nsmSource(nsmHelper([name])).evidence(REPORT)), name.slice(0, 5)).to.equal(
          'SOURCE_UNREACHABLE',
        );
    });

    it('is not asked for more than a request may have', async () => {
      expect(await codeOf(nsmHelper(node(''))(new Uint8Array(0x1001)))).to.equal('SOURCE_TOO_LARGE');
    });
  });
});
