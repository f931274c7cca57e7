import { Link } from "wouter";
import type { Session } from "../api/session";
import { JobCorner } from "../jobs/JobCorner";
import { PAGES, type RailName } from "../pages";
import { Button } from "../parts/Button";
import { useWords } from "../words";
import { LanguageSwitch } from "./LanguageSwitch";
import type { Place } from "./places";
import style from "./Rail.module.css";
import { useSignOut } from "./signing";
import { ThemeSwitch } from "./ThemeSwitch";
import { words } from "./words";

interface Properties {
  session: Session;
  places: readonly Place[];
  here: RailName | undefined;
  onKeys: () => void;
}

/** The rail: places above, language, keys and the account below; on a narrow screen a bar at the foot. */
export function Rail({ session, places, here, onKeys }: Properties) {
  const t = useWords(words);
  const signOut = useSignOut();
  return (
    <div className={style.rail}>
      <div className={style.top}>
        <Link href="/" className={style.home} aria-current={here === "home" ? "page" : undefined}>
          {t.home}
        </Link>
      </div>
      <nav className={style.places} aria-label={t.places}>
        {places.map(({ name, path }) => (
          <Link
            key={name}
            href={path}
            className={style.place}
            aria-current={here === name ? "page" : undefined}
            onPointerEnter={() => fetchAhead(path)}
            onFocus={() => fetchAhead(path)}
          >
            {t[name]}
          </Link>
        ))}
      </nav>
      <div className={style.work}>{here !== "home" && <JobCorner />}</div>
      <div className={style.foot}>
        <LanguageSwitch />
        <ThemeSwitch />
        <Button kind="quiet" className={style.keys} onClick={onKeys} aria-keyshortcuts="?">
          {t.keys}
        </Button>
        {session.accounts && (
          <div className={style.person}>
            <span className={style.name}>{session.person?.name}</span>
            <Button kind="quiet" busy={signOut.isPending} onClick={() => signOut.mutate()}>
              {t.signOut}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

/** A page that is about to be opened is fetched while the pointer comes near. */
function fetchAhead(path: string): void {
  void PAGES.find((page) => page.path === path)
    ?.load()
    .catch(() => undefined);
}
