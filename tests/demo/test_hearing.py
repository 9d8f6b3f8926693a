from hypothesis import given
from hypothesis import strategies as st

from contactcenter.demo.hearing import GAP_S, LOUD, MUSIC_S, QUIET_S, Ear, Sound

FRAME_S = 0.04
SILENT, LOUD_FRAME = 0.0, LOUD * 3


def listen(ear: Ear, loudness: float, seconds: float, now: float) -> tuple[list[Sound], float]:
    heard = []
    end = now + seconds
    while now < end:
        now += FRAME_S
        if (sound := ear.hear(loudness, now)) is not None:
            heard.append(sound)
    return heard, now


def test_a_sentence_is_voice_then_quiet() -> None:
    ear = Ear(0.0)
    first, now = listen(ear, LOUD_FRAME, 1.5, 0.0)
    second, now = listen(ear, SILENT, QUIET_S + 0.1, now)
    assert first + second == [Sound.VOICE, Sound.QUIET]


def test_sound_without_gaps_is_music() -> None:
    ear = Ear(0.0)
    heard, _ = listen(ear, LOUD_FRAME, MUSIC_S + 0.2, 0.0)
    assert heard == [Sound.VOICE, Sound.MUSIC]


def test_sentences_with_gaps_never_are_music() -> None:
    ear, now = Ear(0.0), 0.0
    heard: list[Sound] = []
    for _ in range(10):
        for loudness, seconds in ((LOUD_FRAME, MUSIC_S - 0.3), (SILENT, GAP_S + 0.1)):
            sounds, now = listen(ear, loudness, seconds, now)
            heard += sounds
    assert heard == [Sound.VOICE]


def test_an_announcement_over_music_is_voice_until_the_music_is_back() -> None:
    ear = Ear(0.0)
    _, now = listen(ear, LOUD_FRAME, 5, 0.0)
    gap, now = listen(ear, SILENT, GAP_S + 0.1, now)
    announcement, now = listen(ear, LOUD_FRAME, 1.5, now)
    _, now = listen(ear, SILENT, GAP_S + 0.1, now)
    music, now = listen(ear, LOUD_FRAME, 5, now)
    assert gap == [Sound.VOICE]
    assert announcement == []
    assert music == [Sound.MUSIC]


def test_packets_that_stop_are_quiet() -> None:
    ear = Ear(0.0)
    _, now = listen(ear, LOUD_FRAME, 5, 0.0)
    assert ear.tick(now + GAP_S) is Sound.VOICE
    assert ear.tick(now + QUIET_S) is Sound.QUIET
    assert ear.tick(now + 10) is None


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 3)), max_size=60))
def test_every_change_is_told_once_and_quiet_means_a_second_without_sound(frames: list[tuple[bool, float]]) -> None:
    ear, now, loud_at = Ear(0.0), 0.0, 0.0
    known = Sound.QUIET
    for loud, gap in frames:
        now += gap
        told = ear.hear(LOUD_FRAME if loud else SILENT, now)
        if loud:
            loud_at = now
        assert told is None or told is not known
        known = told or known
        assert known is ear.sound
        if now - loud_at >= QUIET_S:
            assert known is Sound.QUIET
        if loud:
            assert known is not Sound.QUIET
