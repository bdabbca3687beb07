// Writers who keep the relay busy: each has a number of appends under way, and sends the next when one is answered.

import { createBody, frameOf } from "../../src/testing/relay-client.ts";
import {
  clientMessage,
  createMeter,
  headLength,
  held,
  openPeer,
  type Peer,
} from "./peers.ts";
import { enterLog, makeLog } from "./relay-room.ts";

const FRAME = 4_096;
// What a server sends beside frames: a ping without a payload.
const PING = 0x89;
const PING_LENGTH = 2;
const APPENDED = 131;
const APPENDED_LENGTH = 109;
// Where a body begins in the message of an `append`: 8 of head, version, type, request, log id, expected head, size.
const BODY_AT = 8 + 1 + 1 + 4 + 32 + 8 + 1;

export interface AppendLoad {
  /** Resolves when so many appends have been answered. */
  run(count: number): Promise<void>;
}

interface Writer {
  readonly peer: Peer;
  readonly message: Buffer;
  pending: Buffer;
}

interface Load {
  readonly writers: Writer[];
  readonly inFlight: number;
  left: number;
  unanswered: number;
  onDone: (() => void) | undefined;
}

/** Writers, each on a log of their own. */
export async function openAppendLoad(
  port: number,
  options: { readonly writers: number; readonly inFlight: number },
): Promise<AppendLoad> {
  const load: Load = {
    writers: [],
    inFlight: options.inFlight,
    left: 0,
    unanswered: 0,
    onDone: undefined,
  };
  for (let i = 0; i < options.writers; i++) {
    load.writers.push(await openWriter(port, load));
  }
  return {
    run: (count) =>
      held(
        new Promise((resolve) => {
          load.left = count;
          load.unanswered = count;
          load.onDone = resolve;
          for (const writer of load.writers) {
            sendMore(load, writer, load.inFlight);
          }
        }),
      ),
  };
}

async function openWriter(port: number, load: Load): Promise<Writer> {
  const log = await makeLog(port);
  const peer = await openPeer(port, createMeter());
  await enterLog(peer, log, "writer");
  const command = {
    type: "append",
    request: 1,
    logId: log.id,
    expectedHead: undefined,
    body: createBody(),
  } as const;
  const message = clientMessage(frameOf(command));
  const writer: Writer = { peer, message, pending: Buffer.alloc(0) };
  peer.listener = (bytes) => take(load, writer, bytes);
  return writer;
}

function sendMore(load: Load, writer: Writer, most: number): void {
  const count = Math.min(most, load.left);
  load.left -= count;
  for (let i = 0; i < count; i++) {
    // Another body each time: the same again would be the same entry.
    writer.message.writeDoubleBE(Math.random(), BODY_AT);
    writer.message.writeDoubleBE(Math.random(), BODY_AT + 8);
    writer.peer.socket.write(Buffer.from(writer.message));
  }
}

function take(load: Load, writer: Writer, bytes: Buffer): void {
  const all = Buffer.concat([writer.pending, bytes]);
  const step = FRAME + headLength(FRAME);
  let at = 0;
  let answers = 0;
  while (at + PING_LENGTH <= all.length) {
    if (all[at] === PING) {
      at += PING_LENGTH;
      continue;
    }
    if (at + step > all.length) break;
    answers += countAnswers(all.subarray(at + headLength(FRAME), at + step));
    at += step;
  }
  writer.pending = all.subarray(at);
  load.unanswered -= answers;
  sendMore(load, writer, answers);
  if (load.unanswered <= 0) load.onDone?.();
}

function countAnswers(frame: Buffer): number {
  let count = 0;
  let at = 1;
  for (; frame[at] === APPENDED; at += APPENDED_LENGTH) count += 1;
  if (frame[at] !== 0) throw new Error("an append was refused");
  return count;
}
