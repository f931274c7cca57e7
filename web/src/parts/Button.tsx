import type { ComponentProps } from "react";
import style from "./Button.module.css";
import { classes } from "./classes";

interface Properties extends ComponentProps<"button"> {
  /** `primary` is the one thing to do next; `danger` takes something away; `quiet` stands in text and rows. */
  kind?: "plain" | "primary" | "danger" | "quiet";
  /** The work that the button started is under way: it says so, and cannot be pressed twice. */
  busy?: boolean;
  /** The key that does the same, shown on the button. */
  hotkey?: string;
}

/** Something that can be done. */
export function Button({ kind = "plain", busy = false, hotkey, className, children, disabled, ...rest }: Properties) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(style.button, style[kind], className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      aria-keyshortcuts={hotkey}
    >
      {children}
      {hotkey && <kbd className={style.key}>{hotkey}</kbd>}
    </button>
  );
}
