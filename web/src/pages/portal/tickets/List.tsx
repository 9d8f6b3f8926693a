import { useInfiniteQuery } from "@tanstack/react-query";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { get } from "../../../lib/api";
import { ButtonLink, Page } from "../kit";
import { Listing } from "../Listing";
import { own, useMoment } from "../session";
import type { RequestPage, RequestRow, Step } from "./types";

const STATES = ["all", "open", "done"] as const;
const TONES: Record<Step, string> = { received: "grey", working: "blue", answered: "amber", solved: "green" };

export function List() {
  const { t } = useTranslation();
  const [state, setState] = useState<(typeof STATES)[number]>("all");
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim());
  const list = useInfiniteQuery({
    queryKey: own("tickets", state, q),
    queryFn: ({ pageParam, signal }) => get<RequestPage>("/portal/tickets", { state, q, cursor: pageParam, limit: 20 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  const some = list.data?.pages.some((page) => page.items.length > 0) ?? false;
  const searching = state !== "all" || q !== "";
  return (
    <Page title={t("portal.area.tickets")} lead={t("portal.tickets.lead")} back>
      <div className="p-buttons">
        <ButtonLink to="new">
          <IconPlus size={18} aria-hidden />
          {t("portal.tickets.new")}
        </ButtonLink>
      </div>
      {(some || searching) && (
        <div className="pt-filter">
          <div className="p-field pt-search">
            <IconSearch size={18} aria-hidden />
            <input
              type="search"
              aria-label={t("portal.tickets.search")}
              placeholder={t("portal.tickets.search")}
              value={typed}
              maxLength={200}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
          <div className="p-field">
            <select aria-label={t("portal.tickets.state")} value={state} onChange={(event) => setState(event.currentTarget.value as typeof state)}>
              {STATES.map((each) => (
                <option key={each} value={each}>
                  {t(`portal.tickets.states.${each}`)}
                </option>
              ))}
            </select>
          </div>
        </div>
      )}
      <Listing list={list} className="pt-rows" more={t("portal.tickets.more")} empty={<p>{t(searching ? "portal.tickets.notFound" : "portal.tickets.none")}</p>}>
        {(row) => <Row key={row.id} row={row} />}
      </Listing>
    </Page>
  );
}

function Row({ row }: { row: RequestRow }) {
  const { t } = useTranslation();
  const moment = useMoment();
  return (
    <li>
      <div className="grow">
        <Link to={row.number}>{row.subject || row.number}</Link>
        <p className="dim small">
          {row.number} · <time dateTime={row.last_at}>{moment(row.last_at)}</time>
        </p>
      </div>
      <span className="mark" data-tone={TONES[row.step]}>
        {row.waits ? t("portal.tickets.yourTurn") : t(`portal.tickets.step.${row.step}`)}
      </span>
    </li>
  );
}
