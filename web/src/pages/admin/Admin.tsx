import "./mantine.css";
import "../../i18n/admin";
import {
  IconArrowLeft,
  IconCalendarTime,
  IconCertificate,
  IconCoffee,
  IconDeviceLandlinePhone,
  IconFileCode,
  IconForms,
  IconHash,
  IconDoorEnter,
  IconFingerprint,
  IconFlag,
  IconHistory,
  IconListTree,
  IconMail,
  IconMicrophone,
  IconPalette,
  IconRoute,
  IconRouter,
  IconLogin2,
  IconShieldLock,
  IconStack2,
  IconUserCog,
  IconUsers,
  IconUsersGroup,
  IconTicket,
  IconLayoutGrid,
  type Icon,
} from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, NavLink, Route, Routes, useLocation } from "react-router";
import styles from "../../components/admin/admin.module.css";
import { PageSkeleton } from "../../components/PageSkeleton";
import { may, useMe } from "../../hooks/session";
import { useTitle } from "../../hooks/title";
import type { Permission } from "../../lib/contract";
import NotFound from "../NotFound";
import { AgentForm, AgentList } from "./agents";
import { Audit } from "./audit/Audit";
import { Configuration } from "./configuration/Configuration";
import { CustomerFieldForm, CustomerFields, NewCustomerField } from "./fields";
import { BrandingForm } from "./branding";
import { FlowForm, FlowList, NewFlow } from "./flows";
import { NewPrompt, PromptForm, PromptList } from "./prompts";
import { TemplateForm, TemplateList } from "./templates";
import { CalendarForm, CalendarList, NewCalendar } from "./calendars";
import { Dispositions } from "./dispositions";
import { Import, NewPerson, PeopleList, PersonForm } from "./people";
import { PauseReasons } from "./PauseReasons";
import { PortalSetUp } from "./portal";
import { Privacy } from "./privacy/Privacy";
import { NewProfile, ProfileForm, ProfileList } from "./profiles";
import { NewProvider, PolicyForm, ProviderForm, ProviderList } from "./providers";
import { NewQueue, QueueForm, QueueList } from "./queues";
import { NewRole, RoleForm, RoleList } from "./roles";
import { NewSkill, SkillForm, SkillList } from "./skills";
import { NewNumber, NumberForm, NumberList } from "./numbers";
import { ImportTelephones, NewTelephone, TelephoneForm, TelephoneList } from "./telephones";
import { NewTrunk, TrunkForm, TrunkList } from "./trunks";
import { NewTeam, TeamForm, TeamList } from "./teams";

const TicketSetUp = lazy(() => import("../tickets/setup"));

const AREAS = [
  ["queues", IconStack2, ["routing.view"]],
  ["skills", IconCertificate, ["routing.view"]],
  ["agents", IconUserCog, ["routing.view"]],
  ["profiles", IconLayoutGrid, ["routing.view"]],
  ["calendars", IconCalendarTime, ["routing.view"]],
  ["pauses", IconCoffee, ["routing.view"]],
  ["dispositions", IconListTree, ["routing.view"]],
  ["flows", IconRoute, ["flows.view"]],
  ["prompts", IconMicrophone, ["flows.view", "prompts.manage"]],
  ["telephones", IconDeviceLandlinePhone, ["telephones.view"]],
  ["trunks", IconRouter, ["trunks.view"]],
  ["numbers", IconHash, ["trunks.view"]],
  ["people", IconUsers, ["users.manage"]],
  ["teams", IconUsersGroup, ["users.manage", "teams.manage"]],
  ["roles", IconShieldLock, ["users.manage", "roles.manage"]],
  ["providers", IconLogin2, ["providers.manage"]],
  ["portal", IconDoorEnter, ["portal.set_up"]],
  ["privacy", IconFingerprint, ["privacy.view"]],
  ["fields", IconForms, ["customers.set_up"]],
  ["tickets", IconTicket, ["tickets.set_up"]],
  ["templates", IconMail, ["templates.manage"]],
  ["branding", IconPalette, ["branding.manage"]],
  ["audit", IconHistory, ["audit.view"]],
  ["configuration", IconFileCode, ["configuration.manage"]],
] as const satisfies readonly (readonly [string, Icon, readonly Permission[]])[];

/** Those that the role opens. */
function useAreas() {
  const me = useMe();
  return AREAS.filter(([, , permissions]) => may(me, ...permissions));
}

export default function Admin() {
  const { t } = useTranslation();
  const areas = useAreas();
  const depth = useLocation().pathname.split("/").filter(Boolean).length;
  return (
    <div className={styles.admin}>
      <nav className={styles.areas} aria-label={t("admin.areas")}>
        <h2>{t("nav.admin")}</h2>
        {areas.map(([area, Sign]) => (
          <NavLink key={area} to={`/admin/${area}`}>
            <Sign size={18} aria-hidden />
            <span className="truncate">{t(`admin.area.${area}`)}</span>
          </NavLink>
        ))}
      </nav>
      <div className={styles.content}>
        {depth === 2 && (
          <Link className={styles.toAreas ?? ""} to="/admin">
            <IconArrowLeft size={16} aria-hidden />
            {t("nav.admin")}
          </Link>
        )}
        <TopOnChange />
        <Suspense fallback={<PageSkeleton />}>
          <Routes>
            <Route index element={<Areas />} />
            <Route path="queues" element={<QueueList />} />
            <Route path="queues/new" element={<NewQueue />} />
            <Route path="queues/:id" element={<QueueForm />} />
            <Route path="skills" element={<SkillList />} />
            <Route path="skills/new" element={<NewSkill />} />
            <Route path="skills/:id" element={<SkillForm />} />
            <Route path="agents" element={<AgentList />} />
            <Route path="agents/:id" element={<AgentForm />} />
            <Route path="profiles" element={<ProfileList />} />
            <Route path="profiles/new" element={<NewProfile />} />
            <Route path="profiles/:id" element={<ProfileForm />} />
            <Route path="calendars" element={<CalendarList />} />
            <Route path="calendars/new" element={<NewCalendar />} />
            <Route path="calendars/:id" element={<CalendarForm />} />
            <Route path="pauses" element={<PauseReasons />} />
            <Route path="portal" element={<PortalSetUp />} />
            <Route path="privacy" element={<Privacy />} />
            <Route path="audit" element={<Audit />} />
            <Route path="configuration" element={<Configuration />} />
            <Route path="fields" element={<CustomerFields />} />
            <Route path="fields/new" element={<NewCustomerField />} />
            <Route path="fields/:id" element={<CustomerFieldForm />} />
            <Route path="tickets/*" element={<TicketSetUp />} />
            <Route path="flows" element={<FlowList />} />
            <Route path="flows/new" element={<NewFlow />} />
            <Route path="flows/:file" element={<FlowForm />} />
            <Route path="prompts" element={<PromptList />} />
            <Route path="prompts/new" element={<NewPrompt />} />
            <Route path="prompts/:id" element={<PromptForm />} />
            <Route path="templates" element={<TemplateList />} />
            <Route path="templates/:key" element={<TemplateForm />} />
            <Route path="branding" element={<BrandingForm />} />
            <Route path="telephones" element={<TelephoneList />} />
            <Route path="telephones/new" element={<NewTelephone />} />
            <Route path="telephones/import" element={<ImportTelephones />} />
            <Route path="telephones/:id" element={<TelephoneForm />} />
            <Route path="trunks" element={<TrunkList />} />
            <Route path="trunks/new" element={<NewTrunk />} />
            <Route path="trunks/:id" element={<TrunkForm />} />
            <Route path="numbers" element={<NumberList />} />
            <Route path="numbers/new" element={<NewNumber />} />
            <Route path="numbers/:id" element={<NumberForm />} />
            <Route path="people" element={<PeopleList />} />
            <Route path="people/new" element={<NewPerson />} />
            <Route path="people/import" element={<Import />} />
            <Route path="people/:id" element={<PersonForm />} />
            <Route path="teams" element={<TeamList />} />
            <Route path="teams/new" element={<NewTeam />} />
            <Route path="teams/:id" element={<TeamForm />} />
            <Route path="roles" element={<RoleList />} />
            <Route path="roles/new" element={<NewRole />} />
            <Route path="roles/:id" element={<RoleForm />} />
            <Route path="providers" element={<ProviderList />} />
            <Route path="providers/new" element={<NewProvider />} />
            <Route path="providers/policy" element={<PolicyForm />} />
            <Route path="providers/:id" element={<ProviderForm />} />
            <Route path="dispositions" element={<Dispositions />} />
            <Route path="pause-reasons" element={<Navigate to="/admin/pauses" replace />} />
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
      </div>
    </div>
  );
}

/** A new page begins at its top; the frame's content is what scrolls. */
function TopOnChange() {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    document.getElementById("content")?.scrollTo(0, 0);
  }, [pathname]);
  return null;
}

/** What can be set up, in words: the first page, and on a telephone the way between the areas. */
function Areas() {
  const { t } = useTranslation();
  const areas = useAreas();
  const me = useMe();
  useTitle(t("nav.admin"));
  return (
    <div className={styles.area}>
      <header>
        <h1>{t("admin.title")}</h1>
        <p className="dim">{t("admin.lead")}</p>
      </header>
      <ul className={styles.cards}>
        {may(me, "first_run.guide") && (
          <li className="panel">
            <IconFlag size={24} stroke={1.5} aria-hidden />
            <div>
              <Link className={styles.open ?? ""} to="/setup">
                {t("admin.guide")}
              </Link>
              <p className="dim small">{t("admin.guideText")}</p>
            </div>
          </li>
        )}
        {areas.map(([area, Sign]) => (
          <li key={area} className="panel">
            <Sign size={24} stroke={1.5} aria-hidden />
            <div>
              <Link className={styles.open ?? ""} to={`/admin/${area}`}>
                {t(`admin.area.${area}`)}
              </Link>
              <p className="dim small">{t(`admin.areaText.${area}`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
