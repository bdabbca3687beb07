/** Relays that lie, each in its own way. Those that contradict what they signed must be found out (I8). */
import { decodeRelayFrame, packFrames } from "@halqa/protocol";
import type { RelayCommand } from "@halqa/protocol";
import type { SeededRandom } from "@halqa/testkit";
import type { SimRelay } from "../world/relay.ts";
import type { Sim, SimDevice } from "../world/sim.ts";

export interface Lie {
  readonly sim: Sim;
  readonly relay: SimRelay;
  /** Whom it lies to. */
  readonly victim: SimDevice;
  readonly dice: SeededRandom;
}

const WHILE_MS = 4 * 60_000;
const KEPT_FRAMES = 40;

/** The victim hears of no entries for a while. */
export function withhold({ sim, relay, victim }: Lie): void {
  during(sim, relay, (who, frame) =>
    who === victim.name
      ? change(frame, (command) =>
          command.type === "entry" || command.type === "head" ? [] : [command],
        )
      : [frame],
  );
}

/** Old frames again, between new ones. */
export function replayFrames({ sim, relay, victim, dice }: Lie): void {
  const kept: Uint8Array[] = [];
  during(sim, relay, (who, frame) => {
    if (who !== victim.name) return [frame];
    kept.push(frame);
    if (kept.length > KEPT_FRAMES) kept.shift();
    return dice.bool(0.3) ? [frame, dice.pick(kept)] : [frame];
  });
}

/** Entries are there twice, and the last before the first. */
export function shuffleEntries({ sim, relay, victim, dice }: Lie): void {
  during(sim, relay, (who, frame) => {
    if (who !== victim.name || !dice.bool(0.3)) return [frame];
    const commands = decodeRelayFrame(frame);
    if (!commands.ok) return [frame];
    return packFrames(
      dice.shuffle([
        ...commands.value,
        ...commands.value.filter(({ type }) => type === "entry"),
      ]),
    );
  });
}

/** Bytes that are no frame at all. */
export function babble({ sim, relay, victim, dice }: Lie): void {
  during(sim, relay, (who, frame) =>
    who === victim.name && dice.bool(0.05)
      ? [dice.bytes(dice.pick([0, 1, 100, 4_096]))]
      : [frame],
  );
}

/** The victim's entries have a wrong byte now and then. */
export function damage({ sim, relay, victim, dice }: Lie): void {
  during(sim, relay, (who, frame) => {
    if (who !== victim.name || !dice.bool(0.2)) return [frame];
    return change(frame, (command) => {
      if (command.type !== "entry") return [command];
      const body = command.body.slice();
      const at = dice.int(body.length);
      body[at] = (body[at] ?? 0) ^ 1;
      return [{ ...command, body }];
    });
  });
}

/** Appends are confirmed and not kept. */
export function forgeReceipts({ sim, relay, dice }: Lie): void {
  let seq = 1_000;
  relay.omits = (request) =>
    request.t === "append" && dice.bool(0.5)
      ? { t: "appended", seq: seq++, head: dice.bytes(32), isNew: false }
      : undefined;
  sim.agenda.after(WHILE_MS, () => {
    relay.omits = undefined;
  });
}

/** Whoever fetches a tree gets something else of the same length. */
export function substituteParts({ sim, relay, dice }: Lie): void {
  relay.lie = (request, result) =>
    request.t === "get-part" && result.t === "part" && dice.bool(0.7)
      ? { ...result, bytes: dice.bytes(result.bytes.length) }
      : result;
  sim.agenda.after(WHILE_MS, () => {
    relay.lie = undefined;
  });
}

function during(
  sim: Sim,
  relay: SimRelay,
  tamper: NonNullable<SimRelay["tamper"]>,
): void {
  relay.tamper = tamper;
  sim.agenda.after(WHILE_MS, () => {
    if (relay.tamper === tamper) relay.tamper = undefined;
  });
}

function change(
  frame: Uint8Array,
  map: (command: RelayCommand) => readonly RelayCommand[],
): readonly Uint8Array[] {
  const commands = decodeRelayFrame(frame);
  if (!commands.ok) return [frame];
  const changed = commands.value.flatMap(map);
  return changed.length === 0 ? [] : packFrames(changed);
}
