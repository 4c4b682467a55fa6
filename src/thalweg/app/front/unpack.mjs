// The binary format of packing.py: named arrays behind a header in JSON.

const KINDS = {f8: Float64Array, f4: Float32Array, i4: Int32Array, u1: Uint8Array};
const VERSION = 1;

/** DataView or ArrayBuffer → {arrays: {name: typed array}, notes}. */
export function unpack(source) {
  const view = ArrayBuffer.isView(source) ? source : new DataView(source);
  // Typed arrays begin at multiples of their size: a buffer of its own does.
  const buffer = view.byteOffset % 8 === 0 ? view.buffer
    : view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const from = buffer === view.buffer ? view.byteOffset : 0;
  const bytes = new DataView(buffer, from, view.byteLength);
  const magic = new TextDecoder().decode(new Uint8Array(buffer, from, 8));
  if (magic !== "THALWEGV") throw new Error("these bytes are no landscape for the explorer");
  const version = bytes.getUint32(8, true), length = bytes.getUint32(12, true);
  if (version > VERSION) throw new Error(`version ${version} of the data is newer than this explorer`);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, from + 16, length)));
  const arrays = {};
  for (const {name, dtype, shape, offset} of header.arrays) {
    const size = shape.reduce((a, b) => a * b, 1);
    arrays[name] = new KINDS[dtype](buffer, from + 16 + length + offset, size);
  }
  return {arrays, notes: header.notes};
}
