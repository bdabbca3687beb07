// A circle's life in terminals: coming in, roles, what is said and done in it, who is who, leaving, and its end. Every printed
// object is compared with docs/cli.md on the way.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Person, PrintedLine } from "./support/person.ts";
import {
  createProcessWorld,
  finished,
  textField,
  type World,
} from "./support/world.ts";

let world: World;
let salma: Person;
let anna: Person;
let karim: Person;
let circle: string;
let calendars = 0;

beforeAll(async () => {
  world = await createProcessWorld();
  [salma, anna, karim] = await Promise.all([
    world.join("Salma"),
    world.join("Anna"),
    world.join("Karim"),
  ]);
});

afterAll(() => world.end());

async function item(answer: Promise<Answer>): Promise<string> {
  return textField(finished(await answer), "item", "id");
}

async function seen(who: Person, id: string): Promise<PrintedLine | undefined> {
  const { lines } = finished(await who.call("read", circle));
  return lines.find((line) => line["id"] === id);
}

async function calendarHas(notice: string, wanted: RegExp): Promise<void> {
  const file = join(salma.folder, `meeting-${calendars}.ics`);
  calendars += 1;
  const answer = salma.call("ics", circle, file, "--readable");
  expect(finished(await answer).lines).toMatchObject([{ items: 1, file }]);
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(wanted);
  expect(text).toContain(`UID:${notice}@halqa`);
  expect(text).not.toContain("Salma");
}

async function refused(answer: Promise<Answer>, error: string): Promise<void> {
  const { code, lines } = await answer;
  expect({ code, lines }).toMatchObject({
    code: 3,
    lines: [{ type: "error", error }],
  });
}

async function members(who: Person): Promise<readonly PrintedLine[]> {
  return finished(await who.call("members", circle)).lines;
}

describe("coming in", () => {
  it("shows both sides one code before a steward approves", async () => {
    const made = finished(await salma.call("circle", "create", "Bakery"));
    circle = textField(made, "circle", "circle");
    const invite = finished(await salma.call("invite", circle));
    const joining = anna.start(
      "join",
      textField(invite, "invite", "link"),
      "--wait",
      "--timeout",
      "60",
    );
    await expect
      .poll(async () => (await salma.call("requests", circle)).lines, {
        timeout: 20_000,
      })
      .toHaveLength(1);
    const [request] = finished(await salma.call("requests", circle)).lines;
    const id = String(request?.["id"]);
    const checked = finished(await salma.call("check", circle, id));
    await expect
      .poll(joining.stdout, { timeout: 20_000 })
      .toContain("join-cod");
    finished(await salma.call("approve", circle, id));
    // Who joins is confirmed when the steward is heard inside: that takes a call behind theirs.
    let done: Answer | undefined;
    while (done === undefined) {
      finished(await salma.call("sync"));
      done = await Promise.race([joining.answer, Promise.resolve(undefined)]);
    }
    finished(done);
    expect(textField(done, "join-code", "code")).toBe(
      textField(checked, "request", "code"),
    );
    expect(done.lines.at(-1)).toMatchObject({ standing: "member", members: 2 });
  });

  it("lets in by an auto invite whom any member's device sees, until it is revoked", async () => {
    const invite = finished(
      await salma.call("invite", circle, "--auto", "--days", "2"),
    );
    const link = textField(invite, "invite", "link");
    finished(await karim.call("join", link));
    finished(await salma.call("sync", "--stay", "4"));
    finished(await karim.call("sync"));
    finished(await salma.call("sync"));
    finished(await karim.call("sync"));
    expect(await members(karim)).toHaveLength(3);
    const { lines } = finished(await anna.call("invites", circle));
    expect(lines).toMatchObject([{ auto: true, used: 1, state: "open" }]);
    const id = textField(invite, "invite", "id");
    await refused(anna.call("revoke", circle, id), "not-a-steward");
    finished(await salma.call("revoke", circle, id));
    expect(finished(await anna.call("invites", circle)).lines).toEqual([]);
  });
});

describe("roles and settings", () => {
  it("say who may do what", async () => {
    finished(await salma.call("role", circle, "Anna", "steward"));
    finished(await salma.call("role", circle, "Karim", "reader"));
    await refused(
      salma.call("role", circle, "Karim", "reader"),
      "nothing-to-do",
    );
    await refused(karim.call("send", circle, "may I?"), "read-only");
    expect(await members(karim)).toMatchObject([
      { name: "Salma", role: "steward" },
      { name: "Anna", role: "steward" },
      { name: "Karim", role: "reader", own: true },
    ]);
    finished(await anna.call("role", circle, "Karim", "member"));
    const settings = finished(
      await anna.call("settings", circle, "--pinning", "stewards"),
    );
    expect(settings.lines).toMatchObject([{ pinning: "stewards" }]);
    await refused(
      karim.call("settings", circle, "--posting", "stewards"),
      "not-a-steward",
    );
    finished(await anna.call("rename", circle, "Bakers of the old town"));
    const { lines } = finished(await karim.call("circles"));
    expect(lines).toMatchObject([{ name: "Bakers of the old town" }]);
  });
});

describe("what is said", () => {
  it("is edited, pinned, hidden, taken back and found", async () => {
    const leaflets = await item(anna.call("send", circle, "The leflets"));
    await item(anna.call("edit", circle, leaflets, "The leaflets are here"));
    await refused(karim.call("edit", circle, leaflets, "x"), "not-allowed");
    await refused(karim.call("pin", circle, leaflets), "not-allowed");
    await item(salma.call("pin", circle, leaflets));
    expect(await seen(karim, leaflets)).toMatchObject({
      text: "The leaflets are here",
      edited: { times: 1 },
      pinnedBy: { name: "Salma" },
    });
    const found = finished(await karim.call("search", circle, "leaflets"));
    expect(found.lines.map((line) => line["id"])).toEqual([leaflets]);
    const spam = await item(karim.call("send", circle, "Buy my bread"));
    await item(salma.call("hide", circle, spam, "--reason", "spam"));
    expect(await seen(anna, spam)).toMatchObject({
      text: "",
      hidden: { reason: "spam", by: { name: "Salma" } },
    });
    await item(karim.call("delete", circle, spam));
    expect(await seen(anna, spam)).toMatchObject({
      item: "gone",
      cause: "deleted",
    });
  });

  it("can be a file", async () => {
    mkdirSync(join(world.folder, "files"));
    const path = join(world.folder, "files", "leaflet.txt");
    writeFileSync(path, "eight hours");
    const id = await item(anna.call("attach", circle, path, "Please print"));
    expect(await seen(karim, id)).toMatchObject({
      attachments: [{ name: "leaflet.txt", mediaType: "text/plain", size: 11 }],
    });
    const copy = join(world.folder, "files", "copy.txt");
    const { lines } = finished(await karim.call("fetch", circle, id, copy));
    expect(lines).toMatchObject([{ type: "file", bytes: 11 }]);
    expect(readFileSync(copy, "utf8")).toBe("eight hours");
    await refused(karim.call("fetch", circle, id, copy), "file-exists");
  });
});

describe("what is organised", () => {
  it("is a poll that ends", async () => {
    const poll = await item(
      karim.call("poll", circle, "Strike?", "yes", "no", "later", "--several"),
    );
    await item(salma.call("vote", circle, poll, "1", "3"));
    await item(anna.call("vote", circle, poll, "2"));
    await refused(anna.call("vote", circle, poll, "4"), "bad-number");
    await item(karim.call("close-poll", circle, poll));
    await refused(anna.call("vote", circle, poll, "1"), "poll-closed");
    expect(await seen(anna, poll)).toMatchObject({
      options: [{ votes: 1 }, { votes: 1 }, { votes: 1 }],
      ownChoices: [1],
      closed: { contested: false },
    });
  });

  it("is a task, a meeting that moves, and its minutes", async () => {
    const zone = ["--zone", "Asia/Beirut"];
    const task = await item(
      salma.call("task", circle, "Posters", "--owner", "Karim"),
    );
    await item(karim.call("task-done", circle, task));
    expect(await seen(salma, task)).toMatchObject({
      done: true,
      owner: { name: "Karim" },
    });
    const at = ["--at", "2027-03-01T18:00", ...zone];
    const notice = await item(
      salma.call("notice", circle, "--title", "Meeting", ...at),
    );
    const later = ["--at", "2027-03-02T18:00", ...zone];
    await item(salma.call("notice-move", circle, notice, ...later));
    await item(salma.call("notice-change", circle, notice, "--place", "Hall"));
    expect(await seen(anna, notice)).toMatchObject({
      meeting: "moved",
      place: "Hall",
      when: { local: "2027-03-02T18:00", zone: "Asia/Beirut" },
    });
    await calendarHas(notice, /^SEQUENCE:2\r\n(?:.*\r\n)*?LOCATION:Hall/mu);
    await item(salma.call("notice-cancel", circle, notice));
    await calendarHas(notice, /^STATUS:CANCELLED/mu);
    const minutes = await item(
      anna.call("minutes", circle, "Put off", "--notice", notice),
    );
    expect(await seen(karim, minutes)).toMatchObject({
      notice: { excerpt: "Meeting" },
    });
  });
});

describe("who is who", () => {
  it("is one number on both sides, and a code that each gives the other", async () => {
    const shown = finished(await salma.call("verify", circle, "Anna"));
    const other = finished(await anna.call("verify", circle, "Salma"));
    expect(textField(shown, "safety", "number")).toBe(
      textField(other, "safety", "number"),
    );
    const code = textField(other, "safety", "code");
    const marked = await salma.call("verify", circle, "Anna", "--code", code);
    expect(finished(marked).lines).toMatchObject([{ verified: true }]);
    const wrong = karim.call("verify", circle, "Anna", "--code", code);
    await refused(wrong, "different-codes");
    const gone = finished(await salma.call("verify", circle, "Anna", "--no"));
    expect(gone.lines).toMatchObject([{ verified: false }]);
  });
});

describe("keeping", () => {
  it("[CL-20] begins again out of a backup, as the same person with the same list", async () => {
    const file = join(world.folder, "salma.halqa");
    const words = textField(
      finished(await salma.call("backup", file)),
      "backup",
      "words",
    );
    expect(words.split(" ")).toHaveLength(24);
    const restore = ["restore", file, "--relay", world.tap.address];
    const bare = world.device({});
    await refused(bare.call(...restore), "no-key");
    const wrong = world.device({ secrets: { HALQA_RECOVERY_WORDS: "zoo" } });
    await refused(wrong.call(...restore), "bad-words");
    const again = world.device({ secrets: { HALQA_RECOVERY_WORDS: words } });
    const { lines } = finished(await again.call(...restore));
    expect(lines).toMatchObject([
      { type: "restored", circles: 1 },
      { type: "circle", standing: "restored" },
    ]);
    const ids = async (who: Person): Promise<readonly unknown[]> => {
      const read = await who.call("read", circle, "--offline");
      return finished(read).lines.map((line) => line["id"]);
    };
    expect(await ids(again)).toEqual(await ids(salma));
    await refused(again.call("send", circle, "hello"), "not-a-member");
    await refused(again.call(...restore), "data-exists");
  });

  it("[CL-19] writes what was said in the clear only when that is asked for", async () => {
    const file = join(world.folder, "bakers.jsonl");
    expect((await anna.call("export", circle, file)).code).toBe(2);
    expect(existsSync(file)).toBe(false);
    finished(await anna.call("export", circle, file, "--readable"));
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const read = finished(await anna.call("read", circle, "--limit", "500"));
    expect(
      lines.slice(1).map((line) => withoutState(JSON.parse(line))),
    ).toEqual(read.lines.map((line) => withoutState(line)));
  });
});

describe("the end", () => {
  it("is leaving, or closing for everybody", async () => {
    const left = await karim.call("leave", circle);
    expect([0, 4]).toContain(left.code);
    // A steward's device lets out who leaves, when it stays for a moment; which of two comes first is drawn.
    await Promise.all([
      salma.call("sync", "--stay", "12"),
      anna.call("sync", "--stay", "12"),
    ]);
    const { lines } = finished(await karim.call("sync"));
    expect(lines).toMatchObject([
      { standing: "removed", ended: { how: "left" } },
    ]);
    finished(await karim.call("forget", circle));
    expect((await salma.call("close", circle)).code).toBe(2);
    finished(await salma.call("close", circle, "--yes"));
    await refused(anna.call("send", circle, "still there?"), "closed");
    const after = finished(await anna.call("circles"));
    expect(after.lines).toMatchObject([{ closed: true }]);
  });
});

/** How far it is on its way is known to the device alone that sent it. */
function withoutState(line: unknown): unknown {
  if (typeof line !== "object" || line === null) return line;
  return Object.fromEntries(
    Object.entries(line).filter(([name]) => name !== "state"),
  );
}
