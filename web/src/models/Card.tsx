import style from "../studies/results/results.module.css";
import { Scrolling } from "../studies/results/Tables";
import { type Block, blocksOf } from "./markdown";

/** A model's card. */
export function Card({ text }: { text: string }) {
  return blocksOf(text).map((block, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a card does not change while it is read.
    <One key={place} block={block} />
  ));
}

function One({ block }: { block: Block }) {
  if (block.kind === "heading") return block.level < 3 ? <h2>{block.text}</h2> : <h3>{block.text}</h3>;
  if (block.kind === "list")
    return (
      <ul className={style.card}>
        {block.items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    );
  if (block.kind === "text") return <p className={style.card}>{block.text}</p>;
  return (
    <Scrolling label={block.head.join(", ")}>
      <table className={style.table}>
        <thead>
          <tr>
            {block.head.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row) => (
            <tr key={row.join("|")}>
              {row.map((cell, place) => (
                <td key={`${block.head[place]} ${cell}`}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
