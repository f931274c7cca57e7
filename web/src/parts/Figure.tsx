import { type ReactNode, useId } from "react";
import style from "./Figure.module.css";

interface Properties {
  /** The finding's subject. */
  title: string;
  /** n, events, method. */
  caption: ReactNode;
  /** The drawing; an SVG in it has `role="img"` and says in words what is seen. */
  children: ReactNode;
  /** Links to the numbers behind it, and what can be changed in it. */
  actions?: ReactNode;
}

/** A figure that is understood without its text. */
export function Figure({ title, caption, children, actions }: Properties) {
  const id = useId();
  return (
    <figure className={style.figure} aria-labelledby={id}>
      <div className={style.head}>
        <h3 id={id}>{title}</h3>
        {actions}
      </div>
      {children}
      <figcaption className={style.caption}>{caption}</figcaption>
    </figure>
  );
}
