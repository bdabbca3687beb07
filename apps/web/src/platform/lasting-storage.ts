// Whether the browser keeps what is stored here when the device runs short of space. Some ask the person, some refuse: nothing
// depends on it, and what came of it is shown (docs/spec/app.md, AP-79).

import type { Lasting } from "../features/your-data/lasting.ts";

export const lasting: Lasting = {
  isPromised: () => answered(() => navigator.storage.persisted()),
  ask: () => answered(() => navigator.storage.persist()),
};

async function answered(
  question: () => Promise<boolean>,
): Promise<boolean | undefined> {
  try {
    return await question();
  } catch {
    // No such question in this browser, or a refusal to answer it.
    return undefined;
  }
}
