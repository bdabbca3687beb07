/**
 * The official test vectors (mlswg/mls-implementations), for tests only. They are not part of the project: they are read from the folder
 * that HALQA_MLS_VECTORS names, and where it is not set the run says so and those tests are skipped.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeHex } from "@halqa/bytes";
import { it } from "vitest";

const VARIABLE = "HALQA_MLS_VECTORS";

/** The cases of `<name>.json`; where they are not there, undefined, and a skipped test that says why. The caller says of what form they are. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a cast in each test file would hide it
export function loadVectors<T>(name: string): readonly T[] | undefined {
  const folder = process.env[VARIABLE] ?? "";
  if (folder === "") return skipVectors(name, `${VARIABLE} is not set`);
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) {
    return skipVectors(name, `the folder of ${VARIABLE} has no such file`);
  }
  const cases: T[] = JSON.parse(readFileSync(file, "utf8"));
  return cases;
}

/** A test without a case would vanish from the count; this one stays in it. */
function skipVectors(name: string, why: string): undefined {
  it.skip(`official MLS vectors ${name}.json: ${why}`, () => {});
}

/** The bytes of a vector's hexadecimal field. */
export function fromHex(hex: string): Uint8Array {
  const bytes = decodeHex(hex);
  if (!bytes.ok) throw new Error(`not hexadecimal: ${hex.slice(0, 40)}`);
  return bytes.value;
}
