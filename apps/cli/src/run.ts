// One call from beginning to end: its words checked, the data folder opened, the engine run, the command carried out, all
// closed again.

import type { Call } from "./call.ts";
import { findCommand } from "./commands/index.ts";
import { readRelayConfig } from "./config-record.ts";
import { withEngine, type Surroundings } from "./engine-session.ts";
import { readGiven } from "./form.ts";
import { openDevice } from "./open-device.ts";
import { refusal, usageFailure, type Failure } from "./outcome.ts";

/** Runs a call; answers with what went wrong. Rejects on a bug alone. */
export async function runCall(
  call: Call,
  around: Surroundings,
): Promise<Failure | undefined> {
  const [word = ""] = call.words;
  const { found, near } = findCommand(call.words);
  const [similar] = near;
  if (found === undefined) {
    return usageFailure(
      similar === undefined
        ? `There is no command "${word}": see \`halqa help\`.`
        : `halqa ${similar.form.usage}`,
    );
  }
  const { entry, form } = found;
  // CL-5: before any data folder is touched.
  const given = readGiven(form, call);
  if (!given.ok) return usageFailure(given.error);
  if ("alone" in entry) return entry.alone({ ...around, call }, given.value);
  const vault = await openDevice({
    folder: call.settings.data,
    passphrase: around.secret("HALQA_PASSPHRASE"),
    make: false,
  });
  if (!vault.ok) return vault.error;
  const store = vault.value;
  const relay = await readRelayConfig(store);
  if (relay === undefined) {
    await store.close();
    return refusal("no-profile");
  }
  return withEngine({ call, around, store, relay }, (session) =>
    entry.run(session, given.value),
  );
}
