// Plants a leak in the relay's sources as they are loaded, in every thread of it: `--import leak-hook.mjs?leak=NAME,NAME`. The
// searches have to find each (docs/spec/forensics.md), or they would find nothing at all.

import { registerHooks } from "node:module";
import { leaks } from "./leaks.ts";

const names = new URL(import.meta.url).searchParams.get("leak").split(",");
const chosen = names.flatMap((name) => {
  if (leaks[name] === undefined) throw new Error(`no leak ${name}`);
  return leaks[name];
});

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
      // A source that has changed: the leak would not be there, and the test that finds none would be content.
      if (!source.includes(from)) {
        throw new Error(`nothing to plant in ${url}: ${from}`);
      }
      source = source.replaceAll(from, to);
    }
    return { ...loaded, source };
  },
});
