/** A second steward, made by a commit of the first: what races and shared invites are tested with. */
import { assertInvariant, decodeBase64url } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import { planChange } from "../circle/plan-commit.ts";
import { memberKey } from "./story.ts";
import { advance, deviceOf, restart, settle } from "./world.ts";
import type { World } from "./world.ts";

/** The commit is put where a planned one stands, and takes its way from there. */
export function makeSteward(
  world: World,
  o: { readonly by: string; readonly circle: string; readonly name: string },
): void {
  settle(world);
  const device = deviceOf(world, o.by);
  const { durable } = device.state;
  const record = durable.circles.get(o.circle);
  const key = decodeBase64url(memberKey(world, o));
  assertInvariant(record?.circle !== undefined && key.ok, "both are in");
  const { circle } = record;
  const planned = planChange(
    circle,
    { mls, random: device.random.bytes },
    { stewards: [...circle.info.stewards, key.value] },
  );
  assertInvariant(planned.ok, "a steward may make another");
  const { pending, before = [], body } = planned.value;
  const epoch = circle.mls.context.epoch;
  const changed = {
    ...record,
    circle: planned.value.circle,
    planned: {
      acts: [],
      pending,
      before,
      body,
      epoch,
      logId: circle.log.logId,
    },
  };
  const circles = new Map(durable.circles).set(o.circle, changed);
  device.state = { ...device.state, durable: { ...durable, circles } };
  // Any event lets the machine see it.
  advance(world, 60_000);
  restart(world, o.by);
}
