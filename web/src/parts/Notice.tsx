import type { ReactNode } from "react";
import { classes } from "./classes";
import style from "./Notice.module.css";

interface Properties {
  /** How much it matters. A problem is read aloud at once. */
  kind?: "information" | "good" | "warning" | "problem";
  title?: string;
  children: ReactNode;
  /** What can be done about it. */
  action?: ReactNode;
}

/** Something that the reader should know before going on. */
export function Notice({ kind = "information", title, children, action }: Properties) {
  return (
    <div className={classes(style.notice, style[kind])} role={kind === "problem" ? "alert" : "status"}>
      <div className={style.text}>
        {title && <strong>{title}</strong>}
        <div>{children}</div>
      </div>
      {action && <div className={style.action}>{action}</div>}
    </div>
  );
}
