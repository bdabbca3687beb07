// On SIGUSR2, writes down what a process holds: `--import memory-hook.mjs?to=FOLDER`.
//
//   heap.json   what is still in use of JavaScript in the main thread, with every string and no byte arrays
//   views.bin   every byte array that is still in use there
//   pages.bin   with `whole=yes`: every page that the process can write, of all threads, in use or not

import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import { writeHeapSnapshot } from "node:v8";
import { isMainThread } from "node:worker_threads";

const PAGE = 4096;
const PRESENT = 0x80;

const { searchParams } = new URL(import.meta.url);
const folder = fileURLToPath(searchParams.get("to"));

if (isMainThread) {
  process.on("SIGUSR2", () => {
    writeFileSync(`${folder}/views.bin`, Buffer.concat(liveViews()));
    writeHeapSnapshot(`${folder}/heap.json`);
    if (searchParams.get("whole") === "yes") writePages(`${folder}/pages.bin`);
    writeFileSync(`${folder}/done`, "");
  });
}

/** Asks the debugger, which collects the garbage before it answers. */
function liveViews() {
  const session = new Session();
  session.connect();
  const ask = (method, parameters) => {
    let answer;
    session.post(method, parameters, (error, result) => {
      if (error) throw new Error(error.message);
      answer = result;
    });
    return answer;
  };
  const prototype = ask("Runtime.evaluate", {
    expression: "Uint8Array.prototype",
  });
  const found = ask("Runtime.queryObjects", {
    prototypeObjectId: prototype.result.objectId,
  });
  ask("Runtime.callFunctionOn", {
    objectId: found.objects.objectId,
    functionDeclaration: "function () { globalThis.liveViews = this; }",
  });
  session.disconnect();
  const views = globalThis.liveViews.filter((one) => ArrayBuffer.isView(one));
  delete globalThis.liveViews;
  return views;
}

function writePages(path) {
  const memory = openSync("/proc/self/mem", "r");
  const presence = openSync("/proc/self/pagemap", "r");
  const out = openSync(path, "w");
  for (const line of readFileSync("/proc/self/maps", "latin1").split("\n")) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw.p /.exec(line) ?? [];
    if (from === undefined) continue;
    const start = Number.parseInt(from, 16);
    const count = (Number.parseInt(to, 16) - start) / PAGE;
    const flags = Buffer.alloc(count * 8);
    readSync(presence, flags, 0, flags.length, (start / PAGE) * 8);
    for (let page = 0; page < count; page++) {
      if ((flags[page * 8 + 7] & PRESENT) === 0) continue;
      copyPage(memory, out, start + page * PAGE);
    }
  }
  for (const one of [memory, presence, out]) closeSync(one);
}

const page = Buffer.alloc(PAGE);

function copyPage(memory, out, at) {
  try {
    readSync(memory, page, 0, PAGE, at);
    writeSync(out, page);
  } catch {
    // Some pages that the kernel lists it does not give.
  }
}
