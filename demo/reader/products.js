// Sums of products, sixteen of them side by side, in WebAssembly with SIMD: several times as fast as plain JavaScript.

// The function, in the names of webassembly.github.io/spec/core/binary: add(input, weights, sums, end) adds, for every
// number from address `input` up to `end`, its product with the next sixteen weights to the sixteen sums.
const [INPUT, WEIGHTS, SUMS, END, FIRST] = [0, 1, 2, 3, 4]; // the parameters, and the first of the vectors
const VALUE = FIRST + 4;
const VECTORS = [0, 1, 2, 3]; // of four numbers each
const [I32, V128] = [0x7f, 0x7b]; // types
const get = (local) => [0x20, local];
const set = (local) => [0x21, local];
const tee = (local) => [0x22, local];
const move = (local, bytes) => [...get(local), 0x41, ...leb(bytes), 0x6a]; // i32.const, i32.add
const load = (vector) => [0xfd, 0x00, 0, 16 * vector];
const store = (vector) => [0xfd, 0x0b, 0, 16 * vector];
const LOAD_SPLAT = [0xfd, 0x09, 0, 0]; // one number in all four places
const [MULTIPLY, ADD] = [
  [0xfd, 0xe6, 0x01],
  [0xfd, 0xe4, 0x01],
];
const [LOOP, LESS, BRANCH_IF, END_OF] = [[0x03, 0x40], [0x49], [0x0d, 0], [0x0b]];

/** A small number in LEB128, with the sign bit clear. */
const leb = (number) => (number < 64 ? [number] : [(number & 127) | 128, ...leb(number >> 7)]);
const counted = (bytes) => [...(bytes.length < 128 ? [bytes.length] : leb(bytes.length)), ...bytes];
const section = (id, ...bytes) => [id, ...counted(bytes)];

const CODE = [
  ...[1, 5, V128], // one kind of locals: five vectors
  ...VECTORS.flatMap((i) => [...get(SUMS), ...load(i), ...set(FIRST + i)]),
  ...LOOP,
  ...[...get(INPUT), ...LOAD_SPLAT, ...set(VALUE)],
  ...VECTORS.flatMap((i) => {
    const product = [...get(VALUE), ...get(WEIGHTS), ...load(i), ...MULTIPLY];
    return [...get(FIRST + i), ...product, ...ADD, ...set(FIRST + i)];
  }),
  ...[...move(WEIGHTS, 64), ...set(WEIGHTS)],
  ...[...move(INPUT, 4), ...tee(INPUT), ...get(END), ...LESS, ...BRANCH_IF],
  ...END_OF,
  ...VECTORS.flatMap((i) => [...get(SUMS), ...get(FIRST + i), ...store(i)]),
  ...END_OF,
];
const NAME = [1, 0x6d]; // "m": of what is imported, and of what is exported
const BYTES = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // \0asm, version 1
  ...section(1, 1, 0x60, 4, I32, I32, I32, I32, 0), // a type of function
  ...section(2, 1, ...NAME, ...NAME, 2, 0, 1), // memory of one page at least
  ...section(3, 1, 0), // a function of the first type
  ...section(7, 1, ...NAME, 0, 0), // it is exported
  ...section(10, 1, ...counted(CODE)),
]);
const PAGE = 2 ** 16; // bytes

let made = null; // the module, once it was needed

/**
 * Room for so many numbers, all zero, and what multiplies them: { numbers, add }, where add(input, weights, sums, count)
 * takes places in `numbers`, adds input[i] * weights[16 * i + j] over `count` numbers to sums[j], for j from 0 to 15.
 * Null where a browser cannot do that.
 */
export function products(room) {
  try {
    made ??= new WebAssembly.Module(BYTES);
    const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * room) / PAGE) });
    const { exports } = new WebAssembly.Instance(made, { m: { m: memory } });
    const all = /** @type {(input: number, weights: number, sums: number, end: number) => void} */ (exports.m);
    return {
      numbers: new Float32Array(memory.buffer),
      add: (input, weights, sums, count) => all(4 * input, 4 * weights, 4 * sums, 4 * (input + count)),
    };
  } catch {
    return null; // no WebAssembly, or one without SIMD, or no room
  }
}
