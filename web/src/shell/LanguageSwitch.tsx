import { chooseLanguage, useLanguage } from "./language";
import style from "./Rail.module.css";
import { LANGUAGE_NAMES } from "./words";

/** The other language, named in itself. */
export function LanguageSwitch() {
  const other = useLanguage() === "en" ? "ko" : "en";
  return (
    <button type="button" lang={other} className={style.language} onClick={() => chooseLanguage(other)}>
      {LANGUAGE_NAMES[other]}
    </button>
  );
}
