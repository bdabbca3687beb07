/** Small steps of which stories about several devices of one person are made. */
import type { LinkingView } from "../views/view.ts";
import { circleView } from "./story.ts";
import { look, must, settle } from "./world.ts";
import type { World } from "./world.ts";

export function linkingOf(world: World, name: string): LinkingView | undefined {
  return look(world, name, { query: "app" }).linking;
}

/** The link that a new device shows. */
export function startLink(world: World, name: string): string {
  const made = must(world, name, { command: "start-linking" });
  if (made.kind !== "device-link") throw new Error("a link was made");
  settle(world);
  return made.link;
}

/** Both devices show digits. */
export function offerLink(
  world: World,
  existing: string,
  newDevice: string,
): void {
  const link = startLink(world, newDevice);
  must(world, existing, { command: "link-device", link });
  settle(world);
}

export function confirm(world: World, name: string): void {
  must(world, name, { command: "confirm-linking" });
  settle(world);
}

/** Links a device, with both persons' word. */
export function linkTo(
  world: World,
  existing: string,
  newDevice: string,
): void {
  offerLink(world, existing, newDevice);
  confirm(world, existing);
  confirm(world, newDevice);
}

/** The numbers of a member's devices, as somebody sees them. */
export function devicesOf(
  world: World,
  o: { readonly by: string; readonly circle: string; readonly name: string },
): readonly number[] {
  const member = circleView(world, o.by, o.circle).members.find(
    ({ name }) => name === o.name,
  );
  return (member?.deviceList ?? [])
    .map(({ device }) => device)
    .toSorted((one, other) => one - other);
}
