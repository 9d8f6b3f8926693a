import { useQuery, useQueryClient } from "@tanstack/react-query";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { get } from "../../lib/api";
import { Button, Card, Notice, Page } from "./kit";
import { Loaded } from "./Loaded";
import { own, useMoment, useSending } from "./session";
import type { Consent } from "./types";

const CONSENTS = own("consents");

interface List {
  items: Consent[];
}

export default function Consents() {
  const { t } = useTranslation();
  const consents = useQuery({ queryKey: CONSENTS, queryFn: () => get<List>("/portal/consents") });
  return (
    <Page title={t("portal.area.consents")} lead={t("portal.consents.lead")} back narrow>
      <Loaded query={consents}>
        {({ items }) =>
          items.length === 0 ? <p className="dim">{t("portal.consents.none")}</p> : items.map((each) => <One key={each.kind} consent={each} />)
        }
      </Loaded>
    </Page>
  );
}

function One({ consent }: { consent: Consent }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const queries = useQueryClient();
  const form = useSending();
  const set = async (given: boolean) => {
    const body = { given, version: given ? consent.version : "" };
    const done = await form.send<List>("PUT", `/portal/consents/${encodeURIComponent(consent.kind)}`, body);
    if (done) queries.setQueryData(CONSENTS, done.value);
    // Its words may have changed meanwhile; they are read again.
    else await queries.invalidateQueries({ queryKey: CONSENTS });
  };
  return (
    <Card title={consent.title}>
      {consent.text && <p className="p-text">{consent.text}</p>}
      {consent.given !== null && (
        <p className="row wrap">
          <span className="mark" data-tone={consent.given ? "green" : "grey"}>
            {consent.given ? <IconCircleCheck size={15} aria-hidden /> : <IconCircleX size={15} aria-hidden />}
            {t(consent.given ? "portal.consents.given" : "portal.consents.withdrawn")}
          </span>
          {consent.at && <span className="dim small">{moment(consent.at)}</span>}
        </p>
      )}
      {consent.outdated && consent.text && <Notice tone="amber">{t("portal.consents.outdated")}</Notice>}
      {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
      <div className="p-buttons">
        {consent.text && (!consent.given || consent.outdated) && (
          <Button busy={form.busy} aria-label={t("portal.consents.giveOf", { title: consent.title })} onClick={() => void set(true)}>
            {t("portal.consents.give")}
          </Button>
        )}
        {consent.given !== false && (
          <Button
            tone="plain"
            busy={form.busy}
            aria-label={t(consent.given ? "portal.consents.withdrawOf" : "portal.consents.declineOf", { title: consent.title })}
            onClick={() => void set(false)}
          >
            {t(consent.given ? "portal.consents.withdraw" : "portal.consents.decline")}
          </Button>
        )}
      </div>
    </Card>
  );
}

