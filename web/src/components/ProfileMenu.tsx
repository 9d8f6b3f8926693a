import { Button, Popover, SegmentedControl, Switch, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconLogout, IconShieldLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import "../i18n/account";
import { useDesk } from "../hooks/desk";
import { useStore } from "../hooks/live";
import { setShortcuts, shortcuts } from "../hooks/offer";
import { may, useMe, useSignOut } from "../hooks/session";
import styles from "./frame.module.css";

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => word?.[0] ?? "").join("").toUpperCase();
}

export function ProfileMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const desk = useDesk();
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const keys = useStore(shortcuts);
  return (
    <Popover position="bottom-end" width={280} shadow="md" withinPortal={false} trapFocus returnFocus zIndex={200}>
      <Popover.Target>
        <button type="button" className={styles.initials}>
          <VisuallyHidden>{t("frame.profile", { name: me.name })}</VisuallyHidden>
          <span aria-hidden>{initials(me.name)}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("frame.profile", { name: me.name })}>
        <div style={{ padding: "8px 12px" }}>
          <div className="truncate">{me.name}</div>
          <div className="dim small truncate">{me.email}</div>
          <div className="dim small">{me.roles.map((role) => t("frame.role", { context: role })).join(", ")}</div>
        </div>
        <hr className={styles.rule} />
        <div className="dim small" style={{ padding: "4px 12px" }}>
          {t("frame.scheme.label")}
        </div>
        <div style={{ padding: "0 12px 8px" }}>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={t("frame.scheme.label")}
            value={colorScheme}
            onChange={(value) => setColorScheme(value)}
            data={(["light", "dark", "auto"] as const).map((value) => ({ value, label: t(`frame.scheme.${value}`) }))}
          />
        </div>
        {may(me, "work.take") && (
          <div style={{ padding: "4px 12px 8px" }}>
            <Switch
              size="sm"
              label={t("frame.shortcuts")}
              checked={keys}
              onChange={(event) => setShortcuts(event.currentTarget.checked)}
            />
          </div>
        )}
        <hr className={styles.rule} />
        {desk?.call && (
          <div className="dim small" style={{ padding: "4px 12px" }}>
            {t("frame.signOutBusy")}
          </div>
        )}
        <Button
          component={Link}
          to="/account"
          fullWidth
          variant="subtle"
          justify="flex-start"
          leftSection={<IconShieldLock size={18} aria-hidden />}
        >
          {t("account.link")}
        </Button>
        <Button
          fullWidth
          variant="subtle"
          justify="flex-start"
          mb={4}
          leftSection={<IconLogout size={18} aria-hidden />}
          disabled={Boolean(desk?.call)}
          onClick={() => void signOut()}
        >
          {t("frame.signOut")}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
