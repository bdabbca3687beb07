// One device and its data folder: made once, locked by a passphrase, watched.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPerson } from "./support/person.ts";
import {
  createProcessWorld,
  finished,
  textField,
  type World,
} from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await createProcessWorld();
});

afterAll(() => world.end());

describe("a data folder", () => {
  it("[CL-6] is made once", async () => {
    const salma = await world.join("Salma");
    const again = await salma.call(
      "init",
      "--name",
      "Other",
      "--relay",
      world.tap.address,
    );
    expect(again.code).toBe(3);
    expect(again.lines).toMatchObject([{ error: "data-exists" }]);
    finished(await salma.call("circles", "--offline"));
  });

  it("[CL-2] opens with its passphrase alone", async () => {
    const { folder } = await world.join("Anna", "seven candles");
    for (const passphrase of [undefined, "seven candle"]) {
      const other = createPerson({
        folder,
        ...(passphrase === undefined ? {} : { passphrase }),
      });
      const answer = await other.call("circles", "--offline");
      expect(answer.code).toBe(6);
      expect(answer.lines).toMatchObject([{ error: "locked" }]);
    }
    const owner = createPerson({ folder, passphrase: "seven candles" });
    finished(await owner.call("circles", "--offline"));
  });
});

describe("halqa watch", () => {
  it("[CL-11] prints what arrives once and in order, and ends with 0", async () => {
    const salma = await world.join("Salma");
    const anna = await world.join("Anna");
    const circle = textField(
      finished(await salma.call("circle", "create", "Watchers")),
      "circle",
      "circle",
    );
    const invite = finished(await salma.call("invite", circle));
    finished(await anna.call("join", textField(invite, "invite", "link")));
    finished(await salma.call("approve", circle, "--all"));
    for (const who of [anna, salma, anna]) finished(await who.call("sync"));
    finished(await salma.call("send", circle, "before"));
    const watching = anna.start("watch", circle);
    // Started when the circle is caught up: what was there before is not printed.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    for (const text of ["one", "two", "three"]) {
      finished(await salma.call("send", circle, text));
    }
    await expect.poll(watching.stdout, { timeout: 20_000 }).toContain("three");
    watching.signal("SIGINT");
    const { code, lines } = finished(await watching.answer);
    expect(code).toBe(0);
    const texts = lines.map((line) => line["text"]);
    expect(texts.filter((text) => text !== "before")).toEqual([
      "one",
      "two",
      "three",
    ]);
  });
});
