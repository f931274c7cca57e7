import { Component, type ReactNode } from "react";
import { Button } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { useWords } from "../words";
import { words } from "./words";

interface Properties {
  /** What the page depends on; when it changes, the page is tried again. */
  address: string;
  children: ReactNode;
}

/** Keeps the rail and the rest alive when one page fails. */
export class Boundary extends Component<Properties, { failedAt: string | null }> {
  override state = { failedAt: null };

  static getDerivedStateFromError() {
    return { failedAt: "" };
  }

  override componentDidUpdate(before: Properties) {
    if (before.address !== this.props.address && this.state.failedAt !== null) this.setState({ failedAt: null });
  }

  override render() {
    return this.state.failedAt === null ? this.props.children : <Failed />;
  }
}

function Failed() {
  const t = useWords(words);
  return (
    <Notice kind="problem" action={<Button onClick={() => location.reload()}>{t.reload}</Button>}>
      {t.pageFailed}
    </Notice>
  );
}
