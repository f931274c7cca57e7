import { useWords } from "../words";
import style from "./Rail.module.css";
import { chooseTheme, useIsDark } from "./theme";
import { words } from "./words";

/** Dark where it is light, and light where it is dark. */
export function ThemeSwitch() {
  const t = useWords(words);
  const isDark = useIsDark();
  return (
    <button type="button" className={style.theme} onClick={() => chooseTheme(isDark ? "light" : "dark")}>
      {isDark ? t.light : t.dark}
    </button>
  );
}
