import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { save } from "../../lib/api";
import type { ImportLine } from "../../lib/import-report";
import styles from "./import.module.css";

const SHOWN = 100;

interface ImportLinesProps {
  /** What is wrong comes first, for that has to be looked at. */
  lines: readonly ImportLine[];
  /** What the second column shows of each line. */
  subject: string;
}

/** Line by line what becomes of it, and why not. */
export function ImportLines({ lines, subject }: ImportLinesProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(SHOWN);
  return (
    <>
      <div className={`panel ${styles.lines ?? ""}`} tabIndex={0} role="region" aria-label={t("imports.lines")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="num">
                {t("imports.line")}
              </th>
              <th scope="col" className={styles.subject}>
                {subject}
              </th>
              <th scope="col">{t("imports.verdict")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, shown).map((each, index) => (
              <tr key={index}>
                <td className="num">{each.line}</td>
                <td className={styles.subject}>{each.subject || t("common.none")}</td>
                <td className={each.wrong ? styles.wrong : undefined}>{[each.field, each.verdict].filter(Boolean).join(": ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lines.length > shown && (
        <div>
          <Button variant="default" onClick={() => setShown(shown + SHOWN)}>
            {t("imports.more", { count: Math.min(SHOWN, lines.length - shown) })}
          </Button>
        </div>
      )}
    </>
  );
}

/** The lines that stay out, as a file to be mended and brought in again. */
export function ReportButton({ text, name }: { text: () => string; name: string }) {
  const { t } = useTranslation();
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => save(new Blob([text()], { type: "text/csv" }), `${name.replace(/\.\w+$/, "")}-${t("imports.reportName")}.csv`)}
    >
      {t("imports.report")}
    </Button>
  );
}

