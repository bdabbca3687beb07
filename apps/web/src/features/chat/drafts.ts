// What was written and not sent, for as long as the app is open. In memory alone: nothing that a person wrote may reach
// the disk in clear (docs/spec/app.md, AP-22).

export interface Draft {
  readonly text: string;
  readonly replyTo?: string | undefined;
}

const draftByCircle = new Map<string, Draft>();
const EMPTY: Draft = { text: "" };

export function recallDraft(circle: string): Draft {
  return draftByCircle.get(circle) ?? EMPTY;
}

export function keepDraft(circle: string, draft: Draft): void {
  if (draft.text.trim() === "" && draft.replyTo === undefined) {
    draftByCircle.delete(circle);
  } else draftByCircle.set(circle, draft);
}

export function hasDraft(circle: string): boolean {
  return (draftByCircle.get(circle)?.text ?? "").trim() !== "";
}

/** Whether anything at all would be lost by leaving the page. */
export function hasAnyDraft(): boolean {
  return [...draftByCircle.keys()].some(hasDraft);
}
