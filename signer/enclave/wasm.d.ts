/** A WebAssembly module as bytes: scripts/bundle.ts puts it there, because an enclave has no files. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  // biome-ignore lint/style/noDefaultExport: esbuild's binary loader exports nothing else
  export default bytes;
}
