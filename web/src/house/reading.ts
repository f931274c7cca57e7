import ts from "typescript";

/** Names under which a text reaches the eyes or ears of a reader, as an attribute or as a property. */
const SEEN_AS = new Set(
  [
    "about alt aria-description aria-label aria-roledescription aria-valuetext caption does empty header heading hint",
    "label placeholder sentence summary text title unit yes",
  ].flatMap((names) => names.split(" ")),
);

/** Units and formats are the same in both languages. */
const SAME_IN_BOTH =
  /^(?:[%\d\s.,:;()+×±·/–-]|mm|cm|mL|HU|kV|mAs|SUV|AUROC|DICOM|PACS|CSV|TOML|JSON|PDF|hilum|shift|ctrl|alt|space|\b[A-Za-z]\b)*$/u;

export interface Finding {
  text: string;
  line: number;
}

function isForReaders(text: string): boolean {
  return /\p{L}{2,}/u.test(text) && !SAME_IN_BOTH.test(text);
}

/** The literal texts that an expression can come to, through conditions and defaults. */
function results(node: ts.Expression): ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return results(node.expression);
  if (ts.isConditionalExpression(node)) return [...results(node.whenTrue), ...results(node.whenFalse)];
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return results(node.right);
    if (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken)
      return [...results(node.left), ...results(node.right)];
    if (kind === ts.SyntaxKind.PlusToken) return [...results(node.left), ...results(node.right)];
  }
  return [node];
}

function literal(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head, ...node.templateSpans.map((span) => span.literal)].map((part) => part.text).join(" ");
  return "";
}

function textsOf(node: ts.Node): string[] {
  if (ts.isJsxText(node)) return [node.text];
  if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent))
    return results(node.expression).map(literal);
  if (ts.isJsxAttribute(node) && SEEN_AS.has(node.name.getText())) {
    const given = node.initializer;
    if (given && ts.isStringLiteral(given)) return [given.text];
    if (given && ts.isJsxExpression(given) && given.expression) return results(given.expression).map(literal);
  }
  if (ts.isPropertyAssignment(node) && SEEN_AS.has(node.name.getText()) && !insideClassNames(node))
    return results(node.initializer).map(literal);
  return [];
}

/** A property of an object that goes to the server or is compared is no text for readers; a type says so. */
function insideClassNames(node: ts.PropertyAssignment): boolean {
  return ts.isAsExpression(node.parent.parent) || ts.isSatisfiesExpression(node.parent.parent);
}

/** Texts for readers that stand in a component itself, where only one language could read them. */
export function textsOutsideWords(source: string): Finding[] {
  const file = ts.createSourceFile("page.tsx", source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: Finding[] = [];
  const visit = (node: ts.Node): void => {
    for (const text of textsOf(node).filter(isForReaders))
      found.push({ text: text.trim(), line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The keys of each language of a file of words: every `defineWords({ en: {...}, ko: {...} })` in it. */
export function keysOfWords(source: string): Record<"en" | "ko", string[]> {
  const file = ts.createSourceFile("words.ts", source, ts.ScriptTarget.Latest, true);
  const keys: Record<"en" | "ko", string[]> = { en: [], ko: [] };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === "defineWords" && node.arguments[0])
      ts.forEachChild(node.arguments[0], (language) => {
        if (!ts.isPropertyAssignment(language) || !ts.isObjectLiteralExpression(language.initializer)) return;
        const name = language.name.getText();
        if (name === "en" || name === "ko")
          keys[name].push(
            ...language.initializer.properties.flatMap((one) =>
              one.name ? [one.name.getText().replace(/^"|"$/g, "")] : [],
            ),
          );
      });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return keys;
}
