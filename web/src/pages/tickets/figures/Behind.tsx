import { Button, CloseButton } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Loading } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import { Ago } from "../../../components/Times";
import { useBehind } from "../../../hooks/ticket-figures";
import { useProblemText } from "../../../hooks/words";
import type { Asked, Figures, Slice } from "../../../lib/tickets/figures";
import { listPath } from "../../../lib/tickets/list";
import { StateMark } from "../parts";
import styles from "./figures.module.css";
import { useGroupName, usePeriodName } from "./words";

interface BehindProps {
  asked: Asked;
  figures: Figures;
  slice: Slice;
  onClose: () => void;
}

/** The tickets that a number is made of, newest first. */
export function Behind({ asked, figures, slice, onClose }: BehindProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const behind = useBehind(asked, slice);
  const heading = useRef<HTMLHeadingElement>(null);
  const periodName = usePeriodName(asked);
  const groupName = useGroupName(asked.by);
  useEffect(() => {
    heading.current?.focus();
    heading.current?.scrollIntoView({ block: "nearest" });
  }, [slice]);
  const period = figures.periods.find((each) => each.first === slice.period);
  const group = slice.group === null ? undefined : figures.groups.find((each) => each.key === slice.group);
  const part = period ? periodName(period) : group ? groupName(group) : null;
  const figure = t(`ticketFigures.behind.figure.${slice.figure}`);
  const rows = behind.data?.pages.flatMap((page) => page.items) ?? [];
  const conditions = behind.data?.pages[0]?.conditions;
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-labelledby="figures-behind" onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <div className="row wrap">
        <h2 id="figures-behind" className="grow" ref={heading} tabIndex={-1}>
          {part ? t("ticketFigures.behind.of", { figure, part }) : figure}
        </h2>
        {conditions && <Link to={listPath(conditions)}>{t("ticketFigures.behind.list")}</Link>}
        <CloseButton aria-label={t("ticketFigures.behind.close")} onClick={onClose} />
      </div>
      {behind.isPending && <Loading bars={[160]} />}
      {behind.isError && (
        <NotLoaded query={behind}>{t("ticketFigures.behind.failed", { detail: problemText(behind.error) })}</NotLoaded>
      )}
      {(slice.figure === "resolved" || slice.figure === "reopened") && <p className="dim small">{t("ticketFigures.behind.once")}</p>}
      {behind.data && rows.length === 0 && <p className="dim">{t("ticketFigures.behind.empty")}</p>}
      {rows.length > 0 && (
        <>
          <ul className={styles.tickets}>
            {rows.map((row) => (
              <li key={row.id}>
                <Link to={`/tickets/${row.number}`}>{row.number}</Link>
                <span className={styles.subject}>{row.subject || t("common.none")}</span>
                <StateMark state={row.state} of={row.state_class} plain />
                <span className="dim">{row.assignee?.name ?? t("tickets.nobody")}</span>
                <span className="dim">
                  <Ago at={row.made_at} />
                </span>
              </li>
            ))}
          </ul>
          <div className="row wrap">
            <span className="dim small grow" role="status">
              {t("ticketFigures.behind.shown", { count: rows.length })}
            </span>
            {behind.hasNextPage && (
              <Button variant="default" size="xs" loading={behind.isFetchingNextPage} onClick={() => void behind.fetchNextPage()}>
                {t("tickets.list.more")}
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  );
}
