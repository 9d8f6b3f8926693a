import "../../../i18n/telephony";
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { WholeFile } from "../../../components/import/WholeFile";
import { Sentence } from "../../../components/Sentence";
import { may, useMe } from "../../../hooks/session";
import { passwordsTable, type TelephonesTaken } from "../../../lib/admin/telephony";
import { save } from "../../../lib/api";
import NotFound from "../../NotFound";

const MOST_SIGNS = 900_000;

export function ImportTelephones() {
  const { t } = useTranslation();
  const [owed, setOwed] = useState(false);
  const allowed = may(useMe(), "telephones.manage");
  const blocker = useBlocker(({ currentLocation, nextLocation }) => owed && currentLocation.pathname !== nextLocation.pathname);
  const keep = (taken: TelephonesTaken) => {
    save(new Blob([passwordsTable(taken)], { type: "text/csv;charset=utf-8" }), "telephone-passwords.csv");
    setOwed(false);
  };
  if (!allowed) return <NotFound />;
  return (
    <WholeFile<TelephonesTaken>
      title={t("telephony.import.title")}
      lead={t("telephony.import.lead")}
      back={{ to: "/admin/telephones", word: t("admin.area.telephones") }}
      path="/telephones/import"
      mostSigns={MOST_SIGNS}
      subject={t("telephony.telephones.username")}
      good={(taken) => taken.added + taken.changed}
      sentence={(taken) => t(taken.applied ? "telephony.import.done" : "telephony.import.would", { added: taken.added, changed: taken.changed })}
      applyWord={(count) => t("telephony.import.apply", { count })}
      lines={(taken) =>
        taken.items.map(({ line, username, what, field, problem }) => ({
          line,
          subject: username,
          field: problem === null ? null : field,
          verdict: what ? t(`telephony.import.what.${what}`) : (problem ?? ""),
          wrong: problem !== null,
        }))
      }
      locked={() => owed}
      onApplied={(taken) => setOwed(taken.added > 0)}
      notice={
        blocker.state === "blocked" && (
          <Sentence
            tone="amber"
            action={
              <span className="row wrap">
                <Button size="compact-sm" variant="default" onClick={() => blocker.proceed()}>
                  {t("admin.leave.go")}
                </Button>
                <Button size="compact-sm" autoFocus onClick={() => blocker.reset()}>
                  {t("admin.leave.stay")}
                </Button>
              </span>
            }
          >
            {t("telephony.import.leave")}
          </Sentence>
        )
      }
      after={(taken) =>
        taken.applied &&
        taken.added > 0 && (
          <Sentence
            tone="amber"
            action={
              <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={() => keep(taken)}>
                {t("telephony.import.passwords")}
              </Button>
            }
          >
            {t("telephony.import.once")}
          </Sentence>
        )
      }
    />
  );
}
