import type { ReactNode } from "react";
import style from "./Empty.module.css";

interface Properties {
  /** What will stand here. */
  title: string;
  /** How it gets here. */
  children?: ReactNode;
  /** The first step. */
  actions?: ReactNode;
}

/** A screen with nothing on it yet teaches what it is for. */
export function Empty({ title, children, actions }: Properties) {
  return (
    <section className={style.empty}>
      <h2>{title}</h2>
      {children && <div className={style.text}>{children}</div>}
      {actions && <div className={style.actions}>{actions}</div>}
    </section>
  );
}
