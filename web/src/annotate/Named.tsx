import { useLanguage } from "../shell/language";
import style from "./Case.module.css";
import type { Category } from "./marking";

/** A category's name in the language of the page; in English the guideline's Korean one stands beside it. */
export function Named({ category }: { category: Category }) {
  const korean = useLanguage() === "ko";
  return (
    <span>
      <span lang={korean ? "ko" : "en"}>{korean ? category.name : category.english}</span>
      {!korean && (
        <span className={style.soft} lang="ko">
          {" "}
          {category.name}
        </span>
      )}
    </span>
  );
}
