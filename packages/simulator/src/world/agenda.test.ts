import { describe, expect, it } from "vitest";
import { createAgenda } from "./agenda.ts";

describe("the agenda", () => {
  it("[SI-1] lets things happen by their time, and those of one time in the order of planning", () => {
    const agenda = createAgenda(1_000);
    const happened: string[] = [];
    const plan = (ms: number, name: string): void =>
      agenda.after(ms, () => happened.push(`${name} ${agenda.now()}`));
    plan(20, "b");
    plan(10, "a");
    plan(20, "c");
    plan(-5, "now");
    while (agenda.runNext(1_015));
    expect(happened).toEqual(["now 1000", "a 1010"]);
    while (agenda.runNext(2_000));
    expect(happened).toEqual(["now 1000", "a 1010", "b 1020", "c 1020"]);
  });

  it("[SI-1] keeps all that is planned when time leaps", () => {
    const agenda = createAgenda(0);
    const happened: number[] = [];
    for (const ms of [30, 10, 20]) agenda.after(ms, () => happened.push(ms));
    agenda.leap(1_000);
    expect(agenda.runNext(1_009)).toBe(false);
    while (agenda.runNext(1_030));
    expect(happened).toEqual([10, 20, 30]);
    expect(agenda.now()).toBe(1_030);
  });

  it("[SI-1] holds thousands of things in order", () => {
    const agenda = createAgenda(0);
    const happened: number[] = [];
    for (let index = 0; index < 3_000; index++) {
      const at = (index * 7_919) % 3_001;
      agenda.after(at, () => happened.push(at));
    }
    while (agenda.runNext(10_000));
    expect(happened).toEqual(happened.toSorted((one, other) => one - other));
  });
});
