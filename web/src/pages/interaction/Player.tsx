import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useEffect, useImperativeHandle, useRef, useState, type KeyboardEvent, type PointerEvent, type Ref, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { get } from "../../lib/api";
import type { Peaks, Recording } from "../../lib/contract";
import { clock } from "../../lib/time";
import styles from "./interaction.module.css";
import { Waveform } from "./Waveform";

const STEP_S = 5;
const SPEEDS = ["0.75", "1", "1.25", "1.5", "2"];

export interface PlayerHandle {
  playFrom: (seconds: number) => void;
}

interface PlayerProps {
  recording: Recording;
  fileName: string;
  handle: Ref<PlayerHandle>;
}

export function Player({ recording, fileName, handle }: PlayerProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLAudioElement>(null);
  const audio = useAudio(ref, recording, handle);
  const { position, duration, seek, toggle } = audio;
  const keys = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowRight: position + STEP_S,
      ArrowUp: position + STEP_S,
      ArrowLeft: position - STEP_S,
      ArrowDown: position - STEP_S,
      PageUp: position + 6 * STEP_S,
      PageDown: position - 6 * STEP_S,
      Home: 0,
      End: duration,
    };
    const target = moves[event.key];
    if (event.key === " ") toggle();
    else if (target !== undefined) seek(target);
    else return;
    event.preventDefault();
  };
  const point = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration);
  };
  const share = duration > 0 ? position / duration : 0;
  return (
    <div className={styles.player} role="group" aria-label={t("player.label")}>
      <audio ref={ref} {...audio.props} preload="metadata" src={recording.url} />
      {audio.failed && <Sentence tone="red">{t("player.failed")}</Sentence>}
      <div
        className={styles.wave}
        role="slider"
        tabIndex={0}
        aria-label={t("player.position")}
        aria-valuemin={0}
        aria-valuemax={Math.round(duration)}
        aria-valuenow={Math.round(position)}
        aria-valuetext={`${clock(position)} / ${clock(duration)}`}
        aria-description={t("player.keys")}
        dir="ltr"
        onKeyDown={keys}
        onPointerDown={point}
        onPointerMove={point}
      >
        <Wave recording={recording} />
        <div className={styles.playhead} style={{ left: `${share * 100}%` }} />
      </div>
      <Lanes recording={recording} duration={duration} onSeek={audio.playFrom} />
      <div className={styles.transport}>
        <Button
          leftSection={audio.playing ? <IconPlayerPauseFilled size={18} aria-hidden /> : <IconPlayerPlayFilled size={18} aria-hidden />}
          onClick={toggle}
        >
          {audio.playing ? t("player.pause") : t("player.play")}
        </Button>
        <span>
          {clock(position)} / {clock(duration)}
        </span>
        <span className="grow" />
        <SegmentedControl
          size="xs"
          aria-label={t("player.speed")}
          value={audio.speed}
          onChange={audio.setSpeed}
          data={SPEEDS.map((speed) => ({ value: speed, label: t("player.speedValue", { speed }) }))}
        />
        <Button
          variant="default"
          component="a"
          href={recording.url}
          download={fileName}
          leftSection={<IconDownload size={18} aria-hidden />}
        >
          {t("player.download")}
        </Button>
      </div>
    </div>
  );
}

function useAudio(ref: RefObject<HTMLAudioElement | null>, recording: Recording, handle: Ref<PlayerHandle>) {
  const [playing, setPlaying] = useState(false);
  const [position, setPosition] = useState(0);
  const [failed, setFailed] = useState(false);
  const [speed, setSpeed] = useState("1");
  const duration = recording.duration_s;
  useEffect(() => {
    if (ref.current) ref.current.playbackRate = Number(speed);
  }, [ref, speed]);
  // `timeupdate` comes four times a second: too coarse for a play head one follows with the eye.
  useEffect(() => {
    if (!playing) return;
    let frame = requestAnimationFrame(function follow() {
      if (ref.current) setPosition(ref.current.currentTime);
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [ref, playing]);
  const seek = (seconds: number) => {
    const target = Math.min(duration, Math.max(0, seconds));
    if (ref.current) ref.current.currentTime = target;
    setPosition(target);
  };
  const play = () => void ref.current?.play().catch(() => setFailed(true));
  const toggle = () => (playing ? ref.current?.pause() : play());
  const playFrom = (seconds: number) => {
    seek(seconds);
    play();
  };
  useImperativeHandle(handle, () => ({ playFrom }));
  const props = {
    onPlay: () => setPlaying(true),
    onPause: () => setPlaying(false),
    onEnded: () => setPlaying(false),
    onTimeUpdate: () => setPosition(ref.current?.currentTime ?? 0),
    onLoadedMetadata: () => {
      if (ref.current) ref.current.playbackRate = Number(speed);
    },
    onError: () => setFailed(true),
  };
  return { props, playing, position, duration, failed, speed, setSpeed, seek, toggle, playFrom };
}

function useSpeaker(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => (name === "caller" ? t("player.caller") : name === "agent" ? t("player.agent") : name);
}

function Wave({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const speaker = useSpeaker();
  const peaks = useQuery({
    queryKey: ["peaks", recording.peaks_url],
    queryFn: ({ signal }) => get<Peaks>(recording.peaks_url, {}, signal),
    staleTime: Infinity,
  });
  return (
    <>
      <Waveform channels={peaks.data?.channels ?? []} />
      <div className={styles.waveNames} aria-hidden>
        {recording.channels.map((name) => (
          <span key={name}>{speaker(name)}</span>
        ))}
      </div>
      {peaks.isError && <p className="dim small">{t("player.waveFailed")}</p>}
    </>
  );
}

interface LanesProps {
  recording: Recording;
  duration: number;
  onSeek: (seconds: number) => void;
}

/** Who speaks when. For the pointer; by keyboard the slider above reaches every moment without hundreds of stops. */
function Lanes({ recording, duration, onSeek }: LanesProps) {
  const { t } = useTranslation();
  const speaker = useSpeaker();
  return (
    <div className={styles.lanes} dir="ltr">
      {recording.channels.map((name, channel) => (
        <div key={name} className={styles.lane} data-channel={channel} title={speaker(name)}>
          {recording.segments
            .filter((segment) => segment.channel === channel)
            .map((segment) => (
              <button
                key={segment.start_s}
                type="button"
                tabIndex={-1}
                className={styles.segment}
                style={{
                  left: `${(segment.start_s / duration) * 100}%`,
                  width: `${((segment.end_s - segment.start_s) / duration) * 100}%`,
                }}
                aria-label={t("player.segment", {
                  speaker: speaker(name),
                  start: clock(segment.start_s),
                  end: clock(segment.end_s),
                })}
                onClick={() => onSeek(segment.start_s)}
              />
            ))}
        </div>
      ))}
    </div>
  );
}
