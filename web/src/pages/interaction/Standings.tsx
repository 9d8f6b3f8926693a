import { Button } from "@mantine/core";
import { IconCheck, IconClock, IconPhoneIncoming, IconX, type Icon } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Mark, type Tone } from "../../components/Mark";
import type { Place, Row } from "../../lib/explain";
import styles from "./why.module.css";

const PLACES: Record<Place, [Icon, Tone]> = {
  chosen: [IconPhoneIncoming, "blue"],
  free: [IconCheck, "green"],
  busy: [IconClock, "amber"],
  unfit: [IconX, "grey"],
};

/** Rows shown at first: a large queue has hundreds. */
const SHOWN = 12;

/** Every member of the queue at one step: chosen, could have had it, or why not. */
export function Standings({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(SHOWN);
  return (
    <div className={styles.standings}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("interactions.agent")}</th>
            <th scope="col">{t("why.stood")}</th>
            <th scope="col">{t("why.whyNot")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map(({ standing, place }) => {
            const [Sign, tone] = PLACES[place];
            return (
              <tr key={standing.agent.id}>
                <td>{standing.agent.name}</td>
                <td>
                  <Mark icon={Sign} tone={tone}>
                    {t(`why.place.${place}`)}
                  </Mark>
                </td>
                <td className="dim">{place === "chosen" ? "" : standing.why_not}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button size="compact-sm" variant="default" onClick={() => setShown(rows.length)}>
          {t("why.more", { count: rows.length - shown })}
        </Button>
      )}
    </div>
  );
}
