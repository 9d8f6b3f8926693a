import { Button, Select } from "@mantine/core";
import { IconBraces, IconPlus, IconQuote, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../hooks/draft";
import { replaced, without } from "../../lib/admin/draft";
import {
  expressionOf,
  GROUP_KINDS,
  isGroup,
  LEVELS,
  MAX_DEPTH,
  sentence,
  shown,
  SKILL_KINDS,
  type Shown,
} from "../../lib/admin/expression";
import { expressionWords, type Names } from "../../lib/admin/sentences";
import type { Expression } from "../../lib/admin/types";
import admin from "./admin.module.css";
import styles from "./expression.module.css";
import { GoneWord, Wrong, type Option } from "./Fields";
import { Act } from "./OrderedList";

interface ExpressionEditorProps {
  path: string;
  value: readonly Expression[];
  onChange: (value: Expression[]) => void;
  skills: readonly Option[];
  names: Names;
  /** Read when nothing is asked for. */
  nothing: string;
}

/** Skills asked for, as nested groups; below, the same in words. */
export function ExpressionEditor({ path, value, onChange, skills, names, nothing }: ExpressionEditorProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const text = sentence(value, expressionWords(t, names));
  return (
    <div className="stack">
      {editable && (
        <div className={styles.expression}>
          <Parts path={path} of={value} onChange={onChange} skills={skills} depth={0} word={t("admin.expression.word.all")} />
        </div>
      )}
      <p className={styles.says} aria-live="polite" data-empty={text === ""}>
        <IconQuote size={16} aria-hidden />
        <span>{text || nothing}</span>
      </p>
    </div>
  );
}

interface PartsProps {
  path: string;
  of: readonly Expression[];
  onChange: (of: Expression[]) => void;
  skills: readonly Option[];
  depth: number;
  /** Between two parts: "and", "or". */
  word: string;
}

function Parts({ path, of, onChange, skills, depth, word }: PartsProps) {
  const { t } = useTranslation();
  const here = useRef<HTMLDivElement>(null);
  const focusLast = () =>
    setTimeout(() => {
      const rows = here.current?.querySelectorAll<HTMLElement>(":scope > ul > li");
      rows?.[rows.length - 1]?.querySelector<HTMLElement>("input[data-skill]")?.focus();
    }, 0);
  const add = (part: Expression) => {
    onChange([...of, part]);
    focusLast();
  };
  const remove = (index: number) => {
    onChange(without(of, index));
    setTimeout(() => here.current?.querySelector<HTMLElement>(":scope > div > button")?.focus(), 0);
  };
  return (
    <div ref={here} className={styles.parts}>
      {of.length > 0 && (
        <ul>
          {of.map((part, index) => (
            <li key={index}>
              {index > 0 && (
                <span className={styles.joint} aria-hidden>
                  {word}
                </span>
              )}
              <Part
                path={`${path}.${index}`}
                part={shown(part)}
                onChange={(changed) => onChange(replaced(of, index, expressionOf(changed)))}
                onRemove={() => remove(index)}
                skills={skills}
                depth={depth}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="row wrap">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => add({ type: "skill", skill: "", level: 1 })}
        >
          {t("admin.expression.addSkill")}
        </Button>
        {depth < MAX_DEPTH && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconBraces size={16} aria-hidden />}
            onClick={() => add({ type: "any", of: [{ type: "skill", skill: "", level: 1 }] })}
          >
            {t("admin.expression.addGroup")}
          </Button>
        )}
      </div>
    </div>
  );
}

interface PartProps {
  path: string;
  part: Shown;
  onChange: (part: Shown) => void;
  onRemove: () => void;
  skills: readonly Option[];
  depth: number;
}

function Part(props: PartProps) {
  const { path, part, onChange, onRemove, skills, depth } = props;
  const { t } = useTranslation();
  if (!isGroup(part)) return <SkillPart {...props} part={part} />;
  const remove = (
    <Act word={t("admin.expression.removeGroup")} onClick={onRemove}>
      <IconX size={16} aria-hidden />
    </Act>
  );
  return (
    <div className={styles.group} role="group" aria-label={t(`admin.expression.${part.kind}`)} data-kind={part.kind}>
      <div className="row">
        <Select
          size="xs"
          aria-label={t("admin.expression.groupKind")}
          data={GROUP_KINDS.map((kind) => ({ value: kind, label: t(`admin.expression.${kind}`) }))}
          value={part.kind}
          allowDeselect={false}
          onChange={(kind) => onChange({ kind: (kind ?? "all"), of: part.of })}
        />
        <span className="grow" />
        {remove}
      </div>
      <Parts
        path={`${path}.of`}
        of={part.of}
        onChange={(of) => onChange({ kind: part.kind, of })}
        skills={skills}
        depth={depth + 1}
        word={t(`admin.expression.word.${part.kind}`)}
      />
      <Wrong path={path} />
    </div>
  );
}

function SkillPart({ path, part, onChange, onRemove, skills }: PartProps & { part: Extract<Shown, { skill: string }> }) {
  const { t } = useTranslation();
  const { trouble } = useFields();
  const known = skills.some((skill) => skill.value === part.skill);
  const options = known || !part.skill ? skills : [...skills, { value: part.skill, label: part.skill }];
  return (
    <div className={styles.skill} data-path={path}>
      <Select
        size="xs"
        className={admin.has ?? ""}
        aria-label={t("admin.expression.skillKind")}
        data={SKILL_KINDS.map((kind) => ({ value: kind, label: t(`admin.expression.${kind}`) }))}
        value={part.kind}
        allowDeselect={false}
        onChange={(kind) => onChange({ ...part, kind: (kind ?? "has") })}
      />
      <Select
        size="xs"
        className={admin.skillName ?? ""}
        data-path={path}
        data-skill
        aria-label={t("admin.expression.skill")}
        placeholder={t("admin.expression.chooseSkill")}
        data={[...options]}
        value={part.skill || null}
        searchable
        selectFirstOptionOnChange
        allowDeselect={false}
        nothingFoundMessage={t("admin.expression.noSkill")}
        error={trouble(path) ?? (!known && part.skill && skills.length > 0 && <GoneWord />)}
        onChange={(skill) => onChange({ ...part, skill: skill ?? "" })}
      />
      <Select
        size="xs"
        className={styles.level ?? ""}
        aria-label={t("admin.expression.level")}
        data={LEVELS.map((level) => ({ value: String(level), label: t("admin.expression.levelFrom", { context: String(level), level }) }))}
        value={String(part.level)}
        allowDeselect={false}
        onChange={(level) => onChange({ ...part, level: Number(level ?? 1) })}
      />
      <Act word={t("admin.expression.removeSkill")} onClick={onRemove}>
        <IconX size={16} aria-hidden />
      </Act>
    </div>
  );
}
