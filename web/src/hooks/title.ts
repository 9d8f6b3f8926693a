import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "./desk";

/** The tab's title; offers that ring are counted in front of it. */
export function useTitle(page: string): void {
  const { t } = useTranslation();
  const count = useDesk()?.offers.length ?? 0;
  useEffect(() => {
    const title = `${page} · ${t("app.name")}`;
    document.title = count > 0 ? t("offer.titleCount", { count, title }) : title;
  }, [t, page, count]);
}
