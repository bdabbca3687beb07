// A WebSocket client for tests that sends any frames whatever, as no library would.

import { randomBytes } from "node:crypto";
import { openRaw, type RawConnection } from "./raw-client.ts";

export const UPGRADE_HEADERS = [
  "Host: localhost",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
] as const;

export const OPCODES = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
} as const;

export function upgradeRequest(
  target = "/",
  headers: readonly string[] = UPGRADE_HEADERS,
): string {
  return `GET ${target} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`;
}

/** A connection that has changed over to WebSocket. */
export async function openRawSocket(port: number): Promise<RawConnection> {
  const connection = openRaw(port);
  connection.send(upgradeRequest());
  await connection.received("\r\n\r\n");
  return connection;
}

/** One frame of a client; `first` overrides the octet with the final bit and the opcode. */
export function clientFrame(
  opcode: number,
  payload: Uint8Array,
  first = 0x80 | opcode,
): Uint8Array {
  const { length } = payload;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.alloc(header + 4 + length);
  frame[0] = first;
  frame[1] = 0x80 | (header === 2 ? length : header === 4 ? 126 : 127);
  if (header === 4) frame.writeUInt16BE(length, 2);
  if (header === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  const mask = randomBytes(4);
  frame.set(mask, header);
  payload.forEach((octet, i) => {
    frame[header + 4 + i] = octet ^ (mask[i % 4] ?? 0);
  });
  return frame;
}

/** The code in the last frame of a connection that the relay ended, 1006 where it was cut. */
export function closeCodeOf(bytes: string): number {
  const wire = Buffer.from(bytes, "latin1");
  const last = wire.subarray(-4);
  return last[0] === (0x80 | OPCODES.close) && last[1] === 2
    ? last.readUInt16BE(2)
    : 1006;
}
