import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, SendHorizontal, X } from "lucide-react";
import {
  lazy,
  Suspense,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { IconButton } from "../../ui/Button.tsx";
import { Fault } from "../../ui/Field.tsx";
import style from "./Composer.module.css";
import type { ComposerProps } from "./composer-props.ts";
import { MentionChoices } from "./MentionChoices.tsx";
import { useWriting } from "./use-writing.ts";

const PostMenu = lazy(async () => ({
  default: (await import("./PostMenu.tsx")).PostMenu,
}));

/** The place to write. What is in it is kept until it is sent. */
export function Composer(props: ComposerProps) {
  const { view, replyTo, editing } = props;
  const { members } = view;
  const { t } = useLingui();
  const writing = useWriting(props);
  const { box, text, setText, send, fault } = writing;
  const [isAdding, setAdding] = useState(false);
  const cancel = (): void => {
    props.onReplyTo(undefined);
    if (editing) writing.leaveEdit();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") cancel();
    if (event.key === "ArrowUp" && text === "") {
      event.preventDefault();
      props.onEditLast();
    }
    if (!sendsNow(event)) return;
    event.preventDefault();
    void send();
  };
  return (
    <>
      <form
        className={style.composer}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {view.summary.standing === "unconfirmed" && (
          <p className={style.note}>
            <Trans>
              You can read. What you write goes out once the steward who invited
              you has been heard here.
            </Trans>
          </p>
        )}
        {fault && <Fault>{fault}</Fault>}
        {replyTo && (
          <TargetBar label={t`Do not reply to this one`} onCancel={cancel}>
            {replyTo.shown ? (
              <>
                <b>
                  <bdi>{replyTo.shown.author.name}</bdi>
                </b>
                <span dir="auto">{replyTo.shown.text}</span>
              </>
            ) : (
              <span>
                <Trans>An answer to something further up</Trans>
              </span>
            )}
          </TargetBar>
        )}
        {editing && (
          <TargetBar label={t`Leave the words as they were`} onCancel={cancel}>
            <b>
              <Trans>Changing your message</Trans>
            </b>
            <span dir="auto">{editing.text}</span>
          </TargetBar>
        )}
        <MentionChoices writing={writing} members={members} />
        <div className={style.row}>
          <IconButton
            label={t`Add something else`}
            onPress={() => setAdding(true)}
          >
            <Plus aria-hidden="true" />
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
            onKeyDown={onKeyDown}
            onSelect={writing.noteCaret}
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
      {isAdding && (
        <Suspense>
          <PostMenu
            circle={view.summary.circle}
            members={members}
            onClose={() => setAdding(false)}
            onPosted={() => {
              setAdding(false);
              props.onSent();
            }}
          />
        </Suspense>
      )}
    </>
  );
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

interface TargetBarProps {
  readonly label: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** What the words in the box are about. */
function TargetBar({ label, onCancel, children }: TargetBarProps) {
  return (
    <div className={style.reply}>
      <div className={style.replyWords}>{children}</div>
      <IconButton label={label} onPress={onCancel}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
