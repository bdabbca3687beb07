import type { MemberView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault } from "../../ui/Field.tsx";

interface MemberCardProps {
  readonly circle: string;
  readonly person: MemberView;
  readonly canRemove: boolean;
  readonly onClose: () => void;
}

/** One member, and what a steward can do. Removing is asked for twice: it cannot be taken back. */
export function MemberCard({
  circle,
  person,
  canRemove,
  onClose,
}: MemberCardProps) {
  const { t } = useLingui();
  const [isAsking, setAsking] = useState(false);
  const { name } = person;
  if (isAsking) {
    return <ConfirmRemoval circle={circle} person={person} onClose={onClose} />;
  }
  return (
    <Dialog title={name} closeLabel={t`Close`} onClose={onClose}>
      <p>
        {person.steward ? (
          <Trans>Lets people in, removes them and makes invites.</Trans>
        ) : (
          <Trans>Reads and writes in this circle.</Trans>
        )}
      </p>
      {canRemove && (
        <Button look="danger" onPress={() => setAsking(true)}>
          <Trans>Remove from the circle</Trans>
        </Button>
      )}
    </Dialog>
  );
}

type ConfirmRemovalProps = Omit<MemberCardProps, "canRemove">;

function ConfirmRemoval({ circle, person, onClose }: ConfirmRemovalProps) {
  const { t, i18n } = useLingui();
  const run = useRun();
  const [fault, setFault] = useState("");
  const remove = async (): Promise<void> => {
    const { member } = person;
    const reply = await run({ command: "remove-member", circle, member });
    if (reply.ok) onClose();
    else setFault(i18n._(faultWords[reply.error]));
  };
  const { name } = person;
  return (
    <Dialog title={t`Remove ${name}?`} closeLabel={t`Close`} onClose={onClose}>
      <p>
        <Trans>
          From then on <bdi>{name}</bdi> sees nothing new. What was said before
          stays on their device.
        </Trans>
      </p>
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" onPress={() => void remove()}>
        <Trans>Remove</Trans>
      </Button>
      <Button onPress={onClose}>
        <Trans>Keep</Trans>
      </Button>
    </Dialog>
  );
}
