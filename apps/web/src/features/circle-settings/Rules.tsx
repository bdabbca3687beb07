import type { CircleView, SettingsView } from "@halqa/engine";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useAct } from "../../client/use-act.ts";
import { Choice, Fault } from "../../ui/Field.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import { useLocale } from "../../ui/use-locale.ts";
import style from "./CircleSettings.module.css";

interface RulesProps {
  readonly view: CircleView;
}

type Who = SettingsView["posting"];

const DAY_MINUTES = 1_440;
/** In days; 0: they stay. */
const LIFETIMES = ["0", "1", "7", "30"] as const;
type Days = (typeof LIFETIMES)[number];

const lifetimeWords: Record<Days, MessageDescriptor> = {
  "0": msg`They stay`,
  "1": msg`A day`,
  "7": msg`A week`,
  "30": msg`A month`,
};

/** Who may do what. Stewards change it, the others read it. */
export function Rules({ view }: RulesProps) {
  const { settings, may } = view;
  if (settings === undefined) return null;
  return may.manage ? (
    <ChangeRules view={view} settings={settings} />
  ) : (
    <ReadRules settings={settings} />
  );
}

interface WithSettings {
  readonly settings: SettingsView;
}

function ChangeRules({ view, settings }: RulesProps & WithSettings) {
  const { t, i18n } = useLingui();
  const { act, fault } = useAct();
  const { circle, kind } = view.summary;
  const isPending = view.pending.some((one) => one.act === "settings");
  const change = (wish: Partial<Omit<SettingsView, "kind">>): void =>
    void act({ command: "change-settings", circle, ...wish });
  const people = [
    { value: "everyone", label: t`All members` },
    { value: "stewards", label: t`Stewards` },
  ] as const;
  const days = LIFETIMES.find(
    (one) => Number(one) * DAY_MINUTES === settings.disappearing,
  );
  return (
    <fieldset className={style.rules} disabled={isPending}>
      <legend className={style.heading}>
        <Trans>Who may do what</Trans>
      </legend>
      {kind === "circle" && (
        <>
          <Choice<Who>
            label={t`Who writes?`}
            hint={
              <Trans>
                Where only stewards write, the others read news here.
              </Trans>
            }
            options={people}
            value={settings.posting}
            onChoose={(posting) => change({ posting })}
          />
          <Choice<Who>
            label={t`Who lets people in?`}
            hint={
              <Trans>
                With “all members”, stewards can make open invites: then
                whichever member is online lets the newcomer in.
              </Trans>
            }
            options={people}
            value={settings.adding}
            onChoose={(adding) => change({ adding })}
          />
          <Choice<Who>
            label={t`Who pins?`}
            options={people}
            value={settings.pinning}
            onChoose={(pinning) => change({ pinning })}
          />
        </>
      )}
      <Choice<Days | "other">
        label={t`How long do new messages stay?`}
        hint={
          <Trans>
            Counted from sending. It keeps devices tidy; it does not stop
            anybody from keeping a copy.
          </Trans>
        }
        options={LIFETIMES.map((value) => ({
          value,
          label: i18n._(lifetimeWords[value]),
        }))}
        value={days ?? "other"}
        onChoose={(value) =>
          change({ disappearing: Number(value) * DAY_MINUTES })
        }
      />
      {isPending && (
        <p role="status" className={style.quiet}>
          <Trans>Being changed …</Trans>
        </p>
      )}
      {fault && <Fault>{fault}</Fault>}
    </fieldset>
  );
}

function ReadRules({ settings }: WithSettings) {
  const { i18n } = useLingui();
  const locale = useLocale();
  const { posting, adding, pinning, disappearing } = settings;
  const whole = disappearing / DAY_MINUTES;
  const known = LIFETIMES.find((one) => Number(one) === whole);
  const hours = formatNumber(Math.ceil(disappearing / 60), locale);
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>Who may do what</Trans>
      </h2>
      <dl className={style.facts}>
        <Fact term={<Trans>Who writes?</Trans>} who={posting} />
        <Fact term={<Trans>Who lets people in?</Trans>} who={adding} />
        <Fact term={<Trans>Who pins?</Trans>} who={pinning} />
        <div>
          <dt>
            <Trans>How long do new messages stay?</Trans>
          </dt>
          <dd>
            {known ? (
              i18n._(lifetimeWords[known])
            ) : (
              <Trans>{hours} hours</Trans>
            )}
          </dd>
        </div>
      </dl>
      <p className={style.quiet}>
        <Trans>Stewards can change this.</Trans>
      </p>
    </section>
  );
}

interface FactProps {
  readonly term: React.ReactNode;
  readonly who: Who;
}

function Fact({ term, who }: FactProps) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        {who === "everyone" ? (
          <Trans>All members</Trans>
        ) : (
          <Trans>Stewards</Trans>
        )}
      </dd>
    </div>
  );
}
