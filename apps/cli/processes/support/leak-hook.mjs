// Plants a leak in the sources as they are loaded: `node --import leak-hook.mjs?leak=NAME`. The search for canaries has
// to find each, or it would find nothing at all.

import { registerHooks } from "node:module";

const SEALED =
  "? ok({ body: body.value, entryId: entryIdOf(sha256, body.value) })";

/** What each leak replaces in which file; a fault that finds nothing to replace ends the process. */
const leaks = {
  // What is said stands in the entry in clear.
  content: [
    {
      file: "/engine/src/circle/seal-content.ts",
      from: "if (isPaused(circle))",
      to: "globalThis.leaked = o.content; if (isPaused(circle))",
    },
    {
      file: "/engine/src/circle/seal-content.ts",
      from: SEALED,
      to: `? (globalThis.leaked && body.value.set(globalThis.leaked.slice(0, 500), 64), ok({ body: body.value, entryId: entryIdOf(sha256, body.value) }))`,
    },
  ],
  // The circle's id marks every entry.
  circle: [
    {
      file: "/engine/src/circle/seal-content.ts",
      from: SEALED,
      to: `? (body.value.set(circle.info.circleId, 64), ok({ body: body.value, entryId: entryIdOf(sha256, body.value) }))`,
    },
  ],
  // Frames are as long as what is in them.
  size: [
    {
      file: "/cli/src/socket.ts",
      from: "socket.send(frame)",
      to: "socket.send(frame.subarray(0, frame.findLastIndex((b) => b !== 0) + 1))",
    },
  ],
};

const chosen = leaks[new URL(import.meta.url).searchParams.get("leak")];
if (chosen === undefined) throw new Error("no such leak");

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const planted = chosen.filter(({ file }) => url.endsWith(file));
    if (planted.length === 0) return loaded;
    let source =
      typeof loaded.source === "string"
        ? loaded.source
        : new TextDecoder().decode(loaded.source);
    for (const { from, to } of planted) {
      if (!source.includes(from)) throw new Error(`nothing to plant in ${url}`);
      source = source.replace(from, to);
    }
    return { ...loaded, source };
  },
});
