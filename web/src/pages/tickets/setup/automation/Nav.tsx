import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, NavLink } from "react-router";
import { Parts } from "../Parts";
import styles from "../setup.module.css";
import { useHome } from "./home";

/** Between the parts of the set-up; beside the tickets there are two. */
export function Nav() {
  const { t } = useTranslation();
  const home = useHome();
  if (home !== "/tickets") return <Parts />;
  return (
    <>
      <Link className={styles.toTickets} to="/tickets">
        <IconArrowLeft size={16} aria-hidden />
        {t("tickets.back")}
      </Link>
      <nav className={styles.parts} aria-label={t("ticketAutomation.shelf.parts")}>
        {(["macros", "replies"] as const).map((kind) => (
          <NavLink key={kind} to={`/tickets/${kind}`}>
            {t(`ticketAutomation.${kind}.tab`)}
          </NavLink>
        ))}
      </nav>
    </>
  );
}
