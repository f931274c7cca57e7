import type { ReactNode } from "react";
import type { Choice } from "./Field";
import style from "./Sentence.module.css";

/** A decision as a sentence; the guesses in it are `Guess` and `GuessText`. */
export function Sentence({ children }: { children: ReactNode }) {
  return <p className={style.sentence}>{children}</p>;
}

interface GuessProperties<Value extends string> {
  /** What the guess is about, read aloud. */
  label: string;
  value: Value;
  choices: readonly Choice<Value>[];
  onChoose: (value: Value) => void;
  disabled?: boolean;
}

/** What the program guessed: underlined in the sentence, changed by clicking it. */
export function Guess<Value extends string>({ label, value, choices, onChoose, disabled }: GuessProperties<Value>) {
  return (
    <select
      className={style.guess}
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChoose(event.target.value as Value)}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.text}
        </option>
      ))}
    </select>
  );
}

interface GuessTextProperties {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** `number` for a number, with its keyboard on a telephone. */
  inputMode?: "text" | "numeric" | "decimal";
  disabled?: boolean;
}

/** A guess that is a word or a number of its own. */
export function GuessText({ label, value, onChange, inputMode = "text", disabled }: GuessTextProperties) {
  return (
    <input
      className={style.guess}
      aria-label={label}
      value={value}
      inputMode={inputMode}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
