import { Button } from "@mantine/core";
import { IconFileUpload, IconFolderOpen } from "@tabler/icons-react";
import { useRef, useState, type DragEvent, type ReactNode } from "react";
import styles from "./file-drop.module.css";

interface FileDropProps {
  /** What may be dropped, in words. */
  word: string;
  choose: string;
  /** Offers a folder as well. */
  folder?: string;
  accept: string;
  multiple?: boolean;
  hint?: ReactNode;
  disabled?: boolean;
  onFiles: (files: File[]) => void;
}

/** Files by dropping them, or by the browser's own chooser. */
export function FileDrop({ word, choose, folder, accept, multiple, hint, disabled, onFiles }: FileDropProps) {
  const files = useRef<HTMLInputElement>(null);
  const folders = useRef<HTMLInputElement>(null);
  // Leaving a child of the place is announced as leaving it.
  const [depth, setDepth] = useState(0);
  const dropped = async (event: DragEvent) => {
    event.preventDefault();
    setDepth(0);
    if (disabled) return;
    const found = await filesOf(event.dataTransfer);
    if (found.length > 0) onFiles(multiple ? found : found.slice(0, 1));
  };
  const chosen = (input: HTMLInputElement) => {
    const found = [...(input.files ?? [])];
    // So that the same file, mended meanwhile, can be chosen again.
    input.value = "";
    if (found.length > 0) onFiles(found);
  };
  return (
    <div
      className={styles.drop}
      data-over={depth > 0}
      onDragEnter={() => setDepth((at) => at + 1)}
      onDragLeave={() => setDepth((at) => at - 1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => void dropped(event)}
    >
      <IconFileUpload size={28} stroke={1.5} aria-hidden />
      <p>{word}</p>
      <div className={styles.buttons}>
        <Button variant="default" disabled={disabled ?? false} leftSection={<IconFileUpload size={16} aria-hidden />} onClick={() => files.current?.click()}>
          {choose}
        </Button>
        {folder && (
          <Button variant="default" disabled={disabled ?? false} leftSection={<IconFolderOpen size={16} aria-hidden />} onClick={() => folders.current?.click()}>
            {folder}
          </Button>
        )}
      </div>
      {hint && <p className="dim small">{hint}</p>}
      <input ref={files} type="file" hidden tabIndex={-1} aria-label={choose} accept={accept} multiple={multiple} onChange={(event) => chosen(event.currentTarget)} />
      {folder && (
        <input
          ref={(input) => {
            folders.current = input;
            // React does not know this attribute.
            input?.setAttribute("webkitdirectory", "");
          }}
          type="file"
          hidden
          tabIndex={-1}
          aria-label={folder}
          onChange={(event) => chosen(event.currentTarget)}
        />
      )}
    </div>
  );
}

/** What was dropped, folders opened. */
async function filesOf(data: DataTransfer): Promise<File[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...data.files];
  return (await Promise.all(entries.map(filesIn))).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) break;
    found.push(...part);
  }
  return (await Promise.all(found.map(filesIn))).flat();
}
