/** Asks the browser to keep what is stored here when the device runs short of space. Some ask the person, some refuse: nothing depends on it. */
export function askToKeep(): void {
  navigator.storage?.persist?.().catch(() => undefined);
}
