// Keeps the language that a visitor chose, on this device only.

const KEY = "halqa.language";

/** The choice of an earlier visit. */
export function recallLanguage(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    // Storage is refused, as some private windows do: then there is no earlier choice.
    return undefined;
  }
}

/** Remembers a choice where the browser allows it; otherwise it holds until the page is left. */
export function rememberLanguage(code: string): void {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    // Nothing depends on it: the next visit asks the browser again.
  }
}
