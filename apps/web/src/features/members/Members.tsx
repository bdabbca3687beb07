import type { CircleView, MemberView } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import style from "./Members.module.css";
import { MemberCard } from "./MemberCard.tsx";
import { Requests } from "./Requests.tsx";

interface MembersProps {
  readonly view: CircleView;
  readonly back: BackLink;
  readonly inviteHref: string;
}

/** Who is in the circle, who asks to come in, and, for stewards, who has to go. */
export function Members({ view, back, inviteHref }: MembersProps) {
  const { t } = useLingui();
  const [chosen, setChosen] = useState<MemberView>();
  const { summary, members, pending } = view;
  const isRemoving = (member: string): boolean =>
    pending.some(({ act, subject }) => act === "remove" && subject === member);
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
      <section className={style.people}>
        <h2 className={style.heading}>
          <Plural value={members.length} one="# member" other="# members" />
        </h2>
        <ul className={style.list}>
          {members.map((person) => (
            <li key={person.member} className={style.person}>
              <span className={style.words}>
                <span className={style.name}>
                  <bdi>{person.name}</bdi>
                  {person.own && (
                    <span className={style.own}>
                      {" "}
                      <Trans>(you)</Trans>
                    </span>
                  )}
                </span>
                <span className={style.sub}>
                  {person.steward ? (
                    <b className={style.steward}>
                      <Trans>Steward</Trans>
                    </b>
                  ) : (
                    <Trans>Member</Trans>
                  )}
                  {person.devices > 1 && (
                    <>
                      {" · "}
                      <Plural
                        value={person.devices}
                        one="# device"
                        other="# devices"
                      />
                    </>
                  )}
                </span>
              </span>
              {isRemoving(person.member) ? (
                <span className={style.sub} role="status">
                  <Trans>Being removed …</Trans>
                </span>
              ) : (
                summary.steward &&
                !person.own && (
                  <IconButton
                    label={t`More about ${person.name}`}
                    onPress={() => setChosen(person)}
                  >
                    <Ellipsis aria-hidden="true" />
                  </IconButton>
                )
              )}
            </li>
          ))}
        </ul>
      </section>
      {summary.stewards < 2 && summary.members > 1 && (
        <p className={style.note}>
          <Trans>
            There is only one steward. If this person loses the device, nobody
            can let others in.
          </Trans>
        </p>
      )}
      {summary.steward && (
        <LinkButton href={inviteHref}>
          <Trans>Invite somebody</Trans>
        </LinkButton>
      )}
      {chosen && (
        <MemberCard
          circle={summary.circle}
          person={chosen}
          canRemove={summary.steward && summary.standing === "member"}
          onClose={() => setChosen(undefined)}
        />
      )}
    </Page>
  );
}
