// What is in the box: the draft of the circle, the words of a message that is being changed, and members who were named.

import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type RefObject,
} from "react";
import type { Command } from "@halqa/engine";
import { useAct } from "../../client/use-act.ts";
import type { ComposerProps } from "./composer-props.ts";
import { keepDraft, recallDraft } from "./drafts.ts";
import {
  completeName,
  findMentions,
  mentionAt,
  type Named,
} from "./mention-text.ts";

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
  { circle, editing, replyTo }: ComposerProps,
  text: string,
  named: readonly Named[],
): Command {
  const mentions = findMentions(text, named);
  if (editing) {
    const { id: target } = editing;
    return { command: "edit", circle, target, text, mentions };
  }
  return {
    command: "send",
    circle,
    text,
    ...(mentions.length > 0 && { mentions }),
    ...(replyTo && { replyTo: replyTo.id }),
  };
}

export function useWriting(props: ComposerProps): Writing {
  const { circle, replyTo, editing, onReplyTo, onEditing, onSent } = props;
  const { act, fault } = useAct();
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setTextState] = useState(() => recallDraft(circle).text);
  const [edited, setEdited] = useState<string>();
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState<readonly Named[]>([]);

  const setText = (next: string): void => {
    setCaret(box.current?.selectionStart ?? next.length);
    setTextState(next);
    // The words of an edit are no draft: what was begun before comes back after it.
    if (editing === undefined) keepDraft(circle, { text: next });
  };
  if (editing?.id !== edited) {
    setEdited(editing?.id);
    setTextState(editing?.text ?? recallDraft(circle).text);
  }
  useBox(box, replyTo ?? editing);

  const send = async (): Promise<void> => {
    const written = text.trim();
    if (written === "") return;
    const target = replyTo;
    const command = commandOf(props, written, chosen);
    // At once: the next message can be written while this one is stored.
    onReplyTo(undefined);
    if (editing) onEditing(undefined);
    else setText("");
    if (await act(command)) {
      if (!editing) onSent();
      setChosen([]);
      return;
    }
    // Back into the box, before whatever was written meanwhile.
    const rest = recallDraft(circle).text;
    onReplyTo(target);
    if (editing) onEditing({ ...editing, text: written });
    else setText([written, rest].filter(Boolean).join("\n"));
  };
  const name = (person: Named): void => {
    const named = completeName(text, caret, person);
    setChosen([
      ...chosen.filter((one) => one.member !== person.member),
      person,
    ]);
    setText(named.text);
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
