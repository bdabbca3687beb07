import type { CircleView, PetitionView } from "@halqa/engine";
import { Plural, Trans } from "@lingui/react/macro";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Fault } from "../../ui/Field.tsx";
import { Leaf, QuietLine } from "../../ui/Leaf.tsx";
import style from "./Members.module.css";

interface WithView {
  readonly view: CircleView;
}

/** Who is to become a steward by the members' own word. */
export function Petitions({ view }: WithView) {
  return view.petitions.map((petition) => (
    <Petition key={petition.member} view={view} petition={petition} />
  ));
}

interface PetitionProps extends WithView {
  readonly petition: PetitionView;
}

function Petition({ view, petition }: PetitionProps) {
  const { act, fault } = useAct();
  const { circle } = view.summary;
  const { member, approvals, needed } = petition;
  const nameOf = (key: string): string =>
    view.members.find((one) => one.member === key)?.name ?? "?";
  const name = nameOf(member);
  return (
    <Leaf
      tone="warn"
      title={
        <Trans>
          Shall <bdi>{name}</bdi> become a steward?
        </Trans>
      }
      lines={
        <p>
          <Trans>
            Asked by <bdi>{nameOf(petition.by)}</bdi>. More than half of the
            members have to agree.
          </Trans>
        </p>
      }
    >
      <p className={style.sub} role="status">
        <Plural
          value={approvals}
          one={`# of ${needed} has agreed`}
          other={`# of ${needed} have agreed`}
        />
      </p>
      {petition.approved ? (
        <QuietLine>
          <Trans>You have agreed.</Trans>
        </QuietLine>
      ) : (
        <Button
          look="primary"
          onPress={() =>
            void act({ command: "approve-promotion", circle, member })
          }
        >
          <Trans>I agree</Trans>
        </Button>
      )}
      {fault && <Fault>{fault}</Fault>}
    </Leaf>
  );
}

/** Who was taken out for a while. Their names are not kept. */
export function Held({ view }: WithView) {
  const { act, fault } = useAct();
  const { held, may, summary, pending } = view;
  if (held.length === 0 || !may.manage) return null;
  return (
    <section className={style.people}>
      <h2 className={style.heading}>
        <Trans>Removed until a steward allows a return</Trans>
      </h2>
      <ul className={style.list}>
        {held.map(({ member }) => (
          <li key={member} className={style.person}>
            <span className={style.words}>
              <span className={style.sub} dir="ltr">
                {member.slice(0, 6)}…
              </span>
            </span>
            {pending.some(({ subject }) => subject === member) ? (
              <span className={style.sub} role="status">
                <Trans>Being changed …</Trans>
              </span>
            ) : (
              <Button
                onPress={() =>
                  void act({
                    command: "let-return",
                    circle: summary.circle,
                    member,
                  })
                }
              >
                <Trans>Allow to return</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
      {fault && <Fault>{fault}</Fault>}
    </section>
  );
}
