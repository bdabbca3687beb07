// Whether the leaks can be planted: each stands for a text of the relay's sources, and where that text has changed the
// search for it would be proven by nothing (docs/spec/forensics.md).

import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { leaks } from "./support/hooks/leaks.ts";

const checkout = join(import.meta.dirname, "..", "..");

/** The files that the hook would plant this in, as it finds them: by how their address ends. */
function filesFor(ending: string): readonly string[] {
  const sources = ["relay/src/**/*.ts", "packages/*/src/**/*.ts"];
  return globSync(sources, { cwd: checkout })
    .map((file) => `/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(ending));
}

function read(file: string): string {
  return readFileSync(join(checkout, file), "utf8");
}

const searches = globSync("relay/forensics/*.test.ts", { cwd: checkout })
  .filter((file) => !file.endsWith("hooks.test.ts"))
  .map(read)
  .join("\n");

describe.each(Object.entries(leaks))("the leak %s", (name, plants) => {
  it("[FO-18] is planted in one file, in a place that is there, and can be read by Node", () => {
    for (const { file, from, to } of plants) {
      const found = filesFor(file);
      expect({ file, found }).toMatchObject({ found: { length: 1 } });
      const source = read(found[0] ?? "");
      expect({ from, isThere: source.includes(from) }).toEqual({
        from,
        isThere: true,
      });
      expect(to).not.toBe(from);
      const planted = source.replaceAll(from, to);
      expect(() => stripTypeScriptTypes(planted)).not.toThrow();
    }
  });

  it("[FO-18] is one that a search is tried on", () => {
    expect(searches).toContain(`"${name}"`);
  });
});
