import { type ReactNode, useState } from "react";
import { useLocation, useRouter } from "wouter";
import type { Person, Session } from "../api/session";
import { PAGES } from "../pages";
import { useHotkeys } from "../parts/hotkeys";
import { useWords } from "../words";
import { matching } from "./addresses";
import style from "./Frame.module.css";
import { KeyList } from "./KeyList";
import { placesFor } from "./places";
import { Rail } from "./Rail";
import { Unreached } from "./Unreached";
import { words } from "./words";

interface Properties {
  session: Session;
  person: Person;
  children: ReactNode;
}

/** What stands around every page: the rail, the keys, and the word when the server is away. */
export function Frame({ session, person, children }: Properties) {
  const t = useWords(words);
  const [address, go] = useLocation();
  const [keysShown, showKeys] = useState(false);
  const places = placesFor(person.rights);
  useHotkeys([
    { keys: "?", does: t.keysShow, run: () => showKeys(true) },
    { keys: "/", does: t.keysFilter, run: focusFilter },
    { keys: "g h", does: t.keysGo(t.home), run: () => go("/") },
    ...places.map(({ name, path, key }) => ({
      keys: `g ${key}`,
      does: t.keysGo(t[name]),
      run: () => go(path),
    })),
  ]);
  const page = matching(PAGES, address, useRouter().parser);
  return (
    <div className={page?.whole ? style.whole : style.frame}>
      <a className={style.skip} href="#page">
        {t.skip}
      </a>
      {!page?.whole && <Rail session={session} places={places} here={page?.rail} onKeys={() => showKeys(true)} />}
      <main id="page" tabIndex={-1} className={style.main}>
        {children}
      </main>
      <Unreached />
      {keysShown && <KeyList onClose={() => showKeys(false)} />}
    </div>
  );
}

function focusFilter(): void {
  document.querySelector<HTMLInputElement>('#page input[type="search"]')?.focus();
}
