import { Button, Popover, Radio, Stack } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../../hooks/live";
import { chooseLevelDefinition, definitionFrom, LEVEL_DEFINITIONS, levelDefinition } from "../../lib/service-levels";

/** Says which service level the page shows, with the exact rule of each of the four; kept in this browser. */
export function ServiceLevelChoice() {
  const { t } = useTranslation();
  const definition = useStore(levelDefinition);
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={400} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={16} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {t("live.levelIs", { name: t(`live.level.${definition}.name`) })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("live.levelTitle")} style={{ maxWidth: "calc(100vw - 24px)" }}>
        <Radio.Group
          label={t("live.levelTitle")}
          description={t("live.levelText")}
          value={definition}
          onChange={(value) => chooseLevelDefinition(definitionFrom(value))}
        >
          <Stack gap={12} mt={12}>
            {LEVEL_DEFINITIONS.map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`live.level.${each}.name`)}
                description={`${t(`live.level.${each}.rule`)} ${t(`live.level.${each}.meaning`)}`}
              />
            ))}
          </Stack>
        </Radio.Group>
      </Popover.Dropdown>
    </Popover>
  );
}
