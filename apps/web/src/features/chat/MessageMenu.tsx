import type { MessageItem, NoticeItem } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { Copy, Reply, RotateCw, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useRun } from "../../client/EngineContext.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import style from "./MessageMenu.module.css";
import type { ReplyTarget } from "./reply-target.ts";

const EMOJI = ["👍", "❤️", "✊", "😂", "😮", "🙏"];

interface MessageMenuProps {
  readonly circle: string;
  readonly item: MessageItem | NoticeItem;
  readonly canWrite: boolean;
  readonly onReply: (target: ReplyTarget) => void;
  readonly onClose: () => void;
}

/** Everything that can be done with one message; a sheet from below on a phone. */
export function MessageMenu({
  circle,
  item,
  canWrite,
  onReply,
  onClose,
}: MessageMenuProps) {
  const { t } = useLingui();
  const run = useRun();
  const text = item.item === "message" ? item.text : item.title;
  const isWaiting = item.state === "queued" || item.state === "failed";
  const finish = (act: () => unknown): (() => void) => {
    return () => {
      void act();
      onClose();
    };
  };
  return (
    <Dialog
      title={t`What to do with this message`}
      closeLabel={t`Close`}
      isTitleHidden
      onClose={onClose}
    >
      <p className={style.excerpt} dir="auto">
        {text}
      </p>
      {canWrite && item.item === "message" && !isWaiting && (
        <Emoji circle={circle} item={item} onClose={onClose} />
      )}
      <ul className={style.acts}>
        {canWrite && (
          <Act
            sign={<Reply aria-hidden="true" className={style.mirrored} />}
            onPress={() => onReply({ id: item.id, author: item.author, text })}
          >
            <Trans>Reply</Trans>
          </Act>
        )}
        <Act
          sign={<Copy aria-hidden="true" />}
          onPress={finish(() => navigator.clipboard.writeText(text))}
        >
          <Trans>Copy the text</Trans>
        </Act>
        {item.state === "failed" && canWrite && (
          <Act
            sign={<RotateCw aria-hidden="true" />}
            onPress={finish(() =>
              run({ command: "retry", circle, id: item.id }),
            )}
          >
            <Trans>Try to send again</Trans>
          </Act>
        )}
        {isWaiting && (
          <Act
            sign={<Trash2 aria-hidden="true" />}
            onPress={finish(() =>
              run({ command: "discard", circle, id: item.id }),
            )}
          >
            <Trans>Delete without sending</Trans>
          </Act>
        )}
      </ul>
    </Dialog>
  );
}

interface EmojiProps {
  readonly circle: string;
  readonly item: MessageItem;
  readonly onClose: () => void;
}

function Emoji({ circle, item, onClose }: EmojiProps) {
  const { t } = useLingui();
  const run = useRun();
  const own = item.reactions.find(({ people }) =>
    people.some((person) => person.own),
  )?.emoji;
  const react = (emoji: string): void => {
    onClose();
    void run({
      command: "react",
      circle,
      target: item.id,
      emoji: emoji === own ? "" : emoji,
    });
  };
  return (
    <div className={style.emoji} role="group" aria-label={t`React`}>
      {EMOJI.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-pressed={emoji === own}
          onClick={() => react(emoji)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

interface ActProps {
  readonly sign: ReactNode;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

function Act({ sign, onPress, children }: ActProps) {
  return (
    <li>
      <button type="button" className={style.act} onClick={onPress}>
        {sign}
        <span>{children}</span>
      </button>
    </li>
  );
}
