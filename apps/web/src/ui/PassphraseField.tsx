import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactNode } from "react";
import { Button } from "./Button.tsx";
import { TextField } from "./Field.tsx";
import style from "./PassphraseField.module.css";

interface PassphraseFieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: ReactNode;
  readonly value: string;
  readonly onType: (value: string) => void;
  /** Makes words for a new passphrase; absent where one is only asked for. */
  readonly onSuggest?: () => Promise<string | undefined>;
}

/** A passphrase: kept from the eyes of others unless its writer wants to see it. */
export function PassphraseField({
  onSuggest,
  onType,
  ...field
}: PassphraseFieldProps) {
  const { t } = useLingui();
  const [isShown, setShown] = useState(false);
  const suggest = async (): Promise<void> => {
    const words = await onSuggest?.();
    if (words === undefined) return;
    onType(words);
    setShown(true);
  };
  return (
    <div className={style.passphrase}>
      <TextField
        {...field}
        type={isShown ? "text" : "password"}
        dir={field.value === "" ? undefined : "auto"}
        maxLength={512}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        onType={onType}
      />
      <div className={style.acts}>
        {onSuggest && (
          <Button onPress={() => void suggest()}>
            <Trans>Make words for me</Trans>
          </Button>
        )}
        <Button look="quiet" onPress={() => setShown(!isShown)}>
          {isShown ? t`Hide it` : t`Show it`}
        </Button>
      </div>
    </div>
  );
}
