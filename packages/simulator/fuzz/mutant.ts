/** What a planted fault is (docs/spec/simulator.md, SI-13). */
import { testOf } from "./killed-by.ts";

export interface Edit {
  /** Below packages. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** What the fault would cost. */
  readonly why: string;
  readonly edits: readonly Edit[];
  /** Tests below packages that are known to notice it; they are tried first. */
  readonly killedBy: readonly string[];
}

type Line = readonly [file: string, find: string, replace: string];

/** Makes mutants of files in one folder below packages. */
export function faultIn(
  folder: string,
): (name: string, why: string, ...lines: readonly Line[]) => Mutant {
  return (name: string, why: string, ...lines: readonly Line[]): Mutant => {
    const edits = lines.map(([file, find, replace]) => ({
      file: `${folder}/${file}`,
      find,
      replace,
    }));
    const test = testOf(name);
    return { name, why, edits, killedBy: test === undefined ? [] : [test] };
  };
}
