import { encodeItem } from "@halqa/model";
import type { MessageItem } from "@halqa/model";
import { describe, expect, it } from "vitest";
import { indexWrite } from "../entries.ts";
import { refKey } from "../job.ts";
import type { TimelineItem } from "../../views/view.ts";
import {
  found,
  gather,
  memberKey,
  say,
  timeline,
} from "../../testing/story.ts";
import {
  createWorld,
  deviceOf,
  must,
  restart,
  run,
  settle,
} from "../../testing/world.ts";
import type { World } from "../../testing/world.ts";

const LIST = 3_000;

interface Page {
  readonly items: readonly TimelineItem[];
  readonly next?: number;
}
const search = (
  world: World,
  o: { circle: string; text: string; limit?: number; before?: number },
): Page => {
  const value = must(world, "alice", { command: "search", limit: 20, ...o });
  if (value.kind !== "found") throw new Error("a search finds");
  return value;
};
const textsOf = ({ items }: Page): readonly string[] =>
  items.map((item) => (item.item === "message" ? item.text : item.item));

/** A list that came long ago, as it lies on the disk. */
function plantList(
  world: World,
  circle: string,
  said: (ordinal: number) => Partial<MessageItem>,
): void {
  const device = deviceOf(world, "alice");
  const record = device.state.durable.circles.get(circle)!;
  const author = { memberKey: record.desk.memberKey, name: "alice" };
  for (let ordinal = 0; ordinal < LIST; ordinal++) {
    const id = new Uint8Array(16);
    new DataView(id.buffer).setUint32(0, ordinal + 1);
    const item: MessageItem = {
      item: "message",
      id,
      ordinal,
      position: ordinal,
      minute: 29_000_000,
      author,
      text: "x",
      reactions: [],
      ...said(ordinal),
    };
    device.disk.set(`item/${circle}/${ordinal}`, encodeItem(item));
    const { ref, value } = indexWrite(circle, id, item);
    device.disk.set(refKey(ref), value!);
  }
  const summary = { ...record.desk.summary, nextOrdinal: LIST };
  const next = { ...record, desk: { ...record.desk, summary } };
  device.state = {
    ...device.state,
    durable: {
      ...device.state.durable,
      circles: new Map([...device.state.durable.circles, [circle, next]]),
    },
  };
  // Anything that makes the lane look for work.
  must(world, "alice", { command: "set-profile", name: "alice" });
  settle(world);
}

const indexNames = (world: World): readonly string[] =>
  [...deviceOf(world, "alice").disk.keys()].filter((name) =>
    name.startsWith("search/"),
  );

describe("searching a circle", () => {
  it("[EN-150] finds what was said, in another spelling too, and nothing of other circles", () => {
    const world = createWorld("search", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const other = must(world, "alice", {
      command: "found-circle",
      name: "Other",
      memberName: "alice",
    });
    settle(world);
    say(world, "bob", { circle, text: "الاجتماع غدًا في المدينة" });
    say(world, "alice", { circle, text: "civîna me" });
    expect(textsOf(search(world, { circle, text: "مدينه" }))).toEqual([
      "الاجتماع غدًا في المدينة",
    ]);
    expect(textsOf(search(world, { circle, text: "CIVIN" }))).toEqual([
      "civîna me",
    ]);
    if (other.kind !== "circle") throw new Error("founded");
    expect(
      textsOf(search(world, { circle: other.circle, text: "civin" })),
    ).toEqual([]);
    const refused = (circleId: string, text: string): unknown =>
      run(world, "alice", {
        command: "search",
        circle: circleId,
        text,
        limit: 9,
      });
    expect(refused(circle, "!")).toEqual({ ok: false, error: "bad-text" });
    expect(refused("none", "x")).toEqual({
      ok: false,
      error: "unknown-circle",
    });
  });

  it("[EN-150] goes from the newest to the oldest through what is indexed and what is not, page by page", () => {
    const world = createWorld("pages", "alice");
    const circle = found(world, "alice");
    plantList(world, circle, (ordinal) => ({
      text: ordinal % 500 === 7 ? `strike ${ordinal}` : `talk ${ordinal}`,
    }));
    const first = search(world, { circle, text: "strike", limit: 4 });
    expect(textsOf(first)).toEqual([
      "strike 2507",
      "strike 2007",
      "strike 1507",
      "strike 1007",
    ]);
    const second = search(world, {
      circle,
      text: "strike",
      limit: 4,
      before: first.next!,
    });
    expect(textsOf(second)).toEqual(["strike 507", "strike 7"]);
    expect(second.next).toBeUndefined();
  });

  it("[EN-151] writes full segments when nothing else is to be done, once, and knows it after a restart", () => {
    const world = createWorld("index", "alice");
    const circle = found(world, "alice");
    plantList(world, circle, (ordinal) => ({ text: `talk ${ordinal}` }));
    const names = indexNames(world);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names.map((name) => name.split("/")[2]))).toEqual(
      new Set(["0", "1"]),
    );
    restart(world, "alice");
    const record = deviceOf(world, "alice").state.durable.circles.get(circle);
    expect(record?.desk.search).toEqual({ segments: 2, stale: [] });
    expect(textsOf(search(world, { circle, text: "1234" }))).toEqual([
      "talk 1234",
    ]);
  });

  it("[EN-152] lets go of the words of what was taken back or changed, and never has those of what disappears", () => {
    const world = createWorld("forget", "alice");
    const circle = found(world, "alice");
    plantList(world, circle, (ordinal) => {
      if (ordinal === 9) return { text: "a quagmire" };
      if (ordinal === 5) return { text: "clandestine", expires: 2 ** 32 - 1 };
      return { text: `talk ${ordinal}` };
    });
    const disk = deviceOf(world, "alice").disk;
    const indexed = (): string =>
      indexNames(world)
        .map((name) => Buffer.from(disk.get(name)!).toString("latin1"))
        .join("");
    expect(indexed()).not.toContain("cla");
    expect(textsOf(search(world, { circle, text: "clandest" }))).toEqual([
      "clandestine",
    ]);
    expect(indexed()).toContain("tal");
    const [secret] = search(world, { circle, text: "quagmire" }).items;
    expect(indexed()).toContain("qua");
    must(world, "alice", { command: "delete", circle, target: secret!.id });
    settle(world);
    expect(indexed()).not.toContain("qua");
    expect(textsOf(search(world, { circle, text: "quagmire" }))).toEqual([]);
    const [old] = search(world, { circle, text: "2000" }).items;
    const edit = { target: old!.id, text: "zephyr" };
    must(world, "alice", { command: "edit", circle, ...edit });
    settle(world);
    expect(indexed()).toContain("zep");
    expect(textsOf(search(world, { circle, text: "zephyr" }))).toEqual([
      "zephyr",
    ]);
    const record = deviceOf(world, "alice").state.durable.circles.get(circle);
    expect(record?.desk.search.stale).toEqual([]);
  });

  it("[EN-15] leaves nothing in the index of a circle that is forgotten", () => {
    const world = createWorld("erased", "alice", "bob");
    const circle = gather(world, "bob", "alice");
    plantList(world, circle, (ordinal) => ({ text: `talk ${ordinal}` }));
    expect(indexNames(world).length).toBeGreaterThan(0);
    const member = memberKey(world, { by: "bob", circle, name: "alice" });
    must(world, "bob", { command: "remove-member", circle, member });
    settle(world);
    must(world, "alice", { command: "forget-circle", circle });
    settle(world);
    expect(indexNames(world)).toEqual([]);
  });
});

describe("acts on items", () => {
  it("[VW-20] change, take back, hide and pin what stands in the list, for all who are in", () => {
    const world = createWorld("acts", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const message = say(world, "bob", { circle, text: "on monday" });
    const second = say(world, "bob", { circle, text: "nonsense" });
    const target = message;
    must(world, "bob", { command: "edit", circle, target, text: "on friday" });
    must(world, "alice", { command: "pin", circle, target, pinned: true });
    const other = { circle, target: second };
    must(world, "alice", { command: "hide", ...other, reason: "spam" });
    settle(world);
    for (const name of ["alice", "bob"]) {
      const items = timeline(world, name, circle).items;
      expect(items.find(({ id }) => id === message)).toMatchObject({
        text: "on friday",
        edited: { times: 1, earlier: ["on monday"] },
        pinnedBy: { name: "alice" },
      });
      expect(items.find(({ id }) => id === second)).toMatchObject({
        text: "",
        hidden: { by: { name: "alice" }, reason: "spam" },
      });
    }
    must(world, "bob", { command: "delete", circle, target });
    settle(world);
    for (const name of ["alice", "bob"]) {
      const items = timeline(world, name, circle).items;
      expect(items.find(({ id }) => id === message)).toMatchObject({
        item: "gone",
        cause: "deleted",
        author: { name: "bob" },
      });
    }
  });

  it("[VW-20] are refused at once where the list would refuse them", () => {
    const world = createWorld("refused", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const target = say(world, "alice", { circle, text: "mine" });
    const fault = (command: Parameters<typeof run>[2]): unknown => {
      const reply = run(world, "bob", command);
      return reply?.ok === false ? reply.error : reply;
    };
    expect(fault({ command: "edit", circle, target, text: "x" })).toBe(
      "not-allowed",
    );
    expect(fault({ command: "delete", circle, target })).toBe("not-allowed");
    expect(fault({ command: "hide", circle, target, reason: "spam" })).toBe(
      "not-a-steward",
    );
    expect(fault({ command: "vote", circle, target, choices: [0] })).toBe(
      "unknown-item",
    );
    expect(fault({ command: "delete", circle, target: "AAAA" })).toBe(
      "unknown-item",
    );
  });

  it("[VW-20] ask, vote and close, and give tasks, minutes and new versions of notices", () => {
    const world = createWorld("organise", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    const made = (name: string, command: Parameters<typeof run>[2]): string => {
      const value = must(world, name, command);
      settle(world);
      if (value.kind !== "item") throw new Error("an item");
      return value.id;
    };
    const poll = made("bob", {
      command: "post-poll",
      circle,
      question: "Which day?",
      options: ["Mon", "Tue"],
      ballot: "single",
    });
    made("alice", { command: "vote", circle, target: poll, choices: [1] });
    made("bob", { command: "vote", circle, target: poll, choices: [1] });
    made("bob", { command: "close-poll", circle, target: poll });
    const task = made("alice", {
      command: "post-task",
      circle,
      title: "Print posters",
    });
    const owner = memberKey(world, { by: "bob", circle, name: "bob" });
    made("bob", { command: "update-task", circle, target: task, owner });
    made("bob", { command: "update-task", circle, target: task, done: true });
    made("alice", { command: "post-minutes", circle, text: "We met." });
    const notice = made("alice", {
      command: "post-notice",
      circle,
      title: "Assembly",
      when: {
        local: "2026-11-26T18:00",
        zone: "Asia/Beirut",
        instant: Date.UTC(2026, 10, 26, 16),
      },
      place: "Hall",
      agenda: "",
    });
    made("alice", {
      command: "update-notice",
      circle,
      target: notice,
      meeting: "moved",
      place: "Park",
    });
    for (const name of ["alice", "bob"]) {
      expect(timeline(world, name, circle).items.slice(-4)).toMatchObject([
        {
          item: "poll",
          options: [{ votes: 0 }, { votes: 2 }],
          closed: { by: { name: "bob" }, contested: false },
        },
        { item: "task", owner: { name: "bob" }, done: true },
        { item: "minutes", text: "We met." },
        { item: "notice", place: "Park", meeting: "moved", version: 1 },
      ]);
    }
    expect(
      run(world, "alice", {
        command: "vote",
        circle,
        target: poll,
        choices: [0],
      }),
    ).toEqual({ ok: false, error: "poll-closed" });
  });
});
