import "../../../i18n/setup";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { WholeFile } from "../../../components/import/WholeFile";
import { may, useMe } from "../../../hooks/session";
import type { ImportResult } from "../../../lib/admin/people";
import NotFound from "../../NotFound";

const MOST_SIGNS = 5_000_000;

/** The server's paths in words. */
const FIELDS: Record<string, (t: TFunction) => string> = {
  email: (t) => t("setup.people.email"),
  roles: (t) => t("admin.area.roles"),
  teams: (t) => t("admin.area.teams"),
};

export function Import() {
  const { t } = useTranslation();
  if (!may(useMe(), "users.manage")) return <NotFound />;
  return (
    <WholeFile<ImportResult>
      title={t("setup.import.title")}
      lead={t("setup.import.lead")}
      back={{ to: "/admin/people", word: t("admin.area.people") }}
      path="/users/import"
      mostSigns={MOST_SIGNS}
      subject={t("setup.people.email")}
      good={(result) => result.good}
      sentence={(result) => t(result.applied ? "setup.import.done" : "setup.import.good", { count: result.good })}
      applyWord={(count) => t("setup.import.apply", { count })}
      lines={(result) =>
        result.rows.map(({ line, email, field, problem }) => ({
          line,
          subject: email,
          field: FIELDS[field?.split(".")[0] ?? ""]?.(t) ?? field,
          verdict: problem ?? t("setup.import.fits"),
          wrong: problem !== null,
        }))
      }
    />
  );
}
