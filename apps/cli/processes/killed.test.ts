// Ten people with terminals and a relay, all of them killed at any moment, again and again; one is removed in the middle. What
// is left is one list for all who are in, with everything in it that a call had acknowledged, and nothing twice.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Person, PrintedLine } from "./support/person.ts";
import { createDice, type Dice } from "./support/dice.ts";
import {
  createProcessWorld,
  finished,
  textField,
  type World,
} from "./support/world.ts";

const SEED = 20_270_114;
const PEOPLE = 10;
const ROUNDS = 5;
const REMOVAL_ROUND = 2;
const RELAY_KILLED = [1, 3];

let world: World;
let people: readonly Person[];
let circle: string;
/** How long a call takes here, roughly: machines differ, and the killing is to hit every part of a call. */
let callMs: number;

/** Texts whose id was printed: kept, whatever became of the call. */
const acknowledged = new Set<string>();
/** Said when the removal was done. */
const saidAfter: string[] = [];

beforeAll(async () => {
  world = await createProcessWorld();
  people = await Promise.all(
    Array.from({ length: PEOPLE }, (_, i) => world.join(`Person ${i}`)),
  );
}, 120_000);

afterAll(() => world.end());

async function everybody(
  who: readonly Person[],
  ...words: readonly string[]
): Promise<void> {
  await Promise.all(who.map(async (one) => finished(await one.call(...words))));
}

async function messagesOf(who: Person): Promise<readonly PrintedLine[]> {
  const { lines } = finished(await who.call("read", circle, "--limit", "500"));
  return lines.filter((line) => line["item"] === "message");
}

function textsOf(lines: readonly PrintedLine[]): readonly string[] {
  return lines.map((line) => String(line["text"]));
}

/** One person's part of a round: something is said, or everything is fetched, and half of the calls are killed. */
async function takePart(
  index: number,
  round: number,
  dice: Dice,
): Promise<void> {
  const who = people[index];
  if (who === undefined) throw new Error("nobody");
  const text = `${index} in round ${round}`;
  const words = dice.below(4) === 0 ? ["sync"] : ["send", circle, text];
  const life = (callMs * (20 + dice.below(200))) / 100;
  const answer = dice.below(2)
    ? await who.cutOff(life, ...words)
    : await who.call(...words);
  // 3: refused, which is for the one who was removed; 4: kept for later.
  const codes = index === PEOPLE - 1 ? [0, 3, 4, null] : [0, 4, null];
  expect(codes, answer.stdout + answer.stderr).toContain(answer.code);
  if (words[0] !== "send") return;
  // What the removed one types without a network stands in that list alone.
  const isIn = index < PEOPLE - 1;
  if (isIn && round > REMOVAL_ROUND) saidAfter.push(text);
  if (answer.lines.some((line) => line["type"] === "item"))
    acknowledged.add(text);
}

async function removeLast(dice: Dice): Promise<void> {
  const [founder] = people;
  if (founder === undefined) throw new Error("nobody");
  const words = ["remove", circle, `Person ${PEOPLE - 1}`];
  await founder.cutOff((callMs * (20 + dice.below(100))) / 100, ...words);
  const again = await founder.call(...words);
  // 3: the call that was killed had done it.
  expect([0, 3]).toContain(again.code);
  finished(await founder.call("sync"));
  const { lines } = finished(await founder.call("members", circle));
  const members = lines.filter((line) => line["type"] === "member");
  expect(members).toHaveLength(PEOPLE - 1);
}

describe("ten people and a relay, killed at random", () => {
  it("found a circle", async () => {
    const [founder, ...others] = people;
    if (founder === undefined) throw new Error("nobody");
    circle = textField(
      finished(await founder.call("circle", "create", "Bakers")),
      "circle",
      "circle",
    );
    const invite = finished(await founder.call("invite", circle));
    const link = textField(invite, "invite", "link");
    await everybody(others, "join", link);
    finished(await founder.call("approve", circle, "--all"));
    const before = performance.now();
    await everybody(others, "sync");
    callMs = performance.now() - before;
    finished(await founder.call("sync"));
    await everybody(others, "sync");
    const { lines } = finished(await founder.call("members", circle));
    expect(lines).toHaveLength(PEOPLE);
  });

  it(`[CL-9] [CL-3] go on (seed ${SEED})`, async () => {
    const dice = createDice(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round === REMOVAL_ROUND) {
        await removeLast(dice);
        continue;
      }
      const parts = people.map((_, index) =>
        // Dice of its own: what a person draws does not hang on who is faster.
        takePart(index, round, createDice(SEED + 100 * round + index)),
      );
      const ends = RELAY_KILLED.includes(round)
        ? new Promise((resolve) => {
            setTimeout(resolve, (callMs * dice.below(150)) / 100);
          }).then(() => world.restartRelay())
        : Promise.resolve();
      await Promise.all([ends, ...parts]);
    }
    expect(acknowledged.size).toBeGreaterThan(10);
  });

  it("[CL-9] [CL-13] converge, and the one who was removed reads nothing more", async () => {
    const members = people.slice(0, -1);
    // What one still had to send, the others read with the next call.
    await everybody(members, "sync");
    const lists = await Promise.all(members.map((who) => messagesOf(who)));
    const [first = [], ...rest] = lists.map((lines) =>
      lines.map(({ id, text }) => ({ id, text })),
    );
    for (const other of rest) expect(other).toEqual(first);
    const texts = textsOf(lists[0] ?? []);
    expect(new Set(texts).size).toBe(texts.length);
    const lost = [...acknowledged].filter(
      (text) => !text.startsWith(`${PEOPLE - 1} `) && !texts.includes(text),
    );
    expect(lost).toEqual([]);
    const removed = people.at(-1);
    if (removed === undefined) throw new Error("nobody");
    const { lines } = finished(await removed.call("sync"));
    expect(lines).toMatchObject([{ circle, standing: "removed" }]);
    const read = textsOf(await messagesOf(removed));
    expect(read.filter((text) => saidAfter.includes(text))).toEqual([]);
    expect(texts.some((text) => saidAfter.includes(text))).toBe(true);
  });
});
