import type { CircleView, MemberView } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ChevronRight, Settings2, UserPlus } from "lucide-react";
import { useState } from "react";
import { ActLink, ActList } from "../../ui/ActList.tsx";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { Held, Petitions } from "./Petitions.tsx";
import style from "./Members.module.css";
import { MemberCard } from "./MemberCard.tsx";
import { MemberRow } from "./MemberRow.tsx";
import { Repairs } from "./Repairs.tsx";
import { Requests } from "./Requests.tsx";

interface MembersProps {
  readonly view: CircleView;
  readonly back: BackLink;
  readonly inviteHref: string;
  readonly settingsHref: string;
}

/** Who is in the circle, who asks to come in, and the ways to invites and settings. */
export function Members(props: MembersProps) {
  const { view, back, inviteHref, settingsHref } = props;
  const { t } = useLingui();
  const [chosen, setChosen] = useState<string>();
  const { summary, members, may } = view;
  const person = members.find(({ member }) => member === chosen);
  return (
    <Page
      title={t`Members`}
      sub={<bdi>{summary.name}</bdi>}
      back={back}
      emblem={
        <CircleEmblem
          name={summary.name}
          members={summary.members}
          stewards={summary.stewards}
          size="bar"
        />
      }
    >
      <Requests view={view} />
      <Repairs view={view} />
      <Petitions view={view} />
      <ActList>
        {may.add && (
          <ActLink href={inviteHref} sign={<UserPlus aria-hidden="true" />}>
            <Trans>Invite somebody</Trans>
          </ActLink>
        )}
        <ActLink href={settingsHref} sign={<Settings2 aria-hidden="true" />}>
          <Trans>Settings of the circle</Trans>
        </ActLink>
      </ActList>
      <MemberList
        members={members}
        pending={view.pending}
        onChoose={setChosen}
      />
      {summary.kind === "circle" &&
        summary.stewards < 2 &&
        summary.members > 1 && (
          <p className={style.note}>
            {may.manage ? (
              <Trans>
                You are the only steward. Make somebody else one as well: if you
                lose this device, nobody can let others in.
              </Trans>
            ) : (
              <Trans>
                There is only one steward. If this person loses the device,
                nobody can let others in.
              </Trans>
            )}
          </p>
        )}
      <Held view={view} />
      {person && (
        <MemberCard
          view={view}
          person={person}
          onClose={() => setChosen(undefined)}
        />
      )}
    </Page>
  );
}

interface MemberListProps {
  readonly members: readonly MemberView[];
  readonly pending: CircleView["pending"];
  readonly onChoose: (member: string) => void;
}

function MemberList({ members, pending, onChoose }: MemberListProps) {
  return (
    <section className={style.people}>
      <h2 className={style.heading}>
        <Plural value={members.length} one="# member" other="# members" />
      </h2>
      <ul className={style.list}>
        {members.map((person) => (
          <MemberRow
            key={person.member}
            person={person}
            pending={pending.find(({ subject }) => subject === person.member)}
            sign={
              !person.own && (
                <ChevronRight aria-hidden="true" className={style.mirrored} />
              )
            }
            onChoose={person.own ? undefined : onChoose}
          />
        ))}
      </ul>
    </section>
  );
}
