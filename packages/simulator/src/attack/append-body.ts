/** An entry for a circle's log on the connection of a device's own engine, which has shown the log's keys. */
import type { Circle } from "@halqa/engine/machine";
import { encodeFrame } from "@halqa/protocol";
import type { SimDevice } from "../world/sim.ts";

let requests = 0x4000_0000;

export function appendBody(
  { device, circle }: { readonly device: SimDevice; readonly circle: Circle },
  body: Uint8Array,
): void {
  requests = 0x4000_0000 + ((requests + 1) % 0x1000_0000);
  const frame = encodeFrame([
    {
      type: "append",
      request: requests,
      logId: circle.log.logId,
      expectedHead: undefined,
      body,
    },
  ]);
  if (!frame.ok) return;
  for (const wire of device.wires.values())
    wire.relay.frame(wire.id, frame.value);
}
