/** Letters of Hangul. */
const KOREAN = /[\uac00-\ud7a3]/;

/** The language in which a text of the server came. */
export const languageOf = (text: string) => (KOREAN.test(text) ? "ko" : "en");

/** A sentence of the server, marked with its language: what nobody wrote in Korean yet comes in English. */
export function Told({ children }: { children: string }) {
  return <span lang={languageOf(children)}>{children}</span>;
}
