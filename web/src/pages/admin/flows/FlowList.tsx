import "../../../i18n/house";
import { IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AreaTable } from "../../../components/admin/AreaTable";
import { Sentence } from "../../../components/Sentence";
import { Ago } from "../../../components/Times";
import { useFlows } from "../../../hooks/house";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { FlowState, linesOf } from "./words";

export function FlowList() {
  const { t } = useTranslation();
  const me = useMe();
  useTitle(t("admin.area.flows"));
  const query = useFlows();
  const broken = (query.data ?? []).flatMap((flow) =>
    flow.problems.filter((problem) => problem.severity === "error").map((problem) => ({ flow, problem })),
  );
  return (
    <AreaTable
      title={t("admin.area.flows")}
      lead={t("house.flows.lead")}
      rows={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      id={(flow) => flow.file}
      to={(flow) => `/admin/flows/${encodeURIComponent(flow.file)}`}
      above={broken.slice(0, 3).map(({ flow, problem }) => (
        <Sentence key={`${flow.file}:${String(problem.line)}:${problem.message}`} tone="red" quiet>
          {flow.file}: {t("house.flows.problem", { line: problem.line, message: problem.message })}
        </Sentence>
      ))}
      columns={[
        { id: "flow", word: t("house.flows.flow"), value: (flow) => flow.flow ?? flow.file },
        { id: "file", word: t("house.flows.file"), value: (flow) => flow.file, from: "desktop" },
        {
          id: "state",
          word: t("house.flows.state"),
          value: (flow) => t(`house.flows.states.${flow.state}`),
          cell: (flow) => <FlowState state={flow.state} />,
        },
        {
          id: "leads",
          word: t("house.flows.leads"),
          value: (flow) => linesOf(t, flow.used_by).join(", ") || t("house.use.nobody"),
          from: "tablet",
        },
        { id: "steps", word: t("house.flows.steps"), numeric: true, value: (flow) => flow.steps, from: "tablet" },
        {
          id: "changed",
          word: t("house.flows.changed"),
          value: (flow) => flow.changed_at ?? "",
          cell: (flow) => (flow.changed_at ? <Ago at={flow.changed_at} /> : t("common.none")),
          from: "desktop",
        },
      ]}
      empty={{
        icon: <IconRoute size={32} stroke={1.5} aria-hidden />,
        title: t("house.flows.none"),
        text: t("house.flows.noneText"),
      }}
      add={may(me, "flows.manage") ? { to: "/admin/flows/new", word: t("house.flows.add") } : undefined}
    />
  );
}
