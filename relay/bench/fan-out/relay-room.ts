// A room at the real relay: many who follow one log, and those who write.

import {
  decodeRelayFrame,
  FRAME_SIZES,
  type RelayCommand,
} from "@halqa/protocol";
import {
  createBody,
  createLog,
  connectClient,
  createLogKeys,
  frameOf,
  prove,
  type LogKeys,
} from "../../src/testing/relay-client.ts";
import {
  clientMessage,
  headLength,
  held,
  openPeer,
  openPeers,
  type Meter,
  type Peer,
} from "./peers.ts";

const FRAME = FRAME_SIZES[0];
// What a server sends beside frames: a ping without a payload.
const PING = 0x89;
const PING_LENGTH = 2;

/** Hello, and both keys of a log proven; then what comes is counted again. */
export async function enterLog(
  peer: Peer,
  log: LogKeys,
  as: "reader" | "writer",
): Promise<void> {
  const nonce = new Uint8Array(32);
  const [welcome] = await answered(
    peer,
    frameOf({ type: "hello", request: 1, nonce }),
  );
  if (welcome?.type !== "welcome") throw new Error("not welcome");
  const sign = (what: "read" | "write") =>
    prove(welcome, {
      key: log[what],
      operation: `open-log/${what}`,
      id: log.id,
    });
  const isReader = as === "reader";
  const open = {
    type: "open-log",
    request: 2,
    logId: log.id,
    readSignature: isReader ? sign("read") : undefined,
    writeSignature: isReader ? undefined : sign("write"),
  } as const;
  const follow = {
    type: "subscribe",
    request: 3,
    logId: log.id,
    fromSeq: 1,
  } as const;
  await answered(peer, isReader ? frameOf(open, follow) : frameOf(open));
  if (isReader) await settled(peer);
}

/** A log with `readers` live readers, and one who writes. */
export async function openRoom(
  port: number,
  readers: number,
  meter: Meter,
): Promise<{ readonly log: LogKeys; readonly writer: Peer }> {
  const log = await makeLog(port);
  for (let left = readers; left > 0; left -= 50) {
    const peers = await openPeers(port, Math.min(50, left), { meter });
    await Promise.all(peers.map((peer) => enterLog(peer, log, "reader")));
  }
  const writer = await openPeer(port, meter);
  await enterLog(writer, log, "writer");
  // Its answers are no deliveries.
  writer.listener = () => undefined;
  return { log, writer };
}

export async function makeLog(port: number): Promise<LogKeys> {
  const log = createLogKeys();
  const founder = await connectClient(port);
  await createLog(founder, log);
  await founder.close();
  return log;
}

/** Appends that a peer may write, each with a body of its own. */
export function appendMessages(log: LogKeys, count: number): Buffer {
  const messages = Array.from({ length: count }, (_, request) =>
    clientMessage(
      frameOf({
        type: "append",
        request,
        logId: log.id,
        expectedHead: undefined,
        body: createBody(),
      }),
    ),
  );
  return Buffer.concat(messages);
}

/** The commands of the one frame that answers. */
function answered(peer: Peer, frame: Uint8Array): Promise<RelayCommand[]> {
  const answer = new Promise<RelayCommand[]>((resolve, reject) => {
    const parts: Buffer[] = [];
    peer.listener = (bytes) => {
      parts.push(Buffer.from(bytes));
      const all = withoutPings(Buffer.concat(parts));
      if (all.length < FRAME + headLength(FRAME)) return;
      peer.listener = undefined;
      const start = headLength(FRAME);
      const commands = decodeRelayFrame(
        Uint8Array.from(all.subarray(start, start + FRAME)),
      );
      if (commands.ok) resolve(commands.value);
      else reject(new Error(commands.error.kind));
    };
    peer.socket.write(clientMessage(frame));
  });
  return held(answer);
}

/** Opening ten thousand connections takes longer than it takes until the first are pinged. */
function withoutPings(bytes: Buffer): Buffer {
  const isPinged = bytes[0] === PING && bytes.length >= PING_LENGTH;
  return isPinged ? withoutPings(bytes.subarray(PING_LENGTH)) : bytes;
}

/** The answer to `subscribe` came with the one before or comes after it: it is no delivery either way. */
function settled(peer: Peer): Promise<void> {
  return new Promise((resolve) => {
    peer.listener = () => undefined;
    setTimeout(() => {
      peer.listener = undefined;
      resolve();
    }, 100);
  });
}
