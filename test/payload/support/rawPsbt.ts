/** PSBTs written byte by byte, so that every field can be bent on its own (BIP-174). */

type Bytes = Uint8Array;
export type Field = { key: Bytes; value: Bytes };
export type RawInput = { outpoint: Bytes; script: Bytes; sequence: Bytes };
export type RawOutput = { amount: bigint; script: Bytes };
export type RawTransaction = {
  version: Bytes;
  inputs: RawInput[];
  outputs: RawOutput[];
  lockTime: Bytes;
  trailing: Bytes;
};
export type RawPsbt = {
  magic: Bytes;
  transaction: RawTransaction;
  globals: Field[];
  inputs: Field[][];
  outputs: Field[][];
  trailing: Bytes;
};

const NONE = new Uint8Array();
const MAGIC = bytes(0x70, 0x73, 0x62, 0x74, 0xff);

export function bytes(...parts: (number | Bytes | readonly number[])[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
}

export function uintLE(value: bigint | number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => Number((BigInt(value) >> BigInt(8 * at)) & 0xffn));
}

export function compact(value: number): Bytes {
  if (value < 0xfd) return bytes(value);
  return value < 0x10000 ? bytes(0xfd, uintLE(value, 2)) : bytes(0xfe, uintLE(value, 4));
}

export const sized = (value: Bytes): Bytes => bytes(compact(value.length), value);
export const outputBytes = ({ amount, script }: RawOutput): Bytes => bytes(uintLE(amount, 8), sized(script));

export function transactionBytes({ version, inputs, outputs, lockTime, trailing }: RawTransaction): Bytes {
  const ins = inputs.flatMap(({ outpoint, script, sequence }) => [...outpoint, ...sized(script), ...sequence]);
  const outs = outputs.flatMap((output) => [...outputBytes(output)]);
  return bytes(version, compact(inputs.length), ins, compact(outputs.length), outs, lockTime, trailing);
}

const mapBytes = (fields: Field[]): Bytes =>
  bytes(
    fields.flatMap(({ key, value }) => [...sized(key), ...sized(value)]),
    0,
  );

export function psbtBytes({ magic, transaction, globals, inputs, outputs, trailing }: RawPsbt): Bytes {
  const first = { key: bytes(0x00), value: transactionBytes(transaction) };
  const maps = [[first, ...globals], ...inputs, ...outputs];
  return bytes(
    magic,
    maps.flatMap((map) => [...mapBytes(map)]),
    trailing,
  );
}

/** Two own inputs of 60,000 and 50,000; 100,000 to `recipient`, 9,000 back. */
export function rawPsbt(own: Bytes, recipient: Bytes): RawPsbt {
  const input = (seed: number): RawInput => ({
    outpoint: bytes(new Uint8Array(32).fill(seed), uintLE(seed, 4)),
    script: NONE,
    sequence: uintLE(0xfffffffd, 4),
  });
  const utxo = (amount: bigint): Field => ({ key: bytes(0x01), value: outputBytes({ amount, script: own }) });
  return {
    magic: bytes(MAGIC),
    transaction: {
      version: uintLE(2, 4),
      inputs: [input(1), input(2)],
      outputs: [
        { amount: 100_000n, script: recipient },
        { amount: 9_000n, script: own },
      ],
      lockTime: uintLE(0, 4),
      trailing: NONE,
    },
    globals: [],
    inputs: [[utxo(60_000n)], [utxo(50_000n)]],
    outputs: [[], []],
    trailing: NONE,
  };
}

/** Any such PSBT in version 2: each input and output in its own map (BIP-370). */
export function psbt2Maps({ transaction, globals, inputs, outputs }: RawPsbt): Field[][] {
  const field = (key: number, value: Bytes): Field => ({ key: bytes(key), value });
  const counts = [compact(transaction.inputs.length), compact(transaction.outputs.length)] as const;
  return [
    [field(0x02, transaction.version), field(0x03, transaction.lockTime)].concat(
      [field(0x04, counts[0]), field(0x05, counts[1]), field(0xfb, uintLE(2, 4))],
      globals,
    ),
    ...transaction.inputs.map(({ outpoint, sequence }, at) => [
      ...inputs[at]!,
      field(0x0e, outpoint.slice(0, 32)),
      field(0x0f, outpoint.slice(32)),
      field(0x10, sequence),
    ]),
    ...transaction.outputs.map(({ amount, script }, at) => [
      ...outputs[at]!,
      field(0x03, uintLE(amount, 8)),
      field(0x04, script),
    ]),
  ];
}

export function mapsBytes(maps: Field[][]): Bytes {
  return bytes(
    MAGIC,
    maps.flatMap((map) => [...mapBytes(map)]),
  );
}
