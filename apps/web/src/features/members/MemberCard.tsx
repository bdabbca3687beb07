import type { MemberView } from "@halqa/engine";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { BadgeCheck } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useAct } from "../../client/use-act.ts";
import { Act, ActList } from "../../ui/ActList.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault } from "../../ui/Field.tsx";
import type { MemberCardProps } from "./member-card-props.ts";
import style from "./Members.module.css";
import { SafetyNumber } from "./SafetyNumber.tsx";

type Step = "card" | "safety" | ToConfirm;
type ToConfirm = "remove-member" | "hold" | "promote" | "demote";

const roleMeanings: Record<MemberView["role"], MessageDescriptor> = {
  steward: msg`Steward: lets people in, removes them, makes invites and changes the circle.`,
  member: msg`Member: reads and writes in this circle.`,
  reader: msg`Reader: reads in this circle, and does not write.`,
};

/** One member: who it is, whether it is really them, and what a steward can do. */
export function MemberCard(props: MemberCardProps) {
  const { person, onClose } = props;
  const { t } = useLingui();
  const [step, setStep] = useState<Step>("card");
  const { name } = person;
  const titles: Record<Step, ReactNode> = {
    card: <bdi>{name}</bdi>,
    safety: t`Is it really ${name}?`,
    "remove-member": t`Remove ${name}?`,
    hold: t`Remove ${name} until a steward allows a return?`,
    promote: t`Make ${name} a steward?`,
    demote: t`Is ${name} to be no steward any more?`,
  };
  return (
    <Dialog
      key={step}
      title={titles[step]}
      closeLabel={t`Close`}
      onClose={onClose}
    >
      {step === "card" && <Card {...props} onStep={setStep} />}
      {step === "safety" && <SafetyNumber {...props} />}
      {step !== "card" && step !== "safety" && (
        <Confirm {...props} act={step} />
      )}
    </Dialog>
  );
}

interface CardProps extends MemberCardProps {
  readonly onStep: (step: Step) => void;
}

function Card(props: CardProps) {
  const { person, view } = props;
  const { i18n } = useLingui();
  const isCircle = view.summary.kind === "circle";
  return (
    <>
      <p>{i18n._(roleMeanings[person.role])}</p>
      <div className={style.check}>
        {person.verified ? (
          <p className={style.checked}>
            <BadgeCheck aria-hidden="true" />
            <span>
              <Trans>You have checked that it is this person.</Trans>
            </span>
          </p>
        ) : (
          <p className={style.sub}>
            <Trans>
              Not checked by you yet. A check shows that nobody stands between
              you.
            </Trans>
          </p>
        )}
        <Button
          look={person.verified ? "plain" : "primary"}
          onPress={() => props.onStep("safety")}
        >
          {person.verified ? (
            <Trans>Look at the number again</Trans>
          ) : (
            <Trans>Check that it is them</Trans>
          )}
        </Button>
      </div>
      <Signs person={person} />
      {view.may.manage && isCircle && <StewardActs {...props} />}
      {view.may.manage && !isCircle && (
        <Button look="danger" onPress={() => props.onStep("remove-member")}>
          <Trans>Remove from the circle</Trans>
        </Button>
      )}
      {!view.may.manage && <Petition {...props} />}
    </>
  );
}

/** What this device noticed about the person's devices. */
function Signs({ person }: Pick<CardProps, "person">) {
  const { silentDays = 0, missing = 0, unheard = 0 } = person;
  if (silentDays + missing + unheard === 0) return null;
  return (
    <ul className={style.signs}>
      {silentDays > 0 && (
        <li>
          <Plural
            value={silentDays}
            one="Not heard for # day"
            other="Not heard for # days"
          />
        </li>
      )}
      {missing > 0 && (
        <li>
          <Plural
            value={missing}
            one="# message of theirs is missing here and was asked for"
            other="# messages of theirs are missing here and were asked for"
          />
        </li>
      )}
      {unheard > 0 && (
        <li>
          <Plural
            value={unheard}
            one="# device of theirs has never said anything. Ask whose it is"
            other="# devices of theirs have never said anything. Ask whose they are"
          />
        </li>
      )}
    </ul>
  );
}

function StewardActs({ view, person, onStep, onClose }: CardProps) {
  const { act, fault } = useAct();
  const { circle } = view.summary;
  const { role, member } = person;
  const change = async (
    command: "make-reader" | "make-member",
  ): Promise<void> => {
    if (await act({ command, circle, member })) onClose();
  };
  return (
    <>
      {fault && <Fault>{fault}</Fault>}
      <ActList>
        {role === "member" && (
          <Act onPress={() => onStep("promote")}>
            <Trans>Make a steward</Trans>
          </Act>
        )}
        {role === "steward" && (
          <Act onPress={() => onStep("demote")}>
            <Trans>Be no steward any more</Trans>
          </Act>
        )}
        {role === "member" && (
          <Act onPress={() => void change("make-reader")}>
            <Trans>Let read only</Trans>
          </Act>
        )}
        {role === "reader" && (
          <Act onPress={() => void change("make-member")}>
            <Trans>Let write again</Trans>
          </Act>
        )}
        <Act onPress={() => onStep("hold")}>
          <Trans>Remove until a steward allows a return</Trans>
        </Act>
        <Act onPress={() => onStep("remove-member")}>
          <Trans>Remove from the circle</Trans>
        </Act>
      </ActList>
    </>
  );
}

/** Where no steward does it, the members can. */
function Petition({ view, person, onClose }: MemberCardProps) {
  const { act, fault } = useAct();
  const { circle } = view.summary;
  const { member, steward } = person;
  const isAsked = view.petitions.some((one) => one.member === member);
  if (!view.may.petition || steward || isAsked) return null;
  const ask = async (): Promise<void> => {
    if (await act({ command: "ask-promotion", circle, member })) onClose();
  };
  return (
    <>
      {fault && <Fault>{fault}</Fault>}
      <Button onPress={() => void ask()}>
        <Trans>Ask the members to make them a steward</Trans>
      </Button>
    </>
  );
}

interface ConfirmProps extends MemberCardProps {
  readonly act: ToConfirm;
}

/** Asked for twice, with what it means. */
function Confirm({ view, person, act: command, onClose }: ConfirmProps) {
  const { act, fault, isBusy } = useAct();
  const { circle } = view.summary;
  const confirm = async (): Promise<void> => {
    const { member } = person;
    if (await act({ command, circle, member })) onClose();
  };
  return (
    <>
      <p>
        <Meaning act={command} name={person.name} />
      </p>
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" disabled={isBusy} onPress={() => void confirm()}>
        {(command === "remove-member" || command === "hold") && (
          <Trans>Remove</Trans>
        )}
        {command === "promote" && <Trans>Make a steward</Trans>}
        {command === "demote" && <Trans>No steward any more</Trans>}
      </Button>
      <Button onPress={onClose}>
        <Trans>Leave it as it is</Trans>
      </Button>
    </>
  );
}

interface MeaningProps {
  readonly act: ToConfirm;
  readonly name: string;
}

function Meaning({ act, name }: MeaningProps) {
  switch (act) {
    case "remove-member":
      return (
        <Trans>
          From then on <bdi>{name}</bdi> sees nothing new. What was said before
          stays on their device.
        </Trans>
      );
    case "hold":
      return (
        <Trans>
          From then on <bdi>{name}</bdi> sees nothing new, and comes back only
          when a steward allows it, whatever invite they have.
        </Trans>
      );
    case "promote":
      return (
        <Trans>
          Stewards let people in and remove them, you too. Nobody stands above
          them.
        </Trans>
      );
    case "demote":
      return (
        <Trans>
          <bdi>{name}</bdi> stays in the circle as a member.
        </Trans>
      );
  }
}
