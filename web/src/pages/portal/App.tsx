import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { IconCloudOff, IconLogout } from "@tabler/icons-react";
import { Component, lazy, StrictMode, Suspense, useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { createBrowserRouter, Link, Navigate, NavLink, Route, RouterProvider, Routes, useLocation, useMatch } from "react-router";
import { onSignedOut, Problem } from "../../lib/api";
import { AREAS } from "./areas";
import { Button, ButtonLink, Notice, Page, Waiting } from "./kit";
import { choose, chosen, LANGUAGES, nearest, speak, type Language } from "./language";
import { Home } from "./Home";
import { Proof } from "./Proof";
import { ME, useDoorway, useHouse, useMe, useProblemText, useSignOut } from "./session";
import type { PortalMe } from "./types";

const SignIn = lazy(() => import("./SignIn"));
const Register = lazy(() => import("./Register"));
const LinkPage = lazy(() => import("./LinkPage"));
const Tracking = lazy(() => import("./tickets/Tracking"));
const Outside = lazy(() => import("./tickets/Outside"));

const client = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
});

export function App() {
  return (
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>
  );
}

/** In place of a page that cannot be shown, as after a new version while the old one is open. */
class Fallback extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

/** Only a router of this kind can hold back a navigation from unsaved changes. It would catch what fails before anything
 * around it. */
const router = createBrowserRouter(
  [
    {
      path: "*",
      element: (
        <Fallback>
          <Portal />
        </Fallback>
      ),
    },
  ],
  { basename: "/portal" },
);

function Broken() {
  const { t } = useTranslation();
  return (
    <main className="p-page" data-narrow>
      <Notice tone="red">{t("portal.problem.other")}</Notice>
      <Button onClick={() => window.location.reload()}>{t("portal.retry")}</Button>
    </main>
  );
}

function Portal() {
  const me = useMe();
  const doorway = useDoorway();
  const queries = useQueryClient();
  const text = useProblemText();
  const { t } = useTranslation();
  useEffect(() => onSignedOut(() => queries.setQueryData(ME, null)), [queries]);
  useOwnLanguage(me.data);
  // By the link in a mail one request, or one question, is open to who has it, also while the portal is closed.
  const request = useMatch("/t/:token") !== null;
  const outside = useMatch("/s/:token") !== null;
  const linked = request || outside;
  const failed = linked ? undefined : [me, doorway].find((query) => query.isError);
  return (
    <div className="p-frame">
      <a className="p-skip" href="#content">
        {t("portal.skip")}
      </a>
      <Header me={me.data ?? null} open={doorway.data?.enabled !== false && !outside} />
      {linked ? (
        <Suspense
          fallback={
            <main className="p-page">
              <Waiting />
            </main>
          }
        >
          <Routes>
            <Route path="/t/:token" element={<Tracking />} />
            <Route path="/s/:token" element={<Outside />} />
          </Routes>
        </Suspense>
      ) : failed ? (
        <Page title={t("portal.problem.title")} narrow>
          <Notice tone="red">{text(failed.error)}</Notice>
          <Button onClick={() => void Promise.all([me.refetch(), doorway.refetch()])}>{t("portal.retry")}</Button>
        </Page>
      ) : me.isPending || doorway.isPending ? (
        <main className="p-page">
          <Waiting />
        </main>
      ) : !doorway.data?.enabled ? (
        <Closed />
      ) : (
        <Pages me={me.data ?? null} />
      )}
    </div>
  );
}

/** The customer's own language, where the browser has not been told another. */
function useOwnLanguage(me: PortalMe | null | undefined) {
  useEffect(() => {
    const wanted = me && !chosen() ? nearest(me.language) : null;
    if (wanted) void speak(wanted);
  }, [me]);
}

function Pages({ me }: { me: PortalMe | null }) {
  const from = (useLocation().state as { from?: string } | null)?.from ?? "/";
  return (
    <Suspense
      fallback={
        <main className="p-page">
          <Waiting />
        </main>
      }
    >
      {me && <Proof me={me} />}
      <Routes>
        <Route path="/" element={<Home me={me} />} />
        <Route path="/signin" element={me ? <Navigate to={from} replace /> : <SignIn />} />
        <Route path="/register" element={me ? <Navigate to="/" replace /> : <Register />} />
        <Route path="/link" element={<LinkPage />} />
        {AREAS.map(({ path, page: Area }) => (
          <Route key={path} path={`/${path}/*`} element={me ? <Area /> : <ToSignIn />} />
        ))}
        <Route path="*" element={<Missing />} />
      </Routes>
    </Suspense>
  );
}

function ToSignIn() {
  const { pathname, search } = useLocation();
  return <Navigate to="/signin" replace state={{ from: pathname + search }} />;
}

function Missing() {
  const { t } = useTranslation();
  return (
    <Page title={t("portal.missing.title")} lead={t("portal.missing.text")} narrow>
      <ButtonLink to="/">{t("portal.back")}</ButtonLink>
    </Page>
  );
}

function Closed() {
  const { t } = useTranslation();
  return (
    <Page title={t("portal.closed.title")} narrow>
      <p className="row">
        <IconCloudOff size={20} aria-hidden />
        {t("portal.closed.text")}
      </p>
    </Page>
  );
}

/** `open`: the portal itself can be entered. */
function Header({ me, open }: { me: PortalMe | null; open: boolean }) {
  const { t } = useTranslation();
  const house = useHouse();
  return (
    <header className="p-header">
      <div className="p-bar">
        <Link to="/" className="p-house">
          {house.logo && <img src={house.logo.url} alt="" height={32} width={(32 * house.logo.width) / house.logo.height} />}
          <span className="truncate">{house.name || t("portal.title")}</span>
        </Link>
        <LanguageChoice />
        {me ? <SignOut /> : open && <Link to="/signin">{t("portal.signin.title")}</Link>}
      </div>
      {me && (
        <nav aria-label={t("portal.areas")}>
          {AREAS.map(({ path, icon: Sign }) => (
            <NavLink key={path} to={`/${path}`}>
              <Sign size={18} aria-hidden />
              {t(`portal.area.${path}`)}
            </NavLink>
          ))}
        </nav>
      )}
    </header>
  );
}

function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <select
      className="p-language"
      aria-label={t("portal.language")}
      value={nearest(i18n.language) ?? "en"}
      onChange={(event) => void choose(event.currentTarget.value as Language)}
    >
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <button type="button" onClick={() => void signOut()}>
      <IconLogout size={18} aria-hidden />
      <span>{t("portal.signout")}</span>
    </button>
  );
}
