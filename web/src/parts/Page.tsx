import { type ReactNode, useEffect } from "react";
import style from "./Page.module.css";

interface Properties {
  /** The one thing that this screen is about. */
  title: string;
  /** A sentence below the title. */
  about?: ReactNode;
  /** What can be done here, at the right of the title. */
  actions?: ReactNode;
  /** `reading` holds lines to a readable length; `wide` is for tables and galleries. */
  width?: "reading" | "wide";
  children: ReactNode;
}

/** One screen: its title, what can be done, and what it shows. */
export function Page({ title, about, actions, width = "wide", children }: Properties) {
  useEffect(() => {
    document.title = `${title} · hilum`;
  }, [title]);
  return (
    <div className={width === "reading" ? `${style.page} ${style.reading}` : style.page}>
      <header className={style.head}>
        <div className={style.title}>
          <h1>{title}</h1>
          {about && <p className={style.about}>{about}</p>}
        </div>
        {actions && <div className={style.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
