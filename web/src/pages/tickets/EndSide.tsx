import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { ticketPath, TICKETS } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { request } from "../../lib/api";
import type { Side } from "../../lib/tickets/types";
import { useHere } from "./context";
import { useSideWords } from "./SideFields";

/** Asks before the link of whom it asks from outside opens nothing any more. */
export function EndSide({ side }: { side: Side }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const client = useQueryClient();
  const problemText = useProblemText();
  const words = useSideWords();
  const [asking, setAsking] = useState(false);
  const end = useMutation({
    mutationFn: () => request<Side>("POST", `${ticketPath(ticket.id)}/sides/${encodeURIComponent(side.id)}/end`),
    onSuccess: async () => {
      setAsking(false);
      await client.invalidateQueries({ queryKey: [TICKETS, "one"] });
    },
  });
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
        {t("tickets.side.end")}
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t("tickets.side.endTitle")} closeButtonProps={{ "aria-label": t("common.close") }}>
        <div className="stack">
          <p>{t("tickets.side.endText", { who: words(side) })}</p>
          {end.error && <Sentence tone="red">{t("tickets.notChanged", { detail: problemText(end.error) })}</Sentence>}
          <div className="row">
            <span className="grow" />
            <Button variant="default" onClick={() => setAsking(false)}>
              {t("common.cancel")}
            </Button>
            <Button loading={end.isPending} onClick={() => end.mutate()}>
              {t("tickets.side.endGo")}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}
