import type { MessageItem } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import {
  Copy,
  Eye,
  EyeOff,
  Forward,
  Pencil,
  Pin,
  PinOff,
  Reply,
  RotateCw,
  Trash2,
} from "lucide-react";
import { useRun } from "../../client/EngineContext.ts";
import { useAct } from "../../client/use-act.ts";
import { Act, ActList } from "../../ui/ActList.tsx";
import { Fault } from "../../ui/Field.tsx";
import type { MenuStep, MessageMenuProps } from "./menu-props.ts";
import style from "./MessageMenu.module.css";
import { canChange, textOf } from "./posts.ts";

interface MenuActsProps extends MessageMenuProps {
  readonly onStep: (step: MenuStep) => void;
}

const EMOJI = ["👍", "❤️", "✊", "😂", "😮", "🙏"];

export function MenuActs(props: MenuActsProps) {
  const { item, rights } = props;
  if (item.state === "queued" || item.state === "failed") {
    return <UnsentActs {...props} />;
  }
  if (item.hidden) return <HiddenActs {...props} />;
  return (
    <>
      {rights.canWrite && <Emoji {...props} />}
      <ActList>
        <ReplyAct {...props} />
        <EditAct {...props} />
        <CopyAct {...props} />
        {item.item === "message" && item.text !== "" && (
          <Act
            sign={<Forward aria-hidden="true" />}
            isMirrored
            onPress={() => props.onStep("forward")}
          >
            <Trans>Take it over to another circle</Trans>
          </Act>
        )}
        <PinAct {...props} />
        <EndActs {...props} />
      </ActList>
      {item.item === "message" && item.edited && (
        <Earlier edited={item.edited} />
      )}
    </>
  );
}

function ReplyAct({ item, rights, onReply }: MenuActsProps) {
  if (!rights.canWrite) return null;
  const { id, author } = item;
  return (
    <Act
      sign={<Reply aria-hidden="true" />}
      isMirrored
      onPress={() => onReply({ id, shown: { author, text: textOf(item) } })}
    >
      <Trans>Reply</Trans>
    </Act>
  );
}

/** Taking it from everybody: one's own for good, others' as a steward. */
function EndActs({ item, rights, onStep }: MenuActsProps) {
  if (!rights.canWrite) return null;
  if (item.author.own) {
    return (
      <Act
        sign={<Trash2 aria-hidden="true" />}
        onPress={() => onStep("delete")}
      >
        <Trans>Delete for everybody</Trans>
      </Act>
    );
  }
  return (
    rights.isSteward && (
      <Act sign={<EyeOff aria-hidden="true" />} onPress={() => onStep("hide")}>
        <Trans>Hide from everybody</Trans>
      </Act>
    )
  );
}

function EditAct({ item, rights, onEdit }: MenuActsProps) {
  if (!canChange(item, rights)) return null;
  return (
    <Act sign={<Pencil aria-hidden="true" />} onPress={() => onEdit(item)}>
      {item.item === "message" && <Trans>Change the words</Trans>}
      {item.item === "notice" && <Trans>Move, change or cancel</Trans>}
      {item.item === "poll" && <Trans>Close the vote</Trans>}
      {item.item === "task" && <Trans>Change the task</Trans>}
    </Act>
  );
}

function CopyAct({ item, onClose }: MenuActsProps) {
  return (
    <Act
      sign={<Copy aria-hidden="true" />}
      onPress={() => {
        void navigator.clipboard.writeText(textOf(item));
        onClose();
      }}
    >
      <Trans>Copy the text</Trans>
    </Act>
  );
}

function PinAct({ circle, item, rights, onClose }: MenuActsProps) {
  const { act, fault } = useAct();
  if (!rights.canWrite || !rights.canPin) return null;
  const isPinned = item.pinnedBy !== undefined;
  const pin = async (): Promise<void> => {
    const done = await act({
      command: "pin",
      circle,
      target: item.id,
      pinned: !isPinned,
    });
    if (done) onClose();
  };
  return (
    <>
      <Act
        sign={
          isPinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />
        }
        onPress={() => void pin()}
      >
        {isPinned ? <Trans>Take the pin off</Trans> : <Trans>Pin it</Trans>}
      </Act>
      {fault && (
        <li>
          <Fault>{fault}</Fault>
        </li>
      )}
    </>
  );
}

/** What did not leave the device yet, or did not arrive. */
function UnsentActs(props: MenuActsProps) {
  const { circle, item, rights, onClose } = props;
  const { act, fault } = useAct();
  const give = async (command: "retry" | "discard"): Promise<void> => {
    if (await act({ command, circle, id: item.id })) onClose();
  };
  return (
    <>
      {fault && <Fault>{fault}</Fault>}
      <ActList>
        <EditAct {...props} />
        <CopyAct {...props} />
        {item.state === "failed" && rights.canWrite && (
          <Act
            sign={<RotateCw aria-hidden="true" />}
            onPress={() => void give("retry")}
          >
            <Trans>Try to send again</Trans>
          </Act>
        )}
        <Act
          sign={<Trash2 aria-hidden="true" />}
          onPress={() => void give("discard")}
        >
          <Trans>Delete without sending</Trans>
        </Act>
      </ActList>
    </>
  );
}

function HiddenActs({ circle, item, rights, onClose }: MenuActsProps) {
  const { act, fault } = useAct();
  if (!rights.isSteward) {
    return (
      <p>
        <Trans>A steward hid this from everybody.</Trans>
      </p>
    );
  }
  const show = async (): Promise<void> => {
    const target = item.id;
    if (await act({ command: "hide", circle, target, reason: "shown" })) {
      onClose();
    }
  };
  return (
    <ActList>
      <Act sign={<Eye aria-hidden="true" />} onPress={() => void show()}>
        <Trans>Show it again</Trans>
      </Act>
      {fault && (
        <li>
          <Fault>{fault}</Fault>
        </li>
      )}
    </ActList>
  );
}

interface EarlierProps {
  readonly edited: NonNullable<MessageItem["edited"]>;
}

/** What stood there before: an edit hides nothing. */
function Earlier({ edited }: EarlierProps) {
  if (edited.earlier.length === 0) return null;
  return (
    <details className={style.earlier}>
      <summary>
        <Trans>What stood here before</Trans>
      </summary>
      <ol>
        {edited.earlier.map((text, index) => (
          <li key={index} dir="auto">
            {text}
          </li>
        ))}
      </ol>
    </details>
  );
}

function Emoji({ circle, item, onClose }: MenuActsProps) {
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
