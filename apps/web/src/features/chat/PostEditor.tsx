import type { MemberView, NoticeItem, PollItem, TaskItem } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault } from "../../ui/Field.tsx";
import { NoticeForm } from "./NoticeForm.tsx";
import { TaskForm } from "./TaskForm.tsx";

interface PostEditorProps {
  readonly circle: string;
  readonly members: readonly MemberView[];
  readonly item: NoticeItem | PollItem | TaskItem;
  readonly onClose: () => void;
}

/** Changes a meeting or a task, or closes a vote. */
export function PostEditor(props: PostEditorProps) {
  const { circle, members, item, onClose } = props;
  const { t } = useLingui();
  const titles = {
    notice: t`Change the meeting`,
    task: t`Change the task`,
    poll: t`Close the vote?`,
  };
  return (
    <Dialog title={titles[item.item]} closeLabel={t`Close`} onClose={onClose}>
      {item.item === "notice" && (
        <>
          <NoticeForm circle={circle} item={item} onPosted={onClose} />
          <Cancel {...props} item={item} />
        </>
      )}
      {item.item === "task" && (
        <TaskForm
          circle={circle}
          members={members}
          item={item}
          onPosted={onClose}
        />
      )}
      {item.item === "poll" && <ClosePoll {...props} />}
    </Dialog>
  );
}

interface CancelProps extends PostEditorProps {
  readonly item: NoticeItem;
}

function Cancel({ circle, item, onClose }: CancelProps) {
  const { act, fault } = useAct();
  const isCancelled = item.meeting === "cancelled";
  const change = async (): Promise<void> => {
    const done = await act({
      command: "update-notice",
      circle,
      target: item.id,
      meeting: isCancelled ? "planned" : "cancelled",
    });
    if (done) onClose();
  };
  return (
    <>
      {fault && <Fault>{fault}</Fault>}
      <Button look="danger" onPress={() => void change()}>
        {isCancelled ? (
          <Trans>It takes place after all</Trans>
        ) : (
          <Trans>Cancel the meeting</Trans>
        )}
      </Button>
    </>
  );
}

function ClosePoll({ circle, item, onClose }: PostEditorProps) {
  const { act, fault } = useAct();
  const close = async (): Promise<void> => {
    if (await act({ command: "close-poll", circle, target: item.id })) {
      onClose();
    }
  };
  return (
    <>
      <p>
        <Trans>
          The votes that are here now are counted. Nobody can vote any more.
        </Trans>
      </p>
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" onPress={() => void close()}>
        <Trans>Close the vote</Trans>
      </Button>
      <Button onPress={onClose}>
        <Trans>Leave it open</Trans>
      </Button>
    </>
  );
}
