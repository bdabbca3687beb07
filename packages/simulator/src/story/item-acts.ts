/** What people do to items of a list, and post beside messages. */
import type { Command } from "@halqa/engine";
import { CANARY, inCircle, onItem, onMessage, textBy } from "./scene.ts";
import type { Act, Scene } from "./scene.ts";

/** What is changed is not looked for any more. */
function touch({ ledger }: Scene, command: Command): void {
  if ("target" in command) ledger.touched.add(command.target);
}

export const itemActs: Readonly<Record<string, Act>> = {
  edit: {
    weight: 2,
    make: (scene) =>
      onMessage(scene, ({ circle, id, ...item }) =>
        "author" in item && item.author?.own
          ? {
              command: "edit",
              circle,
              target: id,
              text: `${textBy(scene)} again`,
            }
          : undefined,
      ),
    onGiven: touch,
  },
  delete: {
    weight: 1,
    make: (scene) =>
      onMessage(scene, ({ circle, id }) => ({
        command: "delete",
        circle,
        target: id,
      })),
    onGiven: touch,
  },
  hide: {
    weight: 1,
    make: (scene) =>
      onMessage(scene, ({ circle, id }) => ({
        command: "hide",
        circle,
        target: id,
        reason: scene.dice.pick(["spam", "shown"]),
      })),
    onGiven: touch,
  },
  pin: {
    weight: 2,
    make: (scene) =>
      onMessage(scene, ({ circle, id }) => ({
        command: "pin",
        circle,
        target: id,
        pinned: scene.dice.bool(0.7),
      })),
  },
  poll: {
    weight: 2,
    make: (scene) =>
      inCircle(scene, ({ circle }) => ({
        command: "post-poll",
        circle,
        question: `${CANARY} question ${scene.ledger.count++}`,
        options: [`${CANARY} one`, `${CANARY} two`],
        ballot: "single",
      })),
  },
  vote: {
    weight: 4,
    make: (scene) =>
      onItem(scene, "poll", ({ circle, id }) => ({
        command: "vote",
        circle,
        target: id,
        choices: [scene.dice.int(2)],
      })),
  },
  "close-poll": {
    weight: 1,
    make: (scene) =>
      onItem(scene, "poll", ({ circle, id }) => ({
        command: "close-poll",
        circle,
        target: id,
      })),
  },
  task: {
    weight: 1,
    make: (scene) =>
      inCircle(scene, ({ circle }) => ({
        command: "post-task",
        circle,
        title: `${CANARY} task ${scene.ledger.count++}`,
      })),
  },
  "do-task": {
    weight: 1,
    make: (scene) =>
      onItem(scene, "task", ({ circle, id }) => ({
        command: "update-task",
        circle,
        target: id,
        done: scene.dice.bool(0.7),
      })),
  },
};
