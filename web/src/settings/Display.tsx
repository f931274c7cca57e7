import { useSession } from "../api/session";
import { Select } from "../parts/Field";
import { chooseLanguage, useLanguage } from "../shell/language";
import { chooseTheme, useTheme } from "../shell/theme";
import { LANGUAGE_NAMES } from "../shell/words";
import { useWords } from "../words";
import style from "./Settings.module.css";
import { words } from "./words";

/** How the workbench looks in this browser. */
export function Display() {
  const t = useWords(words);
  const { data: session } = useSession();
  return (
    <div className={style.form}>
      <Select
        label={t.language}
        value={useLanguage()}
        choices={[
          { value: "en", text: LANGUAGE_NAMES.en },
          { value: "ko", text: LANGUAGE_NAMES.ko },
        ]}
        onChoose={chooseLanguage}
      />
      <Select
        label={t.theme}
        hint={t.displayKept}
        value={useTheme()}
        choices={[
          { value: "system", text: t.system },
          { value: "light", text: t.light },
          { value: "dark", text: t.dark },
        ]}
        onChoose={chooseTheme}
      />
      {session && <small>{t.version(session.version)}</small>}
    </div>
  );
}
