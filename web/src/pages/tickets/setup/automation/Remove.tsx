import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Danger } from "../../../../components/admin/Danger";
import { useShelved, type Shelf } from "../../../../hooks/ticket-automation";
import { useHome } from "./home";

/** By name; that a rule or macro calls a webhook the server says. */
export function RemoveShelved({ what, row, usedBy = [], leaving }: { what: Shelf; row: { id: string; name: string }; usedBy?: readonly React.ReactNode[]; leaving: { current: boolean } }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const home = useHome();
  const shelved = useShelved(what);
  return (
    <Danger
      name={row.name}
      word={t(`ticketAutomation.${what}.remove`)}
      usedBy={usedBy}
      held={usedBy.length > 0}
      onDelete={() => shelved.remove(row.id, leaving, () => void navigate(`${home}/${what}`))}
    />
  );
}
