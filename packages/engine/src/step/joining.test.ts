import {
  decodeClientFrame,
  decodeRelayFrame,
  packFrames,
} from "@halqa/protocol";
import type { RelayCommand } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { decodeInviteLink, encodeInviteLink } from "../circle/invite-link.ts";
import {
  approveAll,
  ask,
  circleView,
  found,
  gather,
  invite,
  memberKey,
  memberNames,
  say,
  standing,
  texts,
} from "../testing/story.ts";
import {
  advance,
  createWorld,
  deviceOf,
  look,
  must,
  restart,
  restartRelay,
  run,
  setOnline,
  settle,
  watchEffects,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

function recordOf(world: World, name: string, circle: string) {
  return deviceOf(world, name).state.durable.circles.get(circle);
}

describe("joining", () => {
  it("[EN-60] waits over restarts of device and relay", () => {
    const world = createWorld("waits", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    setOnline(world, "bob", false);
    ask(world, "bob", link);
    expect(standing(world, "bob", circle)).toBe("waiting");
    const box = recordOf(world, "bob", circle)?.joining?.box;
    restart(world, "bob");
    expect(recordOf(world, "bob", circle)?.joining?.box).toEqual(box);
    setOnline(world, "bob", true);
    restartRelay(world);
    restart(world, "bob");
    expect(circleView(world, "alice", circle).requests).toHaveLength(1);
    restart(world, "alice");
    expect(circleView(world, "alice", circle).requests).toHaveLength(1);
    setOnline(world, "bob", false);
    approveAll(world, "alice", circle);
    setOnline(world, "bob", true);
    expect(standing(world, "bob", circle)).toBe("member");
    expect(memberNames(world, "bob", circle)).toEqual(["alice", "bob"]);
  });

  it("[EN-61] asks when its own inbox stands open", () => {
    const world = createWorld("order", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    const asked: string[] = [];
    watchEffects(world, (device, effect) => {
      if (device !== "bob" || effect.type !== "send") return;
      const commands = decodeClientFrame(effect.frame);
      if (commands.ok) asked.push(...commands.value.map(({ type }) => type));
    });
    ask(world, "bob", link);
    expect(asked).toEqual([
      "hello",
      "create-inbox",
      "open-inbox",
      "inbox-send",
    ]);
  });

  it("[EN-62] asks again when the invite's inbox takes nothing yet", () => {
    const world = createWorld("again", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    refuse(world, (command) => command.type === "ok", 4);
    ask(world, "bob", link);
    world.relay.tamper = undefined;
    advance(world, 300_000);
    expect(circleView(world, "alice", circle).requests).toHaveLength(1);
  });

  it("[EN-65] fetches the tree again when the relay gives another one", () => {
    const world = createWorld("tree", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    change(world, (command) =>
      command.type === "blob-data"
        ? { ...command, bytes: new Uint8Array(command.bytes.length) }
        : command,
    );
    approveAll(world, "alice", circle);
    advance(world, 100_000);
    expect(standing(world, "bob", circle)).toBe("joining");
    restart(world, "bob");
    expect(standing(world, "bob", circle)).toBe("joining");
    world.relay.tamper = undefined;
    advance(world, 100_000);
    expect(standing(world, "bob", circle)).toBe("member");
  });

  it("[EN-66] keeps no private half of the KeyPackage when it is done", () => {
    const world = createWorld("erased", "alice", "bob");
    const circle = gather(world, "alice", "bob");
    expect(recordOf(world, "bob", circle)?.joining).toBeUndefined();
    expect(
      [...deviceOf(world, "bob").disk.keys()].some((key) =>
        key.startsWith("joining/"),
      ),
    ).toBe(false);
  });

  it("[EN-66] sends nothing but its hello before the steward of the link was heard inside", () => {
    const world = createWorld("unconfirmed", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    setOnline(world, "bob", false);
    approveAll(world, "alice", circle);
    setOnline(world, "alice", false);
    setOnline(world, "bob", true);
    expect(standing(world, "bob", circle)).toBe("unconfirmed");
    say(world, "bob", { circle, text: "too early" });
    const sealed = recordOf(world, "bob", circle)?.outbox.filter(
      (item) => item.sealed !== undefined,
    );
    expect(sealed).toEqual([]);
    setOnline(world, "alice", true);
    expect(standing(world, "bob", circle)).toBe("member");
    expect(texts(world, "alice", circle)).toEqual(["too early"]);
  });

  it("[EN-59] [EN-74] is possible again after a removal, and who comes back sees only what follows", () => {
    const world = createWorld("back", "alice", "bob", "carol");
    const circle = gather(world, "alice", "bob", "carol");
    say(world, "alice", { circle, text: "one" });
    const member = memberKey(world, { by: "alice", circle, name: "bob" });
    must(world, "alice", { command: "remove-member", circle, member });
    settle(world);
    say(world, "alice", { circle, text: "two" });
    const keys = [...deviceOf(world, "bob").disk.keys()];
    expect(
      keys.some((key) => /^(circle|delta|outbox|planned|invites)\//.test(key)),
    ).toBe(false);
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    approveAll(world, "alice", circle);
    expect(standing(world, "bob", circle)).toBe("member");
    say(world, "bob", { circle, text: "three" });
    expect(texts(world, "bob", circle)).toEqual(["one", "three"]);
    expect(texts(world, "carol", circle)).toEqual(["one", "two", "three"]);
  });

  it("[EN-73] [EN-74] is asked about once, however often the request comes", () => {
    const world = createWorld("once", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    ask(world, "bob", link);
    setOnline(world, "bob", false);
    const [request] = circleView(world, "alice", circle).requests;
    must(world, "alice", {
      command: "decline",
      circle,
      request: request?.id ?? "",
    });
    settle(world);
    expect(circleView(world, "alice", circle).requests).toEqual([]);
    expect(recordOf(world, "alice", circle)?.requests).toEqual([]);
    // The joiner did not hear that the relay took it, and sends the same again.
    forgetSent(world, "bob", circle);
    restart(world, "bob");
    setOnline(world, "bob", true);
    restart(world, "alice");
    expect(circleView(world, "alice", circle).requests).toEqual([]);
    expect(standing(world, "bob", circle)).toBe("declined");
    must(world, "bob", { command: "forget-circle", circle });
    ask(world, "bob", link);
    expect(circleView(world, "alice", circle).requests).toHaveLength(1);
  });

  it("[EN-72] brings Welcomes to relays of the circle only", () => {
    const world = createWorld("elsewhere", "alice", "bob");
    const circle = found(world, "alice");
    const link = decodeInviteLink(invite(world, "alice", { circle }));
    if (!link.ok) throw new Error("a link");
    const [relay] = link.value.relays;
    if (relay === undefined) throw new Error("a relay");
    // A link that somebody changed, so that the answer would go to a relay of theirs.
    const other = {
      url: "wss://trap.example/",
      relayPub: new Uint8Array(32).fill(9),
      access: undefined,
    };
    const changed = encodeInviteLink({ ...link.value, relays: [other] });
    ask(world, "bob", changed);
    expect(standing(world, "bob", circle)).toBe("waiting");
    advance(world, 60_000);
    expect(circleView(world, "alice", circle).requests).toEqual([]);
    const urls = [...deviceOf(world, "alice").state.links.values()].map(
      ({ url }) => url,
    );
    expect(urls).toEqual([world.relay.url]);
  });

  it("[EN-60] is refused where there is nothing to join", () => {
    const world = createWorld("refused", "alice", "bob");
    const circle = found(world, "alice");
    const link = invite(world, "alice", { circle });
    expect(
      run(world, "alice", { command: "request-join", link, memberName: "a" }),
    ).toEqual({ ok: false, error: "already-in" });
    expect(
      run(world, "bob", {
        command: "request-join",
        link: "hello",
        memberName: "a",
      }),
    ).toEqual({ ok: false, error: "bad-invite" });
    expect(
      run(world, "bob", { command: "request-join", link, memberName: "  " }),
    ).toEqual({ ok: false, error: "bad-text" });
    expect(
      run(world, "bob", { command: "inspect-invite", link }),
    ).toMatchObject({
      ok: true,
      value: {
        kind: "invite-details",
        circle,
        circleName: "Bread and roses",
        inviterName: "alice",
        relays: [world.relay.url],
      },
    });
    expect(look(world, "bob", { query: "app" }).circles).toEqual([]);
  });
});

function change(
  world: World,
  by: (command: RelayCommand) => RelayCommand,
): void {
  world.relay.tamper = (_, frame) => {
    const commands = decodeRelayFrame(frame);
    return commands.ok ? packFrames(commands.value.map(by)) : [frame];
  };
}

function refuse(
  world: World,
  isRefused: (command: RelayCommand) => boolean,
  times: number,
): void {
  let left = times;
  change(world, (command) => {
    if (!isRefused(command) || !("request" in command) || left === 0)
      return command;
    left--;
    return { type: "error", request: command.request, code: "quota" };
  });
}

/** As if the relay's answer had been lost in a crash. */
function forgetSent(world: World, name: string, circle: string): void {
  const device = deviceOf(world, name);
  const key = `joining/${circle}`;
  const record = recordOf(world, name, circle);
  if (record?.joining === undefined) throw new Error("it waits");
  const bytes = device.disk.get(key);
  if (bytes === undefined) throw new Error("it is stored");
  const { joining } = record;
  device.disk.set(key, bytes.with(bytes.length - 2, 0));
  expect(joining.isSent).toBe(true);
}
