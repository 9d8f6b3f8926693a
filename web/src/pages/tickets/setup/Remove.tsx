import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Danger } from "../../../components/admin/Danger";
import { useWriteSetUp } from "../../../hooks/ticket-setup";
import type { Kind, TicketSetUp } from "../../../lib/tickets/setup";
import { holds, usesOf } from "../../../lib/tickets/uses";

interface RemoveProps {
  kind: Exclude<Kind, "policies" | "categories">;
  row: { id: string; name: string };
  all: TicketSetUp;
  leaving: { current: boolean };
}

/** Who names it, and then by name; that tickets name it the server says. */
export function Remove({ kind, row, all, leaving }: RemoveProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const write = useWriteSetUp();
  const uses = usesOf(all, kind, row.id);
  return (
    <>
      <Danger
        name={row.name}
        word={t(`ticketSetUp.${kind}.delete`)}
        held={uses.some(holds)}
        usedBy={uses.map((use) => (
          <Link key={`${use.how}-${use.id}`} to={`/admin/tickets/${use.kind}/${encodeURIComponent(use.id)}`}>
            {t(`ticketSetUp.used.${use.how}`, { name: use.name })}
          </Link>
        ))}
        onDelete={() => write.remove(kind, row.id, { leaving }, () => void navigate(`/admin/tickets/${kind}`))}
      />
      <p className="dim small">{t("ticketSetUp.used.tickets")}</p>
    </>
  );
}
