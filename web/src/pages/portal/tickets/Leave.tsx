import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { Ask, Button } from "../kit";

/** Asks before what is typed is lost. */
export function Leave({ typing }: { typing: boolean }) {
  const { t } = useTranslation();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => typing && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!typing) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [typing]);
  return (
    <Ask open={blocker.state === "blocked"} title={t("portal.leave.title")} onClose={() => blocker.reset?.()}>
      <p>{t("portal.tickets.leave")}</p>
      <div className="p-buttons">
        <Button onClick={() => blocker.reset?.()}>{t("portal.leave.stay")}</Button>
        <Button tone="plain" onClick={() => blocker.proceed?.()}>
          {t("portal.leave.go")}
        </Button>
      </div>
    </Ask>
  );
}
