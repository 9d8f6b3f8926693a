import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Refused, TARGETS } from "../../lib/customer-import";
import type { CustomField } from "../../lib/customers";
import own from "./import.module.css";

const SHOWN = 100;

/** The server's path of a field in words. */
function useFieldWord(fields: readonly CustomField[]): (path: string) => string {
  const { t } = useTranslation();
  return (path) => {
    if (path.startsWith("fields.")) return fields.find((field) => `fields.${field.id}` === path)?.name ?? path;
    if (path.startsWith("identities")) return t("customers.import.reached");
    if (path.startsWith("addresses")) return t("customers.addresses");
    const target = TARGETS.find((each) => each === path.split(".")[0]);
    return target ? t(`customers.import.targets.${target}`) : path;
  };
}

/** Line by line what was not taken, and why. */
export function RefusedLines({ refused, fields }: { refused: readonly Refused[]; fields: readonly CustomField[] }) {
  const { t } = useTranslation();
  const word = useFieldWord(fields);
  const [shown, setShown] = useState(SHOWN);
  return (
    <>
      <div className={own.scroll} tabIndex={0} role="region" aria-label={t("customers.import.problems")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="num">
                {t("customers.import.line")}
              </th>
              <th scope="col" className={own.cell}>
                {t("customers.import.what")}
              </th>
              <th scope="col">{t("customers.import.where")}</th>
              <th scope="col">{t("customers.import.reason")}</th>
            </tr>
          </thead>
          <tbody>
            {refused.slice(0, shown).map((each, index) => (
              <tr key={index}>
                <td className="num">{each.row.line}</td>
                <td className={own.cell}>{each.row.cells.filter(Boolean).slice(0, 2).join(", ")}</td>
                <td>{word(each.field)}</td>
                <td className={own.reason}>{each.problem}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {refused.length > shown && (
        <div>
          <Button variant="default" onClick={() => setShown(shown + SHOWN)}>
            {t("customers.import.more", { count: Math.min(SHOWN, refused.length - shown) })}
          </Button>
        </div>
      )}
    </>
  );
}
