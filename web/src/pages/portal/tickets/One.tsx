import { useQuery, useQueryClient } from "@tanstack/react-query";
import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { download, get, Problem, request } from "../../../lib/api";
import { ButtonLink, Notice, Page } from "../kit";
import { Loaded } from "../Loaded";
import { own } from "../session";
import { Detail } from "./Detail";
import type { Answering, RequestOut, Way } from "./types";

const LOOK_AGAIN_MS = 30_000;

export function One() {
  const { t } = useTranslation();
  const { number = "" } = useParams();
  const queries = useQueryClient();
  const key = own("ticket", number);
  const path = `/portal/tickets/${encodeURIComponent(number)}`;
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<RequestOut>(path, {}, signal),
    refetchInterval: LOOK_AGAIN_MS,
    refetchOnWindowFocus: true,
  });
  const change = (now: RequestOut) => {
    queries.setQueryData(key, now);
    void queries.invalidateQueries({ queryKey: own("tickets") });
  };
  if (query.error instanceof Problem && query.error.status === 404)
    return (
      <Page title={t("portal.tickets.missing")} narrow>
        <div className="p-buttons">
          <ButtonLink to="/tickets">{t("portal.area.tickets")}</ButtonLink>
        </div>
      </Page>
    );
  return (
    <Page title={query.data?.subject || number} narrow>
      <Link to="/tickets" className="pt-up">
        <IconArrowLeft size={18} aria-hidden />
        {t("portal.area.tickets")}
      </Link>
      <Loaded query={query}>
        {(shown) => (
          <>
            {shown.joined && (
              <Notice tone="grey">
                {t("portal.tickets.joined")} <Link to={`/tickets/${encodeURIComponent(shown.joined.name)}`}>{shown.joined.name}</Link>
              </Notice>
            )}
            <Detail key={shown.id} shown={shown} way={wayTo(path, "/portal/ticket-files")} onChange={change} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** `files`: where they are taken. */
export function wayTo(path: string, files: string): Way {
  return {
    ...answeringAt<RequestOut>(path, files),
    confirm: () => request<RequestOut>("POST", `${path}/confirmation`),
    reopen: () => request<RequestOut>("POST", `${path}/reopening`),
  };
}

export function answeringAt<T>(path: string, files: string): Answering<T> {
  const file = (id: string) => `${path}/attachments/${id}`;
  return {
    say: (text, attachments, key) => request<T>("POST", `${path}/messages`, { body: { text, attachments }, key }),
    download: ({ id }) => download(file(id)),
    picture: ({ id, media_type }) => (media_type.startsWith("image/") && media_type !== "image/heic" ? `/api/v1${file(id)}/thumbnail` : null),
    files,
  };
}
