/**
 * What people said while a device was off. Written by members whose own devices have stopped: their keys seal it, and it is put
 * into the real log in its order; only the time that a person takes to write it is left out.
 */
import { createSystemRandom } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { encodeContent } from "@halqa/model";
import { logKeys } from "../src/circle/address.ts";
import { decodeCircle } from "../src/circle/circle-codec.ts";
import type { Circle } from "../src/circle/circle.ts";
import { readEntry } from "../src/circle/read-entry.ts";
import { sealContent } from "../src/circle/seal-content.ts";
import {
  commitPartRef,
  deltaRef,
  messagePartRef,
} from "../src/step/records.ts";
import type { MemoryStore } from "./device.ts";
import { openWire } from "./wire.ts";
import type { Wire } from "./wire.ts";

const MINUTE_MS = 60_000;
/** As many as a connection may have under way. */
const AT_ONCE = 128;
/** At most so many days ago the first one was written. */
const DAYS_MS = 20 * 86_400_000;

const env = { mls, random: createSystemRandom() };

/** The keys of a device that has stopped. */
export function keysOf(store: MemoryStore, circle: string): Circle {
  const [commitPart, messagePart] = [
    store.at(commitPartRef(circle)),
    store.at(messagePartRef(circle)),
  ];
  if (commitPart === undefined || messagePart === undefined)
    throw new Error("the device is in the circle");
  const deltas: Uint8Array[] = [];
  for (;;) {
    const delta = store.at(deltaRef(circle, deltas.length));
    if (delta === undefined) break;
    deltas.push(delta);
  }
  const read = decodeCircle(env, { commitPart, messagePart, deltas });
  if (!read.ok) throw new Error(read.error.kind);
  return read.value;
}

/** So many texts, said in turn by these members, each of whom reads what the others say. */
export async function talk(
  url: string,
  circles: readonly Circle[],
  {
    count,
    text,
  }: { readonly count: number; readonly text: (n: number) => string },
): Promise<void> {
  const wire = await openWire(url);
  const members = [...circles];
  const began = Date.now() - DAYS_MS;
  let log: Uint8Array | undefined;
  const underWay: Promise<unknown>[] = [];
  for (let n = 0; n < count; n++) {
    const at = n % members.length;
    const author = members[at];
    if (author === undefined) throw new Error("somebody speaks");
    if (log !== author.log.logId) {
      await Promise.all(underWay);
      await openLog(wire, author, n > 0);
      log = author.log.logId;
    }
    const minute = Math.floor((began + (DAYS_MS * n) / count) / MINUTE_MS);
    const sealed = sealContent(author, env, {
      messageId: env.random(16),
      minute,
      content: encodeContent({ kind: "text", text: text(n) }),
    });
    if (!sealed.ok) throw new Error(sealed.error.kind);
    const { body } = sealed.value;
    members[at] = sealed.value.circle;
    for (const [index, member] of members.entries())
      members[index] = readOn(member, body);
    underWay.push(
      wire.ask({ type: "append", logId: log, expectedHead: undefined, body }),
    );
    if (underWay.length >= AT_ONCE) await underWay.shift();
  }
  await Promise.all(underWay);
  wire.close();
}

function readOn(circle: Circle, body: Uint8Array): Circle {
  const { logId, seq } = circle.log;
  const entry = { logId, seq: seq + 1, body, pendings: [] };
  const outcome = readEntry(circle, env, entry);
  if (!("circle" in outcome)) throw new Error(outcome.kind);
  return outcome.circle;
}

async function openLog(
  wire: Wire,
  { log }: Circle,
  isNew: boolean,
): Promise<void> {
  const { logId, writePub, writeSeed, readPub, readSeed } = logKeys(
    log.address,
  );
  const sign = (
    operation: "create-log" | "open-log",
    key: "read" | "write",
  ): Uint8Array =>
    wire.sign({
      operation: `${operation}/${key}`,
      id: logId,
      seed: key === "read" ? readSeed : writeSeed,
    });
  if (isNew)
    await wire.ask({
      type: "create-log",
      writePub,
      readPub,
      writeSignature: sign("create-log", "write"),
      readSignature: sign("create-log", "read"),
      access: undefined,
    });
  await wire.ask({
    type: "open-log",
    logId,
    readSignature: sign("open-log", "read"),
    writeSignature: sign("open-log", "write"),
  });
}

const words = [
  "اجتماع",
  "الخبز",
  "المطحنة",
  "غدا",
  "السابعة",
  "الطاحونة",
  "نلتقي",
  "صباحا",
  "meeting",
  "bread",
  "thursday",
  "seven",
  "bring",
  "leaflets",
  "union",
  "hall",
] as const;

/** A line of chat: some words, the same for the same number. */
export function line(n: number): string {
  let seed = n * 2_654_435_761;
  const next = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed >>> 8;
  };
  const said = Array.from(
    { length: 4 + (next() % 12) },
    () => words[next() % words.length] ?? "",
  );
  return `${n} ${said.join(" ")} ${next().toString(36)}`;
}
