// What was written and not sent: here while the box is open, in the engine's store a moment later (docs/spec/app.md, AP-40).
// The page itself keeps nothing of it (AP-22).

import type { CircleView, Command, CommandReply } from "@halqa/engine";

export interface Draft {
  readonly text: string;
  readonly replyTo?: string | undefined;
  /** Member keys of those who were chosen by name. */
  readonly named: readonly string[];
}

type Run = (command: Command) => Promise<CommandReply>;

/** Long enough that a sentence is not a write for each letter, short enough that hardly a word is lost with the battery. */
const SAVE_AFTER_MS = 400;

const EMPTY: Draft = { text: "", named: [] };

interface Kept {
  /** What stands in the box. */
  draft: Draft;
  /** What the engine was told last. */
  told: Draft;
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/** Of one engine: another window may have written meanwhile, when this one gets it back. */
let keptFor: Run | undefined;
const keptByCircle = new Map<string, Kept>();

function keptOf(run: Run, circle: string, stored: Draft): Kept {
  if (keptFor !== run) {
    for (const { timer } of keptByCircle.values()) clearTimeout(timer);
    keptByCircle.clear();
    keptFor = run;
  }
  const known = keptByCircle.get(circle);
  if (known !== undefined) return known;
  const kept: Kept = { draft: stored, told: stored };
  keptByCircle.set(circle, kept);
  return kept;
}

/** The draft of one circle, as the box works with it. */
export interface DraftKeeper {
  readonly recall: () => Draft;
  /** Saved after a moment. */
  readonly keep: (draft: Draft) => void;
  /** The engine stores the message in place of the draft: what follows begins with nothing. */
  readonly letGo: () => void;
  /** That did not happen: what the engine holds is what it held. */
  readonly takeBack: (draft: Draft) => void;
}

/** `stored` is what the engine's view says, and counts when this page has not written in the circle yet. */
export function draftKeeper(
  run: Run,
  { summary, draft }: Pick<CircleView, "summary" | "draft">,
): DraftKeeper {
  const { circle } = summary;
  const own = (): Kept => keptOf(run, circle, draft ?? EMPTY);
  const keep = (next: Draft): void => {
    const kept = own();
    kept.draft = next;
    clearTimeout(kept.timer);
    kept.timer = setTimeout(() => save(run, circle, kept), SAVE_AFTER_MS);
  };
  return {
    recall: () => own().draft,
    keep,
    letGo: () => {
      const kept = own();
      clearTimeout(kept.timer);
      kept.draft = EMPTY;
      kept.told = EMPTY;
    },
    takeBack: (next) => {
      own().told = EMPTY;
      keep(next);
    },
  };
}

function save(run: Run, circle: string, kept: Kept): void {
  clearTimeout(kept.timer);
  const { draft } = kept;
  if (isSame(draft, kept.told)) return;
  kept.told = draft;
  const { text, replyTo, named } = draft;
  const command = { command: "keep-draft", circle, text, named } as const;
  // Where it is refused, the box holds it still, and the next letter tries again.
  void run(replyTo === undefined ? command : { ...command, replyTo });
}

function isSame(one: Draft, other: Draft): boolean {
  return (
    one.text === other.text &&
    one.replyTo === other.replyTo &&
    one.named.join(" ") === other.named.join(" ")
  );
}

/** Tells the engine at once what it was not told yet: the page may be about to go. */
export function saveDrafts(): void {
  if (keptFor === undefined) return;
  for (const [circle, kept] of keptByCircle) save(keptFor, circle, kept);
}

/** Whether a box holds something: a reload would come in the middle of a sentence. */
export function hasAnyDraft(): boolean {
  return [...keptByCircle.values()].some(
    ({ draft }) => draft.text.trim() !== "",
  );
}
