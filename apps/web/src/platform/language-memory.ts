// Keeps the language that a visitor chose, and how numbers and dates are to be written, on this device only.

export type Choice = "language" | "digits" | "calendar";

/** The choice of an earlier visit. */
export function recallChoice(choice: Choice): string | undefined {
  try {
    return localStorage.getItem(`halqa.${choice}`) ?? undefined;
  } catch {
    // Storage is refused, as some private windows do: then there is no earlier choice.
    return undefined;
  }
}

/** Remembers a choice where the browser allows it, or takes it back; otherwise it holds until the page is left. */
export function rememberChoice(choice: Choice, code: string | undefined): void {
  try {
    if (code === undefined) localStorage.removeItem(`halqa.${choice}`);
    else localStorage.setItem(`halqa.${choice}`, code);
  } catch {
    // Nothing depends on it: the next visit asks the browser again.
  }
}
