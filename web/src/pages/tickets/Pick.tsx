import { Button, Combobox, useCombobox } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { searched } from "../../lib/tickets/automation";
import styles from "./ticket.module.css";

interface Row {
  id: string;
  name: string;
  about: string;
  shared: boolean;
}

interface PickProps {
  word: string;
  icon: ReactNode;
  /** Undefined while they are asked for. */
  rows: readonly Row[] | undefined;
  failed: string | null;
  search: string;
  empty: string;
  /** Where one's own are looked after. */
  manage: { to: string; word: string };
  busy?: boolean;
  onPick: (id: string) => void;
}

/** A button that opens a list which is searched by typing. */
export function Pick({ word, icon, rows, failed, search, empty, manage, busy, onPick }: PickProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const box = useCombobox({
    onDropdownClose: () => {
      box.resetSelectedOption();
      box.focusTarget();
      setWords("");
    },
  });
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.dropdownOpened) input.current?.focus({ preventScroll: true });
  }, [box.dropdownOpened]);
  const found = rows ? searched(rows, words, (row) => row.about) : [];
  return (
    <Combobox
      store={box}
      position="top-start"
      // What fades in cannot be typed into yet.
      transitionProps={{ duration: 0 }}
      width={300}
      onOptionSubmit={(id) => {
        box.closeDropdown();
        onPick(id);
      }}
    >
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <Button
          variant="default"
          size="xs"
          leftSection={icon}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-haspopup="listbox"
          aria-expanded={box.dropdownOpened}
          loading={busy ?? false}
          onClick={() => box.toggleDropdown()}
        >
          {word}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search ref={input} value={words} aria-label={search} placeholder={search} onChange={(event) => {
          setWords(event.currentTarget.value);
          box.selectFirstOption();
        }} />
        <Combobox.Options mah={280} style={{ overflowY: "auto" }} aria-label={word}>
          {found.map((row) => (
            <Combobox.Option key={row.id} value={row.id}>
              <span className={styles.offer}>
                <span>{row.name}</span>
                <span className="dim small">{[row.shared ? "" : t("tickets.pick.own"), row.about].filter(Boolean).join(" · ")}</span>
              </span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
        {found.length === 0 && (
          <p className={`dim small ${styles.nothing ?? ""}`} role="status">
            {failed ?? (rows === undefined ? t("common.loading") : rows.length === 0 ? empty : t("tickets.pick.none"))}
          </p>
        )}
        <Combobox.Footer>
          <Link className="small" to={manage.to}>
            {manage.word}
          </Link>
        </Combobox.Footer>
      </Combobox.Dropdown>
    </Combobox>
  );
}
