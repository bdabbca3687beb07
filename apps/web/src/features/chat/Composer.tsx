import { Trans, useLingui } from "@lingui/react/macro";
import { CalendarPlus, SendHorizontal, X } from "lucide-react";
import {
  lazy,
  Suspense,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
} from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Fault } from "../../ui/Field.tsx";
import style from "./Composer.module.css";
import { keepDraft, recallDraft } from "./drafts.ts";
import type { ReplyTarget } from "./reply-target.ts";

const NoticeForm = lazy(async () => ({
  default: (await import("./NoticeForm.tsx")).NoticeForm,
}));

interface ComposerProps {
  readonly circle: string;
  readonly isUnconfirmed: boolean;
  readonly replyTo: ReplyTarget | undefined;
  readonly onReplyTo: (target: ReplyTarget | undefined) => void;
  readonly onSent: () => void;
}

/** The place to write. What is in it is kept until it is sent. */
export function Composer(props: ComposerProps) {
  const { circle, isUnconfirmed, replyTo, onReplyTo } = props;
  const { t } = useLingui();
  const { box, text, setText, send, fault } = useWriting(props);
  const [isSettingMeeting, setSettingMeeting] = useState(false);
  return (
    <>
      <form
        className={style.composer}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {isUnconfirmed && (
          <p className={style.note}>
            <Trans>
              You can read. What you write goes out once the steward who invited
              you has been heard here.
            </Trans>
          </p>
        )}
        {fault && <Fault>{fault}</Fault>}
        {replyTo && (
          <ReplyBar target={replyTo} onCancel={() => onReplyTo(undefined)} />
        )}
        <div className={style.row}>
          <IconButton
            label={t`Set a meeting`}
            onPress={() => setSettingMeeting(true)}
          >
            <CalendarPlus aria-hidden="true" />
          </IconButton>
          <textarea
            ref={box}
            data-composer=""
            className={style.box}
            dir={text === "" ? undefined : "auto"}
            rows={1}
            value={text}
            aria-label={t`Message`}
            placeholder={t`Write to the circle …`}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") onReplyTo(undefined);
              if (!sendsNow(event)) return;
              event.preventDefault();
              void send();
            }}
          />
          <span
            className={style.send}
            // The keyboard of a phone closes when the box loses the focus.
            onPointerDown={(event) => event.preventDefault()}
          >
            <IconButton label={t`Send`} filled disabled={text.trim() === ""}>
              <SendHorizontal aria-hidden="true" className={style.mirrored} />
            </IconButton>
          </span>
        </div>
      </form>
      {isSettingMeeting && (
        <Suspense>
          <NoticeForm
            circle={circle}
            onClose={() => setSettingMeeting(false)}
            onPosted={() => {
              setSettingMeeting(false);
              props.onSent();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function useWriting({ circle, replyTo, onReplyTo, onSent }: ComposerProps) {
  const { i18n } = useLingui();
  const run = useRun();
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setTextState] = useState(() => recallDraft(circle).text);
  const [fault, setFault] = useState("");

  const setText = (next: string): void => {
    setTextState(next);
    keepDraft(circle, { text: next });
  };
  useLayoutEffect(() => {
    if (box.current) fitHeight(box.current);
  });
  useEffect(() => {
    if (replyTo !== undefined) box.current?.focus();
  }, [replyTo]);

  const send = async (): Promise<void> => {
    const written = text.trim();
    if (written === "") return;
    const target = replyTo;
    // At once: the next message can be written while this one is stored.
    setText("");
    onReplyTo(undefined);
    setFault("");
    const reply = await run({
      command: "send",
      circle,
      text: written,
      ...(target && { replyTo: target.id }),
    });
    if (reply.ok) {
      onSent();
      return;
    }
    setFault(i18n._(faultWords[reply.error]));
    // Back into the box, before whatever was written meanwhile.
    setText([written, recallDraft(circle).text].filter(Boolean).join("\n"));
    onReplyTo(target);
  };
  return { box, text, setText, send, fault };
}

/** Enter sends where there is a real keyboard, and makes a new line where there is none; with Ctrl or Cmd it always sends. */
function sendsNow(event: KeyboardEvent): boolean {
  const { isComposing } = event.nativeEvent;
  // 229: Safari ends a composition before the key that ended it.
  if (event.key !== "Enter" || isComposing || event.keyCode === 229) {
    return false;
  }
  if (event.ctrlKey || event.metaKey) return true;
  return !event.shiftKey && matchMedia("(pointer: fine)").matches;
}

const MOST_LINES_PX = 200;

function fitHeight(box: HTMLTextAreaElement): void {
  box.style.blockSize = "auto";
  box.style.blockSize = `${Math.min(box.scrollHeight + 2, MOST_LINES_PX)}px`;
}

interface ReplyBarProps {
  readonly target: ReplyTarget;
  readonly onCancel: () => void;
}

function ReplyBar({ target, onCancel }: ReplyBarProps) {
  const { t } = useLingui();
  return (
    <div className={style.reply}>
      <div className={style.replyWords}>
        <b>
          <bdi>{target.author.name}</bdi>
        </b>
        <span dir="auto">{target.text}</span>
      </div>
      <IconButton label={t`Do not reply to this one`} onPress={onCancel}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
