// Frames that can be read and are meant badly: for what is not there, with proofs that are none.

import type { ClientCommand } from "@halqa/protocol";
import type { SeededRandom } from "@halqa/testkit";
import { frameOf } from "../relay-client.ts";

export function hostileFrame(random: SeededRandom): Uint8Array {
  const request = random.int(2 ** 31);
  const id = (): Uint8Array => random.bytes(32);
  const [logId, inboxId, blobId] = [id(), id(), id()];
  const signature = random.bytes(64);
  const seq = 1 + random.int(1_000);
  const commands: readonly ClientCommand[] = [
    { type: "read", request, logId, fromSeq: seq, limit: seq },
    { type: "subscribe", request, logId, fromSeq: seq },
    { type: "unsubscribe", request, logId },
    { type: "open-inbox", request, inboxId, signature },
    { type: "inbox-ack", request, inboxId, messageSeq: seq },
    { type: "set-inbox-key", request, inboxId, memberPub: id() },
    { type: "blob-get", request, blobId, index: random.int(16) },
    { type: "ping", request },
    {
      type: "open-log",
      request,
      logId,
      readSignature: signature,
      writeSignature: undefined,
    },
    {
      type: "append",
      request,
      logId,
      expectedHead: undefined,
      body: random.bytes(3_840),
    },
    {
      type: "inbox-send",
      request,
      sendId: id(),
      memberSignature: signature,
      body: random.bytes(3_840),
    },
  ];
  const first = random.int(commands.length);
  // Now and then several in one.
  const several = random.bool(0.2) ? 3 : 1;
  return frameOf(
    ...commands
      .slice(first, first + several)
      .filter((command, i) => i === 0 || !("body" in command)),
  );
}
