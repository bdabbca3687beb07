/** A way to the relay on which the appends of one device are kept back: they can be counted, and brought there by hand. */
import { assertInvariant } from "@halqa/bytes";
import { decodeClientFrame, packFrames } from "@halqa/protocol";
import type { ClientCommand } from "@halqa/protocol";
import { deviceOf, settle } from "./world.ts";
import type { World } from "./world.ts";

export type Append = Extract<ClientCommand, { type: "append" }>;

/**
 * From now on what the device appends gets no further, and everything else does. Returns what was kept back, in its order; the
 * list grows.
 */
export function holdAppends(world: World, name: string): readonly Append[] {
  const { relay } = world;
  const held: Append[] = [];
  const way = {
    ...relay,
    frame: (conn: number, bytes: Uint8Array) => {
      const isOurs = [...deviceOf(world, name).conns.values()].includes(conn);
      const commands = decodeClientFrame(bytes);
      if (!isOurs || !commands.ok) {
        relay.frame(conn, bytes);
        return;
      }
      const others = commands.value.filter((one) => one.type !== "append");
      held.push(...commands.value.filter((one) => one.type === "append"));
      for (const frame of packFrames(others)) relay.frame(conn, frame);
    },
  };
  world.relays.set(relay.url, way);
  for (const [conn, end] of world.ends)
    if (end === relay) world.ends.set(conn, way);
  return held;
}

/** One of them arrives after all, on the connection that the device has now. */
export function releaseAppend(
  world: World,
  name: string,
  append: Append | undefined,
): void {
  const [conn] = deviceOf(world, name).conns.values();
  assertInvariant(append !== undefined, "something was kept back");
  assertInvariant(conn !== undefined, `${name} is connected`);
  for (const frame of packFrames([append])) world.relay.frame(conn, frame);
  settle(world);
}
