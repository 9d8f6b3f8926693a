/** Reading ZIP archives as people make them: stored or deflated entries, names in UTF-8 (APPNOTE 6.3.9, without ZIP64). */

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MOST_ENTRIES = 1000;

export class NotAnArchive extends Error {}

export interface Packed {
  name: string;
  bytes: () => Promise<Uint8Array>;
}

/** The files of an archive, folders left out. Throws NotAnArchive. */
export function entries(archive: Uint8Array, mostBytes: number): Packed[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const found: Packed[] = [];
  try {
    const end = endOf(view);
    const count = view.getUint16(end + 10, true);
    if (count > MOST_ENTRIES) throw new NotAnArchive();
    let at = view.getUint32(end + 16, true);
    for (let index = 0; index < count; index++) {
      if (view.getUint32(at, true) !== CENTRAL) throw new NotAnArchive();
      const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [number, number, number];
      const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
      const method = view.getUint16(at + 10, true);
      const [packed, whole, local] = [20, 24, 42].map((offset) => view.getUint32(at + offset, true)) as [number, number, number];
      if (!name.endsWith("/")) found.push({ name, bytes: () => unpacked(archive, view, { method, packed, whole, local }, mostBytes) });
      at += 46 + nameLength + extra + comment;
    }
  } catch (error) {
    // A RangeError of DataView: it points outside of itself.
    if (error instanceof NotAnArchive || error instanceof RangeError) throw new NotAnArchive();
    throw error;
  }
  return found;
}

/** The end record is the last thing in the file but for a comment. */
function endOf(view: DataView): number {
  for (let at = view.byteLength - END_BYTES; at >= 0 && at >= view.byteLength - END_BYTES - 0xffff; at--)
    if (view.getUint32(at, true) === END) return at;
  throw new NotAnArchive();
}

interface Place {
  method: number;
  packed: number;
  whole: number;
  local: number;
}

async function unpacked(archive: Uint8Array, view: DataView, { method, packed, whole, local }: Place, most: number): Promise<Uint8Array> {
  if (whole > most || local + 30 > view.byteLength || view.getUint32(local, true) !== LOCAL) throw new NotAnArchive();
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const data = archive.slice(start, start + packed);
  if (method === 0) return data;
  if (method !== 8) throw new NotAnArchive();
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      // What an archive says of its size need not be true.
      if (size > most) throw new NotAnArchive();
      parts.push(value);
    }
  } catch {
    throw new NotAnArchive();
  }
  const joined = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
