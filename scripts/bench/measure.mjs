// Times the subjects of a case in turn, A B C A B C ..., so that a slow moment of the machine meets them all.

const WARM_UP_RUNS = 3;
const DEFAULT_RUNS = 21;

/**
 * @typedef {{ bench: string, case: string, subject: string, unit: string, median: number, p95: number, runs: number, aim?: string }} Result
 * @param {string} bench
 * @param {import("@halqa/testkit").BenchCase} benchCase
 * @returns {Promise<Result[]>}
 */
export async function measure(bench, benchCase) {
  const runs = benchCase.runs ?? DEFAULT_RUNS;
  const timed = benchCase.subjects.filter(
    (subject) => subject.run !== undefined,
  );
  /** @type {Map<import("@halqa/testkit").BenchSubject, number[]>} */
  const samples = new Map(timed.map((subject) => [subject, []]));
  const warmUps = Math.min(WARM_UP_RUNS, runs);
  for (let round = -warmUps; round < runs; round += 1) {
    for (const subject of timed) {
      const sample = await sampleOf(subject);
      if (round >= 0) samples.get(subject)?.push(sample);
    }
  }
  const scale = benchCase.unit === "us" ? 1000 : 1;
  return benchCase.subjects.map((subject) => {
    const told = subject.values ?? [subject.value ?? 0];
    const values = samples.get(subject) ?? told.map((value) => value / scale);
    return {
      bench,
      case: benchCase.case,
      subject: subject.name,
      unit: benchCase.unit,
      median: quantile(values, 0.5) * scale,
      p95: quantile(values, 0.95) * scale,
      runs: values.length,
      ...(benchCase.aim === undefined ? {} : { aim: benchCase.aim }),
    };
  });
}

async function sampleOf(subject) {
  await subject.before?.();
  const iterations = subject.iterations ?? 1;
  const start = performance.now();
  for (let i = 0; i < iterations; i += 1) {
    const outcome = subject.run();
    if (outcome instanceof Promise) await outcome;
  }
  return (performance.now() - start) / iterations;
}

/**
 * @param {readonly number[]} values
 * @param {number} q between 0 and 1; nearest rank
 */
export function quantile(values, q) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}
