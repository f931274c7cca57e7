import { type Language, useLanguage } from "./shell/language";

// biome-ignore lint/suspicious/noExplicitAny: a sentence may take values of every kind; each is typed where it is written.
type Sentence = (...values: any[]) => string;
type Word = string | Sentence;

/** The same keys, each a text or a sentence of the same values. */
export type SameWords<English> = {
  [Key in keyof English]: English[Key] extends (...values: infer Values) => string
    ? (...values: Values) => string
    : string;
};

export type Words<English> = Record<Language, SameWords<English>>;

/**
 * The words of one area of the screen in both languages. The English ones say which keys there are;
 * a Korean one that is missing, superfluous or takes other values is a type error.
 */
export function defineWords<English extends Record<string, Word>>(words: {
  en: English;
  ko: SameWords<NoInfer<English>>;
}): Words<English> {
  return words as unknown as Words<English>;
}

/** An area's words in the language that is chosen: `const t = useWords(words)`, then `t.title`, `t.images(12)`. */
export function useWords<English>(words: Words<English>): SameWords<English> {
  return words[useLanguage()];
}
