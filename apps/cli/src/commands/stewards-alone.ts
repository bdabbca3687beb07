// What is said to the stewards alone: it stands in everybody's list, and only they can open it.

import { acting, type Group } from "./entry.ts";

const reasons = ["off-topic", "harassment", "spam", "danger", "other"] as const;

export const stewardCommands: Group = {
  title: "To the stewards alone",
  entries: [
    {
      usage: "tell-stewards CIRCLE TEXT",
      about: "say something that only stewards can read",
      run: acting((given, circle) => ({
        command: "tell-stewards",
        circle,
        text: given.text("TEXT"),
      })),
    },
    {
      usage: `report CIRCLE ID [TEXT] [--reason ${reasons.join("|")}]`,
      about: "ask the stewards to look at something",
      run: acting((given, circle) => ({
        command: "report",
        circle,
        target: given.text("ID"),
        reason: reasons.find((one) => one === given.maybe("reason")) ?? "other",
        text: given.maybe("TEXT") ?? "",
      })),
    },
    {
      usage: "rsvp-privately CIRCLE ID yes|maybe|no",
      about: "answer a notice so that only stewards see it",
      run: acting((given, circle) => {
        const answer = given.text("yes|maybe|no");
        return {
          command: "rsvp-privately",
          circle,
          notice: given.text("ID"),
          answer: answer === "yes" || answer === "no" ? answer : "maybe",
        };
      }),
    },
    {
      usage: "hold-place CIRCLE ID PLACE",
      about: "give stewards the place of a meeting, to be released later",
      more: "A steward releases it with `halqa notice-change CIRCLE ID --place`.",
      run: acting((given, circle) => ({
        command: "hold-back-place",
        circle,
        notice: given.text("ID"),
        place: given.text("PLACE"),
      })),
    },
  ],
};
