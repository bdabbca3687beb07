/**
 * A program of its own that speaks to a relay: of somebody who is in no circle, or was put out and kept the keys. It proves
 * what it has keys for, says what it wants to say and goes.
 */
import { ed25519Sign } from "@halqa/crypto";
import type { LogKeys } from "@halqa/engine/machine";
import { bytesToSign, decodeRelayFrame, encodeFrame } from "@halqa/protocol";
import type { ClientCommand } from "@halqa/protocol";
import type { SeededRandom } from "@halqa/testkit";
import type { SimRelay } from "../world/relay.ts";
import type { Sim } from "../world/sim.ts";

export interface Errand {
  readonly sim: Sim;
  readonly relay: SimRelay;
  readonly dice: SeededRandom;
  /** Of the log that it opens, where it wants to and pretends to know them. */
  readonly keys?: LogKeys;
  readonly commands: readonly ClientCommand[];
}

const STAY_MS = 60_000;

/** Goes on the errand, a moment from now. */
export function speak({ sim, relay, dice, keys, commands }: Errand): void {
  const wire = sim.nextWire++;
  const send = (command: ClientCommand): void => {
    const frame = encodeFrame([command]);
    if (frame.ok) relay.frame(wire, frame.value);
  };
  const onFrame = (frame: Uint8Array): void => {
    const heard = decodeRelayFrame(frame);
    for (const one of heard.ok ? heard.value : []) {
      if (one.type !== "welcome") continue;
      const { challenge } = one;
      sim.agenda.after(1, () => {
        if (keys !== undefined) send(opening(relay.relayPub, challenge, keys));
        for (const command of commands) send(command);
      });
    }
  };
  relay.connect(wire, "stranger", { onFrame, onClose: () => undefined });
  send({ type: "hello", request: 1, nonce: dice.bytes(32) });
  sim.agenda.after(STAY_MS, () => relay.close(wire));
}

function opening(
  relayPub: Uint8Array,
  challenge: Uint8Array,
  { logId: id, writeSeed, readSeed }: LogKeys,
): ClientCommand {
  const proof = { relayPub, challenge, id };
  const write = bytesToSign({ ...proof, operation: "open-log/write" });
  const read = bytesToSign({ ...proof, operation: "open-log/read" });
  return {
    type: "open-log",
    request: 2,
    logId: id,
    writeSignature: ed25519Sign(writeSeed, write),
    readSignature: ed25519Sign(readSeed, read),
  };
}
