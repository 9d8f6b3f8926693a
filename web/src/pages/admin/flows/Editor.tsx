import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useRef, type KeyboardEvent, type Ref } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../../components/Sentence";
import { useFields } from "../../../hooks/draft";
import { useProblemText } from "../../../hooks/words";
import { worstByLine } from "../../../lib/house/flows";
import type { FlowProblem } from "../../../lib/house/types";
import type { Found } from "./checked";
import styles from "./flows.module.css";

interface EditorProps {
  ref: Ref<HTMLTextAreaElement>;
  value: string;
  problems: readonly FlowProblem[];
  readOnly: boolean;
  onChange: (text: string) => void;
}

/** A text with line numbers; those with problems are marked. Tab leaves it, as everywhere. */
export function Editor({ ref, value, problems, readOnly, onChange }: EditorProps) {
  const { t } = useTranslation();
  const gutter = useRef<HTMLDivElement>(null);
  const { trouble } = useFields();
  const refused = trouble("text");
  const worst = worstByLine(problems);
  const lines = value.split("\n").length;
  return (
    <div>
      <div className={styles.editor} data-path="text">
        <div className={styles.gutter} ref={gutter} aria-hidden>
          {Array.from({ length: lines }, (_, index) => (
            <div key={index} data-worst={worst.get(index + 1)}>
              {index + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={ref}
          aria-label={t("house.flows.textLabel")}
          aria-invalid={problems.some((problem) => problem.severity === "error")}
          aria-describedby="flow-problems"
          spellCheck={false}
          autoCapitalize="off"
          wrap="off"
          rows={24}
          readOnly={readOnly}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={indent}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      {refused && (
        <p className={styles.refused} role="alert">
          {refused}
        </p>
      )}
    </div>
  );
}

/** Enter goes on at the depth of the line it ends. */
function indent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.nativeEvent.isComposing) return;
  const field = event.currentTarget;
  if (field.readOnly) return;
  const before = field.value.slice(0, field.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const depth = /^ */.exec(line)?.[0] ?? "";
  const deeper = /:\s*$/.test(line) ? "  " : "";
  if (!depth && !deeper) return;
  event.preventDefault();
  field.setRangeText(`\n${depth}${deeper}`, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function Problems({ checked, onLine }: { checked: Found; onLine: (line: number) => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (
    <div id="flow-problems" className={styles.problems} aria-busy={checked.checking}>
      {checked.error && <Sentence tone="red">{t("house.flows.checkFailed", { detail: problemText(checked.error) })}</Sentence>}
      <p className="dim small" role="status">
        {checked.problems.length > 0 ? t("house.flows.problems") : !checked.error && (
          <span className="row">
            <IconCircleCheck size={16} aria-hidden />
            {t("house.flows.fine")}
          </span>
        )}
      </p>
      <ul>
        {checked.problems.map((problem) => (
          <li key={`${String(problem.line)}:${String(problem.column)}:${problem.message}`} data-severity={problem.severity}>
            {problem.severity === "error" ? <IconCircleX size={16} aria-hidden /> : <IconAlertTriangle size={16} aria-hidden />}
            <button type="button" onClick={() => onLine(problem.line)}>
              {t("house.flows.problem", { line: problem.line, message: problem.message })}
            </button>
            {problem.hint && <span className="dim">{problem.hint}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
