import { Picture } from "../parts";
import { useWords } from "../words";
import style from "./studies.module.css";
import { words } from "./words";

/** Some of a study's images. */
export function Pictures({ slug, pictures }: { slug: string; pictures: { key: string; name: string }[] }) {
  const t = useWords(words);
  if (pictures.length === 0) return null;
  return (
    <ul className={style.pictures}>
      {pictures.map(({ key, name }, index) => (
        <li key={key}>
          <Picture src={`/api/studies/${slug}/pictures/${key}?side=192`} alt={name || t.picture(index + 1)} />
        </li>
      ))}
    </ul>
  );
}
