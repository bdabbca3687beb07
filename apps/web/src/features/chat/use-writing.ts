// What is in the box: the draft of the circle, the words of a message that is being changed, and members who were named.

import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type RefObject,
} from "react";
import type { Command } from "@halqa/engine";
import { useRun } from "../../client/EngineContext.ts";
import { useAct } from "../../client/use-act.ts";
import type { ComposerProps } from "./composer-props.ts";
import { draftKeeper, type Draft, type DraftKeeper } from "./drafts.ts";
import {
  completeName,
  findMentions,
  mentionAt,
  type Named,
} from "./mention-text.ts";
import type { EditTarget, ReplyTarget } from "./reply-target.ts";

export interface Writing {
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly setText: (next: string) => void;
  readonly send: () => Promise<void>;
  readonly fault: string;
  /** What is being typed after an `@`. */
  readonly typedName: string | undefined;
  readonly noteCaret: () => void;
  readonly name: (person: Named) => void;
  readonly leaveEdit: () => void;
}

/** The words as a command: a change of a message, or a new one. */
function commandOf(
  { view, editing, replyTo }: ComposerProps,
  text: string,
  named: readonly Named[],
): Command {
  const { circle } = view.summary;
  const mentions = findMentions(text, named);
  if (editing) {
    const { id: target } = editing;
    return { command: "edit", circle, target, text, mentions };
  }
  return {
    command: "send",
    circle,
    text,
    fromDraft: true,
    ...(mentions.length > 0 && { mentions }),
    ...(replyTo && { replyTo: replyTo.id }),
  };
}

export function useWriting(props: ComposerProps): Writing {
  const { view, replyTo, editing, onEditing } = props;
  const run = useRun();
  const keeper = draftKeeper(run, view);
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setTextState] = useState(() => keeper.recall().text);
  const [edited, setEdited] = useState<string>();
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(() =>
    peopleOf(view.members, keeper.recall().named),
  );
  const setText = (next: string, people = chosen): void => {
    setCaret(box.current?.selectionStart ?? next.length);
    setTextState(next);
    // The words of an edit are no draft: what was begun before comes back after it.
    if (editing === undefined) keeper.keep(draftOf(next, people, replyTo));
  };
  if (editing?.id !== edited) {
    setEdited(editing?.id);
    setTextState(editing?.text ?? keeper.recall().text);
  }
  useBox(box, replyTo?.isRecalled ? undefined : (replyTo ?? editing));
  useKeptReply(keeper, replyTo);

  const { send, fault } = useSending(props, {
    text,
    chosen,
    keeper,
    put: (next, people) => {
      setTextState(next);
      setChosen(people);
    },
  });
  const name = (person: Named): void => {
    const named = completeName(text, caret, person);
    const people = [
      ...chosen.filter((one) => one.member !== person.member),
      person,
    ];
    setChosen(people);
    setText(named.text, people);
    setCaret(named.caret);
    box.current?.focus();
  };
  return {
    box,
    text,
    setText,
    send,
    fault,
    typedName: mentionAt(text, caret),
    noteCaret: () => setCaret(box.current?.selectionStart ?? 0),
    name,
    leaveEdit: () => onEditing(undefined),
  };
}

interface Box {
  readonly text: string;
  readonly chosen: readonly Named[];
  readonly keeper: DraftKeeper;
  readonly put: (text: string, chosen: readonly Named[]) => void;
}

/** Hands what is in the box to the engine, and takes back what it does not take. */
function useSending(
  props: ComposerProps,
  { text, chosen, keeper, put }: Box,
): Pick<Writing, "send" | "fault"> {
  const { replyTo, editing, onReplyTo, onEditing } = props;
  const { act, fault } = useAct();
  const change = async (target: EditTarget, written: string): Promise<void> => {
    onEditing(undefined);
    const stored = await act(commandOf(props, written, chosen));
    if (!stored) onEditing({ ...target, text: written });
  };
  const say = async (written: string): Promise<void> => {
    // The box is free at once; the words stay the engine's draft until it has stored the message in their place.
    const key = props.onLeaving(written);
    keeper.letGo();
    put("", []);
    onReplyTo(undefined);
    props.onSent();
    const stored = await act(commandOf(props, written, chosen));
    props.onStored(key, stored?.kind === "item" ? stored.id : undefined);
    if (stored) return;
    // Back into the box, before whatever was written meanwhile.
    const rest = [written, keeper.recall().text].filter(Boolean).join("\n");
    keeper.takeBack(draftOf(rest, chosen, replyTo));
    put(rest, chosen);
    onReplyTo(replyTo);
  };
  const send = async (): Promise<void> => {
    const written = text.trim();
    if (written === "") return;
    await (editing ? change(editing, written) : say(written));
  };
  return { send, fault };
}

function draftOf(
  text: string,
  people: readonly Named[],
  replyTo: ReplyTarget | undefined,
): Draft {
  const named = people.map(({ member }) => member);
  return { text, replyTo: replyTo?.id, named };
}

/** Members of a draft who are still in. */
function peopleOf(
  members: readonly Named[],
  named: readonly string[],
): readonly Named[] {
  return members.filter(({ member }) => named.includes(member));
}

/** What is answered belongs to the draft, also while there are no words yet. */
function useKeptReply(
  keeper: DraftKeeper,
  replyTo: ReplyTarget | undefined,
): void {
  const latest = useRef(keeper);
  useEffect(() => {
    latest.current = keeper;
  });
  const id = replyTo?.id;
  useEffect(() => {
    const draft = latest.current.recall();
    if (draft.replyTo !== id) latest.current.keep({ ...draft, replyTo: id });
  }, [id]);
}

/** Fits the box to its text, and goes to it as soon as the words are about something. */
function useBox(
  box: RefObject<HTMLTextAreaElement | null>,
  about: object | undefined,
): void {
  useLayoutEffect(() => {
    if (box.current) fitHeight(box.current);
  });
  useEffect(() => {
    if (about !== undefined) box.current?.focus();
  }, [box, about]);
}

const MOST_LINES_PX = 200;

function fitHeight(box: HTMLTextAreaElement): void {
  box.style.blockSize = "auto";
  box.style.blockSize = `${Math.min(box.scrollHeight + 2, MOST_LINES_PX)}px`;
}
