// Looks for many needles at once in what a relay left behind, in every writing that a leak could take. One walk over
// the haystack: memory has a hundred megabytes, and there are a thousand needles.

/** Something that must not be there, by a name that a failing test shows. */
export interface Canary {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Finding {
  readonly name: string;
  readonly writing: string;
}

interface Needle {
  readonly name: string;
  readonly writing: string;
  readonly bytes: Buffer;
}

export function textCanary(name: string, text: string): Canary {
  return { name, bytes: Buffer.from(text) };
}

/** Which canaries are found in which writing, as words that a failing test shows. */
export function namesFound(
  haystack: Uint8Array,
  canaries: readonly Canary[],
): readonly string[] {
  const found = search(asBuffer(haystack), canaries.flatMap(writingsOf));
  return found.map(({ name, writing }) => `${name} as ${writing}`);
}

/** Every place of each of these in the haystack. */
export function placesOf(
  haystack: Uint8Array,
  needles: readonly Uint8Array[],
): readonly (readonly number[])[] {
  const named = needles.map((bytes, i) => ({
    name: String(i),
    writing: "bytes",
    bytes: Buffer.from(bytes),
  }));
  const places = needles.map((): number[] => []);
  walk(asBuffer(haystack), named, ({ name }, at) => {
    places[Number(name)]?.push(at);
  });
  return places;
}

// A needle is looked up by its first three octets.
const START = 3;

/** A copy in which every piece of these bodies is zeros, however pages have cut them: what is left is small. */
export function withoutBodies(
  haystack: Uint8Array,
  bodies: readonly Uint8Array[],
): Uint8Array {
  const PIECE = 32;
  const pieces = bodies.flatMap((body) =>
    Array.from({ length: Math.floor(body.length / PIECE) }, (_, i) => ({
      name: "body",
      writing: "bytes",
      bytes: Buffer.from(body.subarray(i * PIECE, (i + 1) * PIECE)),
    })),
  );
  const left = Uint8Array.from(haystack);
  walk(asBuffer(haystack), pieces, (_, at) => {
    left.fill(0, at, at + PIECE);
  });
  return left;
}

function search(haystack: Buffer, needles: readonly Needle[]): Finding[] {
  const found = new Set<Needle>();
  walk(haystack, needles, (needle) => found.add(needle));
  return [...found];
}

/** Visits every place at which one of the needles lies. */
function walk(
  haystack: Buffer,
  needles: readonly Needle[],
  visit: (needle: Needle, at: number) => void,
): void {
  const startsHere = new Uint8Array(1 << (8 * START));
  const byStart = new Map<number, Needle[]>();
  for (const needle of needles) {
    const start = needle.bytes.readUIntBE(0, START);
    startsHere[start] = 1;
    const others = byStart.get(start);
    if (others === undefined) byStart.set(start, [needle]);
    else others.push(needle);
  }
  let start = 0;
  for (let i = 0; i < haystack.length; i++) {
    start = ((start << 8) | haystack[i]!) & 0xffffff;
    if (startsHere[start] === 0) continue;
    for (const needle of byStart.get(start) ?? []) {
      const at = i - START + 1;
      if (isAt(haystack, needle, at)) visit(needle, at);
    }
  }
}

function isAt(haystack: Buffer, { bytes }: Needle, at: number): boolean {
  const end = at + bytes.length;
  if (at < 0 || end > haystack.length) return false;
  return haystack.compare(bytes, 0, bytes.length, at, end) === 0;
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

function writingsOf({ name, bytes: given }: Canary): Needle[] {
  const bytes = Buffer.from(given);
  const hex = bytes.toString("hex");
  const writings: (readonly [string, Buffer])[] = [
    ["bytes", bytes],
    ["reversed bytes", Buffer.from(bytes.toReversed())],
    ["UTF-16", Buffer.from(bytes.toString("latin1"), "utf16le")],
    ["hex", Buffer.from(hex)],
    ["HEX", Buffer.from(hex.toUpperCase())],
    ...[0, 1, 2].flatMap((shift): (readonly [string, Buffer])[] => {
      const base64 = base64Within(bytes, shift);
      const url = base64.replaceAll("+", "-").replaceAll("/", "_");
      const plain = ["base64", Buffer.from(base64)] as const;
      return url === base64
        ? [plain]
        : [plain, ["base64url", Buffer.from(url)]];
    }),
  ];
  return writings.map(([writing, needle]) => ({
    name,
    writing,
    bytes: needle,
  }));
}

/** The characters that these bytes alone decide, when `shift` others (modulo 3) stand before them. */
function base64Within(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(first, last);
}
