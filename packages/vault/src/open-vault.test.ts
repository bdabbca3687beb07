import type * as crypto from "@halqa/crypto";
import { encodeUtf8, err, InvariantError, ok } from "@halqa/bytes";
import { createSeededRandom, findCanaries, mutateBytes } from "@halqa/testkit";
import type { DiskImage, Fate } from "@halqa/testkit/storage";
import { SLOT_LENGTH, type RawStore } from "@halqa/vault";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createVaultWorld,
  flipAt,
  kindOf,
  valueOf,
  type VaultWorld,
} from "../testing/vault-world.ts";
import { HEADER_LENGTH, headerPlace } from "./header.ts";
import { readSlotState } from "./slot-halves.ts";

const derive = vi.hoisted(() => ({ calls: 0, outOfMemory: false }));
vi.mock("@halqa/crypto", async (load) => {
  const real = await load<typeof crypto>();
  return {
    ...real,
    deriveArgon2id: (input: Parameters<typeof real.deriveArgon2id>[0]) => {
      derive.calls += 1;
      return derive.outOfMemory
        ? err({ kind: "out-of-memory" })
        : real.deriveArgon2id(input);
    },
  };
});
afterEach(() => {
  derive.outOfMemory = false;
});

const ref = { store: "item", id: "circle/1" };
const value = encodeUtf8("what was written");
const refused = err({ kind: "wrong-key-or-tampered" });
const HALF_LENGTH = 96;
const ONE = "one dozen lanterns";
const TWO = "two quiet harbours";
const THREE = "three old bridges";

/** A finished vault with one record. */
async function makeVault(
  seed: string,
  passphrase?: string,
): Promise<VaultWorld> {
  const world = createVaultWorld(seed);
  const vault = valueOf(await world.open(passphrase));
  await vault.commit([{ ref, value }]);
  return world;
}

async function readBack(world: VaultWorld, passphrase?: string) {
  const opened = await world.open(passphrase);
  return opened.ok ? ok(await opened.value.read([ref])) : opened;
}

async function readHeaderBytes(raw: RawStore): Promise<Uint8Array> {
  const [header] = await raw.read([headerPlace()]);
  if (header === undefined) throw new Error("no header");
  return header;
}

async function setHeader(
  world: VaultWorld,
  header: Uint8Array | undefined,
): Promise<void> {
  const write = { key: headerPlace(), value: header };
  await world.disk.openRaw().commit([write]);
}

function withSlot(image: DiskImage, slot: Uint8Array | undefined): DiskImage {
  return { ...image, slot };
}

describe("opening", () => {
  it.each([undefined, "five plain words of hope"])(
    "[VA-1] finds what was committed, with passphrase %s",
    async (passphrase) => {
      const world = await makeVault(`again ${passphrase}`, passphrase);
      for (let i = 0; i < 2; i++) {
        expect(await readBack(world, passphrase)).toEqual(ok([value]));
      }
    },
  );

  it("[VA-2] (N52) answers every wrong passphrase alike", async () => {
    const world = await makeVault("wrong", "the right one");
    const wrong = [
      "The right one",
      "",
      " ",
      "the right one ",
      "x".repeat(4096),
    ];
    for (const passphrase of [...wrong, "\ud800"]) {
      expect(await world.open(passphrase)).toEqual(refused);
    }
    expect(await readBack(world, "the right one")).toEqual(ok([value]));
  });

  it.each([undefined, "a passphrase"])(
    "[VA-2] answers every changed byte of the header alike, with passphrase %s",
    async (passphrase) => {
      const world = await makeVault(`header ${passphrase}`, passphrase);
      const header = await readHeaderBytes(world.disk.openRaw());
      expect(header.length).toBe(HEADER_LENGTH);
      derive.calls = 0;
      for (let at = 0; at < header.length; at++) {
        await setHeader(world, flipAt(header, at));
        expect(await world.open(passphrase)).toEqual(refused);
      }
      const random = createSeededRandom("damage");
      for (let i = 0; i < 300; i++) {
        await setHeader(world, mutateBytes(header, random));
        expect(await world.open(passphrase)).toEqual(refused);
      }
      // [VA-22]
      expect(derive.calls).toBe(0);
      await setHeader(world, header);
      expect(await readBack(world, passphrase)).toEqual(ok([value]));
    },
  );

  it("[VA-2] answers every changed byte of the slot's secret alike", async () => {
    const world = await makeVault("slot bytes");
    const image = world.disk.image();
    for (let at = 0; at < HALF_LENGTH; at++) {
      world.disk.restore(withSlot(image, flipAt(image.slot!, at)));
      expect(await world.open()).toEqual(refused);
    }
    // Noise and zeros mean nothing.
    for (const at of [HALF_LENGTH, 4096, 4096 + HALF_LENGTH, SLOT_LENGTH - 1]) {
      world.disk.restore(withSlot(image, flipAt(image.slot!, at)));
      expect(await readBack(world)).toEqual(ok([value]));
    }
  });

  it("[VA-2] [VA-4] answers missing and foreign halves alike and makes nothing new over them", async () => {
    const world = await makeVault("halves", ONE);
    const other = await makeVault("foreign", ONE);
    const [mine, theirs] = [world.disk.image(), other.disk.image()];
    const slots = [
      undefined,
      new Uint8Array(),
      new Uint8Array(64),
      new Uint8Array(SLOT_LENGTH),
      new Uint8Array(SLOT_LENGTH + 1),
      createSeededRandom("noise").bytes(SLOT_LENGTH),
      theirs.slot,
    ];
    const images = [
      ...slots.map((slot) => withSlot(mine, slot)),
      { records: new Map<string, Uint8Array>(), slot: mine.slot },
      {
        records: new Map<string, Uint8Array>(),
        slot: createSeededRandom("wiped").bytes(SLOT_LENGTH),
      },
      { records: theirs.records, slot: mine.slot },
    ];
    for (const image of images) {
      world.disk.restore(image);
      expect(await world.open(ONE)).toEqual(refused);
      expect(world.disk.image()).toEqual(image);
    }
  });

  it("[VA-3] asks for a passphrase only where there is one", async () => {
    const locked = await makeVault("locked", ONE);
    expect(kindOf(await locked.open())).toBe("passphrase-needed");
    const open = await makeVault("open");
    expect(await open.open(ONE)).toEqual(refused);
    expect(await readBack(open)).toEqual(ok([value]));
  });

  it("[VA-9] takes the same words for the same passphrase", async () => {
    const world = await makeVault("words", "caf\u00e9 \ufefb\u0644 harbour");
    const composed = await readBack(
      world,
      "cafe\u0301 \u0644\u0627\u0644 harbour",
    );
    expect(composed).toEqual(ok([value]));
  });

  it.each(["", "x".repeat(1025), "\u0639".repeat(513)])(
    "[VA-9] makes no vault under a passphrase beyond the limits",
    async (passphrase) => {
      const world = createVaultWorld(`limits ${passphrase.length}`);
      await expect(world.open(passphrase)).rejects.toThrow(InvariantError);
      expect(world.disk.effects()).toBe(0);
      valueOf(
        await world.open("lantern ".repeat(128).slice(0, 1014) + "and a song"),
      );
    },
  );

  it("[VA-21] makes no passphrase cheap to guess", async () => {
    const world = createVaultWorld("cheap");
    const { slot } = world.disk;
    const cost = { passes: 1, memoryKiB: 19 * 1024 };
    const { bytes: random } = createSeededRandom("cheap too");
    const { openVault } = await import("@halqa/vault");
    const access = { slot, random, cost, passphrase: ONE };
    const opening = openVault(world.disk.openRaw(), access);
    await expect(opening).rejects.toThrow(InvariantError);
    expect(world.disk.effects()).toBe(0);
  });

  it("[VA-10] answers failing storage and missing memory with outcomes", async () => {
    const world = await makeVault("faults", ONE);
    const image = world.disk.image();
    derive.outOfMemory = true;
    expect(kindOf(await world.open(ONE))).toBe("out-of-memory");
    expect(kindOf(await world.change(ONE, TWO))).toBe("out-of-memory");
    derive.outOfMemory = false;
    for (const kind of ["full", "unavailable"] as const) {
      world.disk.failNext(kind);
      expect(await world.change(ONE, TWO)).toEqual(err({ kind }));
      expect(await readBack(world, ONE)).toEqual(ok([value]));
      const fresh = createVaultWorld(`fresh ${kind}`);
      fresh.disk.failNext(kind);
      expect(await fresh.open()).toEqual(err({ kind }));
      valueOf(await fresh.open());
    }
    expect(world.disk.image().records).toEqual(image.records);
  });
});

const moments = [0, 1, 2].flatMap((step) =>
  (["lost", "torn", "kept"] as const).map((fate) => [step, fate] as const),
);

async function cutPower(
  world: VaultWorld,
  [step, fate]: readonly [number, Fate],
  work: () => Promise<unknown>,
): Promise<void> {
  world.disk.cutPowerAfter(step, fate);
  const ended = await Promise.race([work(), world.disk.powerCut()]);
  expect(ended).toBe("power-cut");
  world.disk.restart();
}

function wholeHalves(world: VaultWorld): number {
  return readSlotState(world.disk.image().slot).whole.length;
}

describe("making a vault", () => {
  it.each(moments)(
    "[VA-5] begins again or goes on after a power cut at step %i, %s",
    async (step, fate) => {
      const world = createVaultWorld(`making ${step} ${fate}`);
      await cutPower(world, [step, fate], () => world.open(ONE));
      const vault = valueOf(await world.open(ONE));
      await vault.commit([{ ref, value }]);
      expect(await readBack(world, ONE)).toEqual(ok([value]));
      expect(wholeHalves(world)).toBe(1);
      const { slot } = world.disk.image();
      expect(readSlotState(slot).unfinished).toBe(false);
    },
  );
});

describe("changing the passphrase", () => {
  it.each([
    [ONE, TWO],
    [undefined, TWO],
    [ONE, undefined],
    [ONE, ONE],
  ])("[VA-6] opens with the next one only: %s, %s", async (from, to) => {
    const world = await makeVault(`change ${from} ${to}`, from);
    const open = valueOf(await world.open(from));
    expect(await world.change(from, to)).toEqual(ok(undefined));
    expect(await open.read([ref])).toEqual([value]);
    expect(await readBack(world, to)).toEqual(ok([value]));
    if (from !== to) expect(kindOf(await world.open(from))).not.toBe("ok");
    expect(wholeHalves(world)).toBe(1);
  });

  it("[VA-6] wants the present one", async () => {
    const world = await makeVault("present", ONE);
    const image = world.disk.image();
    expect(await world.change(TWO, THREE)).toEqual(refused);
    expect(kindOf(await world.change(undefined, THREE))).toBe(
      "passphrase-needed",
    );
    expect(world.disk.image()).toEqual(image);
    const nothing = createVaultWorld("nothing");
    expect(await nothing.change(undefined, ONE)).toEqual(refused);
  });

  it.each(moments)(
    "[VA-7] leaves one of the two after a power cut at step %i, %s",
    async (step, fate) => {
      const world = await makeVault(`cut ${step} ${fate}`, ONE);
      await cutPower(world, [step, fate], () => world.change(ONE, TWO));
      const [one, two] = [
        await readBack(world, ONE),
        await readBack(world, TWO),
      ];
      const changed = step === 2 || (step === 1 && fate === "kept");
      expect([one, two]).toEqual(
        changed ? [refused, ok([value])] : [ok([value]), refused],
      );
      expect(wholeHalves(world)).toBe(1);
    },
  );

  it("[VA-8] makes every earlier header worthless", async () => {
    const world = await makeVault("history", ONE);
    const before = world.disk.image();
    const oldHeader = await readHeaderBytes(world.disk.openRaw());
    valueOf(await world.change(ONE, TWO));
    const newHeader = await readHeaderBytes(world.disk.openRaw());
    await setHeader(world, oldHeader);
    expect(await world.open(ONE)).toEqual(refused);
    expect(await world.open(TWO)).toEqual(refused);
    // Nothing of the earlier secret is left in the slot.
    const secret = before.slot!.slice(0, 32);
    expect(findCanaries(world.disk.image().slot!, [secret])).toEqual([]);
    await setHeader(world, newHeader);
    expect(await readBack(world, TWO)).toEqual(ok([value]));
  });
});
