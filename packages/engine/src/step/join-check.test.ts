import { describe, expect, it } from "vitest";
import { equalBytes } from "@halqa/bytes";
import {
  approveAll,
  ask,
  circleView,
  found,
  invite,
  standing,
} from "../testing/story.ts";
import {
  advance,
  createWorld,
  deviceOf,
  must,
  restart,
  run,
  setOnline,
  settle,
} from "../testing/world.ts";
import type { World } from "../testing/world.ts";

function asked(seed: string): {
  readonly world: World;
  readonly circle: string;
  readonly request: string;
} {
  const world = createWorld(seed, "alice", "bob", "carol");
  const circle = found(world, "alice");
  const link = invite(world, "alice", { circle });
  ask(world, "bob", link);
  const [request] = circleView(world, "alice", circle).requests;
  return { world, circle, request: request?.id ?? "" };
}

function check(
  world: World,
  o: { readonly circle: string; readonly request: string },
): void {
  must(world, "alice", { command: "check-request", ...o });
  settle(world);
}

describe("the approval code", () => {
  it("[IN-60] [IN-61] is the same six digits on both sides", () => {
    const { world, circle, request } = asked("same");
    const before = circleView(world, "alice", circle).requests[0];
    expect(before).toMatchObject({ checking: false });
    expect(before?.code).toBeUndefined();
    check(world, { circle, request });
    const code = circleView(world, "alice", circle).requests[0]?.code;
    expect(code).toMatch(/^\d{6}$/);
    expect(circleView(world, "bob", circle).joinCode).toBe(code);
    restart(world, "alice");
    restart(world, "bob");
    expect(circleView(world, "alice", circle).requests[0]?.code).toBe(code);
    expect(circleView(world, "bob", circle).joinCode).toBe(code);
    approveAll(world, "alice", circle);
    expect(standing(world, "bob", circle)).toBe("member");
  });

  it("[IN-60] waits for the other device, and is another one each time", () => {
    const { world, circle, request } = asked("waits");
    setOnline(world, "bob", false);
    check(world, { circle, request });
    expect(circleView(world, "alice", circle).requests[0]).toMatchObject({
      checking: true,
    });
    setOnline(world, "bob", true);
    advance(world, 10_000);
    const first = circleView(world, "alice", circle).requests[0]?.code;
    check(world, { circle, request });
    const second = circleView(world, "alice", circle).requests[0]?.code;
    expect(second).toMatch(/^\d{6}$/);
    expect(second).not.toBe(first);
    expect(circleView(world, "bob", circle).joinCode).toBe(second);
  });

  it("[IN-62] does not come from a nonce to which the request did not bind", () => {
    const { world, circle, request } = asked("bound");
    const device = deviceOf(world, "bob");
    const { durable } = device.state;
    const record = durable.circles.get(circle);
    if (record?.joining === undefined) throw new Error("bob asks");
    const nonce = new Uint8Array(32).fill(7);
    expect(equalBytes(record.joining.joining.nonce, nonce)).toBe(false);
    const joining = {
      ...record.joining,
      joining: { ...record.joining.joining, nonce },
    };
    const circles = new Map(durable.circles).set(circle, {
      ...record,
      joining,
    });
    device.state = { ...device.state, durable: { ...durable, circles } };
    check(world, { circle, request });
    expect(circleView(world, "bob", circle).joinCode).toMatch(/^\d{6}$/);
    expect(circleView(world, "alice", circle).requests[0]).toMatchObject({
      checking: true,
    });
    expect(
      circleView(world, "alice", circle).requests[0]?.code,
    ).toBeUndefined();
  });

  it("[IN-60] is for stewards and for those who still ask", () => {
    const { world, circle, request } = asked("who");
    const refused = (name: string, id: string) =>
      run(world, name, { command: "check-request", circle, request: id });
    expect(refused("bob", request)).toMatchObject({ error: "not-a-member" });
    expect(refused("alice", "unknown")).toMatchObject({
      error: "unknown-request",
    });
    approveAll(world, "alice", circle);
    expect(refused("alice", request)).toMatchObject({
      error: "unknown-request",
    });
  });
});
