// The search for canaries is worth something only if it finds a leak: three are planted in a client, one after the other.

import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCanaries, textCanary } from "./support/canaries.ts";
import {
  createProcessWorld,
  finished,
  readTree,
  textField,
  type World,
} from "./support/world.ts";

const SECRET = "the place is the old printing house";
const hook = pathToFileURL(join(import.meta.dirname, "support/leak-hook.mjs"));

let world: World;

beforeAll(async () => {
  world = await createProcessWorld();
});

afterAll(() => world.end());

/** Founds a circle and says the secret with a leak planted from then on; answers the circle's id. */
async function sayWith(leak: string, code = 0): Promise<string> {
  const name = `Teller of ${leak}`;
  const sound = await world.join(name);
  const circle = textField(
    finished(await sound.call("circle", "create", "Printers")),
    "circle",
    "circle",
  );
  const leaking = world.leaking(sound, `${hook.href}?leak=${leak}`);
  const said = await leaking.call("send", circle, SECRET, "--timeout", "8");
  expect(said.code, said.stdout + said.stderr).toBe(code);
  return circle;
}

describe("a planted leak", () => {
  it("[CL-12] of what is said is found on the disk and in the traffic", async () => {
    expect(
      findCanaries(readTree(world.relayFolder), [textCanary("secret", SECRET)]),
    ).toEqual([]);
    await sayWith("content");
    for (const place of [readTree(world.relayFolder), traffic()]) {
      expect(findCanaries(place, [textCanary("secret", SECRET)])).toContain(
        "secret as bytes",
      );
    }
  });

  it("[CL-12] of the circle's id is found", async () => {
    const circle = await sayWith("circle");
    const canary = { name: "circle", bytes: Buffer.from(circle, "base64url") };
    expect(findCanaries(traffic(), [canary])).toContain("circle as bytes");
  });

  it("[CL-12] of lengths is found", async () => {
    expect(oddSizes()).toEqual([]);
    // A relay takes no such frame: 4 says that it does not keep the message.
    await sayWith("size", 4);
    expect(oddSizes()).not.toEqual([]);
  });
});

function traffic(): Uint8Array {
  return Buffer.concat(world.tap.frames.map(({ bytes }) => bytes));
}

function oddSizes(): readonly number[] {
  const sizes = new Set(world.tap.frames.map(({ bytes }) => bytes.length));
  return [...sizes].filter((size) => ![4_096, 16_384, 65_536].includes(size));
}
