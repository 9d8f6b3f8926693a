import { IconArchive, IconArrowLeft } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink } from "react-router";
import areas from "../../admin/areas/areas.module.css";
import { SwitchField } from "../../../components/admin/Fields";
import type { FormSection } from "../../../components/admin/FormPage";
import { Mark } from "../../../components/Mark";
import type { Kind } from "../../../lib/tickets/setup";
import styles from "./setup.module.css";

const KINDS: readonly Kind[] = ["types", "states", "categories", "fields", "policies"];
const AUTOMATION = ["rules", "recurrences", "macros", "replies", "webhooks"] as const;

/** Between the parts of the set-up. */
export function Parts() {
  const { t } = useTranslation();
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow page the tab that is open may stand outside it.
    const open = tabs.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (open && tabs.current) tabs.current.scrollLeft = open.offsetLeft - tabs.current.offsetLeft - 16;
  }, []);
  return (
    <>
      <Link className={`${areas.toAreas ?? ""} ${styles.toAreas ?? ""}`} to="/admin">
        <IconArrowLeft size={16} aria-hidden />
        {t("nav.admin")}
      </Link>
      <nav ref={tabs} className={styles.parts} aria-label={t("ticketSetUp.parts")}>
        {KINDS.map((kind) => (
          <NavLink key={kind} to={`/admin/tickets/${kind}`}>
            {t(`ticketSetUp.${kind}.tab`)}
          </NavLink>
        ))}
        {AUTOMATION.map((kind) => (
          <NavLink key={kind} to={`/admin/tickets/${kind}`}>
            {t(`ticketAutomation.${kind}.tab`)}
          </NavLink>
        ))}
        <NavLink to="/admin/tickets/suggestions">{t("ticketSuggestions.tab")}</NavLink>
      </nav>
    </>
  );
}

export function RetiredMark() {
  const { t } = useTranslation();
  return (
    <Mark icon={IconArchive} tone="grey">
      {t("ticketSetUp.list.retired")}
    </Mark>
  );
}

/** Whether a thing can still be chosen. */
export function useRetireSection(): (value: boolean, set: (retired: boolean) => void) => FormSection {
  const { t } = useTranslation();
  return (value, set) => ({
    id: "retire",
    title: t("ticketSetUp.retire.section"),
    paths: ["retired"],
    content: <SwitchField path="retired" label={t("ticketSetUp.retire.label")} description={t("ticketSetUp.retire.hint")} value={value} onChange={set} />,
  });
}
