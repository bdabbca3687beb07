// A frame of ours as the bytes of one WebSocket message (RFC 6455, 5.2: final fragment, binary, from
// a server and so unmasked). Made once per frame however many connections it goes to: subscribers get
// the same bytes, and a room of a thousand costs one copy (RN-8).

const FINAL_BINARY = 0x82;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** The bytes that carry this frame. */
export function wireBytesOf(frame: Uint8Array): Uint8Array {
  const header = headerFor(frame.length);
  const wire = new Uint8Array(header.length + frame.length);
  wire.set(header);
  wire.set(frame, header.length);
  return wire;
}

function headerFor(length: number): Uint8Array {
  if (length < LENGTH_16) return Uint8Array.of(FINAL_BINARY, length);
  const isShort = length <= 0xffff;
  const header = new Uint8Array(isShort ? 4 : 10);
  header[0] = FINAL_BINARY;
  header[1] = isShort ? LENGTH_16 : LENGTH_64;
  const view = new DataView(header.buffer);
  if (isShort) view.setUint16(2, length);
  else view.setBigUint64(2, BigInt(length));
  return header;
}
