import { describe, expect, it } from "vitest";
import { addMirror, MINUTE, relayOf, urls } from "../../testing/relay-story.ts";
import { gather } from "../../testing/story.ts";
import {
  advance,
  createWorld,
  look,
  must,
  run,
  setDead,
  settle,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";

const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => i & 255);

/** alice sends a file, and then moves the circle to its mirror. */
function moved(seed: string) {
  const world = createWorld(seed, "alice", "bob");
  const circle = gather(world, "alice", "bob");
  const mirror = addMirror(world, { by: "alice", circle });
  const made = must(world, "alice", {
    command: "add-attachment",
    circle,
    bytes,
    name: "list.pdf",
    mediaType: "application/pdf",
    kind: "file",
  });
  if (made.kind !== "attachment") throw new Error("a file was added");
  const attachments = [made.attachment];
  const command = { command: "send", circle, text: "", attachments } as const;
  const sent = must(world, "alice", command);
  if (sent.kind !== "item") throw new Error("a message was sent");
  settle(world);
  must(world, "alice", { command: "propose-move", circle, ...relayOf(mirror) });
  advance(world, MINUTE);
  expect(urls(world, "bob", circle)[0]).toBe(mirror.url);
  return { world, circle, item: sent.id };
}

function fetchIt(o: { world: World; circle: string; item: string }): void {
  const { circle, item } = o;
  must(o.world, "bob", { command: "fetch-attachment", circle, item, index: 0 });
  advance(o.world, MINUTE);
}

function fileOf({ world, circle }: { world: World; circle: string }) {
  return look(world, "bob", { query: "files", circle }).files[0];
}

describe("files at another relay of the circle", () => {
  it("[FI-28] are fetched there, also when the one that orders has them not", () => {
    const o = moved("other relay");
    fetchIt(o);
    expect(fileOf(o)).toMatchObject({ state: "here" });
    const { circle, item } = o;
    expect(
      run(o.world, "bob", {
        command: "open-attachment",
        circle,
        item,
        index: 0,
      }),
    ).toEqual({ ok: true, value: { kind: "file", bytes } });
  });

  it("[FI-26] [FI-28] are gone where the one that has them cannot be reached, and come when it is back and somebody wants them", () => {
    const o = moved("other relay away");
    const [, before = ""] = urls(o.world, "bob", o.circle);
    setDead(o.world, before, true);
    advance(o.world, MINUTE);
    fetchIt(o);
    expect(fileOf(o)).toMatchObject({ state: "failed", failure: "gone" });
    setDead(o.world, before, false);
    advance(o.world, 5 * MINUTE);
    fetchIt(o);
    expect(fileOf(o)).toMatchObject({ state: "here" });
  });
});
