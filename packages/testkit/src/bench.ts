/**
 * The contract between a bench and its harness, `npm run bench -- NAME`.
 *
 * A file `bench/NAME.bench.ts` of a package exports `bench`. Subjects of one case run side by side in one
 * process, so that their ratio means something on a noisy machine; an absolute time never does.
 */

/** One contestant of a case: what is timed, or a figure that needs no timing (bytes). */
export interface BenchSubject {
  /** `halqa`, the peer's name, or what the floor consists of. */
  readonly name: string;
  /** What is timed; its result is awaited. */
  run?(): unknown;
  /** Preparation before each timed sample, not timed. */
  before?(): unknown;
  /** How many calls of `run` one sample holds; 1 unless told. */
  readonly iterations?: number;
  /** A figure in the case's unit instead of a timing. */
  readonly value?: number;
  /** Several, which were measured elsewhere: in a browser, or each for itself. */
  readonly values?: readonly number[];
}

/** One question, answered by every subject. */
export interface BenchCase {
  readonly case: string;
  readonly unit: "us" | "ms" | "B" | "KB" | "MB";
  /** What the median is to be, in words: "< 50 ms". */
  readonly aim?: string;
  /** Timed samples per subject; the harness chooses unless told. */
  readonly runs?: number;
  readonly subjects: readonly BenchSubject[];
}

/** A named set of cases. */
export interface Bench {
  readonly name: string;
  setup(): Promise<readonly BenchCase[]> | readonly BenchCase[];
}
