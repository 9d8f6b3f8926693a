import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { ticketPath } from "../../hooks/tickets";
import { useProblemText } from "../../hooks/words";
import { request } from "../../lib/api";
import { useHere } from "./context";

/** Asks before the customer's links end, and says when they have. */
export function WithdrawDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { ticket } = useHere();
  const problemText = useProblemText();
  const withdraw = useMutation({ mutationFn: () => request<undefined>("DELETE", `${ticketPath(ticket.id)}/tracking-link`) });
  return (
    <Modal opened onClose={onClose} title={t("tickets.withdraw.act")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <div className="stack">
        {withdraw.isSuccess ? <Sentence tone="green">{t("tickets.withdraw.done")}</Sentence> : <p>{t("tickets.withdraw.text")}</p>}
        {withdraw.error && <Sentence tone="red">{t("tickets.notChanged", { detail: problemText(withdraw.error) })}</Sentence>}
        <div className="row">
          <span className="grow" />
          <Button variant="default" onClick={onClose}>
            {t(withdraw.isSuccess ? "common.close" : "common.cancel")}
          </Button>
          {!withdraw.isSuccess && (
            <Button loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
              {t("tickets.withdraw.go")}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}
