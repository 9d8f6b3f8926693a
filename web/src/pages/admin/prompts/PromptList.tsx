import "../../../i18n/house";
import { Button } from "@mantine/core";
import { IconMicrophone, IconMusic } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { AreaTable } from "../../../components/admin/AreaTable";
import { usePrompts } from "../../../hooks/house";
import { may, useMe } from "../../../hooks/session";
import { useTitle } from "../../../hooks/title";
import { minutes } from "../../../lib/house/flows";

export const HOLD_MUSIC = "hold-music";

export function PromptList() {
  const { t } = useTranslation();
  useTitle(t("admin.area.prompts"));
  const manage = may(useMe(), "prompts.manage");
  const query = usePrompts();
  const hold = query.data?.some((prompt) => prompt.id === HOLD_MUSIC);
  return (
    <AreaTable
      title={t("admin.area.prompts")}
      lead={t("house.prompts.lead")}
      rows={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      id={(prompt) => prompt.id}
      to={(prompt) => `/admin/prompts/${encodeURIComponent(prompt.id)}`}
      above={
        manage &&
        hold === false && (
          <div>
            <Button
              component={Link}
              to={`/admin/prompts/new?hold`}
              variant="default"
              leftSection={<IconMusic size={16} aria-hidden />}
            >
              {t("house.prompts.holdAdd")}
            </Button>
          </div>
        )
      }
      columns={[
        { id: "name", word: t("house.prompts.name"), value: (prompt) => prompt.name },
        { id: "id", word: t("house.prompts.id"), value: (prompt) => prompt.id, from: "desktop" },
        {
          id: "languages",
          word: t("house.prompts.languages"),
          value: (prompt) => prompt.recordings.map((each) => each.language).join(", ") || t("common.none"),
        },
        {
          id: "length",
          word: t("house.prompts.length"),
          numeric: true,
          value: (prompt) => Math.max(0, ...prompt.recordings.map((each) => each.length_s)),
          cell: (prompt) => minutes(Math.max(0, ...prompt.recordings.map((each) => each.length_s))),
          from: "tablet",
        },
        {
          id: "used",
          word: t("house.prompts.usedBy"),
          value: (prompt) => (prompt.plays ? t("house.prompts.hold") : prompt.used_by.join(", ") || t("common.none")),
          from: "tablet",
        },
      ]}
      empty={{
        icon: <IconMicrophone size={32} stroke={1.5} aria-hidden />,
        title: t("house.prompts.none"),
        text: t("house.prompts.noneText"),
      }}
      add={manage ? { to: "/admin/prompts/new", word: t("house.prompts.add") } : undefined}
    />
  );
}
