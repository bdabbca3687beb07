/** A commit that needs several entries, planted where a planned one stands: it takes its way from there. */
import { assertInvariant } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import { ownAuthenticatedData } from "../circle/group-env.ts";
import { renewedLeaf } from "../circle/own-leaf.ts";
import { sealCommit } from "../circle/plan-commit.ts";
import { recordAt } from "./trouble.ts";
import { deviceOf, settle } from "./world.ts";
import type { World } from "./world.ts";

export function plantLargeCommit(
  world: World,
  o: { readonly by: string; readonly circle: string; readonly padding: number },
): void {
  settle(world);
  const device = deviceOf(world, o.by);
  const record = recordAt(world, o.by, o.circle);
  const { circle } = record;
  assertInvariant(circle !== undefined, "a steward is in");
  const env = { mls, random: device.random.bytes };
  const made = sealCommit(circle, env, {
    options: {
      proposals: [],
      authenticatedData: ownAuthenticatedData(circle),
      leaf: { extensions: [renewedLeaf(circle, env)] },
      padding: o.padding,
    },
    requests: [],
  });
  assertInvariant(made.ok, "a steward may renew its leaf");
  const { pending, before = [], body } = made.value;
  const epoch = circle.mls.context.epoch;
  const { logId } = circle.log;
  const planned = { acts: [], pending, before, body, epoch, logId };
  const changed = { ...record, circle: made.value.circle, planned };
  const { durable } = device.state;
  const circles = new Map(durable.circles).set(o.circle, changed);
  device.state = { ...device.state, durable: { ...durable, circles } };
}
