import { arch, availableParallelism, cpus, platform } from "node:os";

/** @typedef {import("./measure.mjs").Result} Result */

/** The machine that the figures were taken on: processor, count, system, Node. */
export function machineLine() {
  const model = cpus()[0]?.model ?? "unknown processor";
  return `${model}, ${availableParallelism()} processors, ${platform()} ${arch()}, Node ${process.versions.node}`;
}

/** @param {Result} result */
export function formatLine(result) {
  return JSON.stringify({
    ...result,
    median: rounded(result.median),
    p95: rounded(result.p95),
  });
}

/**
 * A Markdown table: a row a result, with the ratio to halqa of the same case (above 1: the subject takes more), and with the aims
 * where there are any.
 * @param {readonly Result[]} results
 */
export function formatTable(results) {
  const hasAims = results.some((result) => result.aim !== undefined);
  const rows = results.map((result) => {
    const halqa = results.find(
      (other) => other.case === result.case && other.subject === "halqa",
    );
    const ratio =
      halqa === undefined ? "" : (result.median / halqa.median).toFixed(2);
    const { subject, unit, runs } = result;
    return `| ${result.case} | ${subject} | ${rounded(result.median)} ${unit} | ${rounded(result.p95)} ${unit} | ${ratio} | ${runs} |${hasAims ? ` ${result.aim ?? ""} |` : ""}`;
  });
  const aims = hasAims ? [" aim |", " ---: |"] : ["", ""];
  return [
    `| case | subject | median | p95 | to halqa | runs |${aims[0]}`,
    `| --- | --- | ---: | ---: | ---: | ---: |${aims[1]}`,
    ...rows,
  ].join("\n");
}

/** @param {number} value three significant digits */
function rounded(value) {
  return Number(value.toPrecision(3));
}
