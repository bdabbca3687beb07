/** What stewards and members do with the circle itself. */
import { encodeBase64url } from "@halqa/bytes";
import type { Command } from "@halqa/engine";
import { circleLedger } from "./ledger.ts";
import { asSteward, CANARY, inCircle, onMember } from "./scene.ts";
import type { Act, Scene } from "./scene.ts";

type OnMember = Extract<Command, { readonly member: string }>;

function memberOf(command: Command): { circle: string; member: string } {
  return { circle: "", member: "", ...command };
}

function may(set: "mayBeIn" | "mayBeOut" | "maySteward") {
  return ({ ledger }: Scene, command: Command): void => {
    const { circle, member } = memberOf(command);
    circleLedger(ledger, circle)[set].add(member);
  };
}

function change(
  command: Extract<
    OnMember["command"],
    "promote" | "demote" | "make-reader" | "make-member" | "hold"
  >,
  role: "steward" | "member" | "reader" | undefined,
): Act["make"] {
  return (scene) =>
    onMember(
      scene,
      (one) => role === undefined || one.role === role,
      ({ circle, member }) => ({ command, circle, member }),
    );
}

export const circleActs: Readonly<Record<string, Act>> = {
  promote: {
    weight: 4,
    make: change("promote", "member"),
    onGiven: may("maySteward"),
  },
  demote: { weight: 1, make: change("demote", "steward") },
  "make-reader": { weight: 1, make: change("make-reader", "member") },
  "make-member": { weight: 1, make: change("make-member", "reader") },
  hold: {
    weight: 1,
    make: change("hold", undefined),
    onGiven: may("mayBeOut"),
  },
  "let-return": {
    weight: 2,
    make: (scene) =>
      asSteward(scene, ({ circle, view }) => {
        const [held] = view.held;
        return held && { command: "let-return", circle, member: held.member };
      }),
    onGiven: may("mayBeIn"),
  },
  leave: {
    weight: 1,
    make: (scene) =>
      inCircle(scene, ({ circle, view }) =>
        view.members.length < 3
          ? undefined
          : { command: "leave-circle", circle },
      ),
    onGiven: ({ ledger, device }, command) => {
      if (command.command !== "leave-circle") return;
      const key = device.state.durable.circles.get(command.circle)?.desk
        .memberKey;
      if (key !== undefined)
        circleLedger(ledger, command.circle).mayBeOut.add(encodeBase64url(key));
    },
  },
  rename: {
    weight: 2,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "rename-circle",
        circle,
        name: `${CANARY} name ${scene.ledger.count++}`,
      })),
  },
  settings: {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "change-settings",
        circle,
        adding: scene.dice.pick(["everyone", "stewards"]),
        pinning: scene.dice.pick(["everyone", "stewards"]),
      })),
  },
  "invite-all": {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "create-invite",
        circle,
        maxUses: 1 + scene.dice.int(5),
        days: 7,
        auto: true,
      })),
    onGiven: ({ ledger }, command) => {
      if (command.command === "create-invite")
        circleLedger(ledger, command.circle).isOpen = true;
    },
  },
  repair: {
    weight: 3,
    make: ({ view }) =>
      view?.summary.standing === "halted"
        ? { command: "repair", circle: view.summary.circle }
        : undefined,
  },
  "approve-repair": {
    weight: 3,
    make: (scene) =>
      asSteward(scene, ({ circle, view }) => {
        const [asking] = view.repairs;
        return (
          asking && { command: "approve-repair", circle, request: asking.id }
        );
      }),
  },
  revoke: {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle, view }) => {
        const open = view.invites.filter(({ state }) => state === "open");
        return open.length < 2
          ? undefined
          : {
              command: "revoke-invite",
              circle,
              invite: scene.dice.pick(open).id,
            };
      }),
  },
};
