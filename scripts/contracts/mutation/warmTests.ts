/**
 * Runs Mocha test files again and again in one process, whose directory is `root`: to load Hardhat and its libraries takes longer than
 * most tests do. The project's own modules are loaded anew for every generation, so that none remembers what another one had, and each
 * takes the code that lies on the disk now.
 */

import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { network } from 'hardhat';
import Mocha from 'mocha';

export type Failure = { readonly test: string; readonly isHook: boolean; readonly cause: string };
type Connection = { close(): Promise<void> };

/** Snapshots of gas and size notice every change, and say nothing about behaviour. */
export const SNAPSHOTS = 'committed snapshot|stays under what was promised|fits into the size';
const TEST_MS = 120_000;
const OWN = ['test/', 'types/', 'scripts/'];

export class WarmTests {
  readonly #root: string;
  readonly #connections: Connection[] = [];
  #generation = 0;

  constructor(root: string) {
    this.#root = root;
    this.#nameByGeneration();
    this.#keepConnections();
  }

  /** What is run from now on takes the code that lies on the disk now. */
  renew(): void {
    this.#generation += 1;
  }

  /** The first failure of a file's tests, or of those of one name; fails if there is no such test. */
  async run(file: string, name?: string): Promise<Failure | null> {
    const mocha = new Mocha({ bail: true, timeout: TEST_MS, reporter: Silent });
    if (name === undefined) mocha.grep(new RegExp(SNAPSHOTS)).invert();
    else mocha.fgrep(name);
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    await import(pathToFileURL(join(this.#root, file)).href); // Mocha itself would `require` it, and that only once
    const failure = await firstFailure(mocha, file);
    for (const connection of this.#connections.splice(0)) await connection.close();
    return failure;
  }

  /** Another name is another module. */
  #nameByGeneration(): void {
    const own = OWN.map((folder) => pathToFileURL(join(this.#root, folder)).href);
    registerHooks({
      resolve: (specifier, context, next) => {
        const found = next(specifier, context);
        if (!own.some((folder) => found.url.startsWith(folder))) return found;
        return { ...found, url: `${found.url}?generation=${this.#generation}` };
      },
    });
  }

  /** Tests leave their chains to the end of the process, which here is far away. Code that is quick to compile may be too large. */
  #keepConnections(): void {
    const create = network.create.bind(network);
    network.create = async (asked) => {
      const params = typeof asked === 'string' ? { network: asked } : (asked ?? {});
      const override = { ...params.override, allowUnlimitedContractSize: true };
      const connection = await create({ ...params, override });
      this.#connections.push(connection);
      return connection;
    };
  }
}

class Silent extends Mocha.reporters.Base {}

function firstFailure(mocha: Mocha, file: string): Promise<Failure | null> {
  let first: Failure | null = null;
  return new Promise((done, fail) => {
    const runner = mocha.run((failures) => {
      mocha.dispose();
      if (runner.total === 0) fail(new Error(`${file} has no such test`));
      else if (failures > 0 && first === null) fail(new Error(`${file} failed without a test`));
      else done(first);
    });
    runner.on('fail', (test, error) => {
      first ??= { test: test.fullTitle(), isHook: test instanceof Mocha.Hook, cause: String(error?.message ?? error) };
    });
  });
}
