import { describe, expect, it } from "vitest";
import { countReport } from "./suites.mjs";

const test = (status: string) => ({ status, fullName: `a ${status} one` });
const file = (...assertionResults: ReturnType<typeof test>[]) => ({
  status: assertionResults.some((one) => one.status === "failed")
    ? "failed"
    : "passed",
  assertionResults,
});

describe("counting a report", () => {
  it("counts passed, failed and skipped tests, the skipped by name", () => {
    const report = {
      testResults: [
        file(test("passed"), test("failed")),
        file(test("passed"), test("pending"), test("skipped")),
      ],
    };
    expect(countReport(report, 1)).toMatchObject({
      passed: 2,
      failed: 1,
      skipped: ["a pending one", "a skipped one"],
    });
  });

  it("counts a file that could not be loaded as failed", () => {
    const report = {
      testResults: [
        file(test("passed")),
        { status: "failed", assertionResults: [] },
      ],
    };
    expect(countReport(report, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it("never turns a failing or an empty run into a green one", () => {
    expect(
      countReport({ testResults: [file(test("passed"))] }, 1),
    ).toMatchObject({ failed: 1 });
    expect(countReport({ testResults: [] }, 0)).toMatchObject({ failed: 1 });
  });

  it("knows the files in which nothing ran", () => {
    const report = {
      testResults: [
        { ...file(test("passed")), name: "a.test.ts" },
        { ...file(), name: "empty.test.ts" },
      ],
    };
    expect([...countReport(report, 0).files]).toEqual(["a.test.ts"]);
  });
});
