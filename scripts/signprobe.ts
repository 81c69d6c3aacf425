import { randomBytes } from '@noble/hashes/utils.js';
import { loadEcdsaSuite } from '../signer/protocol/ciphersuite/load.ts';
import { readSecp256k1Wasm } from './bench/secp256k1Wasm.ts';
import { ourEcdsa } from './bench/ourEcdsa.ts';
const suite = await loadEcdsaSuite(readSecp256k1Wasm(), randomBytes);
const p = ourEcdsa(suite, 2, 3); p.setUp();
for (let i=0;i<20;i++) p.sign();
const xs: number[]=[]; for (let k=0;k<Number(process.env.N ?? 100);k++){const s=process.cpuUsage(); p.sign(); const e=process.cpuUsage(s); xs.push((e.user+e.system)/1000);} xs.sort((a,b)=>a-b); console.log('sign 2-of-3', xs[xs.length>>1]!.toFixed(2), 'ms cpu median', xs[xs.length>>3]!.toFixed(2), xs[0]!.toFixed(2), 'min');
