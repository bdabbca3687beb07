// Whether a newer version of the app is there (docs/spec/app.md, AP-37, AP-23). What is found waits, and the bar above offers it.

/** What is asked of the browser's registration; undefined where the app is kept by none. */
export interface Kept {
  readonly update: () => Promise<unknown>;
  readonly installing: unknown;
  readonly waiting: unknown;
}

export type Look = "looking" | "found" | "nothing";

/** Never fails: offline, or where the browser keeps no app, nothing is found. */
export async function lookForUpdate(
  kept: () => Promise<Kept | undefined>,
): Promise<Look> {
  try {
    const one = await kept();
    await one?.update();
    const isFound = (one?.installing ?? one?.waiting ?? null) !== null;
    return isFound ? "found" : "nothing";
  } catch {
    return "nothing";
  }
}

/** By the browser that this runs in. */
export async function keptHere(): Promise<Kept | undefined> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  return container?.getRegistration();
}
