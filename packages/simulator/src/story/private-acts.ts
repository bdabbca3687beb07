/** What people say to stewards alone, how they make sure of each other, and what a circle shows of itself. */
import { encodeUtf8 } from "@halqa/bytes";
import { circleLedger } from "./ledger.ts";
import {
  asSteward,
  CANARY,
  inCircle,
  memberName,
  onItem,
  onMessage,
  TO_STEWARDS,
} from "./scene.ts";
import type { Act } from "./scene.ts";

const NINETY_DAYS = 129_600;

export const privateActs: Readonly<Record<string, Act>> = {
  "tell-stewards": {
    weight: 2,
    make: (scene) =>
      inCircle(scene, ({ circle }) => ({
        command: "tell-stewards",
        circle,
        text: `${CANARY} ${TO_STEWARDS} ${scene.ledger.count++}`,
      })),
  },
  report: {
    weight: 1,
    make: (scene) =>
      onMessage(scene, ({ circle, id }) => ({
        command: "report",
        circle,
        target: id,
        reason: "spam",
        text: "",
      })),
  },
  "rsvp-privately": {
    weight: 1,
    make: (scene) =>
      onItem(scene, "notice", ({ circle, id }) => ({
        command: "rsvp-privately",
        circle,
        notice: id,
        answer: scene.dice.pick(["yes", "maybe", "no"]),
      })),
  },
  "hold-back-place": {
    weight: 1,
    make: (scene) =>
      onItem(scene, "notice", ({ circle, id }) => ({
        command: "hold-back-place",
        circle,
        notice: id,
        place: `${CANARY} ${TO_STEWARDS} place ${scene.ledger.count++}`,
      })),
  },
  "mark-verified": {
    weight: 1,
    make: (scene) =>
      inCircle(scene, ({ circle, view }) => {
        const others = view.members.filter(({ own }) => !own);
        return others.length === 0
          ? undefined
          : {
              command: "mark-verified",
              circle,
              member: scene.dice.pick(others).member,
              verified: scene.dice.bool(0.8),
            };
      }),
  },
  "safety-number": {
    weight: 1,
    make: (scene) =>
      inCircle(scene, ({ circle, view }) => {
        const others = view.members.filter(({ own }) => !own);
        return others.length === 0
          ? undefined
          : {
              command: "safety-number",
              circle,
              member: scene.dice.pick(others).member,
            };
      }),
  },
  picture: {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "set-picture",
        circle,
        bytes: scene.dice.bytes(200 + scene.dice.int(9_000)),
      })),
  },
  charter: {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "set-charter",
        circle,
        text: `${CANARY} charter ${scene.ledger.count++}`,
      })),
  },
  "no-picture": {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: scene.dice.pick(["remove-picture", "remove-charter"]),
        circle,
      })),
  },
  file: {
    weight: 1,
    make: (scene) =>
      inCircle(scene, ({ circle }) => ({
        command: "add-attachment",
        circle,
        bytes: encodeUtf8(`${CANARY} file ${scene.ledger.count++}`),
        name: "list.txt",
        mediaType: "text/plain",
        kind: "file",
      })),
  },
  // So long that nothing goes while the story is told, and is looked for in vain.
  disappearing: {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "change-settings",
        circle,
        disappearing: scene.dice.pick([0, NINETY_DAYS]),
      })),
  },
  direct: {
    weight: 1,
    make: ({ device, ledger, dice }) =>
      dice.bool(0.5)
        ? undefined
        : {
            command: "found-circle",
            name: `${CANARY} two ${ledger.count++}`,
            kind: "direct",
            memberName: memberName(device),
          },
  },
  "ask-promotion": {
    weight: 1,
    make: (scene) =>
      inCircle(scene, ({ circle, view }) => {
        const others = view.members.filter(({ role }) => role === "member");
        return others.length === 0
          ? undefined
          : {
              command: scene.dice.pick(["ask-promotion", "approve-promotion"]),
              circle,
              member: scene.dice.pick(others).member,
            };
      }),
    onGiven: ({ ledger }, command) => {
      if (
        command.command === "ask-promotion" ||
        command.command === "approve-promotion"
      )
        circleLedger(ledger, command.circle).maySteward.add(command.member);
    },
  },
};
