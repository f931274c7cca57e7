import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes";
import style from "./Field.module.css";

interface Labelled {
  /** What is asked for. */
  label: string;
  /** A short explanation below. */
  hint?: ReactNode;
  /** What is wrong with what was given. */
  error?: string | undefined;
  /** The label is read aloud only; its place on the screen says enough to those who see. */
  unlabelled?: boolean;
}

interface Frame extends Labelled {
  children: (attributes: {
    id: string;
    className: string;
    "aria-invalid"?: true;
    "aria-describedby"?: string;
  }) => ReactNode;
}

/** A label, a control, and what is said about it, tied together. */
export function Labelled({ label, hint, error, unlabelled, children }: Frame) {
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={style.field}>
      <label htmlFor={id} className={unlabelled ? "unseen" : style.label}>
        {label}
      </label>
      {children({
        id,
        className: style.control ?? "",
        ...(error ? { "aria-invalid": true as const } : {}),
        ...(about ? { "aria-describedby": about } : {}),
      })}
      {hint && (
        <small id={`${id}-hint`} className={style.hint}>
          {hint}
        </small>
      )}
      {error && (
        <p id={`${id}-error`} className={style.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** A line of text. */
export function Field({ label, hint, error, unlabelled, className, ...rest }: Labelled & ComponentProps<"input">) {
  return (
    <Labelled {...{ label, hint, error, unlabelled }}>
      {(attributes) => <input {...rest} {...attributes} className={classes(attributes.className, className)} />}
    </Labelled>
  );
}

/** Several lines of text. */
export function TextArea({
  label,
  hint,
  error,
  unlabelled,
  className,
  ...rest
}: Labelled & ComponentProps<"textarea">) {
  return (
    <Labelled {...{ label, hint, error, unlabelled }}>
      {(attributes) => <textarea {...rest} {...attributes} className={classes(attributes.className, className)} />}
    </Labelled>
  );
}

export interface Choice<Value extends string = string> {
  value: Value;
  text: string;
}

interface Selecting<Value extends string> extends Labelled, Omit<ComponentProps<"select">, "value" | "onChange"> {
  value: Value;
  choices: readonly Choice<Value>[];
  onChoose: (value: Value) => void;
}

/** One of several. */
export function Select<Value extends string>({
  label,
  hint,
  error,
  unlabelled,
  className,
  choices,
  onChoose,
  ...rest
}: Selecting<Value>) {
  return (
    <Labelled {...{ label, hint, error, unlabelled }}>
      {(attributes) => (
        <select
          {...rest}
          {...attributes}
          className={classes(attributes.className, className)}
          onChange={(event) => onChoose(event.target.value as Value)}
        >
          {choices.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

interface Ticking extends Omit<ComponentProps<"input">, "type" | "onChange"> {
  label: ReactNode;
  onTick: (on: boolean) => void;
}

/** Yes or no. */
export function Tick({ label, onTick, ...rest }: Ticking) {
  return (
    <label className={style.tick}>
      <input {...rest} type="checkbox" onChange={(event) => onTick(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}
