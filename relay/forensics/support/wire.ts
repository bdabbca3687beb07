// What passed on a line, as the messages of a WebSocket (RFC 6455, 5.2).

export interface WireMessage {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array;
}

export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** The WebSocket frames behind the head of HTTP; what is cut off at the end is left away. */
export function wireMessages(line: Uint8Array): readonly WireMessage[] {
  const bytes = Buffer.from(line);
  const head = bytes.indexOf("\r\n\r\n");
  const messages: WireMessage[] = [];
  let at = head === -1 ? bytes.length : head + 4;
  for (;;) {
    const frame = frameAt(bytes, at);
    if (frame === undefined) return messages;
    messages.push(frame.message);
    at = frame.end;
  }
}

function frameAt(
  bytes: Buffer,
  at: number,
): { readonly message: WireMessage; readonly end: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const [first, second] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskBytes = second & 0x80 ? 4 : 0;
  const start = at + 2 + lengthBytes + maskBytes;
  if (start > bytes.length) return undefined;
  const length =
    lengthBytes === 0
      ? short
      : lengthBytes === 2
        ? bytes.readUInt16BE(at + 2)
        : Number(bytes.readBigUInt64BE(at + 2));
  const end = start + length;
  if (end > bytes.length) return undefined;
  const payload = Uint8Array.from(bytes.subarray(start, end));
  const mask = bytes.subarray(start - maskBytes, start);
  if (maskBytes > 0) {
    for (let i = 0; i < length; i++) payload[i]! ^= mask[i % 4]!;
  }
  return {
    message: { opcode: first & 0x0f, isFinal: first >= 0x80, payload },
    end,
  };
}
