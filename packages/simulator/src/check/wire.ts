/** I15: what a relay sees comes in three sizes and holds nothing that people wrote. */
import { FRAME_SIZES } from "@halqa/protocol";
import { CANARY } from "../story/scene.ts";
import { SimFault } from "../world/sim.ts";
import type { Observer } from "../world/sim.ts";

export function watchWire(): Observer {
  return {
    onFrame: (device, frame, way) => {
      // A hostile relay sends what it likes.
      if (way === "down") return;
      if (!FRAME_SIZES.some((size) => size === frame.length))
        throw new SimFault(
          "I15",
          `${device.name} has a frame of ${frame.length} bytes`,
        );
      const { buffer, byteOffset, byteLength } = frame;
      if (Buffer.from(buffer, byteOffset, byteLength).includes(CANARY))
        throw new SimFault("I15", `the relay reads what ${device.name} has`);
    },
  };
}
