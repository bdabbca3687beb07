import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { encodeUtf8 } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import {
  describeRawStore,
  describeSlot,
  type RawStorePlace,
} from "@halqa/testkit/storage";
import { openVault, SLOT_LENGTH, StoreFault } from "@halqa/vault";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataFolder, type DataFolder } from "./data-folder.ts";
import { createFileSlot } from "./file-slot.ts";
import {
  createSqliteRawStore,
  openSqliteDatabase,
} from "./sqlite-raw-store.ts";

const makeFolder = (): string => mkdtempSync(join(tmpdir(), "halqa-storage-"));

function open(folder: string): DataFolder {
  const opened = openDataFolder(folder);
  if (!opened.ok) throw new Error(opened.error.kind);
  return opened.value;
}

describeRawStore(
  "[ST-1] [ST-2] [ST-3] [ST-4] [ST-5] [ST-6] [ST-7] [ST-8] [ST-9] [ST-10] [ST-17] the store on SQLite",
  async (): Promise<RawStorePlace> => {
    const folder = makeFolder();
    let database: DatabaseSync | undefined;
    return {
      open: async () => {
        const opened = openSqliteDatabase(join(folder, "vault.db"));
        if (!opened.ok) throw new Error(opened.error.kind);
        database = opened.value;
        return createSqliteRawStore(database);
      },
      fill: (isFull) => {
        const pages = database?.prepare("PRAGMA page_count").get();
        const room = Number(pages?.["page_count"]) + 20;
        const limit = isFull ? room : 1_000_000;
        database?.exec(`PRAGMA max_page_count = ${limit}`);
      },
      remove: async () => rmSync(folder, { recursive: true }),
    };
  },
);

describeSlot("[ST-20] [ST-21] [ST-22] the slot in a file", async () => {
  const folder = makeFolder();
  return {
    open: async () => createFileSlot(join(folder, "slot")),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

const childStart = `
  import { writeSync } from "node:fs";
  const { openDataFolder } = await import(process.argv[1]);
  const opened = openDataFolder(process.argv[2]);
`;

function runChild(folder: string, script: string): ChildProcess {
  const module = new URL("data-folder.ts", import.meta.url).href;
  const flags = ["--input-type=module", "--no-warnings", "--eval"];
  return spawn(
    process.execPath,
    [...flags, childStart + script, module, folder],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(child, "close");
  return text;
}

/** What another process is told that opens the folder. */
function sayInChild(folder: string): Promise<string> {
  return textOf(
    runChild(folder, "writeSync(1, opened.ok ? 'ok' : opened.error.kind)"),
  );
}

/** Another process commits 0, 1, 2, ... to three keys at once and tells each, until it is killed; answers the last it told. */
async function commitUntilKilled(
  folder: string,
  { from, afterMs }: { from: number; afterMs: number },
): Promise<number> {
  const child = runChild(
    folder,
    `for (let n = ${from}; ; n++) {
      const value = new Uint8Array(2000);
      new DataView(value.buffer).setUint32(0, n);
      const keys = [1, 2, 3].map((k) => new Uint8Array(32).fill(k, 31));
      await opened.value.raw.commit(keys.map((key) => ({ key, value })));
      writeSync(1, n + "\\n");
    }`,
  );
  const text = textOf(child);
  child.stdout?.once("data", () => {
    setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  return Number((await text).trimEnd().split("\n").at(-1));
}

const key = (n: number): Uint8Array => new Uint8Array(32).fill(n, 31);

// Other processes take their time to start on a busy machine.
describe("a data folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = join(makeFolder(), "data");
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

  it("[ST-40] lets one opener in at a time", { timeout: 30_000 }, async () => {
    const first = open(folder);
    const busy = { ok: false, error: { kind: "in-use" } };
    expect(openDataFolder(folder)).toEqual(busy);
    expect(await sayInChild(folder)).toBe("in-use");
    await first.raw.commit([{ key: key(1), value: Uint8Array.of(1) }]);
    expect(openDataFolder(folder)).toEqual(busy);
    await first.raw.close();
    const second = open(folder);
    expect(await second.raw.read([key(1)])).toEqual([Uint8Array.of(1)]);
    await second.raw.close();
  });

  it("[ST-41] is for its user's eyes only", async () => {
    const { raw, slot } = open(folder);
    await raw.commit([{ key: key(1), value: new Uint8Array(100_000) }]);
    await slot.write({ at: 0, bytes: Uint8Array.of(1) });
    const names = readdirSync(folder).toSorted();
    expect(names).toEqual(["vault.db", "vault.db-wal", "vault.slot"]);
    for (const name of names) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await raw.close();
    expect(readdirSync(folder).toSorted()).toEqual(["vault.db", "vault.slot"]);
  });

  it("[ST-42] syncs each commit before it answers, and overwrites what it deletes", async () => {
    await open(folder).raw.close();
    const database = openSqliteDatabase(join(folder, "vault.db"));
    if (!database.ok) throw new Error(database.error.kind);
    const pragma = (name: string): unknown =>
      database.value.prepare(`PRAGMA ${name}`).get()?.[name];
    expect(pragma("journal_mode")).toBe("wal");
    expect(pragma("synchronous")).toBe(2);
    expect(pragma("secure_delete")).toBe(1);
    expect(pragma("locking_mode")).toBe("exclusive");
    database.value.close();
  });

  it(
    "[ST-43] loses nothing answered and splits no commit when the process is killed",
    { timeout: 60_000 },
    async () => {
      const random = createSeededRandom("kill");
      let answered = -1;
      for (let round = 0; round < 3; round++) {
        answered = await commitUntilKilled(folder, {
          from: answered + 1,
          afterMs: 20 + random.int(60),
        });
        const { raw } = open(folder);
        const values = await raw.read([key(1), key(2), key(3)]);
        const numbers = values.map((value) =>
          value === undefined
            ? undefined
            : new DataView(value.buffer).getUint32(0),
        );
        expect(new Set(numbers).size).toBe(1);
        expect(numbers[0]).toBeGreaterThanOrEqual(answered);
        expect(numbers[0]).toBeLessThanOrEqual(answered + 1);
        answered = numbers[0] ?? -1;
        await raw.close();
      }
    },
  );

  it("[ST-44] refuses a store of a later version and what is no store", async () => {
    await open(folder).raw.close();
    const database = new DatabaseSync(join(folder, "vault.db"));
    database.exec("PRAGMA user_version = 2");
    database.close();
    expect(openDataFolder(folder)).toEqual({
      ok: false,
      error: { kind: "newer-version" },
    });
    const unavailable = { ok: false, error: { kind: "unavailable" } };
    writeFileSync(join(folder, "vault.db"), "this is a text, no database");
    expect(openDataFolder(folder)).toEqual(unavailable);
    expect(openDataFolder(join(folder, "vault.db"))).toEqual(unavailable);
  });

  it("[ST-10] says that the disk is full and keeps what was there", async () => {
    const path = join(folder, "vault.db");
    await open(folder).raw.close();
    const database = new DatabaseSync(path);
    const raw = createSqliteRawStore(database);
    await raw.commit([{ key: key(1), value: Uint8Array.of(1) }]);
    database.exec("PRAGMA max_page_count = 3");
    const writes = [
      { key: key(1), value: undefined },
      { key: key(2), value: new Uint8Array(100_000) },
    ];
    await expect(raw.commit(writes)).rejects.toThrow(new StoreFault("full"));
    expect(await raw.read([key(1), key(2)])).toEqual([
      Uint8Array.of(1),
      undefined,
    ]);
    await raw.commit([{ key: key(1), value: Uint8Array.of(2) }]);
    await raw.close();
  });

  it("[ST-5] leaves nothing of a commit whose statement fails on the way", async () => {
    const database = openSqliteDatabase(join(folder, "..", "vault.db"));
    if (!database.ok) throw new Error(database.error.kind);
    const raw = createSqliteRawStore(database.value);
    await raw.commit([{ key: key(1), value: Uint8Array.of(1) }]);
    database.value.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON record WHEN length(new.value) = 3 BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    const writes = [
      { key: key(1), value: undefined },
      { key: key(2), value: Uint8Array.of(2) },
      { key: key(3), value: Uint8Array.of(3, 3, 3) },
    ];
    const fault = new StoreFault("unavailable");
    await expect(raw.commit(writes)).rejects.toThrow(fault);
    const values = await raw.read([key(1), key(2), key(3)]);
    expect(values).toEqual([Uint8Array.of(1), undefined, undefined]);
    await raw.close();
  });

  it("[ST-45] makes the slot whole or not at all", async () => {
    const { raw, slot } = open(folder);
    const path = join(folder, "vault.slot");
    // What a crash left of an earlier attempt.
    writeFileSync(`${path}.new`, "torn");
    expect(await slot.read()).toBeUndefined();
    await slot.write({ at: 0, bytes: Uint8Array.of(7) });
    expect(existsSync(`${path}.new`)).toBe(false);
    expect((await slot.read())?.length).toBe(SLOT_LENGTH);
    await raw.close();
  });

  it("[ST-46] overwrites the slot where it stands", async () => {
    const path = join(folder, "vault.slot");
    const { raw, slot } = open(folder);
    await slot.write({ at: 0, bytes: encodeUtf8("the old secret") });
    const { ino } = statSync(path);
    await slot.write({ at: 0, bytes: encodeUtf8("a newer secret") });
    expect(statSync(path).ino).toBe(ino);
    expect(readFileSync(path).includes("the old")).toBe(false);
    await raw.close();
  });

  it("[ST-47] says that the slot cannot be read or written", async () => {
    const { raw } = open(folder);
    const slot = createFileSlot(join(folder, "vault.db", "slot"));
    const fault = new StoreFault("unavailable");
    await expect(slot.read()).rejects.toThrow(fault);
    const write = slot.write({ at: 0, bytes: Uint8Array.of(1) });
    await expect(write).rejects.toThrow(fault);
    await raw.close();
  });

  it("[VA-1] holds a vault over several openings", async () => {
    const { bytes: random } = createSeededRandom("vault");
    const ref = { store: "item", id: "1" };
    for (const text of ["first", "second"]) {
      const { raw, slot } = open(folder);
      const vault = await openVault(raw, { slot, random });
      if (!vault.ok) throw new Error(vault.error.kind);
      const before = await vault.value.read([ref]);
      const expected = text === "first" ? undefined : encodeUtf8("first");
      expect(before).toEqual([expected]);
      await vault.value.commit([{ ref, value: encodeUtf8(text) }]);
      await vault.value.close();
    }
  });
});
