import type { MessageItem, NoticeItem, TaskItem } from "@halqa/engine";
import { describe, expect, it } from "vitest";
import { canChange, isPost, textOf, type Rights } from "./posts.ts";

const member: Rights = { canWrite: true, canPin: true, isSteward: false };
const steward: Rights = { ...member, isSteward: true };
const anna = { member: "anna", name: "Anna", own: false };
const me = { member: "me", name: "Nour", own: true };
const said = { id: "1", at: 0, author: anna, reactions: [] };
const message: MessageItem = { ...said, item: "message", text: "hello" };
const notice: NoticeItem = {
  ...said,
  item: "notice",
  title: "Evening",
  when: { local: "2030-01-01T18:00", zone: "UTC", instant: 0 },
  place: "",
  agenda: "",
  meeting: "planned",
  version: 0,
  answers: { yes: [], maybe: [], no: [] },
};
const task: TaskItem = { ...said, item: "task", title: "Paint", done: false };

describe("what may be changed", () => {
  it("[AP-30] are words by their author alone, and meetings by stewards as well", () => {
    expect(canChange(message, steward)).toBe(false);
    expect(canChange({ ...message, author: me }, member)).toBe(true);
    expect(canChange(notice, member)).toBe(false);
    expect(canChange(notice, steward)).toBe(true);
  });

  it("[AP-30] are tasks by whoever has them, and nothing where one only reads", () => {
    expect(canChange(task, member)).toBe(false);
    expect(canChange({ ...task, owner: me }, member)).toBe(true);
    const reader: Rights = { ...steward, canWrite: false };
    expect(canChange({ ...message, author: me }, reader)).toBe(false);
  });

  it("[AP-30] is nothing that was hidden or not sent", () => {
    const own = { ...message, author: me };
    const hidden = { by: anna, reason: "spam" } as const;
    expect(canChange({ ...own, hidden }, member)).toBe(false);
    expect(canChange({ ...own, state: "failed" }, member)).toBe(false);
  });
});

describe("posts", () => {
  it("are what people put into the list", () => {
    expect(isPost(message)).toBe(true);
    expect(
      isPost({ item: "unreadable", id: "2", at: 0, reason: "malformed" }),
    ).toBe(false);
    expect(textOf(notice)).toBe("Evening");
  });
});
