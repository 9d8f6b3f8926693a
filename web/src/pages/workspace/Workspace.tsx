import { SegmentedControl, Splitter, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PageSkeleton } from "../../components/PageSkeleton";
import { useDesk, type Desk } from "../../hooks/desk";
import { useTitle } from "../../hooks/title";
import type { OfferRow, WorkRow } from "../../lib/contract";
import { kept } from "../../lib/store";
import { Context } from "./Context";
import { Conversation } from "./Conversation";
import { Inbox } from "./Inbox";
import { useOfferNotice } from "./notice";
import styles from "./workspace.module.css";

const NARROW = "(max-width: 61.99em)";

export default function Workspace() {
  const { t } = useTranslation();
  useTitle(t("workspace.title"));
  const desk = useDesk();
  useOfferNotice(desk?.offers ?? []);
  const [chosen, setChosen] = useState<string | null>(null);
  const narrow = useMediaQuery(NARROW, window.matchMedia(NARROW).matches, { getInitialValueInEffect: false });
  if (!desk || desk.status === "loading") return <PageSkeleton />;
  const selected = desk.work.find((row) => row.id === chosen) ?? desk.call ?? desk.work[0] ?? null;
  const parts = { desk, selected, about: selected ?? desk.offers.find((offer) => !offer.ticket) ?? null, onSelect: setChosen };
  return (
    <>
      <VisuallyHidden component="h1">{t("workspace.title")}</VisuallyHidden>
      {narrow ? <Tabs {...parts} /> : <Columns {...parts} />}
    </>
  );
}

interface Parts {
  desk: Desk;
  selected: WorkRow | null;
  about: WorkRow | OfferRow | null;
  onSelect: (id: string) => void;
}

const SIZES_KEY = "cc-workspace-columns";

type Pixels = `${number}px`;

function keptSizes(): [Pixels, Pixels] {
  const sizes = /^(\d{3})px (\d{3})px$/.exec(kept.get(SIZES_KEY) ?? "");
  return sizes ? [`${Number(sizes[1])}px`, `${Number(sizes[2])}px`] : ["320px", "340px"];
}

function Columns({ desk, selected, about, onSelect }: Parts) {
  const { t } = useTranslation();
  const [[first, last]] = useState(keptSizes);
  return (
    <Splitter
      className={styles.columns ?? ""}
      lineSize={1}
      handleColor="var(--cc-line)"
      withHandle={false}
      step="16px"
      onResizeEnd={(_, sizes) => {
        const pixels = (size: unknown) => `${Math.round(parseFloat(String(size)))}px`;
        kept.set(SIZES_KEY, `${pixels(sizes[0])} ${pixels(sizes[2])}`);
      }}
    >
      <Splitter.Pane defaultSize={first} min="260px" max="480px">
        <section className={styles.column} aria-label={t("workspace.inbox")}>
          <Inbox desk={desk} selected={selected} onSelect={onSelect} />
        </section>
      </Splitter.Pane>
      <Splitter.Pane defaultSize="100%" min={30}>
        {/* It scrolls: whoever has no pointer reaches it by Tab. */}
        <section className={styles.middle} aria-label={t("workspace.conversation")} tabIndex={0}>
          <Conversation desk={desk} selected={selected} />
        </section>
      </Splitter.Pane>
      <Splitter.Pane defaultSize={last} min="260px" max="560px">
        <section className={styles.column} aria-label={t("workspace.context")}>
          <Context about={about} />
        </section>
      </Splitter.Pane>
    </Splitter>
  );
}

type Tab = "inbox" | "conversation" | "context";

function Tabs({ desk, selected, about, onSelect }: Parts) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>(selected ? "conversation" : "inbox");
  const offerId = desk.offers[0]?.id;
  const workId = selected?.id;
  // What has just begun comes to the front: the ringing offer, then the call it became.
  const [seen, setSeen] = useState({ offerId, workId });
  if (seen.offerId !== offerId || seen.workId !== workId) {
    setSeen({ offerId, workId });
    if (offerId && offerId !== seen.offerId) setTab("inbox");
    else if (workId !== seen.workId) setTab(workId ? "conversation" : "inbox");
  }
  return (
    <div className={styles.tabs}>
      <div className={styles.tabBar}>
        <SegmentedControl
          fullWidth
          aria-label={t("workspace.columns")}
          value={tab}
          onChange={(value) => setTab(value)}
          data={(["inbox", "conversation", "context"] as const).map((value) => ({
            value,
            label: t(`workspace.${value}`),
          }))}
        />
      </div>
      <section className={styles.column} aria-label={t(`workspace.${tab}`)}>
        {tab === "inbox" && <Inbox desk={desk} selected={selected} onSelect={onSelect} />}
        {tab === "conversation" && <Conversation desk={desk} selected={selected} />}
        {tab === "context" && <Context about={about} />}
      </section>
    </div>
  );
}
