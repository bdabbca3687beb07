import type { CircleView, MoveView } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useAct } from "../../client/use-act.ts";
import { hostOf, relayStates } from "../../client/relay-words.ts";
import { Button } from "../../ui/Button.tsx";
import { Fault } from "../../ui/Field.tsx";
import { Leaf } from "../../ui/Leaf.tsx";
import style from "./CircleSettings.module.css";

interface WithView {
  readonly view: CircleView;
}

/** Which relays carry the circle, and moves to another one that ask for the members' word. */
export function CircleRelays({ view }: WithView) {
  const { i18n } = useLingui();
  const { relays, moves } = view;
  if (relays.length === 0) return null;
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>Relays</Trans>
      </h2>
      {moves
        .filter(({ standing }) => standing !== "followed")
        .map((move) => (
          <Move key={move.move} view={view} move={move} />
        ))}
      <dl className={style.facts}>
        {relays.map(({ relayPub, url, role, state }) => (
          <div key={relayPub}>
            <dt dir="ltr">{hostOf(url)}</dt>
            <dd>
              {role === "mirror" && (
                <>
                  <Trans>a copy</Trans>
                  {" · "}
                </>
              )}
              {i18n._(relayStates[state])}
            </dd>
          </div>
        ))}
      </dl>
      <p className={style.quiet}>
        <Trans>
          A relay passes on what members send and can read none of it.
        </Trans>
      </p>
    </section>
  );
}

interface MoveProps extends WithView {
  readonly move: MoveView;
}

function Move({ view, move }: MoveProps) {
  const { act, fault, isBusy } = useAct();
  const { circle } = view.summary;
  const { url, words, approved, standing, enough } = move;
  const canAgree = !approved && standing === "here";
  return (
    <Leaf
      tone="warn"
      titleLevel={3}
      title={
        <Trans>
          Move to the relay <bdi>{hostOf(url)}</bdi>?
        </Trans>
      }
      lines={
        <p>
          <Plural
            value={words}
            _0="Nobody has agreed yet."
            one="# has agreed."
            other="# have agreed."
          />{" "}
          {enough && <Trans>That is enough.</Trans>}
          {standing === "behind" && (
            <Trans>This device has to see more first. Stay connected.</Trans>
          )}
        </p>
      }
    >
      {approved && (
        <p className={style.quiet}>
          <Trans>You have agreed.</Trans>
        </p>
      )}
      {canAgree && (
        <Button
          look="primary"
          disabled={isBusy}
          onPress={() =>
            void act({ command: "approve-move", circle, move: move.move })
          }
        >
          <Trans>I agree</Trans>
        </Button>
      )}
      {fault && <Fault>{fault}</Fault>}
    </Leaf>
  );
}
