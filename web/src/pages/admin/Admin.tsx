import "./mantine.css";
import "../../i18n/admin";
import { IconArrowLeft } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, Route, Routes, useLocation } from "react-router";
import styles from "./areas/areas.module.css";
import { PageSkeleton } from "../../components/PageSkeleton";
import NotFound from "../NotFound";
import { AgentForm, AgentList } from "./agents";
import { Areas, Nav } from "./areas";
import { Audit } from "./audit/Audit";
import { BackupList } from "./backups";
import { Configuration } from "./configuration/Configuration";
import { CustomerFieldForm, CustomerFields, NewCustomerField } from "./fields";
import { BrandingForm } from "./branding";
import { FlowForm, FlowList, NewFlow } from "./flows";
import { NewPrompt, PromptForm, PromptList } from "./prompts";
import { TemplateForm, TemplateList } from "./templates";
import { CalendarForm, CalendarList, NewCalendar } from "./calendars";
import { Dispositions } from "./dispositions";
import { Import, NewPerson, PeopleList, PersonForm } from "./people";
import { Keys } from "./keys";
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

export default function Admin() {
  const { t } = useTranslation();
  const depth = useLocation().pathname.split("/").filter(Boolean).length;
  return (
    <div className={styles.admin}>
      <Nav search={depth > 1} />
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
            <Route path="keys" element={<Keys />} />
            <Route path="backups" element={<BackupList />} />
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
