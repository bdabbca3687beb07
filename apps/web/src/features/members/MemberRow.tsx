import type { CircleView, MemberRole, MemberView } from "@halqa/engine";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { BadgeCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Spoken } from "../../ui/Spoken.tsx";
import style from "./Members.module.css";

type PendingAct = CircleView["pending"][number];

interface MemberRowProps {
  readonly person: MemberView;
  readonly pending: PendingAct | undefined;
  readonly sign: ReactNode;
  /** Opens the person's card; absent for oneself. */
  readonly onChoose: ((member: string) => void) | undefined;
}

/** One member: the name, what they are here, and what is under way about them. */
export function MemberRow({ person, pending, sign, onChoose }: MemberRowProps) {
  const { t } = useLingui();
  const words = (
    <span className={style.words}>
      <span className={style.name}>
        <bdi>{person.name}</bdi>
        {person.own && (
          <span className={style.own}>
            {" "}
            <Trans>(you)</Trans>
          </span>
        )}
        {person.verified && <VerifiedMark />}
      </span>
      <span className={style.sub}>
        {pending ? <Pending act={pending.act} /> : <Facts person={person} />}
      </span>
    </span>
  );
  return (
    <li>
      {onChoose ? (
        <button
          type="button"
          className={style.person}
          onClick={() => onChoose(person.member)}
        >
          <Spoken>{t`More about ${person.name}`}</Spoken>
          {words}
          {sign}
        </button>
      ) : (
        <div className={style.person}>{words}</div>
      )}
    </li>
  );
}

function VerifiedMark() {
  return (
    <span className={style.verified}>
      <BadgeCheck aria-hidden="true" />
      <Spoken>
        <Trans>checked by you</Trans>
      </Spoken>
    </span>
  );
}

export const roleWords: Record<MemberRole, MessageDescriptor> = {
  steward: msg`Steward`,
  member: msg`Member`,
  reader: msg`Reader`,
};

function Facts({ person }: { readonly person: MemberView }) {
  const { i18n } = useLingui();
  const role = i18n._(roleWords[person.role]);
  return (
    <>
      {person.steward ? <b className={style.steward}>{role}</b> : role}
      {person.devices > 1 && (
        <>
          {" · "}
          <Plural value={person.devices} one="# device" other="# devices" />
        </>
      )}
    </>
  );
}

function Pending({ act }: Pick<PendingAct, "act">) {
  return (
    <span role="status">
      {act === "remove" || act === "hold" ? (
        <Trans>Being removed …</Trans>
      ) : (
        <Trans>Being changed …</Trans>
      )}
    </span>
  );
}
