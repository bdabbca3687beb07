// A lost device in terminals: out of a backup, asking to be let in again, a steward's look and word, and a list that goes on.

import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProcessWorld, finished, textField } from "./support/world.ts";
import type { World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await createProcessWorld();
});

afterAll(() => world.end());

it("[RP-32] [RP-34] [CL-20] is let in again by a steward who compares the number, and reads and writes on", async () => {
  const [salma, anna] = await Promise.all([
    world.join("Salma"),
    world.join("Anna"),
  ]);
  const made = finished(await salma.call("circle", "create", "Bakery"));
  const circle = textField(made, "circle", "circle");
  const invite = finished(await salma.call("invite", circle));
  const link = textField(invite, "invite", "link");
  finished(await anna.call("join", link));
  const [request] = finished(await salma.call("requests", circle)).lines;
  finished(await salma.call("approve", circle, String(request?.["id"])));
  // What she says leaves when the steward was heard inside.
  for (const who of [anna, salma]) finished(await who.call("sync"));
  finished(await anna.call("send", circle, "before"));
  const file = join(world.folder, "anna.halqa");
  const words = textField(
    finished(await anna.call("backup", file)),
    "backup",
    "words",
  );
  const again = world.device({ secrets: { HALQA_RECOVERY_WORDS: words } });
  finished(await again.call("restore", file, "--relay", world.tap.address));
  const asked = finished(await again.call("repair", circle));
  expect(asked.lines).toMatchObject([
    { type: "safety", name: "Salma", verified: false },
    { type: "done" },
  ]);
  const { lines } = finished(await salma.call("repairs", circle));
  expect(lines).toMatchObject([
    {
      name: "Anna",
      cause: "restored",
      state: "asking",
      number: textField(asked, "safety", "number"),
    },
  ]);
  const id = String(lines[0]?.["id"]);
  finished(await salma.call("repair-approve", circle, id));
  const synced = finished(await again.call("sync"));
  finished(await salma.call("sync"));
  expect(synced.lines).toMatchObject([{ standing: "member" }]);
  finished(await again.call("send", circle, "and after"));
  const read = finished(await salma.call("read", circle));
  const texts = read.lines.flatMap((line) => line["text"] ?? []);
  expect(texts).toEqual(["before", "and after"]);
  const own = finished(await again.call("read", circle));
  expect(own.lines.flatMap((line) => line["text"] ?? [])).toEqual(texts);
  // Whoever has the lost device reads and writes no more.
  const lost = finished(await anna.call("sync"));
  expect(lost.lines).toMatchObject([{ standing: "removed" }]);
});
