// A relay behind a tap, and people with terminals around it, in a folder of their own.

import {
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import {
  createPerson,
  type Answer,
  type Device,
  type Person,
} from "./person.ts";
import { startRelayProcess, type RelayProcess } from "./relay-process.ts";
import { openTap, type Tap } from "./tap.ts";

export interface World {
  readonly folder: string;
  readonly relayFolder: string;
  readonly tap: Tap;
  readonly relayOutput: () => string;
  /** Kills the relay with SIGKILL and starts it again on the same folder. */
  readonly restartRelay: () => Promise<void>;
  readonly join: (name: string, passphrase?: string) => Promise<Person>;
  /** A device with nothing on it. */
  readonly device: (device: Omit<Device, "folder">) => Person;
  /** The same device, run with a module that is loaded before all others. */
  readonly leaking: (person: Person, module: string) => Person;
  readonly end: () => Promise<void>;
}

export async function createProcessWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "halqa-processes-"));
  const appFolder = join(folder, "app");
  const relayFolder = join(folder, "relay");
  mkdirSync(appFolder);
  writeFileSync(join(appFolder, "index.html"), "<!doctype html>");
  let relay: RelayProcess = await startRelayProcess({
    dataFolder: relayFolder,
    appFolder,
  });
  let earlierOutput = "";
  let devices = 0;
  const newFolder = (): string => {
    devices += 1;
    return join(folder, `device-${devices}`);
  };
  const tap = await openTap(() => relay.port);
  return {
    folder,
    relayFolder,
    tap,
    relayOutput: () => earlierOutput + relay.output(),
    restartRelay: async () => {
      await relay.kill();
      earlierOutput += relay.output();
      relay = await startRelayProcess({ dataFolder: relayFolder, appFolder });
    },
    join: async (name, passphrase) => {
      const person = createPerson({
        folder: newFolder(),
        ...(passphrase === undefined ? {} : { passphrase }),
      });
      finished(
        await person.call("init", "--name", name, "--relay", tap.address),
      );
      return person;
    },
    device: (device) => createPerson({ ...device, folder: newFolder() }),
    leaking: (person, module) =>
      createPerson({
        folder: person.folder,
        nodeOptions: ["--import", module],
      }),
    end: async () => {
      await tap.close();
      await relay.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The answer, when the call ended well. */
export function finished(answer: Answer): Answer {
  expect({ code: answer.code, stderr: answer.stderr }, answer.stdout).toEqual({
    code: 0,
    stderr: "",
  });
  return answer;
}

/** Every byte of every file below a folder, file names included. */
export function readTree(folder: string): Uint8Array {
  const parts = readdirSync(folder, {
    recursive: true,
    withFileTypes: true,
  }).flatMap((entry) => [
    Buffer.from(entry.name),
    entry.isFile()
      ? readFileSync(join(entry.parentPath, entry.name))
      : Buffer.alloc(0),
  ]);
  return new Uint8Array(Buffer.concat(parts));
}

/** A text field of a printed line. */
export function textField(answer: Answer, type: string, field: string): string {
  const line = answer.lines.find((one) => one["type"] === type);
  const value = line?.[field];
  if (typeof value !== "string") {
    throw new Error(`no ${type}.${field} in ${answer.stdout}${answer.stderr}`);
  }
  return value;
}
