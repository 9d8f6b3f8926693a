import { localStorageColorSchemeManager, MantineProvider, DirectionProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { lazy, StrictMode, Suspense, useEffect, type ReactNode } from "react";
import { createBrowserRouter, Navigate, Route, RouterProvider, Routes, useLocation } from "react-router";
import { ErrorBoundary } from "./components/ErrorBoundary";
import { Frame } from "./components/Frame";
import { PageSkeleton } from "./components/PageSkeleton";
import { Proof } from "./components/Proof";
import { DeskProvider } from "./hooks/desk";
import { useGuide } from "./hooks/house";
import { ADMIN, may, ME, MeContext, useMeQuery } from "./hooks/session";
import { onSignedOut, Problem } from "./lib/api";
import type { Me } from "./lib/contract";
import { nonce } from "./lib/nonce";
import { live } from "./lib/socket";
import { Unreachable } from "./pages/signin/Unreachable";
import { cssVariablesResolver, theme } from "./theme";

const SetPassword = lazy(() => import("./pages/signin/SetPassword"));
const FirstStart = lazy(() => import("./pages/setup/FirstStart"));
const Guide = lazy(() => import("./pages/setup/Guide"));
const Account = lazy(() => import("./pages/account/Account"));
const SignedIn = lazy(() => import("./pages/signin/SignedIn"));
const SignIn = lazy(() => import("./pages/signin/SignIn"));
const Workspace = lazy(() => import("./pages/workspace/Workspace"));
const Live = lazy(() => import("./pages/live/Live"));
const Interactions = lazy(() => import("./pages/interactions/Interactions"));
const InteractionPage = lazy(() => import("./pages/interaction/InteractionPage"));
const Customers = lazy(() => import("./pages/customers/Customers"));
const Tickets = lazy(() => import("./pages/tickets/Tickets"));
const Notices = lazy(() => import("./pages/notices/Notices"));
const Admin = lazy(() => import("./pages/admin/Admin"));
const WhatIf = lazy(() => import("./pages/whatif/WhatIf"));
const NotFound = lazy(() => import("./pages/NotFound"));

const client = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
});
/** One route for all: a router of this kind because only it can hold back a navigation from unsaved changes. */
const router = createBrowserRouter([
  {
    path: "*",
    // Inside, since the router would catch what fails before.
    element: (
      <ErrorBoundary>
        <Pages />
      </ErrorBoundary>
    ),
  },
]);
const schemes = localStorageColorSchemeManager({ key: "cc-color-scheme" });

export function App() {
  return (
    <StrictMode>
      <DirectionProvider>
        <MantineProvider
          theme={theme}
          colorSchemeManager={schemes}
          defaultColorScheme="auto"
          cssVariablesResolver={cssVariablesResolver}
          getStyleNonce={() => nonce}
        >
          <QueryClientProvider client={client}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </StrictMode>
  );
}

function Pages() {
  const me = useMeQuery();
  const location = useLocation();
  const queries = useQueryClient();
  useEffect(() => onSignedOut(() => queries.setQueryData(ME, null)), [queries]);
  if (me.isPending) return <PageSkeleton />;
  if (me.isError) return <Unreachable error={me.error} onRetry={() => void me.refetch()} />;
  if (!me.data)
    return (
      <Suspense fallback={<PageSkeleton />}>
        <Routes>
          <Route path="/signin" element={<SignIn />} />
          <Route path="/signed-in" element={<SignedIn />} />
          <Route path="/set-password" element={<SetPassword />} />
          <Route path="/first-start" element={<FirstStart />} />
          <Route path="*" element={<Navigate to="/signin" replace state={{ from: location.pathname + location.search }} />} />
        </Routes>
      </Suspense>
    );
  return <Staff me={me.data} />;
}

function home(me: Me): string {
  if (!me.roles.includes("agent") && may(me, "wallboard.view")) return "/live";
  return may(me, "work.take") ? "/workspace" : "/interactions";
}

function Staff({ me }: { me: Me }) {
  useEffect(() => {
    live.open();
    return () => live.close();
  }, [me.id]);
  const state = useLocation().state as { from?: string } | null;
  const seesInteractions = may(me, "interactions.view", "interactions.view_own");
  return (
    <MeContext.Provider value={me}>
      <Proof />
      <WithDesk on={may(me, "work.take")}>
        <Routes>
          <Route path="/signed-in" element={<SignedIn />} />
          <Route element={<Frame />}>
            {may(me, "work.take") && <Route path="/workspace" element={<Workspace />} />}
            {may(me, "wallboard.view") && <Route path="/live" element={<Live />} />}
            {seesInteractions && <Route path="/interactions" element={<Interactions />} />}
            {seesInteractions && <Route path="/interactions/:id" element={<InteractionPage />} />}
            {may(me, "customers.view") && <Route path="/customers/*" element={<Customers />} />}
            {may(me, "tickets.view") && <Route path="/tickets/*" element={<Tickets />} />}
            {may(me, "simulations.run") && <Route path="/whatif/*" element={<WhatIf />} />}
            {may(me, ...ADMIN) && <Route path="/admin/*" element={<Admin />} />}
            {may(me, "first_run.guide") && <Route path="/setup" element={<Guide />} />}
            <Route path="/account" element={<Account />} />
            <Route path="/notices" element={<Notices />} />
            <Route path="/set-password" element={<SetPassword />} />
            <Route path="/" element={<Home me={me} />} />
            <Route path="/signin" element={state?.from && state.from !== "/" ? <Navigate to={state.from} replace /> : <Home me={me} />} />
            <Route path="/first-start" element={<Navigate to="/setup" replace />} />
            <Route path="*" element={<NotFound />} />
          </Route>
        </Routes>
      </WithDesk>
    </MeContext.Provider>
  );
}

/** Where somebody begins: of a house that is not set up yet, an administrator in the guide. */
function Home({ me }: { me: Me }) {
  const leads = may(me, "first_run.guide");
  const guide = useGuide(leads);
  if (leads && guide.isPending) return <PageSkeleton />;
  return <Navigate to={guide.data?.offered ? "/setup" : home(me)} replace />;
}

function WithDesk({ on, children }: { on: boolean; children: ReactNode }) {
  return on ? <DeskProvider>{children}</DeskProvider> : children;
}
