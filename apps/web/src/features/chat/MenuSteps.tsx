import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useAppView } from "../../client/EngineContext.ts";
import { useAct } from "../../client/use-act.ts";
import { Act, ActList } from "../../ui/ActList.tsx";
import { Button } from "../../ui/Button.tsx";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Fault } from "../../ui/Field.tsx";
import { QuietLine } from "../../ui/Leaf.tsx";
import type { MessageMenuProps } from "./menu-props.ts";
import { textOf } from "./posts.ts";
import { hideReasons } from "./QuietItems.tsx";

const REASONS = ["off-topic", "harassment", "spam", "danger", "other"] as const;

/** A steward hides a post, with a reason that everybody reads. */
export function HidePost({ circle, item, onClose }: MessageMenuProps) {
  const { i18n } = useLingui();
  const { act, fault } = useAct();
  const hide = async (reason: (typeof REASONS)[number]): Promise<void> => {
    const target = item.id;
    if (await act({ command: "hide", circle, target, reason })) onClose();
  };
  return (
    <>
      <QuietLine>
        <Trans>
          Why? Members read the reason and your name instead of the message. Who
          has read it has read it.
        </Trans>
      </QuietLine>
      {fault && <Fault>{fault}</Fault>}
      <ActList>
        {REASONS.map((reason) => (
          <Act key={reason} onPress={() => void hide(reason)}>
            {i18n._(hideReasons[reason])}
          </Act>
        ))}
      </ActList>
    </>
  );
}

/** Asked for twice: it cannot be brought back. */
export function DeletePost({ circle, item, onClose }: MessageMenuProps) {
  const { act, fault } = useAct();
  const remove = async (): Promise<void> => {
    if (await act({ command: "delete", circle, target: item.id })) onClose();
  };
  return (
    <>
      <p>
        <Trans>
          It goes from the devices of all members. Who has read it has read it.
        </Trans>
      </p>
      {fault && <Fault>{fault}</Fault>}
      <Button look="danger" onPress={() => void remove()}>
        <Trans>Delete it</Trans>
      </Button>
      <Button onPress={onClose}>
        <Trans>Keep</Trans>
      </Button>
    </>
  );
}

/** Says the same words in another circle. Who said them here is not told there. */
export function ForwardPost({ circle, item, onClose }: MessageMenuProps) {
  const view = useAppView();
  const { act, fault } = useAct();
  const [sentTo, setSentTo] = useState("");
  const others = (view?.circles ?? []).filter(
    (one) => one.circle !== circle && one.standing === "member" && !one.closed,
  );
  const forward = async (to: string, name: string): Promise<void> => {
    const sent = await act({
      command: "send",
      circle: to,
      text: textOf(item),
      forwarded: true,
    });
    if (sent) setSentTo(name);
  };
  if (sentTo) {
    return (
      <>
        <p role="status">
          <Trans>
            It goes to <bdi>{sentTo}</bdi>.
          </Trans>
        </p>
        <Button onPress={onClose}>
          <Trans>Done</Trans>
        </Button>
      </>
    );
  }
  return (
    <>
      <QuietLine>
        <Trans>
          The words go over, without the name of who said them. Would they want
          it?
        </Trans>
      </QuietLine>
      {fault && <Fault>{fault}</Fault>}
      {others.length === 0 && (
        <p>
          <Trans>You are in no other circle.</Trans>
        </p>
      )}
      <ActList>
        {others.map((one) => (
          <Act
            key={one.circle}
            sign={
              <CircleEmblem
                name={one.name}
                members={one.members}
                stewards={one.stewards}
                size="bar"
              />
            }
            onPress={() => void forward(one.circle, one.name)}
          >
            <bdi>{one.name}</bdi>
          </Act>
        ))}
      </ActList>
    </>
  );
}
