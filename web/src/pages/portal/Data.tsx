import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download, get } from "../../lib/api";
import { Ask, Button, Card, Notice, Page } from "./kit";
import { Loaded } from "./Loaded";
import { own, useMoment, useProblemText, useSending } from "./session";
import type { DataRequest } from "./types";

const REQUESTS = own("data-requests");
const OPEN = new Set(["asked", "working"]);
const AGAIN_MS = 5000;

interface List {
  items: DataRequest[];
}

export default function Data() {
  const { t } = useTranslation();
  const requests = useQuery({
    queryKey: REQUESTS,
    queryFn: () => get<List>("/portal/data-requests"),
    refetchInterval: (query) => (query.state.data?.items.some((each) => each.state === "working") ? AGAIN_MS : false),
  });
  return (
    <Page title={t("portal.area.data")} lead={t("portal.areaText.data")} back narrow>
      <Loaded query={requests}>
        {({ items }) => (
          <>
            <Wish kind="export" items={items} />
            <Wish kind="erase" items={items} />
            {items.length > 0 && <Asked items={items} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Wish({ kind, items }: { kind: DataRequest["kind"]; items: DataRequest[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const form = useSending();
  const open = items.some((each) => each.kind === kind && OPEN.has(each.state));
  const ask = async () => {
    setAsking(false);
    const done = await form.send<List>("POST", "/portal/data-requests", { kind });
    if (done) queries.setQueryData(REQUESTS, done.value);
  };
  return (
    <Card title={t(`portal.data.${kind}.title`)}>
      <p>{t(`portal.data.${kind}.text`)}</p>
      {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
      {open ? (
        <p className="dim">{t("portal.data.open")}</p>
      ) : (
        <div className="p-buttons">
          <Button tone={kind === "erase" ? "danger" : "plain"} busy={form.busy} onClick={() => (kind === "erase" ? setAsking(true) : void ask())}>
            {t(`portal.data.${kind}.ask`)}
          </Button>
        </div>
      )}
      <Ask open={asking} title={t("portal.data.erase.title")} onClose={() => setAsking(false)}>
        <p>{t("portal.data.erase.sure")}</p>
        <div className="p-buttons">
          <Button tone="danger" onClick={() => void ask()}>
            {t("portal.data.erase.ask")}
          </Button>
          <Button tone="plain" onClick={() => setAsking(false)}>
            {t("portal.cancel")}
          </Button>
        </div>
      </Ask>
    </Card>
  );
}

const TONES = { asked: "amber", working: "blue", done: "green", expired: "grey", refused: "red", withdrawn: "grey", failed: "red" };

function Asked({ items }: { items: DataRequest[] }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const queries = useQueryClient();
  const form = useSending();
  const withdraw = async (id: string) => {
    const done = await form.send<List>("DELETE", `/portal/data-requests/${id}`);
    if (done) queries.setQueryData(REQUESTS, done.value);
  };
  return (
    <Card title={t("portal.data.asked")}>
      <ul className="p-list">
        {items.map((each) => (
          <li key={each.id}>
            <div className="grow">
              <p className="row wrap">
                <span className="p-value">{t(`portal.data.${each.kind}.title`)}</span>
                <span className="mark" data-tone={TONES[each.state]}>
                  {t(`portal.data.state.${each.state}`)}
                </span>
              </p>
              <p className="dim small">{moment(each.asked_at)}</p>
              {each.answer && <p className="p-text">{each.answer}</p>}
            </div>
            {each.state === "asked" && (
              <Button tone="plain" busy={form.busy} onClick={() => void withdraw(each.id)}>
                {t("portal.data.withdraw")}
              </Button>
            )}
            {each.download && <Download id={each.id} />}
          </li>
        ))}
      </ul>
      {form.trouble && <Notice tone="red">{form.trouble}</Notice>}
    </Card>
  );
}

function Download({ id }: { id: string }) {
  const { t } = useTranslation();
  const text = useProblemText();
  const go = useMutation({ mutationFn: () => download(`/portal/data-requests/${id}/download`) });
  return (
    <>
      <Button tone="plain" busy={go.isPending} onClick={() => go.mutate()}>
        <IconDownload size={18} aria-hidden />
        {t("portal.data.download")}
      </Button>
      {go.isError && <Notice tone="red">{text(go.error)}</Notice>}
    </>
  );
}
