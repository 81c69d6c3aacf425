/** A function with the types and names of its parameters, structs spelled out, as ERC-7730 keys its formats by. */

export type Parameter = { readonly name: string; readonly type: string; readonly components?: readonly Parameter[] };
export type Item = { readonly type: string; readonly name: string; readonly inputs: readonly Parameter[] };

export function fullSignature({ name, inputs }: Item): string {
  return `${name}(${inputs.map(spelled).join(', ')})`;
}

function spelled({ name, type, components }: Parameter): string {
  if (components === undefined) return `${type} ${name}`;
  return `tuple(${components.map(spelled).join(', ')})${type.slice('tuple'.length)} ${name}`;
}

/** Where each value of a call is, lists as `[]`: `intent.effects.[].amount`. */
export function leavesOf(parameters: readonly Parameter[], before = ''): readonly string[] {
  return parameters.flatMap(({ name, type, components }) => {
    const path = `${before}${name}${'.[]'.repeat(type.split('[').length - 1)}`;
    return components === undefined ? [path] : leavesOf(components, `${path}.`);
  });
}
