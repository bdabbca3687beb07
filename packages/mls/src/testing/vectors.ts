/**
 * The official test vectors (mlswg/mls-implementations), for tests only. They are not part of the project: they are read from the folder
 * that HALQA_MLS_VECTORS names, and where it is not set the run says so and those tests are skipped.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeHex } from "@halqa/bytes";

const VARIABLE = "HALQA_MLS_VECTORS";

/** The cases of `<name>.json`, or undefined, said aloud, when they are not there. The caller says of what form they are. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a cast in each test file would hide it
export function loadVectors<T>(name: string): readonly T[] | undefined {
  const folder = process.env[VARIABLE];
  if (folder === undefined || folder === "") {
    console.warn(`${VARIABLE} is not set: the vectors "${name}" are skipped.`);
    return undefined;
  }
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) {
    console.warn(`${VARIABLE} has no ${name}.json: these vectors are skipped.`);
    return undefined;
  }
  const cases: T[] = JSON.parse(readFileSync(file, "utf8"));
  return cases;
}

/** The bytes of a vector's hexadecimal field. */
export function fromHex(hex: string): Uint8Array {
  const bytes = decodeHex(hex);
  if (!bytes.ok) throw new Error(`not hexadecimal: ${hex.slice(0, 40)}`);
  return bytes.value;
}
