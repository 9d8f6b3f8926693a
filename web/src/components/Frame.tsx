import { Button } from "@mantine/core";
import { IconAlertTriangle, IconFlask, IconHeadset, IconInfoCircle, IconLayoutDashboard, IconMessages, IconPlugConnectedX, IconSettings, IconTicket, IconUsers } from "@tabler/icons-react";
import { Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet, useLocation } from "react-router";
import { useSetUpChanges } from "../hooks/changes";
import { useBranding } from "../hooks/house";
import { useConnection, useRows, useStore, useTopic } from "../hooks/live";
import { microphoneTrouble } from "../hooks/offer";
import { ADMIN, may, useMe } from "../hooks/session";
import type { NoticeRow } from "../lib/contract";
import { live } from "../lib/socket";
import { Bell } from "./Bell";
import styles from "./frame.module.css";
import { PageSkeleton } from "./PageSkeleton";
import { PhoneBar } from "./PhoneBar";
import { ProfileMenu } from "./ProfileMenu";
import { StateSelector, useSetPresence } from "./StateSelector";
import { Ago } from "./Times";

export function Frame() {
  const { t } = useTranslation();
  const me = useMe();
  // A page that is on its way leaves the one before in its place: this tells which of them it is.
  const { pathname } = useLocation();
  useSetUpChanges();
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {t("app.skip")}
      </a>
      <Rail />
      <header className={styles.bar}>
        {may(me, "work.take") && <StateSelector />}
        <div className="grow" />
        <PhoneBar />
        <Bell />
        <ProfileMenu />
      </header>
      <div className={styles.notes}>
        <ConnectionNote />
        {may(me, "work.take") && <MicrophoneNote />}
        {may(me, "system.view") && <SystemNotes />}
      </div>
      <main id="content" tabIndex={-1} className={styles.main} data-path={pathname}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

function Rail() {
  const { t } = useTranslation();
  const me = useMe();
  const link = (to: string, icon: ReactNode, word: string) => (
    <NavLink to={to} className={styles.link ?? ""}>
      {icon}
      {word}
    </NavLink>
  );
  return (
    <nav className={styles.rail} aria-label={t("nav.label")}>
      <Brand />
      {may(me, "work.take") && link("/workspace", <IconHeadset size={22} aria-hidden />, t("nav.workspace"))}
      {may(me, "interactions.view", "interactions.view_own") &&
        link("/interactions", <IconMessages size={22} aria-hidden />, t("nav.interactions"))}
      {may(me, "customers.view") && link("/customers", <IconUsers size={22} aria-hidden />, t("nav.customers"))}
      {may(me, "tickets.view") && link("/tickets", <IconTicket size={22} aria-hidden />, t("nav.tickets"))}
      {may(me, "wallboard.view") && link("/live", <IconLayoutDashboard size={22} aria-hidden />, t("nav.live"))}
      {may(me, "simulations.run") && link("/whatif", <IconFlask size={22} aria-hidden />, t("nav.whatif"))}
      {may(me, ...ADMIN) && link("/admin", <IconSettings size={22} aria-hidden />, t("nav.admin"))}
    </nav>
  );
}

/** The house's logo; without one the product's sign. */
function Brand() {
  const { t } = useTranslation();
  const branding = useBranding();
  const name = branding?.name || t("app.name");
  if (branding?.logo) return <img className={styles.logo} src={branding.logo.url} alt={name} title={name} />;
  return <img className={styles.brand} src="/icon.svg" width={36} height={36} alt={name} title={name} />;
}

function ConnectionNote() {
  const { t } = useTranslation();
  const { status, attempt } = useConnection();
  return (
    <div role="status">
      {status === "lost" && (
        <div className={styles.note}>
          <IconPlugConnectedX size={18} aria-hidden />
          <span className="grow">{attempt > 0 ? t("frame.lostAttempt", { attempt }) : t("frame.lost")}</span>
          <Button size="compact-sm" variant="default" onClick={() => live.retryNow()}>
            {t("frame.retryNow")}
          </Button>
        </div>
      )}
    </div>
  );
}

function MicrophoneNote() {
  const { t } = useTranslation();
  const trouble = useStore(microphoneTrouble);
  const { set, busy } = useSetPresence();
  if (!trouble) return null;
  return (
    <div className={styles.note} data-tone="red" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <span className="grow">
        {t("state.notSet")} {t(`microphone.${trouble}`)}
      </span>
      <Button size="compact-sm" variant="default" loading={busy} onClick={() => void set("available")}>
        {t("common.retry")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => microphoneTrouble.set(null)}>
        {t("common.dismiss")}
      </Button>
    </div>
  );
}

const NOTICE_TONE = { error: "red", warning: "amber", info: "grey" } as const;

function SystemNotes() {
  const { t } = useTranslation();
  const notices = useRows<NoticeRow>(useTopic("system"), "notices");
  return (
    <section aria-label={t("frame.notices")} aria-live="polite">
      {notices.map((notice) => {
        const Icon = notice.level === "info" ? IconInfoCircle : IconAlertTriangle;
        return (
          <div key={notice.id} className={styles.note} data-tone={NOTICE_TONE[notice.level]}>
            <Icon size={18} aria-hidden />
            <span className="grow">{notice.text}</span>
            <span className="small">
              <Ago at={notice.since} />
            </span>
          </div>
        );
      })}
    </section>
  );
}
