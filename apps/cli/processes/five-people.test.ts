// Five people with terminals and one relay, any of them killed in between: they found a circle, talk, meet, part; and
// whoever sees the relay's disk or its traffic learns nothing that was said.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCanaries, textCanary, type Canary } from "./support/canaries.ts";
import type { Person, PrintedLine } from "./support/person.ts";
import {
  createProcessWorld,
  finished,
  readTree,
  textField,
  type World,
} from "./support/world.ts";

const CIRCLE = "نقابة عمال المخبز";
const names = [
  "Salma Haddad",
  "Anna Köhler",
  "Karim Nasser",
  "Nour Aziz",
  "Omar Farouk",
];
const BUCKETS = [4_096, 16_384, 65_536];

let world: World;
let people: readonly Person[];
let circle: string;
const said: string[] = [];

beforeAll(async () => {
  world = await createProcessWorld();
  people = await Promise.all(names.map((name) => world.join(name)));
});

afterAll(() => world.end());

function person(index: number): Person {
  const found = people[index];
  if (found === undefined) throw new Error("no such person");
  return found;
}

async function read(who: Person): Promise<readonly PrintedLine[]> {
  const answer = finished(await who.call("read", circle, "--limit", "500"));
  return answer.lines.filter((line) => line["type"] === "timeline");
}

function texts(lines: readonly PrintedLine[]): readonly unknown[] {
  return lines.filter((l) => l["item"] === "message").map((l) => l["text"]);
}

async function standing(who: Person): Promise<unknown> {
  const answer = finished(await who.call("sync"));
  return answer.lines.find((line) => line["circle"] === circle)?.["standing"];
}

describe("five people and a relay", () => {
  it("[CL-3] found a circle and let each other in, with the relay killed in between", async () => {
    const [salma, ...others] = people;
    if (salma === undefined) throw new Error("nobody");
    circle = textField(
      finished(await salma.call("circle", "create", CIRCLE)),
      "circle",
      "circle",
    );
    const link = textField(
      finished(await salma.call("invite", circle, "--uses", "10")),
      "invite",
      "url",
    );
    expect(link.startsWith(`${world.tap.address}/#j1.`)).toBe(true);
    await Promise.all(
      others.map(async (other) => finished(await other.call("join", link))),
    );
    await world.restartRelay();
    const requests = finished(await salma.call("requests", circle));
    expect(
      requests.lines.map((line) => String(line["name"])).toSorted(compareText),
    ).toEqual(names.slice(1).toSorted(compareText));
    finished(await salma.call("approve", circle, "--all"));
    for (const other of others)
      expect(await standing(other)).toMatch(/member|unconfirmed/);
    await salma.call("sync");
    for (const other of others) expect(await standing(other)).toBe("member");
    const members = finished(await person(4).call("members", circle));
    expect(members.lines).toHaveLength(5);
  });

  it("[CL-9] lose and double nothing when any call is killed at any moment", async () => {
    const printed = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      const who = person(round % people.length);
      const text = `killed round ${round} of ${names[round % names.length]}`;
      said.push(text);
      // From before the vault is open to after the relay has answered.
      const answer = await who.cutOff(250 + round * 90, "send", circle, text);
      const item = answer.lines.find((line) => line["type"] === "item");
      if (item !== undefined) printed.add(text);
      if (round === 5) await world.restartRelay();
    }
    for (const who of people) finished(await who.call("sync"));
    const seen = await Promise.all(people.map((who) => read(who)));
    const [first, ...rest] = seen.map((lines) => texts(lines));
    for (const other of rest) expect(other).toEqual(first);
    expect(new Set(first).size).toBe(first?.length);
    for (const text of printed) expect(first).toContain(text);
  });

  it("[CL-3] keep what is said without the relay, and deliver it once", async () => {
    const away = person(1);
    const text = "said in the basement without a network";
    said.push(text);
    const offline = await away.call("send", circle, text, "--offline");
    expect(offline.code).toBe(4);
    expect(texts(await read(person(0)))).not.toContain(text);
    finished(await away.call("sync"));
    const seen = texts(await read(person(0)));
    expect(seen.filter((one) => one === text)).toHaveLength(1);
  });

  it("answer a notice", async () => {
    const title = "Weekly meeting of the bakers";
    const place = "Old town hall, second floor";
    said.push(title, place);
    const posted = finished(
      await person(0).call(
        "notice",
        circle,
        "--title",
        title,
        "--place",
        place,
        "--at",
        "2027-01-14T18:00",
        "--zone",
        "Asia/Beirut",
      ),
    );
    const notice = textField(posted, "item", "id");
    const answers = ["yes", "maybe", "no", "yes"];
    for (const [index, answer] of answers.entries()) {
      finished(await person(index + 1).call("rsvp", circle, notice, answer));
    }
    const seen = (await read(person(0))).find((line) => line["id"] === notice);
    expect(seen).toMatchObject({
      title,
      place,
      answers: {
        yes: [{ name: names[1] }, { name: names[4] }],
        maybe: [{ name: names[2] }],
        no: [{ name: names[3] }],
      },
    });
  });

  it("[CL-13] remove one of them, who reads nothing more while the others go on", async () => {
    const omar = person(4);
    finished(await person(0).call("remove", circle, names[4] ?? ""));
    const after = "said after Omar was removed";
    said.push(after);
    finished(await person(2).call("send", circle, after));
    for (const other of [0, 1, 2, 3]) {
      expect(texts(await read(person(other)))).toContain(after);
    }
    expect(await standing(omar)).toBe("removed");
    expect(texts(await read(omar))).not.toContain(after);
    const refused = await omar.call("send", circle, "may I?");
    expect(refused.code).toBe(3);
  });

  it("[CL-8] never run twice on one data folder", async () => {
    const watching = person(0).cutOff(4_000, "watch");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const second = await person(0).call("circles");
    expect(second.code).toBe(5);
    await watching;
    finished(await person(0).call("circles", "--offline"));
  });

  it("[CL-12] show nothing of it on the relay's disk, in its output or in its traffic", () => {
    const canaries: Canary[] = [
      ...said.map((text) => textCanary(`"${text}"`, text)),
      ...names.map((name) => textCanary(name, name)),
      textCanary("the circle's name", CIRCLE),
      { name: "the circle's id", bytes: Buffer.from(circle, "base64url") },
    ];
    expect(said.length).toBeGreaterThan(10);
    const disk = readTree(world.relayFolder);
    const traffic = Buffer.concat(world.tap.frames.map(({ bytes }) => bytes));
    expect(disk.length).toBeGreaterThan(50_000);
    expect(traffic.length).toBeGreaterThan(500_000);
    expect(findCanaries(disk, canaries)).toEqual([]);
    expect(findCanaries(traffic, canaries)).toEqual([]);
    expect(findCanaries(Buffer.from(world.relayOutput()), canaries)).toEqual(
      [],
    );
    const sizes = new Set(world.tap.frames.map(({ bytes }) => bytes.length));
    expect([...sizes].filter((size) => !BUCKETS.includes(size))).toEqual([]);
  });

  it("[CL-7] show nothing of it on their own disks", () => {
    const canaries = [...said, ...names, CIRCLE].map((text) =>
      textCanary(text, text),
    );
    for (const who of people) {
      expect(findCanaries(readTree(who.folder), canaries)).toEqual([]);
    }
  });
});

function compareText(one: string, other: string): number {
  return one.localeCompare(other);
}
