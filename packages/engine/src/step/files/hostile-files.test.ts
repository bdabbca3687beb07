import { decodeBase64url } from "@halqa/bytes";
import { composeMessage, encodeContent } from "@halqa/model";
import type { Attachment } from "@halqa/model";
import { decodeRelayFrame, packFrames } from "@halqa/protocol";
import type { RelayCommand } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { sealFile } from "../../circle/file-blob.ts";
import { gather, timeline } from "../../testing/story.ts";
import { recordAt } from "../../testing/trouble.ts";
import {
  advance,
  createWorld,
  deviceOf,
  look,
  must,
  restart,
  run,
  settle,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";
import { createOutboxItem } from "../outbox.ts";

const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => i & 255);

/** A world in which alice sent a file and bob wants it. */
function sent(seed: string): { world: World; circle: string; item: string } {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  const made = must(world, "alice", {
    command: "add-attachment",
    circle,
    bytes,
    name: "list.pdf",
    mediaType: "application/pdf",
    kind: "file",
  });
  if (made.kind !== "attachment") throw new Error("a file was added");
  const item = must(world, "alice", {
    command: "send",
    circle,
    text: "",
    attachments: [made.attachment],
  });
  if (item.kind !== "item") throw new Error("a message was sent");
  settle(world);
  return { world, circle, item: item.id };
}

/** What the relay says of blobs goes through a hand. */
function meddle(
  world: World,
  change: (said: RelayCommand) => RelayCommand,
): void {
  world.relay.tamper = (_, frame) => {
    const said = decodeRelayFrame(frame);
    return said.ok ? packFrames(said.value.map(change)) : [frame];
  };
}

function fetchIt(o: { world: World; circle: string; item: string }): void {
  must(o.world, "bob", {
    command: "fetch-attachment",
    circle: o.circle,
    item: o.item,
    index: 0,
  });
  settle(o.world);
}

function fileOf({ world, circle }: { world: World; circle: string }) {
  return look(world, "bob", { query: "files", circle }).files[0];
}

function openIt(o: { world: World; circle: string; item: string }) {
  return run(o.world, "bob", {
    command: "open-attachment",
    circle: o.circle,
    item: o.item,
    index: 0,
  });
}

describe("files that are not what they should be", () => {
  it("[FI-26] are said to be wrong when the relay gives others, and are fetched again when somebody wants them", () => {
    const o = sent("wrong parts");
    meddle(o.world, (said) =>
      said.type === "blob-data"
        ? { ...said, bytes: said.bytes.map((x) => x ^ 1) }
        : said,
    );
    fetchIt(o);
    expect(fileOf(o)).toMatchObject({ state: "failed", failure: "wrong" });
    expect(openIt(o)).toEqual({ ok: false, error: "damaged-file" });
    advance(o.world, 600_000);
    restart(o.world, "bob");
    expect(fileOf(o)).toMatchObject({ state: "failed" });
    o.world.relay.tamper = undefined;
    fetchIt(o);
    expect(fileOf(o)).toMatchObject({ state: "here" });
    expect(openIt(o)).toEqual({ ok: true, value: { kind: "file", bytes } });
  });

  it("[FI-26] are said to be gone when the relay has them no more", () => {
    const o = sent("gone parts");
    meddle(o.world, (said) =>
      said.type === "blob-data"
        ? { type: "error", request: said.request, code: "unavailable" }
        : said,
    );
    fetchIt(o);
    expect(fileOf(o)).toMatchObject({ state: "failed", failure: "gone" });
    expect(openIt(o)).toEqual({ ok: false, error: "not-here" });
  });

  it("[FI-27] are tried again where the relay is full or busy, and this is told", () => {
    const o = sent("full relay");
    let isFull = true;
    meddle(o.world, (said) =>
      said.type === "blob-data" && isFull
        ? { type: "error", request: said.request, code: "busy" }
        : said,
    );
    fetchIt(o);
    expect(fileOf(o)).toMatchObject({ state: "fetching", failure: "busy" });
    isFull = false;
    advance(o.world, 30_000);
    expect(fileOf(o)).toMatchObject({ state: "here" });
    // The other way: what is to be sent waits, with the reason beside it, and can be given up.
    const { world, circle } = o;
    const made = must(world, "bob", {
      command: "add-attachment",
      circle,
      bytes,
      name: "",
      mediaType: "audio/ogg",
      kind: "voice",
      duration: 1_500,
    });
    if (made.kind !== "attachment") throw new Error("a file was added");
    isFull = true;
    meddle(world, (said) =>
      said.type === "ok" && isFull
        ? { type: "error", request: said.request, code: "quota" }
        : said,
    );
    const item = must(world, "bob", {
      command: "send",
      circle,
      text: "",
      attachments: [made.attachment],
    });
    if (item.kind !== "item") throw new Error("a message was sent");
    advance(world, 60_000);
    const sending = look(world, "bob", { query: "files", circle }).files.find(
      ({ of }) => of?.item === item.id,
    );
    expect(sending).toMatchObject({ state: "sending", failure: "quota" });
    expect(timeline(world, "bob", circle).items.at(-1)).toMatchObject({
      state: "queued",
    });
    isFull = false;
    advance(world, 30_000);
    expect(timeline(world, "alice", circle).items.at(-1)).toMatchObject({
      attachments: [{ kind: "voice", duration: 1_500 }],
    });
  });

  it("[FI-2] are not asked for where the reference names more, less or others than the size needs", () => {
    const world = createWorld("hostile references", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const alice = deviceOf(world, "alice");
    const id = decodeBase64url(circle);
    if (!id.ok) throw new Error("a circle has an id");
    const sealed = sealFile(
      { random: alice.random.bytes },
      { bytes, circleId: id.value },
    );
    if (!sealed.ok) throw new Error("a file was sealed");
    const { key, hash, size, blobs: chunks } = sealed.value;
    const honest: Attachment = {
      kind: "file",
      chunks,
      key,
      hash,
      size,
      mediaType: "a/b",
      name: "x",
    };
    const [chunk] = chunks;
    const sixteen = { blobId: chunk!.blobId, parts: 16 } as const;
    const hostile: readonly Partial<Attachment>[] = [
      { size: 2 ** 32 - 1 },
      { size: 0 },
      { size: 2_000_000, chunks: [sixteen, sixteen] },
      { chunks: Array.from({ length: 64 }, () => sixteen) },
      { chunks: [sixteen] },
    ];
    const contents = hostile.map((change) => {
      const made = composeMessage({
        text: "",
        attachments: [{ ...honest, ...change }],
      });
      if (!made.ok) throw new Error("a content was made");
      return createOutboxItem(
        { random: alice.random.bytes, now: world.now },
        encodeContent(made.value),
      );
    });
    const { durable } = alice.state;
    const record = recordAt(world, "alice", circle);
    const circles = new Map(durable.circles).set(circle, {
      ...record,
      outbox: contents,
    });
    alice.state = { ...alice.state, durable: { ...durable, circles } };
    must(world, "alice", { command: "send", circle, text: "look" });
    settle(world);
    const items = timeline(world, "bob", circle).items.filter(
      (one) => one.item === "message" && one.attachments !== undefined,
    );
    expect(items).toHaveLength(5);
    for (const { id: item } of items)
      expect(
        run(world, "bob", {
          command: "fetch-attachment",
          circle,
          item,
          index: 0,
        }),
      ).toEqual({ ok: false, error: "damaged-file" });
    expect(
      run(world, "bob", {
        command: "fetch-attachment",
        circle,
        item: items[0]!.id,
        index: 1,
      }),
    ).toEqual({ ok: false, error: "unknown-file" });
    expect(look(world, "bob", { query: "files", circle }).files).toEqual([]);
  });
});
