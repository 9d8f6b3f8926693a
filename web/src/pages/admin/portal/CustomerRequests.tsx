import { Button, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconArrowBack, IconCircleCheck, IconCircleX, IconClock, type Icon } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { alike, Loading } from "../../../components/Loading";
import styles from "../../../components/admin/admin.module.css";
import { Mark, type Tone } from "../../../components/Mark";
import { Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { may, useMe } from "../../../hooks/session";
import { useProblemText } from "../../../hooks/words";
import { get, request } from "../../../lib/api";
import type { CustomerRequest } from "../../../lib/portal-staff";

const KEY = ["portal-requests"];
const STATES: Record<CustomerRequest["state"], { icon: Icon; tone: Tone }> = {
  asked: { icon: IconClock, tone: "amber" },
  approved: { icon: IconCircleCheck, tone: "green" },
  refused: { icon: IconCircleX, tone: "red" },
  withdrawn: { icon: IconArrowBack, tone: "grey" },
};

interface List {
  items: CustomerRequest[];
}

export function CustomerRequests() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => get<List>("/portal-requests", {}, signal) });
  return (
    <section className={`panel ${styles.section ?? ""}`} aria-label={t("portalStaff.requests.title")}>
      <h2>{t("portalStaff.requests.title")}</h2>
      <p className="dim">{t("portalStaff.requests.lead")}</p>
      {query.isPending && <Loading bars={alike(3, 28)} />}
      {query.isError && <Sentence tone="red">{t("portalStaff.requests.failed", { detail: problemText(query.error) })}</Sentence>}
      {query.data?.items.length === 0 && <p className="dim">{t("portalStaff.requests.none")}</p>}
      <div className="stack">
        {query.data?.items.map((each) => (
          <One key={each.id} asked={each} />
        ))}
      </div>
    </section>
  );
}

function One({ asked }: { asked: CustomerRequest }) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const problemText = useProblemText();
  const [deciding, setDeciding] = useState<"approval" | "refusal" | null>(null);
  const [answer, setAnswer] = useState("");
  const [tried, setTried] = useState(false);
  const decide = useMutation({
    mutationFn: (way: "approval" | "refusal") => request<List>("POST", `/portal-requests/${asked.id}/${way}`, { body: { answer } }),
    onSuccess: (list) => {
      queries.setQueryData(KEY, list);
      setDeciding(null);
    },
  });
  const missing = deciding === "refusal" && !answer.trim();
  const what = t(`portalStaff.requests.${asked.kind}`);
  const send = () => {
    setTried(true);
    if (deciding && !missing) decide.mutate(deciding);
  };
  return (
    <div className="stack" style={{ gap: 6, borderTop: "1px solid var(--cc-line)", paddingTop: 12 }}>
      <p className="row wrap">
        <b>{what}</b>
        {asked.customer.id && <Link to={`/customers/${asked.customer.id}`}>{asked.customer.name}</Link>}
        <span className="dim small">{asked.email}</span>
        <Mark {...STATES[asked.state]}>{t(`portalStaff.requests.state.${asked.state}`)}</Mark>
      </p>
      <p className="dim small">
        <Ago at={asked.asked_at} /> {asked.by && t("portalStaff.requests.by", { name: asked.by })}
      </p>
      {asked.answer && <p>{asked.answer}</p>}
      {asked.state === "asked" && deciding === null && may(me, asked.kind === "export" ? "privacy.export" : "privacy.erase") && (
        <div className="row wrap">
          {(["approval", "refusal"] as const).map((way) => (
            <Button
              key={way}
              size="compact-sm"
              variant="default"
              aria-label={t(way === "approval" ? "portalStaff.requests.approveOf" : "portalStaff.requests.refuseOf", { what, name: asked.customer.name })}
              onClick={() => setDeciding(way)}
            >
              {t(way === "approval" ? "portalStaff.requests.approve" : "portalStaff.requests.refuse")}
            </Button>
          ))}
        </div>
      )}
      {deciding && (
        <>
          <Textarea
            label={t("portalStaff.requests.answer")}
            autosize
            minRows={2}
            maxLength={2000}
            data-autofocus
            autoFocus
            error={tried && missing && t("portalStaff.requests.answerMissing")}
            value={answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
          />
          <div className="row wrap">
            <Button size="compact-sm" {...(asked.kind === "erase" && deciding === "approval" ? { color: "red.9" } : {})} loading={decide.isPending} onClick={send}>
              {t(deciding === "approval" ? "portalStaff.requests.approve" : "portalStaff.requests.refuse")}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setDeciding(null)}>
              {t("common.cancel")}
            </Button>
          </div>
        </>
      )}
      {decide.isError && <Sentence tone="red">{t("portalStaff.requests.fail", { detail: problemText(decide.error) })}</Sentence>}
    </div>
  );
}
