import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { useWords } from "../words";
import { Field } from "./Field";
import { containing } from "./filtering";
import { count } from "./format";
import style from "./Table.module.css";
import { words } from "./words";

export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The cell in plain text: with it the table can be filtered here, without asking the server. */
  text?: (row: Row) => string;
  /** A track of CSS grid, as `8rem` or `minmax(12rem, 2fr)`; one equal share where nothing is said. */
  width?: string;
  /** Numbers stand at the right, their digits below each other. */
  number?: boolean;
  /** The server can sort by this column. */
  sortable?: boolean;
}

export interface Sorting {
  key: string;
  descending: boolean;
}

interface Properties<Row> {
  /** What the rows are, read aloud. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string | number;
  /** How many rows there are in all, where not all have come yet. */
  total?: number | undefined;
  /** Called when the reader comes near the last row and more can be fetched. */
  onMore?: (() => void) | undefined;
  loading?: boolean;
  /** Filtering by the server, while one types. Without it the rows that are here are filtered by their text. */
  onFilter?: (text: string) => void;
  /** The text that filters, where the page keeps it. */
  filter?: string;
  sorting?: Sorting | null;
  onSort?: (sorting: Sorting) => void;
  /** Enter or a click opens the row. */
  onOpen?: (row: Row) => void;
  /** The row that is open beside the table. */
  openKey?: string | number | null;
  /** What stands in place of rows when there are none. */
  empty?: ReactNode;
  /** What can be done with the rows, beside the filter. */
  actions?: ReactNode;
}

const ROW_HEIGHT = 36;
const NEAR_THE_END = 20;

/** A list of any length: only the rows that are seen exist. Arrows move, Enter opens, typing in its field filters. */
export function Table<Row>(properties: Properties<Row>) {
  const { label, columns, rows, rowKey, total, onMore, loading, onOpen, openKey, empty, actions } = properties;
  const t = useWords(words);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState(properties.filter ?? "");
  const [active, setActive] = useState(0);
  const filteredHere = !properties.onFilter && columns.some((column) => column.text);
  const shown = useMemo(
    () => (filteredHere ? containing(rows, typed, (row) => columns.map((column) => column.text?.(row) ?? "")) : rows),
    [rows, typed, filteredHere, columns],
  );
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => rowKey(shown[index] as Row),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (onMore && !loading && last >= shown.length - NEAR_THE_END) onMore();
  }, [last, shown.length, onMore, loading]);
  const at = Math.min(active, shown.length - 1);

  const move = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: shown.length - 1,
    };
    const row = shown[at];
    if (pressesSomething(event.target)) return;
    if (event.key === "Enter" && row && onOpen) onOpen(row);
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.min(shown.length - 1, Math.max(0, to));
    setActive(next);
    virtual.scrollToIndex(next);
  };

  const filters = filteredHere || properties.onFilter;
  const template = columns.map((column) => column.width ?? "minmax(7rem, 1fr)").join(" ");
  const all = total ?? rows.length;
  return (
    <div className={style.table}>
      {(filters || actions) && (
        <div className={style.head}>
          {filters && (
            <Field
              type="search"
              label={t.filter}
              unlabelled
              placeholder={t.filter}
              value={typed}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => {
                setTyped(event.target.value);
                setActive(0);
                properties.onFilter?.(event.target.value);
              }}
            />
          )}
          <span className={style.count} role="status">
            {shown.length < all && filteredHere ? t.someOf(count(shown.length), count(all)) : t.rows(all)}
          </span>
          {actions}
        </div>
      )}
      <div
        ref={scroller}
        className={style.scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={all + 1}
        aria-activedescendant={items.some((item) => item.index === at) ? `${id}-${at}` : undefined}
        tabIndex={0}
        onKeyDown={move}
      >
        <div role="presentation" className={style.inner}>
          <div role="rowgroup" className={style.headers}>
            <div role="row" aria-rowindex={1} className={style.row} style={{ gridTemplateColumns: template }}>
              {columns.map((column) => (
                <Header key={column.key} column={column} {...properties} />
              ))}
            </div>
          </div>
          <div role="rowgroup" className={style.rows} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = shown[item.index] as Row;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around it hears the keys.
                <div
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  id={`${id}-${item.index}`}
                  role="row"
                  tabIndex={-1}
                  aria-rowindex={item.index + 2}
                  aria-selected={openKey !== undefined ? rowKey(row) === openKey : undefined}
                  data-active={item.index === at || undefined}
                  data-opens={onOpen ? true : undefined}
                  className={style.row}
                  style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
                  onClick={(event) => {
                    setActive(item.index);
                    if (!pressesSomething(event.target)) onOpen?.(row);
                  }}
                >
                  {columns.map((column) => (
                    <div key={column.key} role="gridcell" className={column.number ? style.number : style.cell}>
                      {column.cell(row)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {shown.length === 0 && !loading && <div className={style.empty}>{typed ? t.nothingMatches : empty}</div>}
    </div>
  );
}

/** Whether a key or a click belongs to a control inside a cell. */
function pressesSomething(target: EventTarget): boolean {
  return target instanceof Element && target.closest("a, button, input, select, textarea") !== null;
}

function Header<Row>({ column, sorting, onSort }: Properties<Row> & { column: Column<Row> }) {
  const sorted = sorting?.key === column.key ? (sorting.descending ? "descending" : "ascending") : undefined;
  return (
    <div
      role="columnheader"
      tabIndex={-1}
      aria-sort={column.sortable ? (sorted ?? "none") : undefined}
      className={column.number ? style.number : style.cell}
    >
      {column.sortable && onSort ? (
        <button
          type="button"
          className={style.sort}
          onClick={() => onSort({ key: column.key, descending: sorted === "ascending" })}
        >
          {column.header}
          <span aria-hidden="true">{sorted === "ascending" ? " ↑" : sorted === "descending" ? " ↓" : ""}</span>
        </button>
      ) : (
        column.header
      )}
    </div>
  );
}
